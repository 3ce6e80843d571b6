//! Which entities and relationships a pattern is about.

use rolecall_query::ast::{
    Arrow, Changed, Condition, EntityName, EntityPattern, EntitySet, Expression, Hop, Name, Operand, Verbs,
};

use super::condition::holds;
use super::evaluate::World;
use super::expression::moment;
use super::fixture::{Entity, Relationship, Value};
use super::text::{has_words, replaced};
use super::values::Worked;

/// Whether a pattern finds an entity.
pub(crate) fn finds(world: &World<'_>, pattern: &EntityPattern, index: usize) -> bool {
    let entity = &world.fixture.entities[index];
    is_there(world, pattern, entity)
        && is_in(world, &pattern.set, index)
        && satisfies(world, pattern, entity)
        && has_changed(world, pattern, index)
}

/// What is gone is found only by who asks for it (4).
fn is_there(world: &World<'_>, pattern: &EntityPattern, entity: &Entity) -> bool {
    let asked = pattern.with.as_ref().is_some_and(mentions_gone);
    !entity.deleted || asked || pattern.changed.is_some() || world.parameters.include_deleted
}

fn mentions_gone(condition: &Condition) -> bool {
    match condition {
        Condition::Or(all) | Condition::And(all) => all.iter().any(mentions_gone),
        Condition::Compare(one) => expression_mentions_gone(&one.left) || operand_mentions_gone(&one.right),
    }
}

fn operand_mentions_gone(operand: &Operand) -> bool {
    match operand {
        Operand::Expression(expression) => expression_mentions_gone(expression),
        Operand::Group(group) => group.values.iter().any(operand_mentions_gone),
        Operand::Regex(_) | Operand::Query(_) => false,
    }
}

fn expression_mentions_gone(expression: &Expression) -> bool {
    match expression {
        Expression::Path(path) => matches!(property(&path.parts).as_str(), "_deleted" | "_endOn"),
        Expression::Call(call) => call.arguments.iter().any(expression_mentions_gone),
        Expression::Binary(binary) => expression_mentions_gone(&binary.left) || expression_mentions_gone(&binary.right),
        Expression::Negative(value, _) => expression_mentions_gone(value),
        _ => false,
    }
}

/// The property that words joined by dots are (11).
pub(crate) fn property(parts: &[Name]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}

/// Whether an entity is in a set (4, 24, 25).
fn is_in(world: &World<'_>, set: &EntitySet, index: usize) -> bool {
    match set {
        EntitySet::Text(text) => has_words(&world.fixture.entities[index], &replaced(&text.value, world.parameters)),
        EntitySet::Names { smart, names } => {
            // Before names, a smart class narrows them (25).
            smart.as_ref().is_none_or(|smart| is_smart(world, &smart.text, index))
                && (names.is_empty() || names.iter().any(|name| is_named(world, name, index)))
        }
    }
}

fn is_named(world: &World<'_>, name: &EntityName, index: usize) -> bool {
    let entity = &world.fixture.entities[index];
    match name {
        EntityName::Any(_) => true,
        EntityName::Smart(name) => is_smart(world, &name.text, index),
        // A class begins with a capital letter, anything else is a type (4).
        EntityName::Named(name) if name.text.starts_with(char::is_uppercase) => entity.classes.contains(&name.text),
        EntityName::Named(name) => entity.kind == name.text,
    }
}

/// What its saved questions find, what is tagged with it, and where `tag.Name` is true (25).
fn is_smart(world: &World<'_>, name: &str, index: usize) -> bool {
    let properties = &world.fixture.entities[index].properties;
    let tagged = match properties.get("tags") {
        Some(Value::List(tags)) => tags.contains(&Value::Text(name.to_owned())),
        Some(tag) => *tag == Value::Text(name.to_owned()),
        None => false,
    };
    let saved = world.fixture.saved.get(name).is_some_and(|saved| saved.contains(&index));
    tagged || saved || properties.get(&format!("tag.{name}")) == Some(&Value::Flag(true))
}

/// `WITH` is about the entity just before it (5), and every path of words in it is a property (11).
fn satisfies(world: &World<'_>, pattern: &EntityPattern, entity: &Entity) -> bool {
    let value = |expression: &Expression| match expression {
        Expression::Path(path) => Some(Worked::of(entity.properties.get(&property(&path.parts)))),
        _ => None,
    };
    pattern.with.as_ref().is_none_or(|with| holds(world, with, &value))
}

/// `CHANGED SINCE` keeps entities with a change between the two moments (34).
fn has_changed(world: &World<'_>, pattern: &EntityPattern, index: usize) -> bool {
    pattern.changed.as_ref().is_none_or(|changed| !changes(world, changed, index).is_empty())
}

/// The changes of an entity between the two moments, both included; the second is now unless it is written (34).
pub(crate) fn changes(world: &World<'_>, changed: &Changed, index: usize) -> Vec<usize> {
    let since = moment(world, &changed.since).unwrap_or(f64::INFINITY);
    let until =
        changed.until.as_ref().map_or(Some(world.now), |until| moment(world, until)).unwrap_or(f64::NEG_INFINITY);
    let mut found = Vec::new();
    for (number, change) in world.fixture.changes.iter().enumerate() {
        if change.entity == index && since <= change.at && change.at <= until {
            found.push(number);
        }
    }
    found
}

/// Whether a hop goes along a relationship from one entity to another (3).
pub(crate) fn goes(hop: &Hop, relationship: &Relationship, left: usize, right: usize) -> bool {
    let rightwards = relationship.from == left && relationship.to == right;
    let leftwards = relationship.from == right && relationship.to == left;
    let direction = match hop.arrow {
        Some(Arrow::Right) => rightwards,
        Some(Arrow::Left) => leftwards,
        None => rightwards || leftwards,
    };
    direction && is_along(&hop.verbs, relationship)
}

/// Whether a relationship is of the classes wanted; effective access is one only for `CAN` (31).
fn is_along(verbs: &Verbs, relationship: &Relationship) -> bool {
    let named = |names: &[Name], word: &str| names.iter().any(|name| name.text.eq_ignore_ascii_case(word));
    match (verbs, &relationship.action) {
        (Verbs::Any(_), action) => action.is_none(),
        (Verbs::Classes(names), None) => named(names, &relationship.class),
        (Verbs::Can(names), Some(action)) => named(names, action),
        (Verbs::Classes(_), Some(_)) | (Verbs::Can(_), None) => false,
    }
}
