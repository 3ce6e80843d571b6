//! Short, harmless texts out of whatever a server says.
//!
//! An error page can be megabytes of HTML with scripts and terminal escapes. Only a sentence of it ends up in an
//! error, a log or a terminal.

use serde_json::Value;

/// The longest text kept, in characters.
const MAX_CHARS: usize = 200;

/// The message inside an error body: a JSON member, a page's title, or the text itself.
///
/// It is neither searched for secrets nor shortened yet: [`crate::credential::Redactor::line`] does both, in the order
/// that matters, since a token cut in half would no longer be recognised.
pub(crate) fn message(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if is_html(content_type, text) {
        return title(text);
    }
    if text.starts_with(['{', '[', '"']) {
        return serde_json::from_str(text).ok().as_ref().and_then(json_message);
    }
    Some(text.to_owned())
}

/// The message of a JSON error: `error` before `message` before `detail`, as registry clients read them.
fn json_message(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(members) => {
            ["error", "message", "detail"].into_iter().find_map(|name| match members.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Object(inner) => Some(inner.get("message")?.as_str()?.to_owned()),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Whether a body is a web page, by its declared type or, because types lie, by its first character.
pub(crate) fn is_html(content_type: Option<&str>, text: &str) -> bool {
    content_type.is_some_and(|given| given.to_ascii_lowercase().contains("html")) || text.starts_with('<')
}

/// The title of an HTML page.
fn title(page: &str) -> Option<String> {
    // Only ASCII changes, so positions in the lower-cased page are positions in the page.
    let lower = page.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower.get(open..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    page.get(start..end).map(str::to_owned)
}

/// One line of at most 200 characters without control or text-direction characters; nothing when none are left.
pub(crate) fn short(text: &str) -> Option<String> {
    line(text, MAX_CHARS)
}

/// As above of at most so many characters, which are at least one.
pub(crate) fn line(text: &str, most: usize) -> Option<String> {
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let space = usize::from(!line.is_empty());
        for character in std::iter::repeat_n(' ', space).chain(word.chars().filter(|&character| !is_hidden(character)))
        {
            if length + 1 >= most {
                line.push('…');
                return Some(line);
            }
            line.push(character);
            length += 1;
        }
    }
    (!line.trim().is_empty()).then_some(line)
}

/// Control characters, and the invisible ones that reorder or hide what a terminal shows.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(content_type: Option<&str>, body: &[u8]) -> Option<String> {
        super::message(content_type, body).as_deref().and_then(short)
    }

    #[test]
    fn json_members_in_the_order_clients_read_them() {
        let read = |body: &str| message(Some("application/json"), body.as_bytes());
        assert_eq!(read(r#"{"message":"b","error":"a"}"#).as_deref(), Some("a"));
        assert_eq!(read(r#"{"error":{"message":"inside"}}"#).as_deref(), Some("inside"));
        assert_eq!(read(r#"{"error":7,"message":"b"}"#).as_deref(), Some("b"));
        assert_eq!(read(r#"{"detail":"Invalid token."}"#).as_deref(), Some("Invalid token."));
        assert_eq!(read(r#""just a text""#).as_deref(), Some("just a text"));
        assert_eq!(read(r#"{"error":"cut of"#), None);
        assert_eq!(read("[]"), None);
    }

    #[test]
    fn only_the_title_of_a_page_is_kept() {
        let page = "<!DOCTYPE html><HTML><head><TITLE lang=en>Too\n many </b>requests</TITLE></head><body>secret";
        assert_eq!(message(Some("text/html"), page.as_bytes()).as_deref(), Some("Too many </b>requests"));
        assert_eq!(message(Some("application/json"), b" <html>no title</html>"), None);
        assert_eq!(message(Some("text/html"), "<title>é".as_bytes()), None);
    }

    #[test]
    fn long_and_hostile_texts_are_tamed() {
        let text = message(None, format!("a\u{1b}[31m\u{202e}b\0 {}", "ü".repeat(500)).as_bytes()).unwrap();
        assert!(text.starts_with("a[31mb ü"), "{text}");
        assert_eq!((text.chars().count(), text.ends_with('…')), (MAX_CHARS, true));
        assert_eq!(short("\u{200b} \n\t"), None);
        assert_eq!(message(None, &[0xff, 0xfe, b'x']).as_deref(), Some("\u{fffd}\u{fffd}x"));
    }
}
