//! What a mail says, as paragraphs, lists and links: read once from a template, shown as text and as HTML. So the two
//! parts of a mail can never say different things.
//!
//! The first line of a template is the subject. Blocks are parted by empty lines; lines that begin with `- ` are a list,
//! and lines of the form `> Label: https://…` are links.

/// No line of the text is longer than this, but for addresses of links.
const WIDTH: usize = 72;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(String),
    Items(Vec<String>),
    Link {
        label: String,
        url: String,
    },
    /// What follows is the small print.
    Rule,
}

/// The subject and the blocks of a rendered template.
pub fn read(text: &str) -> (String, Vec<Block>) {
    let (subject, body) = text.trim_start().split_once('\n').unwrap_or((text, ""));
    let (mut blocks, mut lines) = (Vec::new(), Vec::new());
    for line in body.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            lines.push(line);
        } else if !lines.is_empty() {
            blocks.extend(block(&std::mem::take(&mut lines)));
        }
    }
    (words(subject), blocks)
}

fn block(lines: &[&str]) -> Vec<Block> {
    let first = lines.first().copied().unwrap_or_default();
    if first == "--" {
        return vec![Block::Rule];
    }
    if first.starts_with("> ") {
        return lines.iter().filter_map(|line| link(line)).collect();
    }
    if first.starts_with("- ") {
        return vec![Block::Items(items(lines))];
    }
    vec![Block::Paragraph(words(&lines.join(" ")))]
}

fn items(lines: &[&str]) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in lines {
        match (line.strip_prefix("- "), items.last_mut()) {
            (None, Some(item)) => *item = words(&format!("{item} {line}")),
            (item, _) => items.push(words(item.unwrap_or(line))),
        }
    }
    items
}

fn link(line: &str) -> Option<Block> {
    let (label, url) = line.strip_prefix("> ")?.split_once(": ")?;
    Some(Block::Link { label: words(label), url: words(url) })
}

/// One line, with one space between words.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain text of a mail.
pub fn text(blocks: &[Block]) -> String {
    let shown = blocks.iter().map(|block| match block {
        Block::Paragraph(text) => wrapped(text, ""),
        Block::Items(items) => items.iter().map(|item| wrapped(item, "- ")).collect::<Vec<_>>().join("\n"),
        Block::Link { label, url } => format!("{label}:\n{url}"),
        Block::Rule => "-- ".to_owned(),
    });
    shown.collect::<Vec<_>>().join("\n\n") + "\n"
}

/// `text` in lines of at most [`WIDTH`] letters. The first begins with `mark`, and the others are indented as far.
fn wrapped(text: &str, mark: &str) -> String {
    let (mut lines, mut line) = (Vec::new(), mark.to_owned());
    for word in text.split(' ') {
        let is_begun = line.len() > mark.len();
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(mark.len())));
        } else if is_begun {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "\nThe subject \n\nHello\nyou,\n\n- one\n- two\n  lines\n\n> Delete now: https://a/b\n\
                            > Undo: https://a/c\n\n--\n\nsmall\n";

    #[test]
    fn a_template_becomes_blocks() {
        let (subject, blocks) = read(TEMPLATE);
        assert_eq!(subject, "The subject");
        let link = |label: &str, url: &str| Block::Link { label: label.into(), url: url.into() };
        let items = vec!["one".to_owned(), "two lines".to_owned()];
        assert_eq!(
            blocks,
            [
                Block::Paragraph("Hello you,".into()),
                Block::Items(items),
                link("Delete now", "https://a/b"),
                link("Undo", "https://a/c"),
                Block::Rule,
                Block::Paragraph("small".into()),
            ]
        );
    }

    #[test]
    fn text_is_wrapped_and_addresses_are_not() {
        let text = text(&[
            Block::Items(vec!["word ".repeat(40).trim().to_owned()]),
            Block::Link { label: "Undo".into(), url: format!("https://a/{}", "b".repeat(100)) },
        ]);
        let (items, link) = text.split_once("\n\n").unwrap();
        assert!(items.lines().all(|line| line.len() <= WIDTH) && items.lines().count() == 3, "{items}");
        assert!(items.lines().skip(1).all(|line| line.starts_with("  word")), "{items}");
        assert_eq!(link.lines().count(), 2);
    }
}
