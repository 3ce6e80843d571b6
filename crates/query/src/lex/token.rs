//! What a query's text consists of.

use crate::ast::Operator;
use crate::span::Span;

/// One piece of a query's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'t> {
    /// What it is.
    pub(crate) kind: Kind,
    /// As written.
    pub(crate) text: &'t str,
    /// Its place.
    pub(crate) span: Span,
    /// In how many parentheses it stands; a parenthesis itself stands where it opens.
    pub(crate) nesting: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a name.
    Word,
    /// `[any words]`
    Bracketed,
    /// `'text'`
    Text,
    /// `12`, `0.5`
    Number,
    /// `2026-11-26T10:00`, directly after `date(`
    Moment,
    /// `${name}`, `{{name}}`
    Parameter,
    /// `/pattern/i`
    Regex,
    /// `=`, `!~=`
    Compare(Operator),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `;`
    Semicolon,
    /// `|`
    Bar,
    /// `#`
    Hash,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `!`
    Bang,
    /// `?`
    Question,
    /// `>>`
    Right,
    /// `<<`
    Left,
    /// No token of the language; a remark says why.
    Wrong,
    /// The end of the text.
    End,
}

/// What is written with signs, the longer of two first.
pub(super) const SIGNS: &[(&str, Kind)] = &[
    ("!~=", Kind::Compare(Operator::NotContains)),
    ("!^=", Kind::Compare(Operator::NotStartsWith)),
    ("!$=", Kind::Compare(Operator::NotEndsWith)),
    ("!=", Kind::Compare(Operator::NotEqual)),
    (">=", Kind::Compare(Operator::GreaterOrEqual)),
    ("<=", Kind::Compare(Operator::LessOrEqual)),
    ("~=", Kind::Compare(Operator::Contains)),
    ("^=", Kind::Compare(Operator::StartsWith)),
    ("$=", Kind::Compare(Operator::EndsWith)),
    (">>", Kind::Right),
    ("<<", Kind::Left),
    ("=", Kind::Compare(Operator::Equal)),
    (">", Kind::Compare(Operator::Greater)),
    ("<", Kind::Compare(Operator::Less)),
    ("(", Kind::Open),
    (")", Kind::Close),
    (",", Kind::Comma),
    (".", Kind::Dot),
    (";", Kind::Semicolon),
    ("|", Kind::Bar),
    ("#", Kind::Hash),
    ("*", Kind::Star),
    ("/", Kind::Slash),
    ("+", Kind::Plus),
    ("-", Kind::Minus),
    ("!", Kind::Bang),
    ("?", Kind::Question),
];

impl<'t> Token<'t> {
    /// Whether it is this word, in any case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// What a string says, without its quotes and escapes.
    pub(crate) fn string(&self) -> String {
        let mut characters = self.text.chars();
        let quote = characters.next();
        let mut value = String::with_capacity(self.text.len());
        while let Some(character) = characters.next() {
            if Some(character) == quote {
                break;
            }
            let escaped = characters.as_str().starts_with(['\\', '\'', '"']);
            let escape = character == '\\' && escaped;
            value.extend(if escape { characters.next() } else { Some(character) });
        }
        value
    }

    /// What is between the brackets.
    pub(crate) fn bracketed(&self) -> &'t str {
        self.text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(self.text)
    }

    /// The name of a parameter.
    pub(crate) fn parameter(&self) -> &'t str {
        let name = self.text.trim_start_matches(['$', '{']).trim_end_matches('}').trim();
        let owned = name.split_once('.').filter(|(owner, _)| owner.trim().eq_ignore_ascii_case("param"));
        owned.map_or(name, |(_, name)| name.trim())
    }

    /// The pattern of a regular expression, and whether case makes no difference to it.
    pub(crate) fn regex(&self) -> (&'t str, bool) {
        let (text, ignore_case) = self.text.strip_suffix('i').map_or((self.text, false), |text| (text, true));
        let pattern = text.strip_prefix('/').and_then(|text| text.strip_suffix('/'));
        (pattern.unwrap_or(text), ignore_case)
    }
}
