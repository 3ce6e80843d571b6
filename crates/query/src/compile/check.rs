//! Conditions with their names resolved.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex::Regex;
use rolecall_graph::{EntityGraph, PropertyValue};

use super::expression::{Binding, Expr, Slot};
use crate::ast::Operator;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::value::{Mismatch, Scalar, compare};

/// What has to be so.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    Any(Vec<Check>),
    All(Vec<Check>),
    Compare(Comparison),
}

/// One comparison, as written.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) left: Expr,
    /// Never a negation; see `negated`.
    pub(crate) operator: Operator,
    pub(crate) negated: bool,
    pub(crate) right: Wanted,
    pub(crate) span: Span,
}

/// What something is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Value(Expr),
    Pattern(Regex),
    Any(Vec<Wanted>),
    All(Vec<Wanted>),
}

/// What was noticed about values, once for each place in the query.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    mismatches: RefCell<BTreeMap<(u32, &'static str, &'static str), Diagnostic>>,
}

impl Notes {
    fn mismatch(&self, span: Span, Mismatch { left, right }: Mismatch) {
        let mut noted = self.mismatches.borrow_mut();
        noted.entry((span.start, left, right)).or_insert_with(|| {
            let message = format!("{left} is compared with {right} here, which never holds");
            Diagnostic::warning("type-mismatch", span, message)
        });
    }

    pub(crate) fn take(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut *self.mismatches.borrow_mut()).into_values().collect()
    }
}

impl Check {
    pub(crate) fn holds<'g>(&self, graph: &'g EntityGraph, bound: &impl Binding<'g>, notes: &Notes) -> bool {
        match self {
            Self::Any(checks) => checks.iter().any(|check| check.holds(graph, bound, notes)),
            Self::All(checks) => checks.iter().all(|check| check.holds(graph, bound, notes)),
            Self::Compare(comparison) => comparison.holds(graph, bound, notes),
        }
    }

    /// Every slot that it depends on.
    pub(crate) fn slots(&self, found: &mut impl FnMut(Slot)) {
        match self {
            Self::Any(checks) | Self::All(checks) => checks.iter().for_each(|check| check.slots(found)),
            Self::Compare(comparison) => {
                comparison.left.slots(found);
                comparison.right.slots(found);
            }
        }
    }

    /// The parts that all have to hold.
    pub(crate) fn parts(self) -> Vec<Self> {
        match self {
            Self::All(checks) => checks.into_iter().flat_map(Self::parts).collect(),
            other => vec![other],
        }
    }
}

impl Comparison {
    fn holds<'g>(&self, graph: &'g EntityGraph, bound: &impl Binding<'g>, notes: &Notes) -> bool {
        let left = self.left.value(graph, bound);
        let mut mismatch = |mismatch| notes.mismatch(self.span, mismatch);
        let holds = self.right.satisfied(self.operator, &left, graph, bound, &mut mismatch);
        holds != self.negated
    }
}

impl Wanted {
    fn satisfied<'g>(
        &self,
        operator: Operator,
        left: &Scalar<'g>,
        graph: &'g EntityGraph,
        bound: &impl Binding<'g>,
        mismatch: &mut impl FnMut(Mismatch),
    ) -> bool {
        match self {
            Self::Value(Expr::Constant(right)) => compare(operator, left, right, mismatch),
            Self::Value(right) => compare(operator, left, &right.value(graph, bound), mismatch),
            Self::Pattern(pattern) => fits(pattern, left, mismatch),
            Self::Any(wanted) => wanted.iter().any(|one| one.satisfied(operator, left, graph, bound, mismatch)),
            Self::All(wanted) => wanted.iter().all(|one| one.satisfied(operator, left, graph, bound, mismatch)),
        }
    }

    fn slots(&self, found: &mut impl FnMut(Slot)) {
        match self {
            Self::Value(value) => value.slots(found),
            Self::Pattern(_) => {}
            Self::Any(wanted) | Self::All(wanted) => wanted.iter().for_each(|one| one.slots(found)),
        }
    }
}

/// Patterns are anchored when they are compiled.
fn fits(pattern: &Regex, left: &Scalar<'_>, mismatch: &mut impl FnMut(Mismatch)) -> bool {
    match left {
        Scalar::Undefined => false,
        Scalar::Text(text) => pattern.is_match(text),
        Scalar::List(items) => items.iter().any(|item| fits(pattern, &Scalar::from(item), mismatch)),
        other => {
            mismatch(Mismatch { left: other.sort(), right: "a regular expression" });
            false
        }
    }
}

impl Wanted {
    /// The values that something has to equal, where the values alone decide.
    pub(crate) fn constants(&self) -> Option<Vec<&Scalar<'static>>> {
        match self {
            Self::Value(Expr::Constant(value)) => Some(vec![value]),
            Self::Any(wanted) => {
                let each: Option<Vec<_>> = wanted.iter().map(Self::constants).collect();
                Some(each?.into_iter().flatten().collect())
            }
            Self::Value(_) | Self::Pattern(_) | Self::All(_) => None,
        }
    }

    /// Several values of which any counts.
    pub(crate) fn any_of(values: Vec<PropertyValue>) -> Self {
        let constant = |value: PropertyValue| Self::Value(Expr::Constant(owned(&value)));
        Self::Any(values.into_iter().map(constant).collect())
    }
}

/// A value that outlives where it comes from.
pub(crate) fn owned(value: &PropertyValue) -> Scalar<'static> {
    match value {
        PropertyValue::Flag(flag) => Scalar::Flag(*flag),
        PropertyValue::Number(number) => Scalar::Number(*number),
        PropertyValue::Text(text) => Scalar::Text(text.to_string().into()),
        PropertyValue::List(items) => Scalar::List(items.to_vec().into()),
    }
}
