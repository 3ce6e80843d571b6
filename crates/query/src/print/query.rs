//! A whole query.

use std::fmt::{self, Display, Formatter};

use super::name::{Alias, PathPart};
use super::{behind, joined};
use crate::ast::{Item, ItemValue, OrderKey, Query, Returns};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "FIND {}{}", if self.unique { "UNIQUE " } else { "" }, self.find)?;
        for step in &self.steps {
            write!(f, " {step}")?;
        }
        behind(f, "AS OF", self.as_of.as_ref())?;
        behind(f, "WHERE", self.filter.as_ref())?;
        behind(f, "RETURN", self.returns.as_ref())?;
        behind(f, "HAVING", self.having.as_ref())?;
        if !self.order.is_empty() {
            f.write_str(" ORDER BY ")?;
            joined(f, &self.order, ", ")?;
        }
        behind(f, "SKIP", self.skip.map(|count| count.value).as_ref())?;
        behind(f, "LIMIT", self.limit.map(|count| count.value).as_ref())
    }
}

impl Display for Returns {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tree(_) => f.write_str("TREE"),
            Self::Path(_) => f.write_str("PATH"),
            Self::Items(items) => joined(f, items, ", "),
        }
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.value {
            ItemValue::All(name) => write!(f, "{}.*", PathPart { name, first: true })?,
            ItemValue::Expression(value) => value.fmt(f)?,
        }
        behind(f, "AS", self.alias.as_ref().map(Alias).as_ref())
    }
}

impl Display for OrderKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.by, if self.descending { " DESC" } else { "" })
    }
}
