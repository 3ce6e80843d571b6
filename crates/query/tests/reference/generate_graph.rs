//! Random small graphs, as JSON.

use serde_json::{Value as Json, json};

use super::generate::Dice;

/// Types of entities.
pub(crate) const TYPES: [&str; 4] = ["user", "team", "package", "repo"];
/// Classes of entities; several types have each.
pub(crate) const CLASSES: [&str; 4] = ["Actor", "Asset", "Thing", "Group"];
/// Classes of relationships.
pub(crate) const VERBS: [&str; 4] = ["HAS", "USES", "OWNS", "IS"];
/// What somebody can do with something.
pub(crate) const ACTIONS: [&str; 2] = ["publish", "read"];
/// When queries are run: 2026-01-01T00:00:00Z.
pub(crate) const NOW: i64 = 1_767_225_600_000;

const DAY: i64 = 86_400_000;
const MOST_ENTITIES: usize = 12;

/// A graph of up to twelve entities.
pub(crate) fn graph(dice: &mut Dice) -> Json {
    let size = if dice.percent(3) { dice.below(2) } else { 5 + dice.below(MOST_ENTITIES - 4) };
    let entities: Vec<Json> = (0..size).map(|number| entity(dice, number)).collect();
    let times = |dice: &mut Dice, most: usize| if size == 0 { 0 } else { dice.below(most + 1) };
    let relationships: Vec<Json> =
        (0..size + times(dice, 3 * size)).map(|number| relationship(dice, &entities, number)).collect();
    let access: Vec<Json> = (0..times(dice, 2 * size)).map(|_| access(dice, &entities)).collect();
    let changes: Vec<Json> = (0..times(dice, size)).map(|_| change(dice, &entities)).collect();
    let saved: Vec<Json> = (0..times(dice, 3)).map(|_| key(dice, &entities)).collect();
    json!({
        "entities": entities, "relationships": relationships, "access": different(access), "changes": changes,
        "saved": { "Saved": saved },
    })
}

fn different(all: Vec<Json>) -> Vec<Json> {
    let mut different: Vec<Json> = Vec::new();
    for one in all {
        let same = |other: &Json| ["holder", "action", "resource"].iter().all(|name| other[name] == one[name]);
        if !different.iter().any(same) {
            different.push(one);
        }
    }
    different
}

fn key(dice: &mut Dice, entities: &[Json]) -> Json {
    dice.pick(entities)["_key"].clone()
}

fn entity(dice: &mut Dice, number: usize) -> Json {
    let kind = *dice.pick(&TYPES);
    let class = match kind {
        "user" => json!(["Actor", "Thing"]),
        "team" => dice.pick(&[json!(["Group", "Actor"]), json!("Group")]).clone(),
        "package" => dice.pick(&[json!(["Asset", "Thing"]), json!(["Asset"])]).clone(),
        _ => dice.pick(&[json!(["Asset"]), json!([])]).clone(),
    };
    let mut entity = json!({ "_key": format!("{kind}-{number:02}"), "_type": kind, "_class": class });
    for name in ["name", "size", "active", "labels", "created", "mixed", "tags", "tag.Key"] {
        if dice.percent(70)
            && let Some(value) = value(dice, name)
        {
            entity[name] = value;
        }
    }
    if dice.percent(8) {
        entity["_deleted"] = json!(true);
        entity["_endOn"] = json!(NOW - 3 * DAY);
    }
    entity
}

/// A value of a property, mostly of the type it usually has.
fn value(dice: &mut Dice, name: &str) -> Option<Json> {
    Some(match name {
        "name" => json!(dice.pick(&["ann", "bob", "ann lee", "Bob", ""])),
        "size" => dice.pick(&[json!(0), json!(1), json!(2), json!(2.5), json!(10), json!("2")]).clone(),
        "active" => json!(dice.percent(50)),
        "labels" => {
            dice.pick(&[json!([]), json!(["x"]), json!(["x", "y"]), json!(["ann", "y"]), json!([1, 2])]).clone()
        }
        "created" => created(dice),
        "mixed" => dice.pick(&[json!("ann"), json!(2), json!(true), json!(["ann", "bob"]), json!("2")]).clone(),
        "tags" if dice.percent(50) => dice.pick(&[json!(["Key", "x"]), json!(["x"]), json!("Key")]).clone(),
        "tag.Key" if dice.percent(50) => dice.pick(&[json!(true), json!(false), json!("ann")]).clone(),
        _ => return None,
    })
}

/// A moment in the last weeks, as a number or in ISO 8601 form.
fn created(dice: &mut Dice) -> Json {
    let moment = NOW - DAY * i64::try_from(dice.below(40)).unwrap();
    let text = jiff::Timestamp::from_millisecond(moment).unwrap().to_string();
    match dice.below(4) {
        0 => json!(text),
        1 => json!(text[.."2026-01-01".len()]),
        _ => json!(moment),
    }
}

fn relationship(dice: &mut Dice, entities: &[Json], number: usize) -> Json {
    let class = *dice.pick(&VERBS);
    let from = key(dice, entities);
    let to = if dice.percent(6) { from.clone() } else { key(dice, entities) };
    let mut relationship = json!({
        "_key": format!("r{number:02}"), "_class": class, "_type": format!("a_{}_b", class.to_lowercase()),
        "_fromEntityKey": from, "_toEntityKey": to,
    });
    for name in ["size", "active", "name"] {
        if dice.percent(40) {
            relationship[name] = value(dice, name).unwrap();
        }
    }
    relationship
}

fn access(dice: &mut Dice, entities: &[Json]) -> Json {
    json!({
        "holder": key(dice, entities), "action": dice.pick(&ACTIONS), "resource": key(dice, entities),
        "unconfirmed": dice.percent(15),
    })
}

fn change(dice: &mut Dice, entities: &[Json]) -> Json {
    let at = NOW - DAY * i64::try_from(dice.below(30)).unwrap();
    let mut change = json!({
        "entity": key(dice, entities), "at": at, "notBefore": at - DAY, "notAfter": at,
        "kind": dice.pick(&["appeared", "disappeared", "changed", "gained", "lost"]),
    });
    if change["kind"] == "changed" {
        change["property"] = json!("name");
        change["old"] = json!("ann");
        change["new"] = json!("bob");
    }
    if dice.percent(30) {
        change["actor"] = json!("ann");
    }
    change
}
