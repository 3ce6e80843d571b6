//! How two values compare (`docs/reference/j1ql.md`, 13 to 20).

use std::cmp::Ordering;

use rolecall_graph::PropertyValue;

use super::{Scalar, moment_of_text};
use crate::ast::Operator;

/// Two values whose types do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) left: &'static str,
    pub(crate) right: &'static str,
}

/// Whether `left operator right` holds, for operators that are no negation: those are the opposite of what they negate.
pub(crate) fn compare(
    operator: Operator,
    left: &Scalar<'_>,
    right: &Scalar<'_>,
    mismatch: &mut impl FnMut(Mismatch),
) -> bool {
    if left.is_undefined() || right.is_undefined() {
        return operator == Operator::Equal && left.is_undefined() && right.is_undefined();
    }
    if let Scalar::List(items) = left {
        return any(items, |item| compare(operator, item, right, mismatch));
    }
    if let Scalar::List(items) = right {
        return any(items, |item| compare(operator, left, item, mismatch));
    }
    match operator {
        Operator::Equal => ordering(left, right, mismatch) == Some(Ordering::Equal),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            in_order(operator, left, right, mismatch)
        }
        _ => has_text(operator, left, right, mismatch),
    }
}

fn any(items: &[PropertyValue], mut holds: impl FnMut(&Scalar<'_>) -> bool) -> bool {
    items.iter().any(|item| holds(&Scalar::from(item)))
}

fn in_order(operator: Operator, left: &Scalar<'_>, right: &Scalar<'_>, mismatch: &mut impl FnMut(Mismatch)) -> bool {
    if let (Scalar::Flag(_), Scalar::Flag(_)) = (left, right) {
        mismatch(Mismatch { left: left.sort(), right: right.sort() });
        return false;
    }
    let Some(ordering) = ordering(left, right, mismatch) else { return false };
    match operator {
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

/// How two values of one type compare; `None` of different ones.
fn ordering(left: &Scalar<'_>, right: &Scalar<'_>, mismatch: &mut impl FnMut(Mismatch)) -> Option<Ordering> {
    let found = match (left, right) {
        (Scalar::Flag(left), Scalar::Flag(right)) => Some(left.cmp(right)),
        (Scalar::Text(left), Scalar::Text(right)) => Some(left.cmp(right)),
        (Scalar::Moment(moment), Scalar::Text(text)) => {
            moment_of_text(text).and_then(|right| moment.partial_cmp(&right))
        }
        (Scalar::Text(text), Scalar::Moment(moment)) => moment_of_text(text).and_then(|left| left.partial_cmp(moment)),
        _ => left.number().zip(right.number()).and_then(|(left, right)| left.partial_cmp(&right)),
    };
    if found.is_none() {
        mismatch(Mismatch { left: left.sort(), right: right.sort() });
    }
    found
}

fn has_text(operator: Operator, left: &Scalar<'_>, right: &Scalar<'_>, mismatch: &mut impl FnMut(Mismatch)) -> bool {
    let (Scalar::Text(left), Scalar::Text(right)) = (left, right) else {
        mismatch(Mismatch { left: left.sort(), right: right.sort() });
        return false;
    };
    match operator {
        Operator::StartsWith => left.starts_with(&**right),
        Operator::EndsWith => left.ends_with(&**right),
        _ => left.contains(&**right),
    }
}
