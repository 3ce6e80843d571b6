//! Which words a filter is made of.

use serde_json::Value as Json;

use super::FilterFlaw;

/// A piece of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, an operator, or one of `and`, `or`, `not`, `true`, `false`, `null`.
    Word(String),
    /// A text in quotes, or a number.
    Literal(Json),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
}

/// The pieces, each with the byte that it begins at.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, FilterFlaw> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let (token, length) = match letter {
            space if space.is_whitespace() => {
                at += space.len_utf8();
                continue;
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenBracket, 1),
            ']' => (Token::CloseBracket, 1),
            '"' => quoted(text, at)?,
            letter if is_of_word(letter) => word(text, at),
            _ => return Err(FilterFlaw::new(at, "there is a character that no filter has outside quotes")),
        };
        found.push((at, token));
        at += length;
    }
    Ok(found)
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '$' | ':' | '.' | '+')
}

fn word(text: &str, at: usize) -> (Token, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
    let word = rest.get(..end).unwrap_or_default();
    let is_numeric = word.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-');
    let number = if is_numeric { serde_json::from_str::<serde_json::Number>(word).ok() } else { None };
    (number.map_or_else(|| Token::Word(word.to_owned()), |number| Token::Literal(number.into())), end)
}

/// A text in quotes, as JSON writes it.
fn quoted(text: &str, at: usize) -> Result<(Token, usize), FilterFlaw> {
    let open = || FilterFlaw::new(at, "a quote is not closed");
    let rest = text.get(at..).ok_or_else(open)?;
    let mut is_escaped = false;
    let end = rest.bytes().enumerate().skip(1).find(|(_, byte)| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    let (end, _) = end.ok_or_else(open)?;
    let read = serde_json::from_str::<String>(rest.get(..=end).unwrap_or_default());
    let read = read.map_err(|_| FilterFlaw::new(at, "a text in quotes is not written as in JSON"))?;
    Ok((Token::Literal(read.into()), end + 1))
}
