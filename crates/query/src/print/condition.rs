//! Conditions and the right sides of comparisons.

use std::fmt::{self, Display, Formatter};

use super::joined;
use crate::ast::{Comparison, Condition, Group, Operand, Operator, Regex};

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => joined(f, parts, " OR "),
            Self::And(parts) => {
                let parts: Vec<Part<'_>> = parts.iter().map(Part).collect();
                joined(f, &parts, " AND ")
            }
            Self::Compare(comparison) => comparison.fmt(f),
        }
    }
}

/// A condition beside `AND`, which binds tighter than `OR`.
struct Part<'a>(&'a Condition);

impl Display for Part<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Condition::Or(_) => write!(f, "({})", self.0),
            other => other.fmt(f),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.left, self.operator, self.right)
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::GreaterOrEqual => ">=",
            Self::LessOrEqual => "<=",
            Self::Contains => "~=",
            Self::NotContains => "!~=",
            Self::StartsWith => "^=",
            Self::NotStartsWith => "!^=",
            Self::EndsWith => "$=",
            Self::NotEndsWith => "!$=",
        })
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expression(value) => value.fmt(f),
            Self::Group(group) => group.fmt(f),
            Self::Regex(regex) => regex.fmt(f),
            Self::Query(query) => write!(f, "({query})"),
        }
    }
}

impl Display for Group {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "({})", Ungrouped(self))
    }
}

/// A group without its parentheses. In it `AND` binds tighter than `OR`, too.
struct Ungrouped<'a>(&'a Group);

impl Display for Ungrouped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.all {
            return joined(f, &self.0.values, " AND ");
        }
        let values: Vec<Alternative<'_>> = self.0.values.iter().map(Alternative).collect();
        joined(f, &values, " OR ")
    }
}

/// A value beside `OR`.
struct Alternative<'a>(&'a Operand);

impl Display for Alternative<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Operand::Group(group) if group.all => Ungrouped(group).fmt(f),
            other => other.fmt(f),
        }
    }
}

impl Display for Regex {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", self.pattern, if self.ignore_case { "i" } else { "" })
    }
}
