//! What a hub says for people: colours, and nothing else that could steer a terminal.

use crate::output::text::printable;

/// The text with what is no colour made visible. Line ends and tabs stay.
pub(super) fn styled(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\u{1b}', '\n', '\t']) {
        let (plain, special) = rest.split_at(at);
        safe.push_str(&printable(plain));
        let length = colour(special).unwrap_or(1);
        let (special, after) = special.split_at(length);
        let is_kept = length > 1 || special != "\u{1b}";
        safe.push_str(&if is_kept { special.to_owned() } else { printable(special) });
        rest = after;
    }
    safe.push_str(&printable(rest));
    safe
}

/// How long the escape sequence is that this begins with, if it chooses a colour or weight.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    (parameters.as_bytes().get(end) == Some(&b'm')).then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::styled;

    #[test]
    fn colours_stay_and_nothing_else_does() {
        for kept in ["", "plain\n\ttext é", "\u{1b}[1mbold\u{1b}[0m", "\u{1b}[38;5;9mred\u{1b}[m"] {
            assert_eq!(styled(kept), kept);
        }
        for (steering, shown) in [
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("a\rb\u{202e}", "a\\u{d}b\\u{202e}"),
            ("\u{1b}", "\\u{1b}"),
            ("\u{1b}[1", "\\u{1b}[1"),
        ] {
            assert_eq!(styled(steering), shown);
        }
    }
}
