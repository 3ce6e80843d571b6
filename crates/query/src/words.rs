//! The words of the language, and where each may also be a name.

use crate::ast::Unit;

/// What cannot be an alias unless it is quoted.
pub(crate) const RESERVED: &[&str] = &[
    "find",
    "that",
    "with",
    "where",
    "return",
    "order",
    "by",
    "limit",
    "skip",
    "has",
    "relates",
    "to",
    "from",
    "and",
    "or",
    "not",
    "true",
    "false",
    "null",
    "undefined",
    "as",
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "having",
];

/// What always begins or joins a part of a query, wherever a name could stand as well.
pub(crate) const STRUCTURE: &[&str] = &["find", "that", "with", "where", "return", "having", "as"];

/// What a path cannot begin with unless it is in brackets, beside [`STRUCTURE`].
pub(crate) const VALUES: &[&str] = &["and", "or", "not", "true", "false", "null", "undefined", "date", "tree", "path"];

/// The functions.
pub(crate) const FUNCTIONS: &[&str] = &["count", "sum", "avg", "min", "max", "concat"];

/// The words that may follow a whole part of a query.
pub(crate) const CONTINUATIONS: &[&str] = &[
    "WITH", "AS", "THAT", "CHANGED", "WHERE", "RETURN", "HAVING", "ORDER", "SKIP", "LIMIT", "AND", "OR", "UNTIL",
    "ASC", "DESC",
];

/// Whether a word is one of these, in any case.
pub(crate) fn is_among(word: &str, among: &[&str]) -> bool {
    among.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// The unit that a word names, in any case.
pub(crate) fn unit(word: &str) -> Option<Unit> {
    const UNITS: &[(Unit, &[&str])] = &[
        (Unit::Hours, &["hour", "hours", "hr", "hrs"]),
        (Unit::Days, &["day", "days"]),
        (Unit::Weeks, &["week", "weeks"]),
        (Unit::Months, &["month", "months", "mo", "mos"]),
        (Unit::Years, &["year", "years", "yr", "yrs"]),
    ];
    UNITS.iter().find(|(_, words)| is_among(word, words)).map(|(unit, _)| *unit)
}

/// Whether a word can begin with this.
pub(crate) fn begins_word(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

/// How many bytes of the text are its first word: letters, digits and `_`, and `-` before a letter. In `now-7days` the
/// word is `now`.
pub(crate) fn word_length(text: &str) -> usize {
    if !text.starts_with(begins_word) {
        return 0;
    }
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let goes_on = character == '_'
            || character.is_alphanumeric()
            || (character == '-' && next.is_some_and(char::is_alphabetic));
        if !goes_on {
            return at;
        }
    }
    text.len()
}

/// Whether all of the text is one word.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && word_length(text) == text.len()
}
