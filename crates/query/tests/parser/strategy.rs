//! Every kind of query the language has, as trees.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rolecall_query::Span;
use rolecall_query::ast::*;

const NOWHERE: Span = Span::new(0, 0);

/// Words that mean something somewhere, and may be names elsewhere.
const WORDS: &[&str] = &[
    "find",
    "UNIQUE",
    "that",
    "WITH",
    "where",
    "return",
    "having",
    "order",
    "by",
    "limit",
    "Skip",
    "as",
    "of",
    "and",
    "or",
    "not",
    "true",
    "FALSE",
    "null",
    "undefined",
    "date",
    "now",
    "tree",
    "path",
    "PATH",
    "count",
    "sum",
    "concat",
    "to",
    "relates",
    "changed",
    "since",
    "until",
    "asc",
    "desc",
    "days",
    "User",
    "npm_package",
    "uniqe",
    "tha",
    "cost-center",
];

fn name(text: impl Into<String>) -> Name {
    Name { text: text.into(), span: NOWHERE }
}

fn word() -> impl Strategy<Value = Name> {
    prop_oneof!["[a-zA-Z_é][a-zA-Z0-9_名]{0,6}(-[a-z]{1,3})?", proptest::sample::select(WORDS).prop_map(str::to_owned)]
        .prop_map(name)
}

fn alias() -> impl Strategy<Value = Name> {
    prop_oneof![3 => word(), 1 => "\\PC{0,5}[a-z'\"\\\\]".prop_map(name)]
}

fn path_part() -> impl Strategy<Value = Name> {
    prop_oneof![4 => word(), 1 => "[a-z .'é(=-]{0,5}[a-z-]".prop_map(name)]
}

fn path() -> impl Strategy<Value = Path> {
    vec(path_part(), 1..3).prop_map(|parts| Path { parts, span: NOWHERE })
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof![any::<String>(), "[a-z'\"\\\\{}\n]{0,6}"].prop_map(|value| Text { value, span: NOWHERE })
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0_u32..1000).prop_map(f64::from),
        0.0..1e6,
        any::<f64>().prop_map(f64::abs).prop_filter("finite", |value| value.is_finite()),
    ]
}

/// Values that are written with their first character.
fn literal() -> impl Strategy<Value = Expression> {
    let units = proptest::sample::select(vec![Unit::Hours, Unit::Days, Unit::Weeks, Unit::Months, Unit::Years]);
    prop_oneof![
        text().prop_map(Expression::Text),
        number().prop_map(|value| Expression::Number(Number { value, span: NOWHERE })),
        Just(Expression::Now(NOWHERE)),
        (-62_167_219_200_000..=253_402_207_200_000_i64)
            .prop_map(|milliseconds| Expression::Date(Date { milliseconds, span: NOWHERE })),
        (number(), units).prop_map(|(value, unit)| Expression::Duration(Duration { value, unit, span: NOWHERE })),
        word().prop_map(Expression::Parameter),
    ]
}

pub(crate) fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        literal(),
        any::<bool>().prop_map(|value| Expression::Flag(value, NOWHERE)),
        Just(Expression::Undefined(NOWHERE)),
        Just(Expression::Null(NOWHERE)),
        path().prop_map(Expression::Path),
        path().prop_map(Expression::Path),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            (inner.clone(), operation(), inner.clone()).prop_map(binary),
            inner.clone().prop_map(|value| Expression::Negative(Box::new(value), NOWHERE)),
            (proptest::sample::select(vec!["count", "SUM", "Avg", "min", "max", "concat"]), vec(inner, 0..3)).prop_map(
                |(function, arguments)| Expression::Call(Call { function: name(function), arguments, span: NOWHERE })
            ),
        ]
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    proptest::sample::select(vec![Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Divide])
}

fn binary((left, operation, right): (Expression, Operation, Expression)) -> Expression {
    Expression::Binary(Box::new(Binary { left, operation, right, span: NOWHERE }))
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::*;
    proptest::sample::select(vec![
        Equal,
        NotEqual,
        Greater,
        Less,
        GreaterOrEqual,
        LessOrEqual,
        Contains,
        NotContains,
        StartsWith,
        NotStartsWith,
        EndsWith,
        NotEndsWith,
    ])
}

/// The right sides of comparisons; a query in parentheses is one when there is one to take.
fn operand(inside: Option<BoxedStrategy<Query>>) -> BoxedStrategy<Operand> {
    let regex = ("[a-z.+é ()^]{1,6}(\\\\/|\\\\d)?", any::<bool>())
        .prop_map(|(pattern, ignore_case)| Operand::Regex(Regex { pattern, ignore_case, span: NOWHERE }));
    let simple = prop_oneof![4 => expression().prop_map(Operand::Expression), 1 => regex];
    let leaf = match inside {
        Some(query) => prop_oneof![5 => simple, 1 => query.prop_map(|query| Operand::Query(Box::new(query)))].boxed(),
        None => simple.boxed(),
    };
    leaf.prop_recursive(2, 8, 3, |inner| (any::<bool>(), vec(inner, 2..4)).prop_map(group)).boxed()
}

/// A group in which none is of the same kind.
fn group((all, values): (bool, Vec<Operand>)) -> Operand {
    let flat = values.into_iter().flat_map(|value| match value {
        Operand::Group(group) if group.all == all => group.values,
        other => vec![other],
    });
    Operand::Group(Group { all, values: flat.collect(), span: NOWHERE })
}

fn condition(inside: Option<BoxedStrategy<Query>>) -> BoxedStrategy<Condition> {
    let comparison = (expression(), operator(), operand(inside)).prop_map(|(left, operator, right)| {
        Condition::Compare(Box::new(Comparison { left, operator, right, span: NOWHERE }))
    });
    comparison.prop_recursive(2, 6, 3, |inner| (any::<bool>(), vec(inner, 2..4)).prop_map(joined)).boxed()
}

/// A condition in which none is of the same kind.
fn joined((all, parts): (bool, Vec<Condition>)) -> Condition {
    let flat = parts.into_iter().flat_map(|part| match part {
        Condition::And(parts) if all => parts,
        Condition::Or(parts) if !all => parts,
        other => vec![other],
    });
    if all { Condition::And(flat.collect()) } else { Condition::Or(flat.collect()) }
}

fn entity_name() -> impl Strategy<Value = EntityName> {
    prop_oneof![
        1 => Just(EntityName::Any(NOWHERE)),
        5 => word().prop_map(EntityName::Named),
        1 => word().prop_map(EntityName::Smart),
    ]
}

fn names() -> impl Strategy<Value = EntitySet> {
    prop_oneof![
        3 => vec(entity_name(), 1..4).prop_map(|names| EntitySet::Names { smart: None, names }),
        1 => (word(), vec(entity_name(), 0..3)).prop_map(|(smart, names)| EntitySet::Names { smart: Some(smart), names }),
    ]
}

fn pattern(set: BoxedStrategy<EntitySet>) -> impl Strategy<Value = EntityPattern> {
    let changed = (expression(), option::of(expression()), option::of(alias()))
        .prop_map(|(since, until, alias)| Changed { since, until, alias, span: NOWHERE });
    (set, option::of(condition(None)), option::of(alias()), option::weighted(0.1, changed))
        .prop_map(|(set, with, alias, changed)| EntityPattern { set, with, alias, changed, span: NOWHERE })
}

fn verbs() -> impl Strategy<Value = Verbs> {
    let verb = word().prop_filter("no relationship", |name| !name.text.eq_ignore_ascii_case("can"));
    prop_oneof![
        1 => Just(Verbs::Any(NOWHERE)),
        4 => vec(verb, 1..4).prop_map(Verbs::Classes),
        1 => vec(word(), 1..3).prop_map(Verbs::Can),
    ]
}

fn hop() -> impl Strategy<Value = Hop> {
    let arrow = option::of(proptest::sample::select(vec![Arrow::Left, Arrow::Right]));
    (any::<bool>(), verbs(), arrow, option::of(alias()), pattern(names().boxed()))
        .prop_map(|(negated, verbs, arrow, alias, entity)| Hop { negated, verbs, arrow, alias, entity, span: NOWHERE })
}

fn step() -> impl Strategy<Value = Step> {
    hop().prop_map(Step::Hop).prop_recursive(2, 5, 2, |inner| {
        (hop(), vec(inner, 0..2), option::of(alias())).prop_map(|(first, more, alias)| {
            let steps = std::iter::once(Step::Hop(first)).chain(more).collect();
            Step::Optional(Optional { steps, alias, span: NOWHERE })
        })
    })
}

fn item() -> impl Strategy<Value = Item> {
    let value = prop_oneof![
        1 => path_part().prop_map(ItemValue::All),
        4 => expression().prop_map(ItemValue::Expression),
    ];
    (value, option::of(alias())).prop_map(|(value, alias)| Item { value, alias, span: NOWHERE })
}

fn returns() -> impl Strategy<Value = Returns> {
    prop_oneof![
        1 => Just(Returns::Tree(NOWHERE)),
        1 => Just(Returns::Path(NOWHERE)),
        4 => vec(item(), 1..4).prop_map(Returns::Items),
    ]
}

/// Whole queries; with another query in parentheses now and then.
pub(crate) fn query() -> BoxedStrategy<Query> {
    query_with(Some(query_with(None)))
}

fn query_with(inside: Option<BoxedStrategy<Query>>) -> BoxedStrategy<Query> {
    let first = prop_oneof![1 => text().prop_map(EntitySet::Text), 4 => names()];
    let as_of = prop_oneof![literal(), (literal(), operation(), literal()).prop_map(binary)];
    let key = (path(), any::<bool>()).prop_map(|(by, descending)| OrderKey { by, descending });
    let count = any::<u64>().prop_map(|value| Count { value, span: NOWHERE });
    let beginning = (any::<bool>(), pattern(first.boxed()), vec(step(), 0..3), option::weighted(0.2, as_of));
    let middle = (option::of(condition(inside)), option::of(returns()), option::weighted(0.2, condition(None)));
    let end = (vec(key, 0..3), option::weighted(0.2, count.clone()), option::weighted(0.2, count));
    (beginning, middle, end)
        .prop_map(|((unique, find, steps, as_of), (filter, returns, having), (order, skip, limit))| Query {
            unique,
            find,
            steps,
            as_of,
            filter,
            returns,
            having,
            order,
            skip,
            limit,
        })
        .boxed()
}
