//! Which entities a pattern is about.

use std::collections::BTreeSet;
use std::ops::Range;

use rolecall_graph::{EntityGraph, EntityId, PropertyValue, ValueRef};

use super::check::{Check, Notes};
use super::expression::{Expr, One, Slot};
use super::{Compiler, MOST_NESTED, Scope};
use crate::ast::{Condition, EntityName, EntityPattern, EntitySet, Expression, Name, Operand, Operator};
use crate::bind::{Target, joined};
use crate::changes::{Changes, Window};
use crate::set::EntitySetBits;
use crate::value::Scalar;

/// A pattern made ready for one graph.
#[derive(Debug)]
pub(crate) struct Pattern<'g> {
    /// By shape, whether its entities may be meant.
    pub(crate) shapes: Vec<bool>,
    /// What `WITH` and `WHERE` say of one entity.
    pub(crate) checks: Vec<Check>,
    /// `#Name`: any of these sets, for each name that has to hold.
    pub(crate) within: Vec<EntitySetBits>,
    /// Entities that count whatever their shape: `(#Name|User)`.
    pub(crate) also: EntitySetBits,
    /// Words that all have to be among its values, in lower case.
    pub(crate) words: Vec<String>,
    /// The window in which it has to have changed.
    pub(crate) changed: Option<&'g Changes>,
    /// Whether a window is asked about; without changes nothing has changed.
    pub(crate) has_window: bool,
}

impl<'g> Compiler<'_, 'g> {
    pub(crate) fn pattern(&mut self, pattern: &EntityPattern, slot: usize) -> Pattern<'g> {
        let deleted = self.run.is_some_and(|run| run.asked.include_deleted)
            || pattern.changed.is_some()
            || pattern.with.as_ref().is_some_and(mentions_deleted);
        let mut ready = Pattern {
            shapes: vec![false; self.graph.shapes() as usize],
            checks: Vec::new(),
            within: Vec::new(),
            also: EntitySetBits::default(),
            words: Vec::new(),
            changed: None,
            has_window: pattern.changed.is_some(),
        };
        match &pattern.set {
            EntitySet::Text(text) => {
                ready.words = words_of(&self.text(text));
                ready.shapes.fill(true);
            }
            EntitySet::Names { smart, names } => {
                ready.within.extend(smart.as_ref().map(|smart| self.smart_class(smart, deleted)));
                if names.is_empty() {
                    ready.shapes.fill(true);
                }
                names.iter().for_each(|name| self.name(name, deleted, &mut ready));
            }
        }
        for (shape, wanted) in (0..).zip(&mut ready.shapes) {
            *wanted = *wanted && (deleted || !self.graph.shape_is_deleted(shape));
        }
        let check = pattern.with.as_ref().and_then(|with| self.condition(with, Scope::Entity(slot)));
        ready.checks = check.map_or_else(Vec::new, Check::parts);
        if let Some(changed) = &pattern.changed {
            let window = self.window(&changed.since, changed.until.as_ref());
            let changes = |window| self.run?.worlds.changes.get(&(self.moment, window)).copied();
            ready.changed = window.and_then(changes);
        }
        ready
    }

    fn name(&mut self, name: &EntityName, deleted: bool, ready: &mut Pattern<'g>) {
        match name {
            EntityName::Any(_) => ready.shapes.fill(true),
            EntityName::Smart(name) => {
                let members = self.smart_class(name, deleted);
                ready.also.extend(members.iter());
            }
            EntityName::Named(name) => self.class_or_type(name, ready),
        }
    }

    fn class_or_type(&mut self, name: &Name, ready: &mut Pattern<'g>) {
        let is_class = name.text.chars().next().is_some_and(char::is_uppercase);
        let graph = self.graph;
        for (shape, wanted) in (0..).zip(&mut ready.shapes) {
            let found = match is_class {
                true => graph.shape_classes(shape).any(|class| class == name.text),
                false => graph.shape_type(shape) == name.text,
            };
            *wanted = *wanted || found;
        }
        let vocabulary = graph.vocabulary();
        let (sort, code) = if is_class { ("class", "unknown-class") } else { ("type", "unknown-type") };
        let is_known = vocabulary.classes.contains(&*name.text) || vocabulary.types.contains(&*name.text);
        if self.run.is_some() && !is_known {
            let known = vocabulary.classes.iter().chain(&vocabulary.types).map(|word| &**word);
            self.unknown(code, (sort, &name.text, name.span), known);
        }
    }

    /// The window of `CHANGED SINCE`; `None` where it is no moment, which is an error.
    pub(crate) fn window(&mut self, since: &Expression, until: Option<&Expression>) -> Option<Window> {
        let since = self.fixed_moment(since, "CHANGED SINCE")?;
        let until = match until {
            Some(until) => self.fixed_moment(until, "UNTIL")?,
            None => self.moment.or_else(|| self.run.map(|run| run.asked.now)).unwrap_or(i64::MAX),
        };
        Some(Window { since, until })
    }

    /// The moment that an expression names.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and no moment is so far away")]
    pub(crate) fn fixed_moment(&mut self, expression: &Expression, clause: &'static str) -> Option<i64> {
        let value = self.expression(expression, Scope::Nothing(clause))?;
        let is_date = match value {
            Expr::Constant(Scalar::Moment(moment) | Scalar::Number(moment)) => Some(moment),
            Expr::Constant(Scalar::Text(text)) => crate::value::moment_of_text(&text),
            // While a query is prepared, a parameter has no value.
            Expr::Constant(Scalar::Undefined) if self.run.is_none() => return None,
            _ => None,
        };
        if is_date.is_none() {
            self.error("no-moment", expression.span(), format!("{clause} takes a date, such as date.now - 7 days"));
        }
        is_date.map(|moment| moment as i64)
    }

    /// What `#Name` is.
    fn smart_class(&mut self, name: &Name, deleted: bool) -> EntitySetBits {
        let mut members = EntitySetBits::default();
        let Some(run) = self.run else { return members };
        let saved = run.worlds.smart_classes.get(&name.text);
        for text in saved.into_iter().flatten() {
            match crate::run::list_of(text, run, self.moment) {
                _ if run.depth >= MOST_NESTED => {
                    self.error("nested-too-deep", name.span, format!("#{} is made of queries about itself", name.text));
                    return members;
                }
                Ok(found) => members.extend(found.into_iter()),
                Err(reason) => {
                    self.error("smart-class", name.span, format!("a query of #{} cannot be run: {reason}", name.text));
                }
            }
        }
        let tagged = tagged(self.graph, &name.text);
        if saved.is_none() && tagged.is_empty() {
            let known = run.worlds.smart_classes.keys().map(String::as_str);
            self.unknown("unknown-smart-class", ("smart class", &name.text, name.span), known);
        }
        members.extend(tagged.into_iter().filter(|entity| deleted || !is_deleted(self.graph, *entity)));
        members
    }

    /// Warns of a property that nothing has.
    pub(crate) fn check_property(&mut self, name: &str, span: crate::Span) {
        let graph = self.graph;
        let is_known = graph.name(name).is_some() || graph.vocabulary().properties.contains(name);
        if self.run.is_some() && !is_known && !name.starts_with("tag.") && !name.starts_with('_') {
            let known = graph.vocabulary().properties.iter().map(|word| &**word);
            self.unknown("unknown-property", ("property", name, span), known);
        }
    }

    /// The same of whatever a name stands for.
    pub(crate) fn check_property_of(&mut self, target: Target, name: &str, span: crate::Span) {
        match target {
            Target::Entity(_) | Target::Union(_) => self.check_property(name, span),
            Target::Change(_) if !super::expression::OF_CHANGES.contains(&name) => {
                let known = super::expression::OF_CHANGES.iter().copied();
                self.unknown("unknown-property", ("property of changes", name, span), known);
            }
            Target::Change(_) | Target::Hop(_) => {}
        }
    }
}

impl Pattern<'_> {
    /// Whether an entity is meant. `O(checks)`, and for full text `O(properties)`.
    pub(crate) fn matches(&self, graph: &EntityGraph, entity: EntityId, notes: &Notes) -> bool {
        let shape = graph.shape_of(entity);
        let has_shape = self.shapes.get(shape as usize).copied().unwrap_or(false) || self.also.contains(entity);
        has_shape
            && self.within.iter().all(|set| set.contains(entity))
            && self.checks.iter().all(|check| check.holds(graph, &One(entity), notes))
            && (!self.has_window || self.changed.is_some_and(|changes| changes.of.contains_key(&entity)))
            && (self.words.is_empty() || has_words(graph, entity, &self.words))
    }

    /// The numbers of the entities whose shape is meant, as few ranges as can be.
    pub(crate) fn ranges(&self, graph: &EntityGraph) -> Vec<Range<u32>> {
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for (shape, wanted) in (0..).zip(&self.shapes) {
            let entities = graph.shape_entities(shape);
            match ranges.last_mut() {
                Some(last) if *wanted && last.end == entities.start => last.end = entities.end,
                _ if *wanted => ranges.push(entities),
                _ => {}
            }
        }
        ranges
    }

    /// Whether the shape decides alone.
    pub(crate) fn is_simple(&self) -> bool {
        self.checks.is_empty()
            && self.within.is_empty()
            && self.also.len() == 0
            && self.words.is_empty()
            && !self.has_window
    }
}

/// The strings of which a property has to be one, if a check says so, with the number of the property's name.
pub(crate) fn wanted_texts(check: &Check) -> Option<(u32, Vec<&str>)> {
    let Check::Compare(comparison) = check else { return None };
    let Expr::Property(property) = &comparison.left else { return None };
    let decides =
        !comparison.negated && comparison.operator == Operator::Equal && matches!(property.of, Slot::Entity(_));
    let text = |value: &'_ Scalar<'static>| matches!(value, Scalar::Text(_));
    let values = comparison.right.constants().filter(|values| decides && values.iter().all(|value| text(value)))?;
    let texts =
        values.into_iter().filter_map(|value| if let Scalar::Text(text) = value { Some(&**text) } else { None });
    Some((property.number?, texts.collect()))
}

fn is_deleted(graph: &EntityGraph, entity: EntityId) -> bool {
    graph.shape_is_deleted(graph.shape_of(entity))
}

/// Whether `WITH` is about what is gone; what queries within it are about is their own affair.
fn mentions_deleted(condition: &Condition) -> bool {
    match condition {
        Condition::Or(conditions) | Condition::And(conditions) => conditions.iter().any(mentions_deleted),
        Condition::Compare(comparison) => names_deleted(&comparison.left) || operand_names_deleted(&comparison.right),
    }
}

fn operand_names_deleted(operand: &Operand) -> bool {
    match operand {
        Operand::Expression(expression) => names_deleted(expression),
        Operand::Group(group) => group.values.iter().any(operand_names_deleted),
        Operand::Regex(_) | Operand::Query(_) => false,
    }
}

fn names_deleted(expression: &Expression) -> bool {
    match expression {
        Expression::Path(path) => ["_deleted", "_endOn"].contains(&joined(&path.parts).as_str()),
        Expression::Binary(binary) => names_deleted(&binary.left) || names_deleted(&binary.right),
        Expression::Negative(of, _) => names_deleted(of),
        Expression::Call(call) => call.arguments.iter().any(names_deleted),
        _ => false,
    }
}

/// What is tagged with a name.
fn tagged(graph: &EntityGraph, name: &str) -> Vec<EntityId> {
    let (tags, tag) = (graph.name("tags"), graph.name(&format!("tag.{name}")));
    if tags.is_none() && tag.is_none() {
        return Vec::new();
    }
    let value = |entity: EntityId, number: Option<u32>| graph.property_numbered(entity, number?);
    let has = |value: Option<ValueRef<'_>>| match value {
        Some(ValueRef::Text(text)) => text == name,
        Some(ValueRef::List(items)) => items.iter().any(|item| *item == PropertyValue::Text(name.into())),
        _ => false,
    };
    let is_tagged = |entity: &EntityId| has(value(*entity, tags)) || value(*entity, tag) == Some(ValueRef::Flag(true));
    graph.entities().filter(is_tagged).collect()
}

/// The words of a text, in lower case.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let words: BTreeSet<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.into_iter().collect()
}

fn has_words(graph: &EntityGraph, entity: EntityId, words: &[String]) -> bool {
    let mut missing: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    for (_, value) in graph.properties(entity) {
        strike(&value.to_owned(), &mut missing);
        if missing.is_empty() {
            return true;
        }
    }
    false
}

fn strike(value: &PropertyValue, missing: &mut BTreeSet<&str>) {
    match value {
        PropertyValue::List(items) => items.iter().for_each(|item| strike(item, missing)),
        other => {
            let words = words_of(&crate::value::text_of(other));
            missing.retain(|word| !words.iter().any(|found| found == word));
        }
    }
}
