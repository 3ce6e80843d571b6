//! Entitlement tokens.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::table::{Parameter, Route};
use super::{deleted, known, text};
use crate::cloudsmith::account::User;
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::{Call, Within};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::entitlement::EntitlementToken;
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found};
use crate::cloudsmith::repository::{Level, Repository};
use crate::cloudsmith::schema::Kind;
use crate::cloudsmith::schema::repository::{TOKEN, TOKEN_SYNC};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

const SHOW: Parameter = Parameter::Flag("show_tokens");
const ONE: &str = "/entitlements/{owner}/{repo}/{identifier}/";

pub(super) static ROUTES: &[Route] = &[
    Route::get("/entitlements/{owner}/{repo}/", "entitlements_list", list).pages(&TOKEN).with(&[
        SHOW,
        Parameter::Text("query"),
        Parameter::Flag("active"),
        Parameter::Flag("exclude_other_user_tokens"),
        Parameter::Text("sort"),
    ]),
    Route::post("/entitlements/{owner}/{repo}/", "entitlements_create", create)
        .takes(&TOKEN)
        .gives(&TOKEN)
        .with(&[SHOW]),
    Route::post("/entitlements/{owner}/{repo}/sync/", "entitlements_sync", sync)
        .takes(&TOKEN_SYNC)
        .gives(&TOKEN_SYNC)
        .answers(200)
        .with(&[SHOW]),
    Route::get(ONE, "entitlements_read", read).gives(&TOKEN).with(&[Parameter::Flag("fuzzy"), SHOW]),
    Route::patch(ONE, "entitlements_partial_update", update).takes_part(&TOKEN).gives(&TOKEN).with(&[SHOW]),
    Route::delete(ONE, "entitlements_delete", delete),
    Route::post("/entitlements/{owner}/{repo}/{identifier}/enable/", "entitlements_enable", enable).answers(204),
    Route::post("/entitlements/{owner}/{repo}/{identifier}/disable/", "entitlements_disable", disable).answers(204),
    Route::post("/entitlements/{owner}/{repo}/{identifier}/refresh/", "entitlements_refresh", refresh)
        .takes_part(&TOKEN)
        .gives(&TOKEN)
        .answers(200)
        .with(&[SHOW]),
    Route::post("/entitlements/{owner}/{repo}/{identifier}/reset/", "entitlements_reset", reset)
        .answers(204)
        .with(&[SHOW]),
];

/// A repository whose tokens the caller sees.
fn seen(call: &Call<'_>, arguments: &[&str]) -> Result<Within, Answer> {
    let [owner, repository, ..] = arguments else { return Err(not_found()) };
    let within = call.within(owner, repository)?;
    call.signed_in()?;
    call.require(within.level >= call.repository(within)?.use_entitlements)?;
    Ok(within)
}

/// A repository whose tokens the caller may change.
fn managed(call: &Call<'_>, arguments: &[&str]) -> Result<Within, Answer> {
    let within = seen(call, arguments)?;
    call.require(within.level >= call.repository(within)?.manage_entitlements)?;
    Ok(within)
}

/// A token that the caller may change.
fn token(call: &Call<'_>, arguments: &[&str]) -> Result<(Within, Id<EntitlementToken>), Answer> {
    let within = managed(call, arguments)?;
    let [_, _, identifier] = arguments else { return Err(not_found()) };
    Ok((within, known(call.repository(within)?.tokens.find(identifier))?))
}

/// Whether the caller sees a token: those of other people are for administrators.
fn shown(call: &Call<'_>, within: Within, token: &EntitlementToken) -> bool {
    let own = token.user.is_none_or(|user| call.actor == Some(Actor::User(user)));
    own || within.level >= Level::Admin
}

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = seen(call, arguments)?;
    let repository = call.repository(within)?;
    let query = call.request.parameter("query").unwrap_or("").trim_start_matches("name:").to_lowercase();
    let active = call.flag("active") == Some(true);
    let others = call.flag("exclude_other_user_tokens") != Some(true);
    let wanted = |token: &EntitlementToken| {
        let own = token.user.is_none_or(|user| call.actor == Some(Actor::User(user)));
        let named = token.name.to_lowercase().contains(&query);
        shown(call, within, token) && (!active || token.active) && (others || own) && named
    };
    let mut rows: Vec<_> = repository.tokens.iter().filter(|(_, token)| wanted(token)).collect();
    match call.request.parameter("sort").unwrap_or("") {
        "name" => rows.sort_by(|(_, one), (_, two)| one.name.cmp(&two.name)),
        "-name" => rows.sort_by(|(_, one), (_, two)| two.name.cmp(&one.name)),
        _ => {}
    }
    paged(call, &rows, |(id, _)| written(call, within, *id))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = seen(call, arguments)?;
    let [_, _, identifier] = arguments else { return Err(not_found()) };
    let tokens = &call.repository(within)?.tokens;
    let fuzzy = call.flag("fuzzy") == Some(true);
    let by_name = || tokens.iter().find(|(_, token)| *token.name == **identifier).map(|(id, _)| id);
    let id = known(tokens.find(identifier).or_else(|| fuzzy.then(by_name).flatten()))?;
    known(tokens.get(id).filter(|token| shown(call, within, token)))?;
    known(written(call, within, id)).map(|token| Answer::ok(&token))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = managed(call, arguments)?;
    let fields = call.fields()?;
    let name = text(&fields, "name").unwrap_or("");
    let (slug_perm, secret, now) = (call.world.slug_perm(), call.world.dice.text(16), call.world.now);
    let mut token = EntitlementToken::new(name, slug_perm, secret, now);
    token.created_by = person(call);
    set(&mut token, &fields);
    let id = call.repository_mut(within)?.tokens.put(token);
    note(call, within, "repo.entitlement.created", id);
    known(written(call, within, id)).map(|token| Answer::created(&token))
}

fn person(call: &Call<'_>) -> Option<Id<User>> {
    match call.actor? {
        Actor::User(user) => Some(user),
        Actor::Service(..) => None,
    }
}

fn set(token: &mut EntitlementToken, fields: &Map<String, Value>) {
    for (name, value) in fields {
        let moment = || value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        match name.as_str() {
            "name" => token.name = value.as_str().unwrap_or("").into(),
            "token" => token.secret = value.as_str().unwrap_or("").to_owned(),
            "is_active" => token.active = value.as_bool().unwrap_or(true),
            "limit_date_range_from" => token.from = moment(),
            "limit_date_range_to" => token.until = moment(),
            _ => drop(token.settings.insert(name.clone(), value.clone())),
        }
    }
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (within, id) = token(call, arguments)?;
    let fields = call.fields()?;
    change(call, within, id, |token| set(token, &fields))?;
    known(written(call, within, id)).map(|token| Answer::ok(&token))
}

/// Changes a token and writes down who did.
fn change(
    call: &mut Call<'_>,
    within: Within,
    id: Id<EntitlementToken>,
    change: impl FnOnce(&mut EntitlementToken),
) -> Result<(), Answer> {
    let (now, person) = (call.world.now, person(call));
    let token = known(call.repository_mut(within)?.tokens.get_mut(id))?;
    change(token);
    (token.updated, token.updated_by) = (Some(now), person);
    Ok(())
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (within, id) = token(call, arguments)?;
    note(call, within, "repo.entitlement.deleted", id);
    call.repository_mut(within)?.tokens.remove(id);
    Ok(deleted())
}

fn enable(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (within, id) = token(call, arguments)?;
    change(call, within, id, |token| token.active = true).map(|()| deleted())
}

fn disable(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (within, id) = token(call, arguments)?;
    change(call, within, id, |token| token.active = false).map(|()| deleted())
}

/// Another secret, and whatever else is sent along.
fn refresh(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (within, id) = token(call, arguments)?;
    let fields = call.fields()?;
    let secret = call.world.dice.text(16);
    change(call, within, id, |token| {
        token.secret = secret;
        set(token, &fields);
    })?;
    note(call, within, "repo.entitlement.refreshed", id);
    known(written(call, within, id)).map(|token| Answer::ok(&token))
}

fn reset(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (within, id) = token(call, arguments)?;
    change(call, within, id, |token| (token.clients, token.downloads) = (0, 0)).map(|()| deleted())
}

/// Copies the tokens of another repository of the organisation that this one lacks.
fn sync(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = managed(call, arguments)?;
    let [owner, ..] = arguments else { return Err(not_found()) };
    let fields = call.fields()?;
    let source = text(&fields, "source").unwrap_or("");
    let source = call.within_at(owner, source, Level::Read);
    let source = source.map_err(|_| invalid_field("source", "Repository not found."))?;
    let copies: Vec<EntitlementToken> = call.repository(source)?.tokens.iter().map(|(_, it)| it.clone()).collect();
    for mut copy in copies {
        copy.slug_perm = call.world.slug_perm();
        let repository = call.repository_mut(within)?;
        if !repository.tokens.iter().any(|(_, token)| token.name == copy.name) {
            repository.tokens.put(copy);
        }
    }
    let ids: Vec<_> = call.repository(within)?.tokens.ids().collect();
    let tokens: Vec<Value> = ids.into_iter().filter_map(|id| written(call, within, id)).collect();
    Ok(Answer::ok(&json!({ "tokens": tokens })))
}

fn note(call: &mut Call<'_>, within: Within, event: &'static str, id: Id<EntitlementToken>) {
    let found = call.repository(within).ok().and_then(|it| it.tokens.get(id).map(|token| (&it.slug, token)));
    let names = found.map(|(slug, token)| (Name::clone(slug), Name::clone(&token.name), Name::clone(&token.slug_perm)));
    if let Some((repository, name, slug_perm)) = names {
        let target = Target { kind: "entitlement", slug: &name, slug_perm: Some(slug_perm) };
        let (actor, now) = (call.actor, call.world.now);
        call.world.record_at(within.home, actor, event, &target, Some(repository), now);
    }
}

fn written(call: &Call<'_>, within: Within, id: Id<EntitlementToken>) -> Option<Value> {
    let repository = call.repository(within).ok()?;
    let token = repository.tokens.get(id)?;
    let mut fields = Map::new();
    for field in TOKEN.fields {
        let value = match (token.settings.get(field.name), &field.kind) {
            (Some(value), _) => value.clone(),
            (None, Kind::Flag) => json!(false),
            (None, Kind::Integer) if !field.nullable => json!(0),
            (None, Kind::Words(_)) => json!(field.default),
            (None, _) => Value::Null,
        };
        fields.insert(field.name.to_owned(), value);
    }
    if let Value::Object(particular) = particular(call, within, repository, token, id) {
        fields.extend(particular);
    }
    Some(Value::Object(fields))
}

fn particular(
    call: &Call<'_>,
    within: Within,
    repository: &Repository,
    token: &EntitlementToken,
    id: Id<EntitlementToken>,
) -> Value {
    let organization = call.at(within.home).map(|it| it.slug.to_string()).unwrap_or_default();
    let path = format!("/entitlements/{organization}/{}/{}/", repository.slug, token.slug_perm);
    let own = call.link(&path);
    let profile = |slug: &str| call.link(&format!("/users/profile/{slug}/"));
    let maker = token.created_by.map_or("cloudsmith", |user| call.world.slug_of(user));
    let updater = token.updated_by.map(|user| call.world.slug_of(user));
    let user = token.user.map(|user| call.world.slug_of(user));
    let stars = || "*".repeat(12);
    json!({
        "clients": token.clients,
        "created_at": iso(token.created),
        "created_by": maker,
        "created_by_url": profile(maker),
        "default": token.default,
        "disable_url": format!("{own}disable/"),
        "downloads": token.downloads,
        "enable_url": format!("{own}enable/"),
        "has_limits": token.limited(),
        "identifier": id.number(),
        "is_active": token.active,
        "is_limited": token.limited() && !token.opens(call.world.now),
        "limit_date_range_from": token.from.map(iso),
        "limit_date_range_to": token.until.map(iso),
        "name": token.name,
        "refresh_url": format!("{own}refresh/"),
        "reset_url": format!("{own}reset/"),
        "self_url": own,
        "slug_perm": token.slug_perm,
        "token": if call.flag("show_tokens") == Some(true) { token.secret.clone() } else { stars() },
        "updated_at": token.updated.map(iso),
        "updated_by": updater,
        "updated_by_url": updater.map(profile),
        "usage": format!("{} downloads by {} clients", token.downloads, token.clients),
        "user": user,
        "user_url": user.map(profile),
    })
}
