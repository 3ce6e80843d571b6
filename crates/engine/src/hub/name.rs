//! What names and addresses may be.

use super::HubError;

/// The most characters of a sign-in name.
const NAME_MOST: usize = 64;

/// The most characters of any other text that people give.
const TEXT_MOST: usize = 200;

/// A sign-in name, without spaces around it.
pub(super) fn name_read(text: &str) -> Result<&str, HubError> {
    let name = text.trim();
    let why = if name.is_empty() {
        "it is empty"
    } else if name.chars().count() > NAME_MOST {
        "it is too long"
    } else if !name.chars().all(is_of_name) {
        "it has other characters"
    } else {
        return Ok(name);
    };
    Err(HubError::NameInvalid { why })
}

/// Letters of the Latin alphabet alone, so that no two names look the same.
pub(super) fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-@+".contains(letter)
}

/// A text of one line that people give, without spaces around it.
pub(crate) fn text_read<'a>(what: &'static str, text: &'a str) -> Result<&'a str, HubError> {
    let text = text.trim();
    let why = if text.is_empty() {
        "it is empty"
    } else if text.chars().count() > TEXT_MOST {
        "it is longer than 200 characters"
    } else if text.chars().any(is_unprintable) {
        "it has characters that cannot be seen"
    } else {
        return Ok(text);
    };
    Err(HubError::TextInvalid { what, why })
}

/// Control characters, and those that turn what follows around.
pub(super) fn is_unprintable(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An address, if there is one: not empty on either side of one `@`. Whether mail arrives there is not known.
pub(super) fn email_read(text: Option<&str>) -> Result<Option<&str>, HubError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let is_address = text.split_once('@').is_some_and(|(mailbox, host)| {
        !mailbox.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    let is_line = text.len() <= 254 && !text.chars().any(|letter| letter.is_whitespace() || is_unprintable(letter));
    if is_address && is_line { Ok(Some(text)) } else { Err(HubError::EmailInvalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_latin_and_short() {
        for name in ["ada", "Ada.L", "ada@example.com", " a+b_c-d "] {
            assert_eq!(name_read(name).unwrap(), name.trim());
        }
        let long = "a".repeat(65);
        for name in ["", "  ", "a b", "аda", "a\u{202e}b", long.as_str()] {
            let error = name_read(name).unwrap_err();
            assert!(matches!(error, HubError::NameInvalid { .. }) && error.hint().is_some(), "{name}");
        }
    }

    #[test]
    fn addresses_and_texts_are_one_line() {
        assert_eq!(email_read(Some(" ")).unwrap(), None);
        assert_eq!(email_read(Some(" ada@example.com ")).unwrap(), Some("ada@example.com"));
        for email in ["ada", "@example.com", "ada@", "ada@example", "a@b@c.d", "a b@c.d", "a@b.c\r\nBcc: x@y.z"] {
            assert!(matches!(email_read(Some(email)), Err(HubError::EmailInvalid)), "{email}");
        }
        assert_eq!(text_read("display name", " Ada Lovelace ").unwrap(), "Ada Lovelace");
        for text in ["", "a\nb", "a\u{202e}b"] {
            assert!(matches!(text_read("display name", text), Err(HubError::TextInvalid { .. })), "{text}");
        }
    }
}
