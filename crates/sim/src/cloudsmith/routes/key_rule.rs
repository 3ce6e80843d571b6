//! Rules about the age of API keys.

use serde_json::{Map, Value, json};

use super::table::{Body, Route};
use super::{deleted, known, text};
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::key_rule::{KeyRule, KeyRuleKind};
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::refuse::{Reply, not_found};
use crate::cloudsmith::schema::organization::KEY_RULE;
use crate::cloudsmith::shelf::Id;
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/api-key-rules/", "orgs_api_key_rules_list", list).lists(&KEY_RULE),
    Route::post("/orgs/{org}/api-key-rules/", "orgs_api_key_rules_create", create).takes(&KEY_RULE).gives(&KEY_RULE),
    Route::get("/orgs/{org}/api-key-rules/{slug_perm}/", "orgs_api_key_rules_read", read).gives(&KEY_RULE),
    Route::put("/orgs/{org}/api-key-rules/{slug_perm}/", "orgs_api_key_rules_update", update)
        .takes(&KEY_RULE)
        .gives(&KEY_RULE),
    Route::patch("/orgs/{org}/api-key-rules/{slug_perm}/", "orgs_api_key_rules_partial_update", update)
        .takes_part(&KEY_RULE)
        .gives(&KEY_RULE),
    Route::delete("/orgs/{org}/api-key-rules/{slug_perm}/", "orgs_api_key_rules_delete", delete),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let rules: Vec<Value> = call.at(inside.home)?.key_rules.iter().map(|(_, rule)| written(rule)).collect();
    Ok(Answer::ok(&rules))
}

/// A rule, for those who may change it: owners.
fn named(call: &Call<'_>, arguments: &[&str], least: Role) -> Result<(Inside, Id<KeyRule>), Answer> {
    let [org, slug_perm] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, least)?;
    let id = known(call.at(inside.home)?.key_rules.find(slug_perm))?;
    Ok((inside, id))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments, Role::Manager)?;
    Ok(Answer::ok(&written(known(call.at(inside.home)?.key_rules.get(id))?)))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Owner)?;
    let fields = call.fields()?;
    let kind = known(text(&fields, "rule_type").and_then(KeyRuleKind::read))?;
    let rule = KeyRule::new(kind, call.world.slug_perm(), call.world.now);
    let id = call.at_mut(inside.home)?.key_rules.put(rule);
    apply(call, inside, id, &fields).map(|rule| Answer::created(&rule))
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments, Role::Owner)?;
    let fields = call.fields()?;
    if matches!(call.route.body, Body::Whole(_)) {
        let rule = known(call.at_mut(inside.home)?.key_rules.get_mut(id))?;
        (rule.max_age_hours, rule.enforced, rule.enabled) = (None, false, true);
    }
    apply(call, inside, id, &fields).map(|rule| Answer::ok(&rule))
}

fn apply(call: &mut Call<'_>, inside: Inside, id: Id<KeyRule>, fields: &Map<String, Value>) -> Result<Value, Answer> {
    let now = call.world.now;
    let flag = |name: &str| fields.get(name).and_then(Value::as_bool);
    let rule = known(call.at_mut(inside.home)?.key_rules.get_mut(id))?;
    if let Some(hours) = fields.get("max_age_hours") {
        rule.max_age_hours = hours.as_u64().and_then(|hours| u32::try_from(hours).ok());
    }
    rule.kind = text(fields, "rule_type").and_then(KeyRuleKind::read).unwrap_or(rule.kind);
    rule.enforced = flag("enforce_refresh").unwrap_or(rule.enforced);
    rule.enabled = flag("is_enabled").unwrap_or(rule.enabled);
    rule.updated = now;
    if flag("refresh_immediately") == Some(true) {
        rule.applied = Some(now);
        let kind = rule.kind;
        call.world.keys_refresh(inside.home, kind);
    }
    Ok(written(known(call.at(inside.home)?.key_rules.get(id))?))
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments, Role::Owner)?;
    call.at_mut(inside.home)?.key_rules.remove(id);
    Ok(deleted())
}

fn written(rule: &KeyRule) -> Value {
    json!({
        "created_at": iso(rule.created),
        "enforce_refresh": rule.enforced,
        "is_enabled": rule.enabled,
        "last_applied_at": rule.applied.map(iso),
        "max_age_hours": rule.max_age_hours,
        "rule_type": rule.kind.as_str(),
        "slug": rule.slug,
        "slug_perm": rule.slug_perm,
        "updated_at": iso(rule.updated),
    })
}
