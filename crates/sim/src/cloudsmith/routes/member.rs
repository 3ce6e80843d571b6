//! Members: the roster, roles, visibility and leaving.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::table::{Parameter, Route};
use super::{deleted, known, text};
use crate::cloudsmith::account::{LoginMethod, User};
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::organization::{Member, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::quirks::Listed;
use crate::cloudsmith::refuse::{Reply, bad_request, not_found};
use crate::cloudsmith::schema::organization::{MEMBERSHIP, ROLE_UPDATE, VISIBILITY_UPDATE};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::team::Seat;
use crate::cloudsmith::view::Sight;
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/members/", "orgs_members_list", list).pages(&MEMBERSHIP).with(&[
        Parameter::Flag("is_active"),
        Parameter::Text("query"),
        Parameter::Text("sort"),
    ]),
    Route::get("/orgs/{org}/members/{member}/", "orgs_members_read", read).gives(&MEMBERSHIP),
    // There is nothing that can be set here.
    Route::patch("/orgs/{org}/members/{member}/", "orgs_members_partial_update", read).gives(&MEMBERSHIP),
    Route::delete("/orgs/{org}/members/{member}/", "orgs_members_delete", remove),
    Route::get("/orgs/{org}/members/{member}/remove/", "orgs_members_remove", remove).answers(204).removes(),
    Route::post("/orgs/{org}/members/{member}/refresh/", "orgs_members_refresh", refresh).answers(204),
    Route::patch("/orgs/{org}/members/{member}/update-role/", "orgs_members_update_role", set_role)
        .takes_part(&ROLE_UPDATE)
        .gives(&ROLE_UPDATE),
    Route::patch("/orgs/{org}/members/{member}/update-visibility/", "orgs_members_update_visibility", set_visibility)
        .takes_part(&VISIBILITY_UPDATE)
        .gives(&VISIBILITY_UPDATE),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter(org)?;
    let sight = call.sight(inside)?;
    let roster = roster(call, inside)?;
    let wanted = wanted(call);
    let query = Query::read(call.request.parameter("query").unwrap_or(""));
    let organization = call.at(inside.home)?;
    let seen = |id: &&Id<User>| {
        let found = call.world.users.get(**id).zip(organization.members.get(*id));
        found.is_some_and(|(user, member)| {
            let listed = match wanted {
                Listed::Everyone => true,
                Listed::ActiveOnly => user.active,
                Listed::InactiveOnly => !user.active,
            };
            listed && sight.member(**id, member) && query.admits(org, user, member, &sight, **id)
        })
    };
    let mut rows: Vec<Id<User>> = roster.iter().filter(seen).copied().collect();
    match call.request.parameter("sort").unwrap_or("user_name") {
        "-user_name" => rows.reverse(),
        "role" => rows.sort_by_key(|id| std::cmp::Reverse(organization.role(*id))),
        "-role" => rows.sort_by_key(|id| organization.role(*id)),
        _ => {}
    }
    paged(call, &rows, |id| written(call, inside, &sight, *id))
}

/// Whom `is_active`, or its absence, asks for.
fn wanted(call: &Call<'_>) -> Listed {
    match call.flag("is_active") {
        Some(true) => Listed::ActiveOnly,
        Some(false) => call.world.quirks.is_active_false,
        None => call.world.quirks.is_active_omitted,
    }
}

/// All members by displayed name, sorted once and kept until somebody joins or leaves.
fn roster(call: &mut Call<'_>, inside: Inside) -> Result<Arc<[Id<User>]>, Answer> {
    if let Some(roster) = &call.at(inside.home)?.roster {
        return Ok(Arc::clone(roster));
    }
    let mut named: Vec<(Name, Id<User>)> = Vec::new();
    for id in call.at(inside.home)?.members.keys() {
        named.extend(call.world.users.get(*id).map(|user| (Name::clone(&user.name), *id)));
    }
    named.sort_unstable();
    let roster: Arc<[Id<User>]> = named.into_iter().map(|(_, id)| id).collect();
    call.at_mut(inside.home)?.roster = Some(Arc::clone(&roster));
    Ok(roster)
}

/// What a query for members asks: words such as `role:Owner`, of which all must fit.
struct Query(Vec<(String, String)>);

impl Query {
    fn read(text: &str) -> Self {
        let words = text.split_whitespace().filter(|word| *word != "AND");
        let pair = |word: &str| match word.split_once(':') {
            Some((field, value)) => (field.to_lowercase(), value.trim_matches('"').to_lowercase()),
            None => (String::new(), word.trim_matches('"').to_lowercase()),
        };
        Self(words.map(pair).collect())
    }

    fn admits(&self, org: &str, user: &User, member: &Member, sight: &Sight, id: Id<User>) -> bool {
        let holds = |text: &str, value: &str| text.to_lowercase().contains(value);
        let email = || sight.email(id, user).unwrap_or_default();
        self.0.iter().all(|(field, value)| match field.as_str() {
            "email" => holds(&email(), value),
            "org" => holds(org, value),
            "user" | "userslug" => holds(&user.slug, value),
            "user_name" => holds(&user.name, value),
            "role" => holds(member.role.as_str(), value),
            "inactive" => (value == "true") != user.active,
            "" => holds(&user.slug, value) || holds(&user.name, value) || holds(&email(), value),
            _ => false,
        })
    }
}

/// A member that the caller sees, by slug, permanent slug or address.
pub(super) fn find(call: &Call<'_>, inside: Inside, sight: &Sight, word: &str) -> Result<Id<User>, Answer> {
    let organization = call.at(inside.home)?;
    let by_slug = call.world.users.find(word).filter(|id| organization.members.contains_key(id));
    let by_address = || {
        let named = |id: &&Id<User>| call.world.users.get(**id).is_some_and(|user| user.answers_to(word));
        organization.members.keys().find(named).copied()
    };
    let id = known(by_slug.or_else(|| word.contains('@').then(by_address).flatten()))?;
    let member = known(organization.members.get(&id))?;
    known(sight.member(id, member).then_some(id))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, sight, id) = named(call, arguments)?;
    if call.route.changes() {
        call.fields()?;
        call.require(inside.rank >= Role::Manager)?;
    }
    known(written(call, inside, &sight, id)).map(|member| Answer::ok(&member))
}

fn named(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Sight, Id<User>), Answer> {
    let [org, member] = arguments else { return Err(not_found()) };
    let inside = call.enter(org)?;
    let sight = call.sight(inside)?;
    let id = find(call, inside, &sight, member)?;
    Ok((inside, sight, id))
}

/// A member that the caller governs: owners everybody, managers everybody but owners.
fn governed(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Sight, Id<User>), Answer> {
    let (inside, sight, id) = named(call, arguments)?;
    let theirs = call.at(inside.home)?.role(id);
    call.require(inside.rank >= Role::Manager && theirs <= Some(inside.rank))?;
    Ok((inside, sight, id))
}

fn remove(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, _, id) = named(call, arguments)?;
    if inside.actor != Actor::User(id) {
        governed(call, arguments)?;
    }
    if call.at(inside.home)?.last_owner(id) {
        return Err(bad_request("Cannot remove the last owner of an organization."));
    }
    note(call, inside, "org.member.removed", id);
    call.at_mut(inside.home)?.leave(id);
    Ok(deleted())
}

fn refresh(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, _, id) = governed(call, arguments)?;
    call.world.key_make(Actor::User(id));
    note(call, inside, "user.api_token.refreshed", id);
    Ok(deleted())
}

fn set_role(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, sight, id) = governed(call, arguments)?;
    let fields = call.fields()?;
    if let Some(role) = text(&fields, "role").and_then(Role::read) {
        call.require(role <= inside.rank)?;
        let organization = call.at_mut(inside.home)?;
        if role != Role::Owner && organization.last_owner(id) {
            return Err(bad_request("Cannot change the role of the last owner of an organization."));
        }
        if let Some(member) = organization.members.get_mut(&id) {
            member.role = role;
        }
    }
    brief(call, inside, &sight, id)
}

fn set_visibility(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, sight, id) = named(call, arguments)?;
    if inside.actor != Actor::User(id) {
        governed(call, arguments)?;
    }
    let fields = call.fields()?;
    if let Some(word) = text(&fields, "visibility") {
        let private = word == "Private";
        if let Some(member) = call.at_mut(inside.home)?.members.get_mut(&id) {
            member.private = private;
        }
    }
    brief(call, inside, &sight, id)
}

fn note(call: &mut Call<'_>, inside: Inside, event: &'static str, id: Id<User>) {
    let Some(user) = call.world.users.get(id) else {
        return;
    };
    let (slug, slug_perm) = (Name::clone(&user.slug), Some(Name::clone(&user.slug_perm)));
    let target = Target { kind: "user", slug: &slug, slug_perm };
    call.world.record(inside.home, Some(inside.actor), event, &target);
}

/// The answer to a change: a member without `is_active` and `teams`.
fn brief(call: &Call<'_>, inside: Inside, sight: &Sight, id: Id<User>) -> Reply {
    let mut member = known(written(call, inside, sight, id))?;
    if let Some(fields) = member.as_object_mut() {
        fields.remove("is_active");
        fields.remove("teams");
    }
    Ok(Answer::ok(&member))
}

fn written(call: &Call<'_>, inside: Inside, sight: &Sight, id: Id<User>) -> Option<Value> {
    let user = call.world.users.get(id)?;
    let organization = call.at(inside.home).ok()?;
    let member = organization.members.get(&id)?;
    let (seen, method) = user.last_login.unzip();
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    if let Some(email) = sight.email(id, user) {
        put("email", json!(email));
    }
    put("has_two_factor", json!(user.two_factor));
    put("is_active", json!(user.active));
    put("joined_at", json!(iso(member.joined)));
    put("last_login_at", json!(seen.map(iso)));
    put("last_login_method", json!(method.unwrap_or(LoginMethod::Unknown).as_str()));
    put("role", json!(member.role.as_str()));
    if call.world.quirks.teams_in_membership {
        let teams = member.teams.iter().filter_map(|id| organization.teams.get(*id).map(|team| (*id, team)));
        let teams = teams.filter(|(id, team)| sight.team(*id, team));
        let teams = teams.map(|(_, team)| {
            let role = team.members.get(&Seat::User(id)).map(|role| role.as_str());
            json!({ "name": team.name, "slug": team.slug, "role": role })
        });
        put("teams", teams.collect());
    }
    put("user", json!(user.slug));
    put("user_id", json!(user.slug_perm));
    put("user_name", json!(user.name));
    put("user_url", json!(call.link(&format!("/users/profile/{}/", user.slug))));
    put("visibility", json!(if member.private { "Private" } else { "Public" }));
    Some(Value::Object(fields))
}
