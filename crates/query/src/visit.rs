//! Looking through a whole query.

use crate::ast::{
    Changed, Condition, EntityPattern, EntitySet, Expression, ItemValue, Operand, Path, Query, Returns, Step, Text,
};
use crate::compile::placeholder;

/// Something in a query.
pub(crate) enum Part<'q> {
    /// A query within it; what is in there is not shown.
    Within(&'q Query),
    /// Which entities a pattern is about.
    Set(&'q EntitySet),
    /// `CHANGED SINCE`.
    Changed(&'q Changed),
    /// Words joined by dots.
    Property(&'q Path),
    /// The name of a parameter.
    Parameter(&'q str),
}

/// Shows every part of a query.
pub(crate) fn visit<'q>(query: &'q Query, found: &mut impl FnMut(Part<'q>)) {
    pattern(&query.find, found);
    steps(&query.steps, found);
    if let Some(value) = &query.as_of {
        expression(value, found);
    }
    for clause in query.filter.iter().chain(&query.having) {
        condition(clause, found);
    }
    if let Some(Returns::Items(items)) = &query.returns {
        for item in items {
            if let ItemValue::Expression(value) = &item.value {
                expression(value, found);
            }
        }
    }
    query.order.iter().for_each(|key| found(Part::Property(&key.by)));
}

fn steps<'q>(all: &'q [Step], found: &mut impl FnMut(Part<'q>)) {
    for step in all {
        match step {
            Step::Hop(hop) => pattern(&hop.entity, found),
            Step::Optional(optional) => steps(&optional.steps, found),
        }
    }
}

fn pattern<'q>(pattern: &'q EntityPattern, found: &mut impl FnMut(Part<'q>)) {
    found(Part::Set(&pattern.set));
    if let EntitySet::Text(written) = &pattern.set {
        text(written, found);
    }
    if let Some(with) = &pattern.with {
        condition(with, found);
    }
    if let Some(changed) = &pattern.changed {
        found(Part::Changed(changed));
        expression(&changed.since, found);
        changed.until.iter().for_each(|until| expression(until, found));
    }
}

fn condition<'q>(of: &'q Condition, found: &mut impl FnMut(Part<'q>)) {
    match of {
        Condition::Or(conditions) | Condition::And(conditions) => {
            conditions.iter().for_each(|one| condition(one, found));
        }
        Condition::Compare(comparison) => {
            expression(&comparison.left, found);
            operand(&comparison.right, found);
        }
    }
}

fn operand<'q>(of: &'q Operand, found: &mut impl FnMut(Part<'q>)) {
    match of {
        Operand::Expression(value) => expression(value, found),
        Operand::Group(group) => group.values.iter().for_each(|one| operand(one, found)),
        Operand::Regex(_) => {}
        Operand::Query(query) => found(Part::Within(query)),
    }
}

fn expression<'q>(of: &'q Expression, found: &mut impl FnMut(Part<'q>)) {
    match of {
        Expression::Text(written) => text(written, found),
        Expression::Parameter(name) => found(Part::Parameter(&name.text)),
        Expression::Path(path) => found(Part::Property(path)),
        Expression::Call(call) => call.arguments.iter().for_each(|argument| expression(argument, found)),
        Expression::Binary(binary) => {
            expression(&binary.left, found);
            expression(&binary.right, found);
        }
        Expression::Negative(value, _) => expression(value, found),
        Expression::Number(_)
        | Expression::Flag(..)
        | Expression::Undefined(_)
        | Expression::Null(_)
        | Expression::Now(_)
        | Expression::Date(_)
        | Expression::Duration(_) => {}
    }
}

fn text<'q>(text: &'q Text, found: &mut impl FnMut(Part<'q>)) {
    let mut rest = text.value.as_str();
    while let Some((_, name, after)) = placeholder(rest) {
        found(Part::Parameter(name));
        rest = after;
    }
}

/// Which entities each pattern of a query is about, those of the queries within it included.
#[must_use]
pub fn entity_sets(query: &Query) -> Vec<&EntitySet> {
    let mut sets = Vec::new();
    add_sets(query, &mut sets);
    sets
}

fn add_sets<'q>(query: &'q Query, sets: &mut Vec<&'q EntitySet>) {
    visit(query, &mut |part| match part {
        Part::Set(set) => sets.push(set),
        Part::Within(query) => add_sets(query, sets),
        Part::Changed(_) | Part::Property(_) | Part::Parameter(_) => {}
    });
}
