//! Teams: who is in them and what they may do (`npm-api.md` §3.3, §3.4).

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::org::known_user;
use super::{deleted, no_such_call};
use crate::npm::caller::{Call, Reply, bad_request, forbidden, not_found};
use crate::npm::organization::{DEVELOPERS, Role, Team};
use crate::npm::package::Permission;
use crate::npm::path::scope;
use crate::npm::view::Object;
use crate::npm::world::PackageId;
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, org: &str, team: &str, rest: &[&str]) -> Reply {
    match (&call.request.method, rest) {
        (&Method::DELETE, []) => destroy(call, org, team),
        (&Method::GET, ["user"]) => members(call, org, team),
        (&Method::PUT, ["user"]) => add_member(call, org, team),
        (&Method::DELETE, ["user"]) => remove_member(call, org, team),
        (&Method::GET, ["package"]) => packages(call, org, team),
        (&Method::PUT, ["package"]) => grant(call, org, team),
        (&Method::DELETE, ["package"]) => revoke(call, org, team),
        _ => Err(no_such_call()),
    }
}

fn find<'a>(call: &'a Call<'_>, org: &str, team: &str) -> Result<&'a Team, Answer> {
    let found = call.organization(org)?.teams.get(team);
    found.ok_or_else(|| not_found("Team not found"))
}

#[derive(Debug, Deserialize)]
struct NewTeam {
    name: String,
}

pub(super) fn create(call: &mut Call<'_>, org: &str) -> Reply {
    let NewTeam { name } = call.request.json()?;
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() || !name.chars().all(fits) {
        return Err(bad_request("team name is not valid"));
    }
    call.governor(org, Role::Admin)?;
    if call.organization(org)?.teams.contains_key(name.as_str()) {
        return Err(Answer::error(StatusCode::CONFLICT, "Team already exists"));
    }
    call.world.team(org, &name);
    Ok(Answer::created(&json!({ "name": name })))
}

fn destroy(call: &mut Call<'_>, org: &str, team: &str) -> Reply {
    call.governor(org, Role::Admin)?;
    find(call, org, team)?;
    if team == DEVELOPERS {
        return Err(forbidden("The developers team cannot be deleted"));
    }
    call.world.team_remove(org, team);
    Ok(deleted(call))
}

fn members(call: &Call<'_>, org: &str, team: &str) -> Reply {
    call.member(org)?;
    let members = &find(call, org, team)?.members;
    let names: Vec<_> = members.iter().map(|id| call.world.name_of(*id)).collect();
    Ok(Answer::ok(&names))
}

#[derive(Debug, Deserialize)]
struct TeamMember {
    user: String,
}

fn add_member(call: &mut Call<'_>, org: &str, team: &str) -> Reply {
    let TeamMember { user } = call.request.json()?;
    call.governor(org, Role::Admin)?;
    find(call, org, team)?;
    let account = known_user(call, &user)?;
    if call.organization(org)?.role(account).is_none() {
        return Err(not_found("User not found in organization"));
    }
    call.world.team_member(org, team, &user);
    Ok(Answer::created(&json!({})))
}

fn remove_member(call: &mut Call<'_>, org: &str, team: &str) -> Reply {
    let TeamMember { user } = call.request.json()?;
    call.governor(org, Role::Admin)?;
    let account = known_user(call, &user)?;
    if !find(call, org, team)?.members.contains(&account) {
        return Err(not_found("User not found in team"));
    }
    call.world.team_member_remove(org, team, &user);
    Ok(deleted(call))
}

fn packages(call: &Call<'_>, org: &str, team: &str) -> Reply {
    call.member(org)?;
    let grants = find(call, org, team)?.grants.iter();
    let word = |right: &Permission| call.world.quirks.word(*right, call.request);
    let named = |(id, right): (&PackageId, &Permission)| (call.world.package_at(*id).name.as_ref(), word(right));
    Ok(Answer::ok(&Object(grants.map(named).collect())))
}

#[derive(Debug, Deserialize)]
struct Grant {
    package: String,
    permissions: Option<String>,
}

fn grant(call: &mut Call<'_>, org: &str, team: &str) -> Reply {
    let grant: Grant = call.request.json()?;
    let permission = grant.permissions.as_deref().and_then(Permission::read_word);
    let permission = permission.ok_or_else(|| bad_request("permissions is not valid"))?;
    may_grant(call, org, team, &grant.package)?;
    call.world.grant(org, team, &grant.package, permission);
    Ok(Answer::created(&json!({})))
}

fn revoke(call: &mut Call<'_>, org: &str, team: &str) -> Reply {
    let grant: Grant = call.request.json()?;
    let package = may_grant(call, org, team, &grant.package)?;
    if !find(call, org, team)?.grants.contains_key(&package) {
        return Err(not_found("Package not found in team"));
    }
    call.world.grant_remove(org, team, &grant.package);
    Ok(deleted(call))
}

/// Whether the caller may change what a team may do with a package: an admin or owner who can
/// also write the package, which has to be unscoped or in the organisation's own scope.
fn may_grant(call: &mut Call<'_>, org: &str, team: &str, name: &str) -> Result<PackageId, Answer> {
    let account = call.governor(org, Role::Admin)?;
    find(call, org, team)?;
    let package = call.world.package_id(name);
    let package = package.ok_or_else(|| not_found("Package not found"))?;
    let foreign = scope(name).is_some_and(|scope| scope != org);
    let writes = call.world.right(account, package) == Some(Permission::Write);
    if foreign || !(writes || call.world.quirks.grants_without_write) {
        return Err(forbidden("Forbidden"));
    }
    Ok(package)
}
