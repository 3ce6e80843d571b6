//! A tree as text: the same for all queries that ask the same, and such that reading it gives the same tree.
//!
//! That holds of every tree that [`crate::parse()`] makes. One put together by hand can say what no text says, a name that
//! holds `]` or a negative [`crate::ast::Number`]; it is printed as it comes.

mod condition;
mod expression;
mod name;
mod pattern;
mod query;

use std::fmt::{self, Display, Formatter};

/// Several things with something between them.
fn joined<T: Display>(f: &mut Formatter<'_>, items: &[T], between: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

/// Something that may be absent, behind its keyword.
fn behind<T: Display>(f: &mut Formatter<'_>, keyword: &str, item: Option<&T>) -> fmt::Result {
    item.map_or(Ok(()), |item| write!(f, " {keyword} {item}"))
}
