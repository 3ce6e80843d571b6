//! Random queries over the vocabulary of the random graphs. All are valid: aliases exist where they are used.

use rolecall_query::Span;
use rolecall_query::ast::{
    Arrow, Call, Changed, Count, EntityName, EntityPattern, EntitySet, Expression, Hop, Item, ItemValue, Name,
    Optional, OrderKey, Path, Query, Returns, Step, Text, Verbs,
};

use super::generate_graph::{ACTIONS, CLASSES, TYPES, VERBS};
use super::generate_values::{Subject, condition, expression, moment};
use super::scope::scope;

/// A source of choices that are the same for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
    names: u32,
}

impl Dice {
    /// Dice that always fall the same way.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, names: 0 }
    }

    /// The next number of the SplitMix64 sequence.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Whether something happens that does so in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of several words.
    pub(crate) fn word(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len())]
    }

    /// An alias that this query does not have yet.
    fn fresh(&mut self, letter: char) -> Name {
        self.names += 1;
        name(&format!("{letter}{}", self.names))
    }

    fn maybe<T>(&mut self, percent: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.percent(percent).then(|| make(self))
    }
}

/// A word.
pub(crate) fn name(text: &str) -> Name {
    Name { text: text.to_owned(), span: Span::default() }
}

/// Words joined by dots.
pub(crate) fn path(words: &[&str]) -> Path {
    Path { parts: words.iter().copied().map(name).collect(), span: Span::default() }
}

/// A query about nothing but a beginning.
pub(crate) fn only(find: EntityPattern) -> Query {
    Query {
        unique: false,
        find,
        steps: Vec::new(),
        as_of: None,
        filter: None,
        returns: None,
        having: None,
        order: Vec::new(),
        skip: None,
        limit: None,
    }
}

/// Any query.
pub(crate) fn query(dice: &mut Dice) -> Query {
    let mut query = only(pattern(dice, true));
    for _ in 0..*dice.pick(&[0, 0, 1, 1, 1, 1, 2, 2, 3]) {
        query.steps.push(step(dice, 2));
    }
    let subjects = subjects(&query);
    if !subjects.is_empty() && dice.percent(20) {
        query.filter = Some(condition(dice, &Subject::Aliases(subjects.clone()), 1));
    }
    query.returns = match dice.below(100) {
        0..=24 => None,
        25..=36 => Some(Returns::Tree(Span::default())),
        37..=48 => Some(Returns::Path(Span::default())),
        _ if subjects.is_empty() => None,
        49..=74 => Some(Returns::Items(items(dice, &subjects))),
        _ => Some(Returns::Items(aggregates(dice, &subjects))),
    };
    query.unique = query.returns.is_some() && dice.percent(20);
    finish(dice, &mut query, &subjects);
    query
}

/// `HAVING`, `ORDER BY`, `SKIP` and `LIMIT`.
fn finish(dice: &mut Dice, query: &mut Query, subjects: &[String]) {
    let mut columns = Vec::new();
    let mut groups = false;
    if let Some(Returns::Items(items)) = &query.returns {
        groups = items.iter().any(super::aggregate::has_aggregates);
        columns.extend(items.iter().filter_map(|item| item.alias.as_ref()).map(|alias| alias.text.clone()));
    }
    if groups && !columns.is_empty() && dice.percent(22) {
        query.having = Some(condition(dice, &Subject::Columns(columns.clone()), 1));
    }
    for _ in 0..*dice.pick(&[0, 0, 0, 1, 1, 2]) {
        if let Some(by) = key(dice, &columns, subjects, groups) {
            query.order.push(OrderKey { by, descending: dice.percent(50) });
        }
    }
    query.skip = dice.maybe(8, |dice| count(dice.below(2)));
    query.limit = dice.maybe(12, |dice| count(1 + dice.below(6)));
}

fn key(dice: &mut Dice, columns: &[String], subjects: &[String], groups: bool) -> Option<Path> {
    if !columns.is_empty() && (groups || dice.percent(50)) {
        return Some(path(&[dice.pick(columns).as_str()]));
    }
    if groups || subjects.is_empty() {
        return None;
    }
    Some(path(&[dice.pick(subjects).as_str(), super::generate_values::property(dice)]))
}

/// A number of rows.
pub(crate) fn count(value: usize) -> Count {
    Count { value: value as u64, span: Span::default() }
}

/// The aliases that can be used in a query.
pub(crate) fn subjects(query: &Query) -> Vec<String> {
    scope(query).names.into_keys().collect()
}

/// A set of entities; `first` at the beginning, where full text may stand.
pub(crate) fn pattern(dice: &mut Dice, first: bool) -> EntityPattern {
    let set = if first && dice.percent(5) { text(dice) } else { names(dice) };
    EntityPattern {
        set,
        with: dice.maybe(22, |dice| condition(dice, &Subject::Properties, 1)),
        alias: dice.maybe(50, |dice| dice.fresh('a')),
        changed: dice.maybe(5, changed),
        span: Span::default(),
    }
}

fn text(dice: &mut Dice) -> EntitySet {
    let words = ["ann", "BOB", "x", "ann lee", "user", "{{word}}", "true", "lee team"];
    EntitySet::Text(Text { value: dice.word(&words).to_owned(), span: Span::default() })
}

fn names(dice: &mut Dice) -> EntitySet {
    let (smart, names) = match dice.below(100) {
        0..=79 => (None, vec![entity_name(dice)]),
        80..=91 => (None, (0..2 + dice.below(2)).map(|_| name_in_group(dice)).collect()),
        92..=95 => (Some(name(dice.word(&["Key", "Saved"]))), vec![]),
        _ => (Some(name(dice.word(&["Key", "Saved"]))), vec![entity_name(dice)]),
    };
    EntitySet::Names { smart, names }
}

/// Alone, a smart class is no name but stands before none.
fn name_in_group(dice: &mut Dice) -> EntityName {
    if dice.percent(5) { EntityName::Smart(name("Key")) } else { entity_name(dice) }
}

fn entity_name(dice: &mut Dice) -> EntityName {
    match dice.below(100) {
        0..=54 => EntityName::Named(name(dice.word(&CLASSES))),
        55..=79 => EntityName::Named(name(dice.word(&TYPES))),
        80..=96 => EntityName::Any(Span::default()),
        97..=98 => EntityName::Named(name("Unheard")),
        _ => EntityName::Named(name("no_such_type")),
    }
}

fn changed(dice: &mut Dice) -> Changed {
    Changed {
        since: moment(dice, false),
        until: dice.maybe(30, |dice| moment(dice, true)),
        alias: dice.maybe(50, |dice| dice.fresh('c')),
        span: Span::default(),
    }
}

fn step(dice: &mut Dice, depth: usize) -> Step {
    if depth == 0 || !dice.percent(22) {
        return Step::Hop(hop(dice, true));
    }
    let mut steps = vec![Step::Hop(hop(dice, true))];
    if dice.percent(40) {
        steps.push(step(dice, depth - 1));
    }
    Step::Optional(Optional { steps, alias: dice.maybe(40, |dice| dice.fresh('o')), span: Span::default() })
}

/// A hop, which may be negated.
pub(crate) fn hop(dice: &mut Dice, negations: bool) -> Hop {
    Hop {
        negated: negations && dice.percent(12),
        verbs: verbs(dice),
        arrow: dice.maybe(25, |dice| *dice.pick(&[Arrow::Left, Arrow::Right])),
        alias: dice.maybe(20, |dice| dice.fresh('r')),
        entity: pattern(dice, false),
        span: Span::default(),
    }
}

fn verbs(dice: &mut Dice) -> Verbs {
    match dice.below(100) {
        0..=49 => Verbs::Any(Span::default()),
        50..=64 => Verbs::Classes(vec![name(dice.word(&VERBS))]),
        65..=66 => Verbs::Classes(vec![name("has")]),
        67 => Verbs::Classes(vec![name("TELEPORTS")]),
        68..=84 => Verbs::Classes((0..2).map(|_| name(dice.word(&VERBS))).collect()),
        85..=94 => Verbs::Can(vec![name(dice.word(&ACTIONS))]),
        _ => Verbs::Can(ACTIONS.iter().copied().map(name).collect()),
    }
}

/// Columns without aggregates.
fn items(dice: &mut Dice, subjects: &[String]) -> Vec<Item> {
    (0..1 + dice.below(3)).map(|_| plain(dice, subjects)).collect()
}

fn plain(dice: &mut Dice, subjects: &[String]) -> Item {
    let value = match dice.below(100) {
        0..=9 => ItemValue::All(name(dice.pick(subjects).as_str())),
        10..=29 => ItemValue::Expression(Expression::Path(path(&[dice.pick(subjects).as_str()]))),
        _ => ItemValue::Expression(expression(dice, &Subject::Aliases(subjects.to_vec()), 2)),
    };
    Item { value, alias: dice.maybe(40, |dice| dice.fresh('k')), span: Span::default() }
}

/// Columns with aggregates, and mostly others as well.
fn aggregates(dice: &mut Dice, subjects: &[String]) -> Vec<Item> {
    let mut items: Vec<Item> = (0..*dice.pick(&[0, 1, 1, 2])).map(|_| plain(dice, subjects)).collect();
    for _ in 0..1 + dice.below(2) {
        let value = ItemValue::Expression(aggregate(dice, subjects));
        let item = Item { value, alias: dice.maybe(60, |dice| dice.fresh('k')), span: Span::default() };
        items.insert(dice.below(items.len() + 1), item);
    }
    items
}

fn aggregate(dice: &mut Dice, subjects: &[String]) -> Expression {
    let alias = dice.pick(subjects).as_str();
    let (function, whole) = match dice.below(10) {
        0..=2 => ("count", true),
        3..=4 => ("COUNT", false),
        5..=6 => ("sum", false),
        7 => ("avg", false),
        8 => ("min", false),
        _ => ("max", false),
    };
    let words = if whole { path(&[alias]) } else { path(&[alias, super::generate_values::property(dice)]) };
    let call = Call { function: name(function), arguments: vec![Expression::Path(words)], span: Span::default() };
    let call = Expression::Call(call);
    if dice.percent(15) { super::generate_values::doubled(call) } else { call }
}
