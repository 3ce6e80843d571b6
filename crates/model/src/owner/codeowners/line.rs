//! What a line of a CODEOWNERS file says.

use std::fmt;

use super::Owner;
use super::pattern::{LONGEST, Pattern};
use crate::person::normal_address;

/// A line that was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeownersOddity {
    /// The line of the file, from 1.
    pub line: u64,
    /// Why.
    pub oddity: Oddity,
}

/// Why a line says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// It begins with `!`.
    Negation,
    /// There are brackets in the pattern.
    Brackets,
    /// It begins with `\#`.
    EscapedHash,
    /// Three asterisks or more follow each other.
    Asterisks,
    /// The pattern is a slash.
    Slash,
    /// The pattern is longer than any path.
    TooLong,
    /// An owner is neither an address nor begins with `@`.
    Owner,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negation => {
                "`!` does not negate a pattern in CODEOWNERS; give what is left out a line without owners"
            }
            Self::Brackets => "`[ ]` means nothing in CODEOWNERS; write a line for each",
            Self::EscapedHash => "`\\#` cannot begin a pattern in CODEOWNERS; match it with `?` in place of the hash",
            Self::Asterisks => "more than two asterisks follow each other; write `*` or `**`",
            Self::Slash => "`/` alone matches nothing; write `*` for everything",
            Self::TooLong => "the pattern is longer than any path can be; look for a missing line break",
            Self::Owner => "an owner is @user, @organisation/team or an e-mail address; correct the one that is none",
        })
    }
}

impl fmt::Display for CodeownersOddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} was passed over: {}", self.line, self.oddity)
    }
}

/// A line.
pub(super) enum Line {
    /// It is empty, or a comment.
    Nothing,
    /// A pattern, as it stands and as it is matched, and who owns what it matches.
    Rule { text: String, pattern: Pattern, owners: Vec<Owner> },
}

pub(super) fn read(line: &str) -> Result<Line, Oddity> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Nothing);
    }
    let (text, rest) = line.split_at_checked(pattern_end(line)).unwrap_or((line, ""));
    refused(text)?;
    let words = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
    let owners = words.map(|word| owner(word).ok_or(Oddity::Owner)).collect::<Result<Vec<_>, _>>()?;
    let pattern = Pattern::of(text).ok_or(Oddity::Slash)?;
    Ok(Line::Rule { text: text.to_owned(), pattern, owners })
}

/// Where the pattern ends: at the first space that no backslash stands before.
fn pattern_end(line: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in line.char_indices() {
        if character.is_whitespace() && !is_escaped {
            return at;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    line.len()
}

fn refused(pattern: &str) -> Result<(), Oddity> {
    match () {
        () if pattern.len() > LONGEST => Err(Oddity::TooLong),
        () if pattern.starts_with('!') => Err(Oddity::Negation),
        () if pattern.starts_with("\\#") => Err(Oddity::EscapedHash),
        () if pattern.contains(['[', ']']) => Err(Oddity::Brackets),
        () if pattern.contains("***") => Err(Oddity::Asterisks),
        () => Ok(()),
    }
}

fn owner(word: &str) -> Option<Owner> {
    let Some(name) = word.strip_prefix('@') else {
        return normal_address(word).map(|_| Owner::Address(word.to_owned()));
    };
    let is_name = |name: &str| !name.is_empty() && !name.contains(['/', '@', ',', ';']);
    match name.split_once('/') {
        None => is_name(name).then(|| Owner::Handle(word.to_owned())),
        Some((of, team)) => (is_name(of) && is_name(team)).then(|| Owner::Group(word.to_owned())),
    }
}
