//! What is found under a name.

use serde_json::{Map, Value as Json};

/// What is under names that follow each other: `item`, `tag`, `AccountName`.
///
/// Properties whose own names have dots in them are found as well: where there is no `tag`, `tag.AccountName` is looked
/// for.
pub(super) fn found<'v>(value: &'v Json, names: &[&str]) -> Option<&'v Json> {
    let Some((first, rest)) = names.split_first() else { return Some(value) };
    if let Some(inner) = one(value, first) {
        return found(inner, rest);
    }
    let joined = (2..=names.len()).find_map(|taken| {
        let (joined, rest) = names.split_at_checked(taken)?;
        Some((one(value, &joined.join("."))?, rest))
    });
    joined.and_then(|(inner, rest)| found(inner, rest))
}

/// What is under one name. A list stands for its first item, which is how JEXL has it.
fn one<'v>(value: &'v Json, name: &str) -> Option<&'v Json> {
    match value {
        Json::Array(all) => property(all.first()?.as_object()?, name),
        Json::Object(fields) => property(fields, name),
        _ => None,
    }
}

/// A row of a query has `entity` and `properties`; what is in them is found as if it were in the row.
fn property<'v>(fields: &'v Map<String, Json>, name: &str) -> Option<&'v Json> {
    let row = match (fields.get("properties"), fields.get("entity")) {
        (Some(Json::Object(properties)), Some(Json::Object(entity))) => Some((properties, entity)),
        _ => None,
    };
    match row {
        Some((properties, entity)) if !matches!(name, "entity" | "properties") => {
            properties.get(name).or_else(|| entity.get(name)).or_else(|| fields.get(name))
        }
        _ => fields.get(name),
    }
}
