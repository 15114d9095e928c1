//! Canned replies: placeholders in braces, filled in when an answer is written.

/// What can be filled in.
pub const PLACEHOLDERS: [&str; 3] = ["number", "product", "agent"];

/// What stands for the placeholders of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values<'a> {
    pub number: &'a str,
    pub product: &'a str,
    pub agent: &'a str,
}

/// The text with everything filled in. What is filled in is not looked at again.
pub fn fill(text: &str, values: Values<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        filled.push_str(before);
        match name {
            "number" => filled.push_str(values.number),
            "product" => filled.push_str(product_name(values.product)),
            "agent" => filled.push_str(values.agent),
            other => filled.push_str(&format!("{{{other}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// How people write the name of a product.
fn product_name(word: &str) -> &str {
    match word {
        "jira" => "Jira",
        "confluence" => "Confluence",
        other => other,
    }
}

/// The first word in braces that is no placeholder.
pub fn unknown(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, name, after)) = next(rest) {
        if !PLACEHOLDERS.contains(&name) {
            return Some(name);
        }
        rest = after;
    }
    None
}

/// What comes before the next word in braces, the word, and what comes after.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_once_and_others_are_named() {
        let values = Values { number: "K-1", product: "{agent}", agent: "mara" };
        let filled = fill("{number} in {product}: {agent} looks at {it}.", values);
        assert_eq!(filled, "K-1 in {agent}: mara looks at {it}.");
        for (word, name) in [("jira", "Jira"), ("confluence", "Confluence"), ("bitbucket", "bitbucket")] {
            assert_eq!(fill("in {product}", Values { product: word, ..values }), format!("in {name}"));
        }
        assert_eq!(unknown("{number} {it}"), Some("it"));
        assert_eq!(unknown("{number} {agent"), None);
    }
}
