//! Entities, relationships and values as people read them.

use rolecall_engine::query::{edge_word, is_moment, owned};
use rolecall_graph::{EntityGraph, EntityId, PropertyValue, ValueRef};
use rolecall_query::{Cell, Change};

/// What people call an entity.
pub(super) fn name(graph: &EntityGraph, entity: EntityId) -> String {
    graph.display_name(entity).to_owned()
}

/// What is to be said of an entity besides.
pub(super) fn remark(graph: &EntityGraph, entity: EntityId) -> String {
    let is = |property| graph.property(entity, property) == Some(ValueRef::Flag(true));
    let remarks = [("_deleted", "gone"), ("unconfirmed", "removal unconfirmed")];
    let said: Vec<&str> = remarks.into_iter().filter(|(property, _)| is(property)).map(|(_, words)| words).collect();
    said.join(", ")
}

/// A value; a list is its elements joined by commas.
pub(super) fn value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => text.to_owned(),
        ValueRef::List(items) => {
            let items = items.iter().map(|item| self::value(item.as_ref()));
            items.collect::<Vec<_>>().join(", ")
        }
        ValueRef::Flag(_) | ValueRef::Number(_) => value.to_json().to_string(),
    }
}

/// A cell under its column's name.
pub(super) fn cell(graph: &EntityGraph, column: &str, cell: Cell<'_>) -> String {
    match cell {
        Cell::Undefined => String::new(),
        Cell::Value(one) => moment(column, one).unwrap_or_else(|| value(one)),
        Cell::Entity(entity) => name(graph, entity),
        Cell::Relationship(edge) => edge_word(graph, &owned(edge)),
        Cell::Change(change) => change_words(change),
        Cell::Properties(properties) => {
            let all = properties.iter().map(|(name, one)| format!("{name}={}", value(one.as_ref())));
            all.collect::<Vec<_>>().join(" ")
        }
    }
}

/// A number of milliseconds as a moment, where the property's name says that it is one.
fn moment(column: &str, value: ValueRef<'_>) -> Option<String> {
    let last = column.rsplit('.').next().unwrap_or(column);
    let ValueRef::Number(number) = value else { return None };
    if !is_moment(last) || number.fract() != 0.0 {
        return None;
    }
    moment_text(number)
}

#[expect(clippy::cast_possible_truncation, reason = "a number that is no moment is none after it either")]
fn moment_text(milliseconds: f64) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(milliseconds as i64).ok()?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// `gained write on @acme/core`, `changed role from developer to owner`.
fn change_words(change: &Change) -> String {
    let text = |one: &PropertyValue| value(one.as_ref());
    let what = change.property.as_deref().unwrap_or_default();
    let values = match (change.kind, &change.old, &change.new) {
        ("changed", Some(old), Some(new)) => format!(" from {} to {}", text(old), text(new)),
        ("changed", None, Some(new)) => format!(" to {}", text(new)),
        ("changed", Some(old), None) => format!(" from {} to nothing", text(old)),
        _ => String::new(),
    };
    format!("{} {what}{values}", change.kind).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short_and_moments_are_moments() {
        let number = |number| ValueRef::Number(number);
        assert_eq!(value(number(3.0)), "3");
        assert_eq!(value(PropertyValue::texts(["a", "b"]).as_ref()), "a, b");
        assert_eq!(moment("u._createdOn", number(1_700_000_000_000.0)).unwrap(), "2023-11-14T22:13:20Z");
        assert_eq!(moment("u.count", number(1_700_000_000_000.0)), None);
        assert_eq!(moment("createdOn", number(f64::MAX)), None);
    }

    #[test]
    fn a_change_is_a_sentence() {
        let property = |words: &str| Some(words.to_owned());
        let change = Change { kind: "gained", property: property("write on @acme/core"), ..Change::default() };
        assert_eq!(change_words(&change), "gained write on @acme/core");
        let (old, new) = (Some(PropertyValue::Flag(false)), Some(PropertyValue::Flag(true)));
        let change = Change { kind: "changed", property: property("public"), old, new, ..Change::default() };
        assert_eq!(change_words(&change), "changed public from false to true");
        assert_eq!(change_words(&Change { kind: "appeared", ..Change::default() }), "appeared");
    }
}
