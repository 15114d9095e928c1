//! Texts of people as the desk shows them: letter by letter. Its own markup would make links, pictures of other servers and
//! mentions of colleagues out of what somebody typed.

/// Letters of a description and of a comment that the desk takes.
const LETTERS_MAX: usize = 32_000;
const CUT: &str = "\n[…] The rest is read in the console.";

/// `text` with its special letters escaped, and cut where the desk would refuse it.
pub fn literal(text: &str) -> String {
    let (mut out, mut letters, mut before) = (String::new(), 0, ' ');
    for letter in text.chars() {
        let is_special = matches!(letter, '{' | '[' | '!');
        // Two backslashes in a row are a line break, and would set the next letter free.
        let needs_space = before == '\\' && (is_special || letter == '\\');
        letters += 1 + usize::from(is_special) + usize::from(needs_space);
        if letters > LETTERS_MAX {
            return out + CUT;
        }
        out.extend(needs_space.then_some(' '));
        out.extend(is_special.then_some('\\'));
        out.push(letter);
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_somebody_typed_is_markup_at_the_desk() {
        for (typed, sent) in [
            ("It broke.\nTwice.", "It broke.\nTwice."),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("{html}<b>{html}", "\\{html}<b>\\{html}"),
            ("[~accountid:5b1] look", "\\[~accountid:5b1] look"),
            ("!https://example.com/x.png!", "\\!https://example.com/x.png\\!"),
            ("a\\{b}", "a\\ \\{b}"),
            ("C:\\\\temp", "C:\\ \\temp"),
        ] {
            assert_eq!(literal(typed), sent);
        }
    }

    #[test]
    fn a_text_that_the_desk_would_refuse_for_its_length_is_cut_and_says_so() {
        let sent = literal(&"!".repeat(20_000));
        assert!(sent.ends_with(CUT) && sent.chars().count() < 32_767, "{}", sent.chars().count());
        assert_eq!(literal(&"a".repeat(LETTERS_MAX)).len(), LETTERS_MAX);
    }
}
