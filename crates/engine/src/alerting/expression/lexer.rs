//! Characters to words.

use super::error::ExpressionError;

/// A word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Name(String),
    Sign(&'static str),
    End,
}

/// Longer ones first.
const SIGNS: [&str; 27] = [
    "//", "&&", "||", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "^", "!", "<", ">", "?", ":", ".", "[", "]",
    "(", ")", "{", "}", ",", "|",
];

impl Token {
    /// What it is called in errors.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("the text {text:?}"),
            Self::Name(name) => format!("`{name}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Reads one word after the other.
#[derive(Debug)]
pub(super) struct Lexer<'c> {
    characters: &'c [char],
    /// The index of the next character.
    pub(super) next: usize,
}

impl<'c> Lexer<'c> {
    pub(super) const fn new(characters: &'c [char], next: usize) -> Self {
        Self { characters, next }
    }

    /// The next word, and the index of its first character.
    pub(super) fn token(&mut self) -> Result<(usize, Token), ExpressionError> {
        self.skip(char::is_whitespace);
        let at = self.next;
        let token = match self.peek(0) {
            None => Token::End,
            Some(quote @ ('"' | '\'')) => self.text(quote)?,
            Some(first) if first.is_ascii_digit() || (first == '.' && self.is_digit(1)) => self.number()?,
            Some(first) if starts_name(first) => Token::Name(self.skip(|one| starts_name(one) || one.is_numeric())),
            Some(first) => self.sign(first)?,
        };
        Ok((at, token))
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.next.saturating_add(ahead)).copied()
    }

    fn is_digit(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|one| one.is_ascii_digit())
    }

    fn skip(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let skipped: String = self.characters.iter().skip(self.next).take_while(|one| belongs(**one)).collect();
        self.next += skipped.chars().count();
        skipped
    }

    /// A backslash stands before a quote, itself, `n` and `t`; before anything else it is only that.
    fn text(&mut self, quote: char) -> Result<Token, ExpressionError> {
        let start = self.next;
        self.next += 1;
        let mut text = String::new();
        while let Some(one) = self.peek(0) {
            self.next += 1;
            if one == quote {
                return Ok(Token::Text(text));
            }
            let escaped = if one == '\\' { self.peek(0).and_then(escaped) } else { None };
            self.next += usize::from(escaped.is_some());
            text.push(escaped.unwrap_or(one));
        }
        Err(ExpressionError::at(start, format!("expected {quote} at the end of the text that begins here")))
    }

    fn number(&mut self) -> Result<Token, ExpressionError> {
        let start = self.next;
        let mut digits = self.skip(|one| one.is_ascii_digit());
        if self.peek(0) == Some('.') && self.is_digit(1) {
            self.next += 1;
            digits = format!("{digits}.{}", self.skip(|one| one.is_ascii_digit()));
        }
        let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
        number.map(Token::Number).ok_or_else(|| ExpressionError::at(start, "this number is too large"))
    }

    fn sign(&mut self, first: char) -> Result<Token, ExpressionError> {
        let second = self.peek(1);
        let found = SIGNS.into_iter().find(|sign| {
            let mut of_it = sign.chars();
            of_it.next() == Some(first) && of_it.next().is_none_or(|one| Some(one) == second)
        });
        let Some(sign) = found else {
            let error = ExpressionError::at(self.next, format!("`{first}` means nothing here"));
            return Err(match first {
                '=' => error.hint("whether two are equal is asked with `==`"),
                '&' => error.hint("*and* is written `&&`"),
                _ => error,
            });
        };
        self.next += sign.len();
        Ok(Token::Sign(sign))
    }
}

fn starts_name(one: char) -> bool {
    one.is_alphabetic() || matches!(one, '_' | '$')
}

fn escaped(one: char) -> Option<char> {
    match one {
        'n' => Some('\n'),
        't' => Some('\t'),
        '\\' | '"' | '\'' => Some(one),
        _ => None,
    }
}
