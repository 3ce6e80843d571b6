//! Whether conditions hold.

use std::cmp::Ordering;

use rolecall_query::ast::{Comparison, Condition, Expression, Operand, Operator};

use super::evaluate::{Cell, World, column_of};
use super::expression::{Lookup, work};
use super::fixture::Value;
use super::values::{Worked, equal, finds, ordered, regex, text};

/// Whether a condition holds.
pub(crate) fn holds(world: &World<'_>, condition: &Condition, lookup: &Lookup<'_>) -> bool {
    match condition {
        Condition::Or(any) => any.iter().any(|one| holds(world, one, lookup)),
        Condition::And(all) => all.iter().all(|one| holds(world, one, lookup)),
        Condition::Compare(comparison) => compares(world, comparison, lookup),
    }
}

/// A *not* operator is exactly the opposite of the same one without, also of groups (15, 19).
fn compares(world: &World<'_>, comparison: &Comparison, lookup: &Lookup<'_>) -> bool {
    let left = compared(world, &comparison.left, lookup);
    let (operator, opposite) = positive(comparison.operator);
    matches(world, &left, operator, &comparison.right, lookup) != opposite
}

/// A whole entity is its key where it is compared (11).
fn compared(world: &World<'_>, expression: &Expression, lookup: &Lookup<'_>) -> Worked {
    match work(world, expression, lookup) {
        Worked::Thing(Cell::Entity(index)) => Worked::Value(Value::Text(world.fixture.entities[index].key.clone())),
        other => other,
    }
}

fn positive(operator: Operator) -> (Operator, bool) {
    match operator {
        Operator::NotEqual => (Operator::Equal, true),
        Operator::NotContains => (Operator::Contains, true),
        Operator::NotStartsWith => (Operator::StartsWith, true),
        Operator::NotEndsWith => (Operator::EndsWith, true),
        other => (other, false),
    }
}

fn matches(world: &World<'_>, left: &Worked, operator: Operator, right: &Operand, lookup: &Lookup<'_>) -> bool {
    match right {
        Operand::Expression(right) => compare(left, operator, &compared(world, right, lookup)),
        // Each of a group is compared alone (19).
        Operand::Group(group) if group.all => {
            group.values.iter().all(|right| matches(world, left, operator, right, lookup))
        }
        Operand::Group(group) => group.values.iter().any(|right| matches(world, left, operator, right, lookup)),
        // Anywhere with `=` and `~=`, at the beginning with `^=`, at the end with `$=` (20).
        Operand::Regex(pattern) => regex(pattern, operator == Operator::StartsWith, operator == Operator::EndsWith)
            .is_some_and(|regex| finds(left, &regex)),
        // The values of the one column count as a group with OR (26).
        Operand::Query(query) => {
            column_of(world, query).into_iter().any(|right| compare(left, operator, &Worked::Value(right)))
        }
    }
}

fn compare(left: &Worked, operator: Operator, right: &Worked) -> bool {
    match operator {
        Operator::Equal | Operator::NotEqual => equal(left, right),
        Operator::Greater => ordered(left, right, Ordering::is_gt),
        Operator::Less => ordered(left, right, Ordering::is_lt),
        Operator::GreaterOrEqual => ordered(left, right, Ordering::is_ge),
        Operator::LessOrEqual => ordered(left, right, Ordering::is_le),
        Operator::Contains | Operator::NotContains => text(left, right, |left, right| left.contains(right)),
        Operator::StartsWith | Operator::NotStartsWith => text(left, right, |left, right| left.starts_with(right)),
        Operator::EndsWith | Operator::NotEndsWith => text(left, right, |left, right| left.ends_with(right)),
    }
}
