//! Sets of entities and the steps between them.

use std::fmt::{self, Display, Formatter, Write};

use super::name::{Alias, Plain, alternatives, is_plain};
use super::{behind, joined};
use crate::ast::{Arrow, Changed, EntityName, EntityPattern, EntitySet, Hop, Optional, Step, Verbs};
use crate::nearest::nearest;
use crate::words::CONTINUATIONS;

impl Display for EntityPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.set.fmt(f)?;
        behind(f, "WITH", self.with.as_ref())?;
        behind(f, "AS", self.alias.as_ref().map(Alias).as_ref())?;
        self.changed.as_ref().map_or(Ok(()), |changed| write!(f, " {changed}"))
    }
}

impl Display for EntitySet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (smart, names) = match self {
            Self::Text(text) => return text.fmt(f),
            Self::Names { smart, names } => (smart, names),
        };
        if let Some(smart) = smart {
            write!(f, "#{}{}", smart.text, if names.is_empty() { "" } else { " " })?;
        }
        if names.is_empty() { Ok(()) } else { alternatives(f, names, is_plain_entity) }
    }
}

/// What is near a keyword is taken for that behind a smart class.
fn is_plain_entity(name: &EntityName) -> bool {
    match name {
        EntityName::Any(_) => true,
        EntityName::Smart(_) => false,
        EntityName::Named(name) => is_plain(name) && nearest(&name.text, CONTINUATIONS.iter().copied()).is_empty(),
    }
}

impl Display for EntityName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any(_) => f.write_char('*'),
            Self::Named(name) => f.write_str(&name.text),
            Self::Smart(name) => write!(f, "#{}", name.text),
        }
    }
}

impl Display for Changed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "CHANGED SINCE {}", self.since)?;
        behind(f, "UNTIL", self.until.as_ref())?;
        behind(f, "AS", self.alias.as_ref().map(Alias).as_ref())
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hop(hop) => hop.fmt(f),
            Self::Optional(optional) => optional.fmt(f),
        }
    }
}

impl Display for Hop {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "THAT {}{}", if self.negated { "!" } else { "" }, self.verbs)?;
        if let Some(arrow) = self.arrow {
            write!(f, " {arrow}")?;
        }
        behind(f, "AS", self.alias.as_ref().map(Alias).as_ref())?;
        write!(f, " {}", self.entity)
    }
}

impl Display for Arrow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right => ">>",
            Self::Left => "<<",
        })
    }
}

impl Display for Verbs {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (before, names) = match self {
            Self::Any(_) => return f.write_str("RELATES TO"),
            Self::Classes(names) => ("", names),
            Self::Can(names) => ("CAN ", names),
        };
        f.write_str(before)?;
        let names: Vec<Plain<'_>> = names.iter().map(Plain).collect();
        alternatives(f, &names, |name| is_plain(name.0))
    }
}

impl Display for Optional {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        joined(f, &self.steps, " ")?;
        f.write_str(")?")?;
        behind(f, "AS", self.alias.as_ref().map(Alias).as_ref())
    }
}
