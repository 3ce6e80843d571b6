//! What makes a query one that cannot be run.

use rolecall_query::ast::{
    Call, Comparison, Condition, Duration, EntityPattern, EntitySet, Expression, Item, ItemValue, Operand, Operator,
    Query, Regex, Returns, Step,
};

use super::aggregate::{has_aggregates, is_aggregate};
use super::dates::milliseconds;
use super::evaluate::World;
use super::expression::{beside, moment};
use super::project::column_number;
use super::scope::{Scope, given, scope};
use super::text::parameters;
use super::values::regex;

/// Why a query cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An alias is given twice (10).
    AliasTwice,
    /// There is no such alias, or not where it is used (6, 12).
    UnknownAlias,
    /// `HAVING`, or `ORDER BY` of groups, with what is no column (29).
    UnknownColumn,
    /// There is no such function.
    UnknownFunction,
    /// A parameter is missing (23).
    MissingParameter,
    /// A regular expression is none, or is in some order (20).
    Regex,
    /// A month or a year without a date (21).
    MonthWithoutDate,
    /// `AS OF`, `SINCE` or `UNTIL` without a moment (33, 34).
    NoMoment,
    /// A query in parentheses with other than one column, or with another operator (26).
    SubQuery,
    /// An aggregate where there is no group, of what is no alias or property, or beside what is no part of the group (27).
    Aggregate,
}

type Checked = Result<(), Fault>;

/// Where an expression stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// In `WITH`: every path of words is a property (11).
    With,
    /// In `AS OF`, `SINCE` or `UNTIL`: there is nothing that has properties.
    Moment,
    /// In `WHERE`, or a column: the first word is an alias (11).
    Aliases(&'a Scope),
    /// In a column with an aggregate: the first word of its argument is an alias (27).
    Group(&'a Scope),
    /// In `HAVING`: columns (29).
    Columns(&'a [Item]),
}

/// Whether a query can be run.
pub(crate) fn check(world: &World<'_>, query: &Query) -> Checked {
    let aliases = given(query);
    if aliases.iter().enumerate().any(|(index, alias)| aliases[..index].contains(alias)) {
        return Err(Fault::AliasTwice);
    }
    let scope = scope(query);
    if let Some(moment) = &query.as_of {
        is_moment(world, moment)?;
    }
    entity(world, &query.find)?;
    steps(world, &query.steps)?;
    if let Some(filter) = &query.filter {
        condition(world, Place::Aliases(&scope), filter)?;
    }
    columns(world, query, &scope)
}

fn columns(world: &World<'_>, query: &Query, scope: &Scope) -> Checked {
    let items = if let Some(Returns::Items(items)) = &query.returns { items.as_slice() } else { &[] };
    items.iter().try_for_each(|one| item(world, scope, one))?;
    if let Some(having) = &query.having {
        condition(world, Place::Columns(items), having)?;
    }
    for key in &query.order {
        let by = Expression::Path(key.by.clone());
        if column_number(world, items, &by).is_some() {
            continue;
        }
        if items.iter().any(has_aggregates) {
            return Err(Fault::UnknownColumn);
        }
        expression(world, Place::Aliases(scope), &by)?;
    }
    Ok(())
}

fn item(world: &World<'_>, scope: &Scope, item: &Item) -> Checked {
    match &item.value {
        ItemValue::All(alias) if scope.names.contains_key(&alias.text) => Ok(()),
        ItemValue::All(_) => Err(Fault::UnknownAlias),
        ItemValue::Expression(value) if has_aggregates(item) => expression(world, Place::Group(scope), value),
        ItemValue::Expression(value) => expression(world, Place::Aliases(scope), value),
    }
}

fn steps(world: &World<'_>, all: &[Step]) -> Checked {
    all.iter().try_for_each(|step| match step {
        Step::Hop(hop) => entity(world, &hop.entity),
        Step::Optional(optional) => steps(world, &optional.steps),
    })
}

fn entity(world: &World<'_>, pattern: &EntityPattern) -> Checked {
    if let EntitySet::Text(text) = &pattern.set {
        given_in(world, &text.value)?;
    }
    if let Some(with) = &pattern.with {
        condition(world, Place::With, with)?;
    }
    if let Some(changed) = &pattern.changed {
        is_moment(world, &changed.since)?;
        changed.until.as_ref().map_or(Ok(()), |until| is_moment(world, until))?;
    }
    Ok(())
}

fn is_moment(world: &World<'_>, one: &Expression) -> Checked {
    expression(world, Place::Moment, one)?;
    moment(world, one).map(|_| ()).ok_or(Fault::NoMoment)
}

fn condition(world: &World<'_>, place: Place<'_>, one: &Condition) -> Checked {
    match one {
        Condition::Or(all) | Condition::And(all) => all.iter().try_for_each(|one| condition(world, place, one)),
        Condition::Compare(comparison) => compares(world, place, comparison),
    }
}

fn compares(world: &World<'_>, place: Place<'_>, comparison: &Comparison) -> Checked {
    expression(world, place, &comparison.left)?;
    operand(world, place, comparison.operator, &comparison.right)
}

fn operand(world: &World<'_>, place: Place<'_>, operator: Operator, right: &Operand) -> Checked {
    match right {
        Operand::Expression(right) => expression(world, place, right),
        Operand::Group(group) => group.values.iter().try_for_each(|right| operand(world, place, operator, right)),
        Operand::Regex(pattern) => is_regex(operator, pattern),
        Operand::Query(query) => {
            let one = matches!(&query.returns, Some(Returns::Items(items)) if items.len() == 1);
            let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
            if one && equality { check(world, query) } else { Err(Fault::SubQuery) }
        }
    }
}

fn is_regex(operator: Operator, pattern: &Regex) -> Checked {
    let order =
        matches!(operator, Operator::Greater | Operator::Less | Operator::GreaterOrEqual | Operator::LessOrEqual);
    if order || regex(pattern, false, false).is_none() { Err(Fault::Regex) } else { Ok(()) }
}

fn expression(world: &World<'_>, place: Place<'_>, one: &Expression) -> Checked {
    if let Place::Columns(items) = place
        && column_number(world, items, one).is_some()
    {
        return Ok(());
    }
    match one {
        Expression::Text(text) => given_in(world, &text.value),
        Expression::Parameter(name) => is_given(world, &name.text),
        Expression::Path(path) => is_known(place, &path.parts[0].text),
        Expression::Duration(duration) => is_length(duration),
        Expression::Negative(value, _) => expression(world, place, value),
        Expression::Binary(binary) => {
            if let Some((date, _, _)) = beside(binary) {
                return expression(world, place, date);
            }
            expression(world, place, &binary.left)?;
            expression(world, place, &binary.right)
        }
        Expression::Call(function) => call(world, place, function),
        Expression::Number(_)
        | Expression::Flag(..)
        | Expression::Undefined(_)
        | Expression::Null(_)
        | Expression::Now(_)
        | Expression::Date(_) => Ok(()),
    }
}

fn call(world: &World<'_>, place: Place<'_>, call: &Call) -> Checked {
    if is_aggregate(call) {
        return match (place, call.arguments.as_slice()) {
            (Place::Group(scope), [Expression::Path(path)]) => is_known(Place::Aliases(scope), &path.parts[0].text),
            _ => Err(Fault::Aggregate),
        };
    }
    if !call.function.text.eq_ignore_ascii_case("concat") {
        return Err(Fault::UnknownFunction);
    }
    call.arguments.iter().try_for_each(|argument| expression(world, place, argument))
}

/// Whether words can stand where they do.
fn is_known(place: Place<'_>, alias: &str) -> Checked {
    match place {
        Place::With => Ok(()),
        Place::Moment => Err(Fault::NoMoment),
        Place::Aliases(scope) if scope.names.contains_key(alias) => Ok(()),
        Place::Aliases(_) => Err(Fault::UnknownAlias),
        Place::Group(_) => Err(Fault::Aggregate),
        Place::Columns(_) => Err(Fault::UnknownColumn),
    }
}

fn is_length(duration: &Duration) -> Checked {
    milliseconds(duration).map(|_| ()).ok_or(Fault::MonthWithoutDate)
}

fn given_in(world: &World<'_>, text: &str) -> Checked {
    parameters(text).into_iter().try_for_each(|name| is_given(world, name))
}

fn is_given(world: &World<'_>, name: &str) -> Checked {
    world.parameters.values.contains_key(name).then_some(()).ok_or(Fault::MissingParameter)
}
