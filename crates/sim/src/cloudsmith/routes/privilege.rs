//! Who holds a privilege on a repository.

use serde_json::{Map, Value, json};

use super::deleted;
use super::table::{Parameter, Route};
use crate::cloudsmith::caller::{Call, Within};
use crate::cloudsmith::organization::Organization;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found};
use crate::cloudsmith::repository::{Grantee, Level};
use crate::cloudsmith::schema::repository::PRIVILEGES;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{identifier}/privileges", "repos_privileges_list", list)
        .gives(&PRIVILEGES)
        .with(&[Parameter::Text("page"), Parameter::Text("page_size")]),
    Route::patch("/repos/{owner}/{identifier}/privileges", "repos_privileges_partial_update", grant)
        .takes_part(&PRIVILEGES)
        .answers(204),
    Route::put("/repos/{owner}/{identifier}/privileges", "repos_privileges_update", replace)
        .takes(&PRIVILEGES)
        .answers(204),
];

fn named(call: &Call<'_>, arguments: &[&str]) -> Result<Within, Answer> {
    let [owner, repository] = arguments else { return Err(not_found()) };
    call.within_at(owner, repository, Level::Admin)
}

/// All at once, whatever page is asked for: explicit privileges only.
fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = named(call, arguments)?;
    let organization = call.at(within.home)?;
    let repository = call.repository(within)?;
    let privileges: Vec<Value> = repository
        .privileges
        .iter()
        .filter_map(|(grantee, level)| {
            let (kind, slug) = call.world.grantee_named(organization, *grantee)?;
            Some(written(call.world.quirks.privilege_nulls, kind, slug, *level))
        })
        .collect();
    Ok(Answer::ok(&json!({ "privileges": privileges })))
}

fn written(nulls: bool, kind: &str, slug: &str, level: Level) -> Value {
    let others = ["service", "team", "user"].into_iter().filter(|other| nulls && *other != kind);
    let mut entry: Map<String, Value> = others.map(|other| (other.to_owned(), Value::Null)).collect();
    entry.insert(kind.to_owned(), json!(slug));
    entry.insert("privilege".to_owned(), json!(level.as_str()));
    Value::Object(entry)
}

fn grant(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = named(call, arguments)?;
    let asked = asked(call, within)?;
    let repository = call.repository_mut(within)?;
    for (grantee, level) in asked {
        repository.grant(grantee, level);
    }
    Ok(deleted())
}

/// Whoever is not named loses what they had, the caller included.
fn replace(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let within = named(call, arguments)?;
    let asked = asked(call, within)?;
    call.repository_mut(within)?.privileges = asked.into_iter().collect();
    Ok(deleted())
}

fn asked(call: &Call<'_>, within: Within) -> Result<Vec<(Grantee, Level)>, Answer> {
    let fields = call.fields()?;
    let organization = call.at(within.home)?;
    let entries = fields.get("privileges").and_then(Value::as_array).into_iter().flatten();
    let entries = entries.filter_map(Value::as_object);
    entries.map(|entry| entry_read(call, organization, entry)).collect()
}

fn entry_read(
    call: &Call<'_>,
    organization: &Organization,
    entry: &Map<String, Value>,
) -> Result<(Grantee, Level), Answer> {
    let wrong = |reason: &str| invalid_field("privileges", reason);
    let named: Vec<(&str, &str)> =
        ["team", "user", "service"].into_iter().filter_map(|kind| Some((kind, entry.get(kind)?.as_str()?))).collect();
    let [(kind, slug)] = named.as_slice() else {
        return Err(wrong("Specify exactly one of team, user or service."));
    };
    let grantee = match *kind {
        "team" => organization.teams.find(slug).map(Grantee::Team),
        "service" => organization.services.find(slug).map(Grantee::Service),
        _ => call.world.users.find(slug).filter(|user| organization.members.contains_key(user)).map(Grantee::User),
    };
    let level = entry.get("privilege").and_then(Value::as_str).and_then(Level::read);
    let grantee = grantee.ok_or_else(|| wrong(&format!("{kind} '{slug}' was not found")))?;
    Ok((grantee, level.unwrap_or_default()))
}
