//! What is news of what a rule found: the difference between two evaluations, and what of it the trigger tells.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Trigger;
use super::row::RuleRow;

/// A row as the last evaluation left it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownRow {
    /// Its properties or columns then.
    pub values: BTreeMap<String, Json>,
    /// Whether it was told and is still what was told.
    pub is_told: bool,
}

/// A property that has another value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyChange {
    /// Which.
    pub property: String,
    /// What it was; nothing where it had no value.
    pub old: Json,
    /// What it is.
    pub new: Json,
}

/// What an evaluation has to tell, and what it has to keep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// Keys of rows that were not there.
    pub appeared: BTreeSet<String>,
    /// Keys of rows that were there and are not.
    pub vanished: BTreeSet<String>,
    /// Keys of rows that have other values, and which.
    pub changed: BTreeMap<String, Vec<PropertyChange>>,
    /// Keys of the rows that are told.
    pub told: BTreeSet<String>,
    /// Whether there is something to tell, be it that there are fewer rows.
    pub is_news: bool,
}

/// What was known before an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// Whether the rule was evaluated before.
    pub is_evaluated: bool,
    /// The rows then, by key.
    pub rows: BTreeMap<String, KnownRow>,
    /// A digest of them; see [`rows_digest`].
    pub digest: String,
    /// Whether its alert was active, or dismissed.
    pub was_active: bool,
}

/// Compares what was found with what was known. `noted` are keys of rows that are known by it and no news: those of a
/// connector that was read for the first time.
#[must_use]
pub fn news(trigger: &Trigger, before: &Before, rows: &BTreeMap<String, RuleRow>, noted: &BTreeSet<String>) -> News {
    let mut news = News {
        appeared: rows.keys().filter(|key| !before.rows.contains_key(*key)).cloned().collect(),
        vanished: before.rows.keys().filter(|key| !rows.contains_key(*key)).cloned().collect(),
        ..News::default()
    };
    for (key, row) in rows {
        let Some(known) = before.rows.get(key) else { continue };
        let changes = changes(trigger, &known.values, &row.values);
        if !changes.is_empty() {
            news.changed.insert(key.clone(), changes);
        }
    }
    let all = || rows.keys().cloned().collect::<BTreeSet<String>>();
    let appeared = || news.appeared.difference(noted).cloned().collect::<BTreeSet<String>>();
    let appeared_count = appeared().len();
    news.told = match trigger {
        Trigger::Result { repeat } => {
            let is_another = !before.was_active || before.digest != rows_digest(rows);
            if *repeat || is_another { all() } else { BTreeSet::new() }
        }
        Trigger::NewRows { first } if before.is_evaluated || *first => appeared(),
        Trigger::PropertyChanged { .. } if before.is_evaluated => news.changed.keys().cloned().collect(),
        Trigger::CountChanged if before.is_evaluated && news.vanished.len() != appeared_count => appeared(),
        _ => BTreeSet::new(),
    };
    news.is_news = match trigger {
        // What is known by a connector's first reading changes no count.
        Trigger::CountChanged => before.is_evaluated && news.vanished.len() != appeared_count,
        _ => !news.told.is_empty(),
    };
    news
}

/// A digest of all rows, their titles and values. `O(bytes)`, and none of them twice.
#[must_use]
pub fn rows_digest(rows: &BTreeMap<String, RuleRow>) -> String {
    let (mut hasher, mut values) = (blake3::Hasher::new(), Vec::new());
    for row in rows.values() {
        for text in [&row.key, &row.title] {
            hasher.update(&text.len().to_le_bytes()).update(text.as_bytes());
        }
        values.clear();
        // JSON with names for keys can always be written.
        let _ = serde_json::to_writer(&mut values, &row.values);
        hasher.update(&values.len().to_le_bytes()).update(&values);
    }
    hasher.finalize().to_hex().as_str().to_owned()
}

/// The properties that differ: those that are watched, or any that the two have.
fn changes(trigger: &Trigger, old: &BTreeMap<String, Json>, new: &BTreeMap<String, Json>) -> Vec<PropertyChange> {
    let (watched, rising): (&[String], &[Json]) = match trigger {
        Trigger::PropertyChanged { properties, rising } => (properties, rising),
        _ => (&[], &[]),
    };
    let rank = |value: &Json| rising.iter().position(|known| known == value);
    let is_told = |old: &Json, new: &Json| rising.is_empty() || rank(new) > rank(old);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let is_watched = |name: &&&String| watched.is_empty() || watched.contains(name);
    let value = |of: &BTreeMap<String, Json>, name: &String| of.get(name).cloned().unwrap_or(Json::Null);
    let changes = names.iter().filter(is_watched).filter_map(|name| {
        let (old, new) = (value(old, name), value(new, name));
        (old != new && is_told(&old, &new)).then(|| PropertyChange { property: (*name).clone(), old, new })
    });
    changes.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(of: &[(&str, i64)]) -> BTreeMap<String, RuleRow> {
        let row = |(key, n): &(&str, i64)| RuleRow {
            key: (*key).to_owned(),
            title: (*key).to_owned(),
            data: json!({ "n": n }),
            values: BTreeMap::from([("n".to_owned(), json!(n)), ("name".to_owned(), json!(key))]),
        };
        of.iter().map(|one| (one.0.to_owned(), row(one))).collect()
    }

    fn before(of: &[(&str, i64)], was_active: bool) -> Before {
        let found = rows(of);
        let known = |row: &RuleRow| KnownRow { values: row.values.clone(), is_told: false };
        Before {
            is_evaluated: true,
            digest: rows_digest(&found),
            rows: found.iter().map(|(key, row)| (key.clone(), known(row))).collect(),
            was_active,
        }
    }

    fn told(trigger: &Trigger, before: &Before, of: &[(&str, i64)], noted: &[&str]) -> String {
        let noted = noted.iter().map(|key| (*key).to_owned()).collect();
        let news = news(trigger, before, &rows(of), &noted);
        let told: Vec<&str> = news.told.iter().map(String::as_str).collect();
        format!("{}{}", if news.is_news { "" } else { "-" }, told.join(" "))
    }

    #[test]
    fn a_result_is_told_once_until_it_is_another() {
        let (once, always) = (Trigger::Result { repeat: false }, Trigger::Result { repeat: true });
        assert_eq!(told(&once, &Before::default(), &[("a", 1)], &[]), "a");
        assert_eq!(told(&once, &before(&[("a", 1)], true), &[("a", 1)], &[]), "-");
        assert_eq!(told(&once, &before(&[("a", 1)], false), &[("a", 1)], &[]), "a", "its alert was over");
        assert_eq!(told(&once, &before(&[("a", 1)], true), &[("a", 2)], &[]), "a");
        assert_eq!(told(&once, &before(&[("a", 1), ("b", 1)], true), &[("a", 1)], &[]), "a");
        assert_eq!(told(&once, &before(&[("a", 1)], true), &[], &[]), "-", "there is nothing to tell");
        assert_eq!(told(&always, &before(&[("a", 1)], true), &[("a", 1)], &[]), "a");
    }

    #[test]
    fn new_rows_are_those_that_were_not_there() {
        let (new, first) = (Trigger::NewRows { first: false }, Trigger::NewRows { first: true });
        assert_eq!(told(&new, &Before::default(), &[("a", 1)], &[]), "-");
        assert_eq!(told(&first, &Before::default(), &[("a", 1)], &[]), "a");
        assert_eq!(told(&new, &before(&[("a", 1)], false), &[("a", 2), ("b", 1)], &[]), "b");
        assert_eq!(told(&new, &before(&[("a", 1)], false), &[("a", 1), ("b", 1), ("c", 1)], &["b"]), "c");
    }

    #[test]
    fn a_count_that_changed_is_told_with_what_came() {
        let count = Trigger::CountChanged;
        assert_eq!(told(&count, &Before::default(), &[("a", 1)], &[]), "-");
        assert_eq!(told(&count, &before(&[("a", 1)], false), &[("b", 1)], &[]), "-", "one came and one went");
        assert_eq!(told(&count, &before(&[("a", 1)], false), &[("a", 1), ("b", 1)], &[]), "b");
        assert_eq!(told(&count, &before(&[("a", 1), ("b", 1)], false), &[("a", 1)], &[]), "");
        assert_eq!(told(&count, &before(&[("a", 1)], false), &[("a", 1), ("b", 1)], &["b"]), "-");
    }

    #[test]
    fn of_a_changed_property_both_values_are_told() {
        let named = |name: &str| Trigger::PropertyChanged { properties: vec![name.to_owned()], rising: Vec::new() };
        let known = before(&[("a", 1), ("b", 1)], false);
        assert_eq!(told(&named("n"), &known, &[("a", 2), ("b", 1), ("c", 1)], &[]), "a");
        assert_eq!(told(&named("name"), &known, &[("a", 2), ("b", 1)], &[]), "-");
        let news = news(
            &Trigger::PropertyChanged { properties: Vec::new(), rising: Vec::new() },
            &known,
            &rows(&[("a", 2)]),
            &BTreeSet::new(),
        );
        let change = PropertyChange { property: "n".to_owned(), old: json!(1), new: json!(2) };
        assert_eq!(news.changed, BTreeMap::from([("a".to_owned(), vec![change])]));
        let rising = Trigger::PropertyChanged { properties: vec!["n".to_owned()], rising: vec![json!(1), json!(2)] };
        assert_eq!(told(&rising, &known, &[("a", 2), ("b", 1)], &[]), "a");
        assert_eq!(told(&rising, &before(&[("a", 2), ("b", 0)], false), &[("a", 1), ("b", 2)], &[]), "b");
    }
}
