//! What must be so of any answer, whoever worked it out.

use std::collections::BTreeSet;

use rolecall_query::Span;
use rolecall_query::ast::{
    Arrow, Call, Condition, EntityPattern, Expression, Hop, Item, ItemValue, Optional, Query, Returns, Step, Verbs,
};

use super::evaluate::{Answer, Cell, Shown};
use super::fixture::Value;
use super::generate::{Dice, count, hop, name, only, path, pattern};
use super::generate_graph::VERBS;
use super::generate_values::{Subject, condition};
use super::print;

/// Whatever answers queries about one graph; nothing when a query cannot be run.
pub(crate) type Ask<'a> = dyn Fn(&Query) -> Option<Answer> + 'a;

/// All laws, each with queries of its own.
pub(crate) fn all(dice: &mut Dice, ask: &Ask<'_>) {
    with_narrows(dice, ask);
    conditions_are_sets(dice, ask);
    verbs_are_a_union(dice, ask);
    arrows_are_a_union(dice, ask);
    negation_is_the_complement(dice, ask);
    negation_of_many_hops_is_the_complement(dice, ask);
    optional_is_a_union(dice, ask);
    count_is_the_list(dice, ask);
}

fn list(ask: &Ask<'_>, query: &Query) -> BTreeSet<usize> {
    match ask(query) {
        Some(Answer::List(entities)) => {
            let set: BTreeSet<usize> = entities.iter().copied().collect();
            assert_eq!(set.len(), entities.len(), "an entity is listed twice");
            set
        }
        other => panic!("no list: {other:?}"),
    }
}

fn along(find: &EntityPattern, hops: &[Hop]) -> Query {
    Query { steps: hops.iter().cloned().map(Step::Hop).collect(), ..only(find.clone()) }
}

fn with(find: &EntityPattern, with: Condition) -> Query {
    only(EntityPattern { with: Some(with), ..find.clone() })
}

/// A condition that does not find what is gone (4).
fn of_the_present(dice: &mut Dice) -> Condition {
    loop {
        let condition = condition(dice, &Subject::Properties, 1);
        if !format!("{condition:?}").contains("_deleted") {
            return condition;
        }
    }
}

/// `WITH` finds nothing that is not found without it (5).
fn with_narrows(dice: &mut Dice, ask: &Ask<'_>) {
    let find = EntityPattern { with: None, ..pattern(dice, true) };
    let narrow = list(ask, &with(&find, of_the_present(dice)));
    assert!(narrow.is_subset(&list(ask, &only(find))));
}

/// `OR` is a union and `AND` what both find.
fn conditions_are_sets(dice: &mut Dice, ask: &Ask<'_>) {
    let find = EntityPattern { with: None, ..pattern(dice, true) };
    let (one, other) = (of_the_present(dice), of_the_present(dice));
    let both = vec![one.clone(), other.clone()];
    let shown = with(&find, Condition::Or(both.clone()));
    let either = list(ask, &with(&find, Condition::Or(both.clone())));
    let each = list(ask, &with(&find, Condition::And(both)));
    let (one, other) = (list(ask, &with(&find, one)), list(ask, &with(&find, other)));
    assert_eq!(either, &one | &other, "{}", print::query(&shown));
    assert_eq!(each, &one & &other);
}

/// `(V1|V2)` finds what either finds.
fn verbs_are_a_union(dice: &mut Dice, ask: &Ask<'_>) {
    let (find, hop) = (pattern(dice, true), hop(dice, false));
    let names = [dice.word(&VERBS), dice.word(&VERBS)].map(name);
    let by = |names: &[_]| list(ask, &along(&find, &[Hop { verbs: Verbs::Classes(names.to_vec()), ..hop.clone() }]));
    assert_eq!(by(&names), &by(&names[..1]) | &by(&names[1..]));
}

/// A hop goes along a relationship either way (3).
fn arrows_are_a_union(dice: &mut Dice, ask: &Ask<'_>) {
    let (find, hop) = (pattern(dice, true), hop(dice, false));
    let by = |arrow| list(ask, &along(&find, &[Hop { arrow, ..hop.clone() }]));
    assert_eq!(by(None), &by(Some(Arrow::Left)) | &by(Some(Arrow::Right)));
}

/// What has no path along a hop is what is not found along it (6).
fn negation_is_the_complement(dice: &mut Dice, ask: &Ask<'_>) {
    let (find, hop) = (pattern(dice, true), hop(dice, false));
    complement(&find, &[hop], ask);
}

/// A negated hop is about all that follows (6).
fn negation_of_many_hops_is_the_complement(dice: &mut Dice, ask: &Ask<'_>) {
    let (find, hops) = (pattern(dice, true), [hop(dice, false), hop(dice, true)]);
    complement(&find, &hops, ask);
}

fn complement(find: &EntityPattern, hops: &[Hop], ask: &Ask<'_>) {
    let mut negated = hops.to_vec();
    negated[0].negated = true;
    let (found, other) = (list(ask, &along(find, hops)), list(ask, &along(find, &negated)));
    assert!(found.is_disjoint(&other));
    assert_eq!(&found | &other, list(ask, &only(find.clone())));
}

/// An optional is a union of the query without it and the one without its parentheses (7).
fn optional_is_a_union(dice: &mut Dice, ask: &Ask<'_>) {
    let (find, inside, last) = (pattern(dice, true), hop(dice, false), hop(dice, true));
    let optional = Optional { steps: vec![Step::Hop(inside.clone())], alias: None, span: Span::default() };
    let query = Query { steps: vec![Step::Optional(optional), Step::Hop(last.clone())], ..only(find.clone()) };
    let (without, through) = (along(&find, std::slice::from_ref(&last)), along(&find, &[inside, last]));
    assert_eq!(list(ask, &query), &list(ask, &without) | &list(ask, &through));
}

/// `count` of the beginning is how many a query without `RETURN` lists (8, 27, 28).
fn count_is_the_list(dice: &mut Dice, ask: &Ask<'_>) {
    let find = EntityPattern { alias: Some(name("found")), ..pattern(dice, true) };
    let query = along(&find, &[hop(dice, true)]);
    let arguments = vec![Expression::Path(path(&["found"]))];
    let call = Expression::Call(Call { function: name("count"), arguments, span: Span::default() });
    let counted = Query { returns: Some(Returns::Items(vec![item(call)])), ..query.clone() };
    let Some(Answer::Table { rows, .. }) = ask(&counted) else { panic!("no table") };
    assert_eq!(rows, [[Cell::Value(Value::Number(list(ask, &query).len() as f64))]]);
}

fn item(expression: Expression) -> Item {
    Item { value: ItemValue::Expression(expression), alias: None, span: Span::default() }
}

/// What must be so of the answer to any query, seen beside the answers to similar ones.
pub(crate) fn of_query(query: &Query, ask: &Ask<'_>) {
    unique_has_no_equal_rows(query, ask);
    limit_is_a_part(query, ask);
    order_changes_only_the_order(query, ask);
    tree_is_all_of_the_paths(query, ask);
    where_narrows(query, ask);
}

/// The rows of an answer, whatever it shows.
fn parts(answer: Option<Answer>) -> Vec<String> {
    match answer {
        Some(Answer::List(entities)) => entities.iter().map(ToString::to_string).collect(),
        Some(Answer::Table { rows, .. }) => rows.iter().map(|row| format!("{row:?}")).collect(),
        Some(Answer::Paths(paths)) => paths.iter().map(|path| format!("{path:?}")).collect(),
        Some(Answer::Tree { .. }) | None => Vec::new(),
    }
}

/// `UNIQUE` never has equal rows, and has all there are (8).
fn unique_has_no_equal_rows(query: &Query, ask: &Ask<'_>) {
    let whole = Query { skip: None, limit: None, ..query.clone() };
    let unique = parts(ask(&Query { unique: true, ..whole.clone() }));
    let all: BTreeSet<String> = parts(ask(&Query { unique: false, ..whole })).into_iter().collect();
    assert_eq!(unique.len(), all.len());
    assert_eq!(unique.into_iter().collect::<BTreeSet<String>>(), all);
}

/// `SKIP` and `LIMIT` leave a part of the rows, in the same order (9).
fn limit_is_a_part(query: &Query, ask: &Ask<'_>) {
    let whole = parts(ask(&Query { skip: None, limit: None, ..query.clone() }));
    for (skip, limit) in [(0, 1), (1, 2), (2, 100)] {
        let part = Query { skip: Some(count(skip)), limit: Some(count(limit)), ..query.clone() };
        let expected: Vec<String> = whole.iter().skip(skip).take(limit).cloned().collect();
        assert_eq!(parts(ask(&part)), expected);
    }
}

/// `ORDER BY` leaves all rows that there are (9).
fn order_changes_only_the_order(query: &Query, ask: &Ask<'_>) {
    let whole = Query { skip: None, limit: None, ..query.clone() };
    let mut ordered = parts(ask(&whole));
    let mut plain = parts(ask(&Query { order: Vec::new(), ..whole }));
    ordered.sort();
    plain.sort();
    assert_eq!(ordered, plain);
}

/// A tree has exactly what the paths have.
fn tree_is_all_of_the_paths(query: &Query, ask: &Ask<'_>) {
    let shown = |returns| Query { returns: Some(returns), having: None, order: Vec::new(), ..query.clone() };
    let span = Span::default();
    let whole = Query { skip: None, limit: None, ..shown(Returns::Tree(span)) };
    let paths = Query { skip: None, limit: None, ..shown(Returns::Path(span)) };
    let (Some(Answer::Tree { entities, relationships }), Some(Answer::Paths(paths))) = (ask(&whole), ask(&paths))
    else {
        panic!("no tree or no paths")
    };
    let all =
        |of: fn(&Shown) -> &Vec<usize>| paths.iter().flat_map(|path| of(path).iter().copied()).collect::<BTreeSet<_>>();
    assert_eq!(entities, all(|path| &path.entities));
    assert_eq!(relationships, all(|path| &path.relationships));
    assert!(paths.iter().all(|path| path.entities.len() == path.relationships.len() + 1));
}

/// `WHERE` finds nothing that is not found without it (5).
fn where_narrows(query: &Query, ask: &Ask<'_>) {
    let listed = Query { returns: None, having: None, order: Vec::new(), skip: None, limit: None, ..query.clone() };
    let narrow = list(ask, &listed);
    assert!(narrow.is_subset(&list(ask, &Query { filter: None, ..listed })));
}

/// Whether an answer has anything in it.
pub(crate) fn is_empty(answer: &Answer) -> bool {
    match answer {
        Answer::List(entities) => entities.is_empty(),
        Answer::Table { rows, .. } => rows.is_empty(),
        Answer::Tree { entities, .. } => entities.is_empty(),
        Answer::Paths(paths) => paths.is_empty(),
    }
}
