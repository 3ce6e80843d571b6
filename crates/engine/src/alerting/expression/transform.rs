//! What stands after `|`.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::member::found;
use super::value::text;

/// What makes something else of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transform {
    /// Each item by a template of the rule.
    MapTemplate,
    /// Of each item, one of its properties, or an object of several.
    MapProperty,
    /// One text of all items.
    Join,
    /// One list of several.
    Merge,
    /// The values of a property, each once.
    UniquePropertyValues,
    /// How many items, or characters.
    Length,
}

impl Transform {
    /// Each with its name, and how many arguments it takes at least and at most.
    const ALL: [(Self, &'static str, usize, usize); 6] = [
        (Self::MapTemplate, "mapTemplate", 1, 1),
        (Self::MapProperty, "mapProperty", 1, 100),
        (Self::Join, "join", 0, 1),
        (Self::Merge, "merge", 1, 100),
        (Self::UniquePropertyValues, "uniquePropertyValues", 1, 1),
        (Self::Length, "length", 0, 0),
    ];

    /// The one with this name.
    ///
    /// # Errors
    /// What to write instead.
    pub(super) fn read(name: &str) -> Result<Self, String> {
        if let Some((transform, ..)) = Self::ALL.into_iter().find(|(_, known, ..)| *known == name) {
            return Ok(transform);
        }
        let similar = Self::ALL.into_iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(name));
        Err(similar.map_or_else(
            || format!("there are {}", Self::ALL.map(|(_, known, ..)| known).join(", ")),
            |(_, known, ..)| format!("did you mean {known}?"),
        ))
    }

    /// Whether it takes so many arguments.
    ///
    /// # Errors
    /// How many it takes.
    pub(super) fn arguments_fit(self, count: usize) -> Result<(), String> {
        match Self::ALL.into_iter().find(|(transform, ..)| *transform == self) {
            Some((_, name, least, most)) if !(least..=most).contains(&count) => {
                let takes = match (least, most) {
                    (0, 0) => "no argument".to_owned(),
                    (one, other) if one == other => format!("{one} argument"),
                    (0, most) => format!("at most {most} argument"),
                    (least, _) => format!("at least {least} argument"),
                };
                Err(format!("`{name}` takes {takes}, and is given {count}"))
            }
            _ => Ok(()),
        }
    }
}

/// The items of a list; what is no list is the only item of one, and nothing is none.
pub(super) fn items(value: &Json) -> &[Json] {
    match value {
        Json::Array(all) => all,
        Json::Null => &[],
        other => std::slice::from_ref(other),
    }
}

/// Of each item, the property of that name, or an object of those.
pub(super) fn properties(list: &Json, names: &[String]) -> Json {
    let of_item = |item: &Json| match names {
        [name] => property(item, name),
        _ => Json::Object(names.iter().map(|name| (name.clone(), property(item, name))).collect::<Map<_, _>>()),
    };
    items(list).iter().map(of_item).collect()
}

/// The values of a property, each once, in the order of the first of them.
pub(super) fn unique(list: &Json, name: &str) -> Json {
    let mut seen = HashSet::new();
    let values =
        items(list).iter().map(|item| property(item, name)).filter(|value| !value.is_null()).collect::<Vec<_>>();
    values.into_iter().filter(|value| seen.insert(value.to_string())).collect()
}

/// The items as one text.
pub(super) fn joined(list: &Json, separator: &str) -> Json {
    let texts: Vec<String> = items(list).iter().map(text).collect();
    Json::String(texts.join(separator))
}

/// How many items of a list, properties of an object or characters of a text; nothing of anything else.
pub(super) fn length(value: &Json) -> Json {
    match value {
        Json::Array(all) => all.len().into(),
        Json::Object(all) => all.len().into(),
        Json::String(text) => text.chars().count().into(),
        _ => Json::Null,
    }
}

/// How many names with dots between them are looked for one in the other at most.
const MOST_NAMES: usize = 16;

fn property(item: &Json, name: &str) -> Json {
    let names: Vec<&str> = name.splitn(MOST_NAMES, '.').collect();
    // An item that is a list is no row: its first item is not what was asked for.
    if item.is_array() { Json::Null } else { found(item, &names).cloned().unwrap_or_default() }
}
