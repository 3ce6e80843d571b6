//! Random conditions and expressions.

use rolecall_query::Span;
use rolecall_query::ast::{
    Binary, Call, Comparison, Condition, Date, Duration, EntitySet, Expression, Group, Item, ItemValue, Number,
    Operand, Operation, Operator, Query, Regex, Returns, Text, Unit,
};

use super::generate::{Dice, name, only, path, pattern, subjects};
use super::generate_graph::NOW;

/// What a condition is about.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// The properties of one entity.
    Properties,
    /// What has an alias.
    Aliases(Vec<String>),
    /// Columns.
    Columns(Vec<String>),
}

const DAY: i64 = 86_400_000;
const PROPERTIES: [&str; 13] = [
    "name", "name", "size", "size", "active", "labels", "created", "mixed", "tag.Key", "_type", "_class", "_key",
    "_deleted",
];
const OTHER_PROPERTIES: [&str; 7] = ["action", "unconfirmed", "kind", "old", "notBefore", "nowhere", "tags"];

/// The name of a property, now and then an unknown one.
pub(crate) fn property(dice: &mut Dice) -> &'static str {
    if dice.percent(10) { dice.word(&OTHER_PROPERTIES) } else { dice.word(&PROPERTIES) }
}

/// A condition of several comparisons, nested so deep.
pub(crate) fn condition(dice: &mut Dice, subject: &Subject, depth: usize) -> Condition {
    if depth == 0 || dice.percent(65) {
        return Condition::Compare(Box::new(comparison(dice, subject)));
    }
    let parts = [condition(dice, subject, depth - 1), condition(dice, subject, depth - 1)];
    if dice.percent(60) { Condition::Or(parts.into()) } else { Condition::And(parts.into()) }
}

/// A comparison, mostly of what can be equal.
fn comparison(dice: &mut Dice, subject: &Subject) -> Comparison {
    let (left, about) = left(dice, subject);
    let right = match dice.below(100) {
        0..=9 => Operand::Expression(Expression::Undefined(Span::default())),
        10..=24 => Operand::Group(group(dice, &about, 1)),
        25..=29 => regex(dice),
        30..=33 => Operand::Query(Box::new(sub_query(dice, &about))),
        34..=41 => Operand::Expression(self::left(dice, subject).0),
        42..=48 => Operand::Expression(parameter(dice)),
        _ => Operand::Expression(literal(dice, &about)),
    };
    Comparison { left, operator: operator(dice, &right, &about), right, span: Span::default() }
}

fn operator(dice: &mut Dice, right: &Operand, about: &str) -> Operator {
    let equality = [Operator::Equal, Operator::NotEqual, Operator::NotEqual, Operator::NotEqual];
    let texts = [
        Operator::Contains,
        Operator::NotContains,
        Operator::StartsWith,
        Operator::NotStartsWith,
        Operator::EndsWith,
        Operator::NotEndsWith,
    ];
    let orders = [Operator::Greater, Operator::Less, Operator::GreaterOrEqual, Operator::LessOrEqual];
    let ordered = matches!(about, "size" | "created" | "notBefore");
    match right {
        Operand::Query(_) => *dice.pick(&equality),
        Operand::Regex(_) if dice.percent(50) => *dice.pick(&equality),
        Operand::Regex(_) => *dice.pick(&texts),
        _ if dice.percent(if ordered { 60 } else { 8 }) => *dice.pick(&orders),
        _ if dice.percent(if ordered { 5 } else { 40 }) => *dice.pick(&texts),
        _ => *dice.pick(&equality),
    }
}

/// A left side, and which property it is about.
fn left(dice: &mut Dice, subject: &Subject) -> (Expression, String) {
    let about = property(dice).to_owned();
    match subject {
        Subject::Properties if dice.percent(5) => (arithmetic(dice, subject, 1), "size".to_owned()),
        Subject::Properties => (Expression::Path(path(&[&about])), about),
        Subject::Aliases(aliases) => (Expression::Path(path(&[dice.pick(aliases).as_str(), &about])), about),
        Subject::Columns(columns) => {
            (Expression::Path(path(&[dice.pick(columns).as_str()])), (*dice.pick(&["size", "name"])).to_owned())
        }
    }
}

fn group(dice: &mut Dice, about: &str, depth: usize) -> Group {
    let all = dice.percent(25);
    let mut values = Vec::new();
    for _ in 0..2 + dice.below(2) {
        // A group of the same kind inside another is the same query written otherwise.
        if depth > 0 && dice.percent(12) {
            let inner = Group { all: !all, ..group(dice, about, depth - 1) };
            values.push(Operand::Group(inner));
        } else {
            values.push(Operand::Expression(literal(dice, about)));
        }
    }
    Group { all, values, span: Span::default() }
}

fn regex(dice: &mut Dice) -> Operand {
    let pattern = *dice.pick(&["an+", "[a-c]", "ann|lee", r"o\w", "B", "x?"]);
    Operand::Regex(Regex { pattern: pattern.to_owned(), ignore_case: dice.percent(50), span: Span::default() })
}

fn sub_query(dice: &mut Dice, about: &str) -> Query {
    let mut find = pattern(dice, false);
    if matches!(find.set, EntitySet::Text(_)) || find.alias.is_none() {
        find.alias = Some(name("s"));
    }
    find.with = None;
    find.changed = None;
    let mut query = only(find);
    let subject = subjects(&query).remove(0);
    let value = ItemValue::Expression(Expression::Path(path(&[&subject, about])));
    query.returns = Some(Returns::Items(vec![Item { value, alias: None, span: Span::default() }]));
    query
}

fn parameter(dice: &mut Dice) -> Expression {
    Expression::Parameter(name(dice.word(&["word", "words", "number", "flag", "none", "empty"])))
}

/// A string.
pub(crate) fn text(value: &str) -> Expression {
    Expression::Text(Text { value: value.to_owned(), span: Span::default() })
}

/// A number.
pub(crate) fn number(value: f64) -> Expression {
    Expression::Number(Number { value, span: Span::default() })
}

/// A value that a property may have.
fn literal(dice: &mut Dice, about: &str) -> Expression {
    let about = if dice.percent(4) { property(dice) } else { about };
    match about {
        "size" => number(*dice.pick(&[0.0, 1.0, 2.0, 2.5, 3.0])),
        "active" | "_deleted" | "unconfirmed" => Expression::Flag(dice.percent(50), Span::default()),
        "labels" | "tags" => text(dice.word(&["x", "y", "Key", "ann"])),
        "created" | "notBefore" => moment(dice, false),
        "mixed" if dice.percent(40) => number(2.0),
        "mixed" | "tag.Key" if dice.percent(40) => Expression::Flag(true, Span::default()),
        "_type" => text(dice.word(&["user", "team", "pack", "age"])),
        "_class" => text(dice.word(&["Actor", "Asset", "Thing", "ing", "OWNS", "CAN"])),
        "_key" => text(dice.word(&["user", "-0", "team-01", "r0"])),
        "kind" => text(dice.word(&["appeared", "changed", "lost"])),
        "action" => text(dice.word(&["publish", "read"])),
        _ => text(dice.word(&["ann", "bob", "lee", "b", "", "an", "{{word}}"])),
    }
}

/// A moment; `late` near now.
pub(crate) fn moment(dice: &mut Dice, late: bool) -> Expression {
    let days = dice.below(if late { 5 } else { 30 });
    let now = Expression::Now(Span::default());
    match dice.below(10) {
        0..=5 => moved(now, days as f64, Unit::Days),
        6 => moved(now, 1.0, *dice.pick(&[Unit::Months, Unit::Weeks, Unit::Hours])),
        7 => now,
        _ => Expression::Date(Date { milliseconds: NOW - DAY * days as i64, span: Span::default() }),
    }
}

fn moved(date: Expression, value: f64, unit: Unit) -> Expression {
    let duration = Expression::Duration(Duration { value, unit, span: Span::default() });
    binary(date, Operation::Subtract, duration)
}

fn binary(left: Expression, operation: Operation, right: Expression) -> Expression {
    Expression::Binary(Box::new(Binary { left, operation, right, span: Span::default() }))
}

/// Something worked out with twice.
pub(crate) fn doubled(expression: Expression) -> Expression {
    binary(expression, Operation::Multiply, number(2.0))
}

/// A value of a row.
pub(crate) fn expression(dice: &mut Dice, subject: &Subject, depth: usize) -> Expression {
    match dice.below(100) {
        0..=9 => arithmetic(dice, subject, depth),
        10..=15 => {
            let arguments = (0..2 + dice.below(2)).map(|_| left(dice, subject).0).collect();
            Expression::Call(Call { function: name("concat"), arguments, span: Span::default() })
        }
        16..=18 => text("{{word}}!"),
        19..=20 => Expression::Now(Span::default()),
        _ => left(dice, subject).0,
    }
}

/// Arithmetic, mostly of what has numbers.
fn arithmetic(dice: &mut Dice, subject: &Subject, depth: usize) -> Expression {
    if depth == 0 || dice.percent(20) {
        return if dice.percent(50) { number(dice.below(4) as f64) } else { numeric(dice, subject) };
    }
    if dice.percent(10) {
        return Expression::Negative(Box::new(numeric(dice, subject)), Span::default());
    }
    let operation = *dice.pick(&[Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Divide]);
    let left = numeric(dice, subject);
    binary(left, operation, arithmetic(dice, subject, depth - 1))
}

fn numeric(dice: &mut Dice, subject: &Subject) -> Expression {
    let about = *dice.pick(&["size", "size", "size", "mixed", "created"]);
    match subject {
        Subject::Properties => Expression::Path(path(&[about])),
        Subject::Aliases(aliases) => Expression::Path(path(&[dice.pick(aliases).as_str(), about])),
        Subject::Columns(columns) => Expression::Path(path(&[dice.pick(columns).as_str()])),
    }
}
