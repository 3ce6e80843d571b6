//! Services and their keys.

use serde_json::{Map, Value, json};

use super::table::{Parameter, Route};
use super::{deleted, known, text};
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, not_found};
use crate::cloudsmith::schema::organization::SERVICE;
use crate::cloudsmith::service::{Service, ServiceRole};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::team::{Seat, Team, TeamRole};
use crate::cloudsmith::world::{iso, slugged};
use crate::wire::Answer;

/// Teams, with the role in each.
type Seats = Vec<(Id<Team>, TeamRole)>;

/// The longest slug that a service gets.
const SLUG: usize = 30;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/services/", "orgs_services_list", list)
        .pages(&SERVICE)
        .with(&[Parameter::Text("query"), Parameter::Text("sort")]),
    Route::post("/orgs/{org}/services/", "orgs_services_create", create).takes(&SERVICE).gives(&SERVICE).answers(200),
    Route::get("/orgs/{org}/services/{service}/", "orgs_services_read", read).gives(&SERVICE),
    Route::patch("/orgs/{org}/services/{service}/", "orgs_services_partial_update", update)
        .takes_part(&SERVICE)
        .gives(&SERVICE),
    Route::delete("/orgs/{org}/services/{service}/", "orgs_services_delete", delete),
    Route::post("/orgs/{org}/services/{service}/refresh/", "orgs_services_refresh", refresh)
        .gives(&SERVICE)
        .answers(200),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let query = call.request.parameter("query").unwrap_or("").to_lowercase();
    let all = call.at(inside.home)?.services.iter();
    let mut rows: Vec<(Id<Service>, &Service)> = all.filter(|(_, service)| fits(&query, service)).collect();
    let sort = call.request.parameter("sort").unwrap_or("");
    match sort.trim_start_matches('-') {
        "name" => rows.sort_by(|(_, one), (_, two)| one.name.cmp(&two.name)),
        "created_at" => rows.sort_by_key(|(_, service)| service.created),
        "role" => rows.sort_by_key(|(_, service)| service.role.as_str()),
        _ => {}
    }
    if sort.starts_with('-') {
        rows.reverse();
    }
    paged(call, &rows, |(id, _)| written(call, inside, *id, None))
}

fn fits(query: &str, service: &Service) -> bool {
    let holds = |text: &str, value: &str| text.to_lowercase().contains(value);
    query.split_whitespace().all(|word| match word.split_once(':') {
        Some(("name", value)) => holds(&service.name, value),
        Some(("role", value)) => holds(service.role.as_str(), value),
        Some(_) => false,
        None => holds(&service.name, word) || holds(&service.slug, word),
    })
}

/// A service, for owners and managers and for the service itself.
fn named(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Id<Service>), Answer> {
    let [org, service] = arguments else { return Err(not_found()) };
    let inside = call.enter(org)?;
    let found = call.at(inside.home)?.services.find(service);
    let own = matches!(inside.actor, Actor::Service(_, id) if Some(id) == found);
    call.require(own || inside.rank >= Role::Manager)?;
    Ok((inside, known(found)?))
}

fn governed(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Id<Service>), Answer> {
    let (inside, id) = named(call, arguments)?;
    call.require(inside.rank >= Role::Manager)?;
    Ok((inside, id))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    known(written(call, inside, id, None)).map(|service| Answer::ok(&service))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let fields = call.fields()?;
    let teams = asked_teams(call, inside, &fields)?;
    let (slug_perm, suffix, now) = (call.world.slug_perm(), call.world.dice.text(4), call.world.now);
    let organization = call.at_mut(inside.home)?;
    let slug = free_slug(organization, text(&fields, "name").unwrap_or(""), &suffix);
    let mut service = Service::new(&slug, slug_perm, now);
    service.created_by = match inside.actor {
        Actor::User(user) => Some(user),
        Actor::Service(..) => None,
    };
    set(&mut service, &fields);
    let id = organization.services.put(service);
    seat(organization, id, teams);
    let secret = call.world.key_make(Actor::Service(inside.home, id));
    note(call, inside, "user.service.created", id);
    known(written(call, inside, id, Some(&secret))).map(|service| Answer::ok(&service))
}

/// A slug of at most thirty letters, with something at its end when it is taken.
fn free_slug(organization: &Organization, name: &str, suffix: &str) -> String {
    let mut slug: String = slugged(name).chars().take(SLUG).collect();
    if organization.services.find(&slug).is_some() {
        slug = slug.chars().take(SLUG - suffix.len() - 1).collect();
        slug = format!("{}-{}", slug.trim_end_matches('-'), suffix.to_lowercase());
    }
    slug
}

fn set(service: &mut Service, fields: &Map<String, Value>) {
    if let Some(name) = text(fields, "name") {
        service.name = name.into();
    }
    if let Some(description) = text(fields, "description") {
        service.description = Some(description.into());
    }
    if let Some(role) = text(fields, "role").and_then(ServiceRole::read) {
        service.role = role;
    }
}

/// The teams that a body asks for; nothing when it says nothing about teams.
fn asked_teams(call: &Call<'_>, inside: Inside, fields: &Map<String, Value>) -> Result<Option<Seats>, Answer> {
    let Some(entries) = fields.get("teams").and_then(Value::as_array) else {
        return Ok(None);
    };
    let organization = call.at(inside.home)?;
    let mut teams = Vec::new();
    let mut wrong = Vec::new();
    for entry in entries {
        let slug = entry.get("slug").and_then(Value::as_str).unwrap_or("");
        // The specification's own default.
        let role = entry.get("role").and_then(Value::as_str).and_then(TeamRole::read).unwrap_or(TeamRole::Manager);
        match organization.teams.find(slug) {
            Some(team) => {
                teams.push((team, role));
                wrong.push(json!({}));
            }
            None => wrong.push(json!({ "slug": ["Team not found."] })),
        }
    }
    if wrong.iter().any(|entry| *entry != json!({})) {
        return Err(call.invalid(Map::from_iter([("teams".to_owned(), Value::Array(wrong))])));
    }
    Ok(Some(teams))
}

/// Makes these the teams of a service.
fn seat(organization: &mut Organization, id: Id<Service>, teams: Option<Seats>) {
    let Some(teams) = teams else {
        return;
    };
    let present = organization.services.get(id).map(|service| service.teams.clone()).unwrap_or_default();
    for team in present {
        organization.unseat(team, Seat::Service(id));
    }
    for (team, role) in teams {
        organization.seat(team, Seat::Service(id), role);
    }
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    let fields = call.fields()?;
    let teams = asked_teams(call, inside, &fields)?;
    let organization = call.at_mut(inside.home)?;
    set(known(organization.services.get_mut(id))?, &fields);
    seat(organization, id, teams);
    known(written(call, inside, id, None)).map(|service| Answer::ok(&service))
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    note(call, inside, "user.service.deleted", id);
    call.world.service_drop(inside.home, id);
    Ok(deleted())
}

fn refresh(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    let secret = call.world.key_make(Actor::Service(inside.home, id));
    note(call, inside, "user.service.key_refreshed", id);
    known(written(call, inside, id, Some(&secret))).map(|service| Answer::ok(&service))
}

fn note(call: &mut Call<'_>, inside: Inside, event: &'static str, id: Id<Service>) {
    let service = call.at(inside.home).ok().and_then(|it| it.services.get(id));
    let names = service.map(|service| (Name::clone(&service.slug), Name::clone(&service.slug_perm)));
    if let Some((slug, slug_perm)) = names {
        let target = Target { kind: "service_account", slug: &slug, slug_perm: Some(slug_perm) };
        call.world.record(inside.home, Some(inside.actor), event, &target);
    }
}

/// A service with its key obfuscated, or whole where it has just been made.
fn written(call: &Call<'_>, inside: Inside, id: Id<Service>, secret: Option<&str>) -> Option<Value> {
    let organization = call.at(inside.home).ok()?;
    let service = organization.services.get(id)?;
    let actor = Actor::Service(inside.home, id);
    let shown = service.key.as_ref().map(|key| secret.map_or_else(|| key.obfuscated(), ToOwned::to_owned));
    let end = service.key.as_ref().and_then(|key| organization.key_end(actor, key)).map(|(end, _)| iso(end));
    let maker = service.created_by.map_or("cloudsmith", |user| call.world.slug_of(user));
    let teams = service.teams.iter().filter_map(|id| organization.teams.get(*id));
    let teams: Vec<Value> = teams
        .map(|team| {
            let role = team.members.get(&Seat::Service(id)).map(|role| role.as_str());
            json!({ "name": team.name, "role": role, "slug": team.slug })
        })
        .collect();
    let mut written = json!({
        "created_at": iso(service.created),
        "created_by": maker,
        "created_by_url": call.link(&format!("/users/profile/{maker}/")),
        "key": shown.unwrap_or_default(),
        "key_expires_at": end,
        "name": service.name,
        "role": service.role.as_str(),
        "slug": service.slug,
        "teams": teams,
    });
    // An empty description is no description: generated clients refuse it.
    if let (Some(description), Some(fields)) = (&service.description, written.as_object_mut()) {
        fields.insert("description".to_owned(), json!(description));
    }
    Some(written)
}
