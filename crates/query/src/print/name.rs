//! Names, and when they need quotes, brackets or parentheses.

use std::fmt::{self, Display, Formatter, Write};

use crate::ast::{Name, Path, Text};
use crate::words::{RESERVED, STRUCTURE, VALUES, is_among, is_word};

/// A name behind `AS`.
pub(super) struct Alias<'a>(pub(super) &'a Name);

impl Display for Alias<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Name { text, .. } = self.0;
        // `of` would begin `AS OF` where a string happens to follow.
        if is_word(text) && !is_among(text, RESERVED) && !text.eq_ignore_ascii_case("of") {
            return f.write_str(text);
        }
        quoted(f, text)
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        quoted(f, &self.value)
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('\'')
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_char('.')?;
            }
            PathPart { name: part, first: index == 0 }.fmt(f)?;
        }
        Ok(())
    }
}

/// One word of a path. Only the first can be taken for something else.
pub(super) struct PathPart<'a> {
    pub(super) name: &'a Name,
    pub(super) first: bool,
}

impl Display for PathPart<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Name { text, .. } = self.name;
        let ambiguous = self.first && (is_among(text, STRUCTURE) || is_among(text, VALUES));
        if is_word(text) && !ambiguous { f.write_str(text) } else { write!(f, "[{text}]") }
    }
}

/// The names of classes, types, verbs or actions: alone, or in parentheses where there are several or one could be taken
/// for something else.
pub(super) fn alternatives<T: Display>(f: &mut Formatter<'_>, names: &[T], plain: impl Fn(&T) -> bool) -> fmt::Result {
    if let [name] = names
        && plain(name)
    {
        return name.fmt(f);
    }
    f.write_char('(')?;
    super::joined(f, names, "|")?;
    f.write_char(')')
}

/// Whether a word stands for a name wherever a name can stand.
pub(super) fn is_plain(name: &Name) -> bool {
    const DOUBTFUL: &[&str] =
        &["to", "can", "not", "unique", "order", "skip", "limit", "changed", "relates", "and", "or"];
    !is_among(&name.text, STRUCTURE) && !is_among(&name.text, DOUBTFUL)
}

/// A name as written.
pub(super) struct Plain<'a>(pub(super) &'a Name);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}
