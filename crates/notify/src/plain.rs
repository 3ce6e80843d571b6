//! Texts that are only texts: names come from outside, and may hold whatever makes a terminal, a header or a page do
//! something else than show them.

/// One line of at most so many characters, which are at least one.
pub(crate) fn line(text: &str, most: usize) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    bounded(words.join(" ").chars().filter(|&character| !is_hidden(character)), most)
}

/// Lines, of at most so many characters in all.
pub(crate) fn lines(text: &str, most: usize) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    bounded(text.chars().filter(|&character| character == '\n' || character == '\t' || !is_hidden(character)), most)
}

/// JSON on one line. A line break can only be between the parts of JSON, never inside a text, so that nothing changes.
pub(crate) fn json_line(json: &str) -> String {
    json.trim().replace(['\r', '\n'], " ")
}

/// Whether a word is an address of the web that may stand in a text with markup as it is.
pub(crate) fn is_address(word: &str) -> bool {
    word.starts_with("https://")
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#&=%+,;".contains(&byte))
}

/// A text in which words are changed piece by piece, of at most so many bytes: no piece is cut in half, and addresses stay
/// as they are.
pub(crate) fn marked_up(text: &str, most: usize, piece: impl Fn(char) -> Option<&'static str>) -> String {
    let mut kept = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let is_address = is_address(word.trim_end());
        for character in word.chars() {
            let mut bytes = [0; 4];
            let shown = piece(character).filter(|_| !is_address).unwrap_or_else(|| &*character.encode_utf8(&mut bytes));
            if kept.len() + shown.len() + '…'.len_utf8() > most {
                kept.push('…');
                return kept;
            }
            kept.push_str(shown);
        }
    }
    kept
}

fn bounded(characters: impl Iterator<Item = char>, most: usize) -> String {
    let mut kept: String = String::new();
    for (place, character) in characters.enumerate() {
        if place >= most {
            kept.pop();
            kept.push('…');
            break;
        }
        kept.push(character);
    }
    kept
}

/// Control characters, and the invisible ones that reorder or hide what is shown.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_and_lines_are_no_longer_than_they_may_be() {
        assert_eq!(line(" a\r\nBcc: b\u{2028}c\0d\u{202e}e ", 100), "a Bcc: b c de");
        assert_eq!(line("äöü", 3), "äöü");
        assert_eq!(line("äöüß", 3), "äö…");
        assert_eq!(lines("a\r\n\tb\u{1b}[1m\rc", 100), "a\n\tb[1m\nc");
        assert_eq!(lines("a\nb\nc", 3), "a\n…");
    }
}
