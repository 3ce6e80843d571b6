//! Teams and who is in them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::table::{Parameter, Route};
use super::{deleted, known, text};
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found};
use crate::cloudsmith::schema::organization::{TEAM, TEAM_SEATS};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::team::{Seat, Team, TeamRole};
use crate::cloudsmith::world::slugged;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/teams/", "orgs_teams_list", list).pages(&TEAM).with(&[
        Parameter::Flag("for_user"),
        Parameter::Text("query"),
        Parameter::Text("sort"),
    ]),
    Route::post("/orgs/{org}/teams/", "orgs_teams_create", create).takes(&TEAM).gives(&TEAM),
    Route::get("/orgs/{org}/teams/{team}/", "orgs_teams_read", read).gives(&TEAM),
    Route::patch("/orgs/{org}/teams/{team}/", "orgs_teams_partial_update", update).takes_part(&TEAM).gives(&TEAM),
    Route::delete("/orgs/{org}/teams/{team}/", "orgs_teams_delete", delete),
    Route::get("/orgs/{org}/teams/{team}/members", "orgs_teams_members_list", members)
        .gives(&TEAM_SEATS)
        .with(&[Parameter::Text("user_kind")]),
    Route::post("/orgs/{org}/teams/{team}/members", "orgs_teams_members_create", add)
        .takes(&TEAM_SEATS)
        .gives(&TEAM_SEATS),
    Route::put("/orgs/{org}/teams/{team}/members", "orgs_teams_members_update", replace)
        .takes(&TEAM_SEATS)
        .gives(&TEAM_SEATS)
        .answers(204),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter(org)?;
    let sight = call.sight(inside)?;
    let organization = call.at(inside.home)?;
    let own = call.flag("for_user") == Some(true);
    let seat = seat_of(inside.actor);
    let query = call.request.parameter("query").unwrap_or("").to_lowercase();
    let seen = |id: Id<Team>, team: &Team| {
        sight.team(id, team) && (!own || team.members.contains_key(&seat)) && fits(call, &query, team)
    };
    let mut rows: Vec<(Id<Team>, &Team)> = organization.teams.iter().filter(|(id, team)| seen(*id, team)).collect();
    match call.request.parameter("sort").unwrap_or("") {
        "name" => rows.sort_by(|(_, one), (_, two)| one.name.cmp(&two.name)),
        "-name" => rows.sort_by(|(_, one), (_, two)| two.name.cmp(&one.name)),
        "members" => rows.sort_by_key(|(_, team)| team.members.len()),
        "-members" => rows.sort_by_key(|(_, team)| std::cmp::Reverse(team.members.len())),
        _ => {}
    }
    paged(call, &rows, |(_, team)| Some(written(team)))
}

/// Whether a query such as `name:web` or `user:ada`, or a plain word, fits a team.
fn fits(call: &Call<'_>, query: &str, team: &Team) -> bool {
    let holds = |text: &str, value: &str| text.to_lowercase().contains(value);
    let member = |value: &str| {
        team.members.keys().any(|seat| match seat {
            Seat::User(user) => holds(call.world.slug_of(*user), value),
            Seat::Service(_) => false,
        })
    };
    query.split_whitespace().all(|word| match word.split_once(':') {
        Some(("name", value)) => holds(&team.name, value),
        Some(("slug", value)) => holds(&team.slug, value),
        Some(("user" | "userslug", value)) => member(value),
        Some(_) => false,
        None => holds(&team.name, word) || holds(&team.slug, word),
    })
}

fn seat_of(actor: Actor) -> Seat {
    match actor {
        Actor::User(user) => Seat::User(user),
        Actor::Service(_, service) => Seat::Service(service),
    }
}

/// A team that the caller sees.
fn named(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Id<Team>), Answer> {
    let [org, team] = arguments else { return Err(not_found()) };
    let inside = call.enter(org)?;
    let sight = call.sight(inside)?;
    let organization = call.at(inside.home)?;
    let id = known(organization.teams.find(team))?;
    let found = known(organization.teams.get(id))?;
    known(sight.team(id, found).then_some((inside, id)))
}

/// A team that the caller may change: owners and managers any, managers of a team their own.
fn governed(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Id<Team>), Answer> {
    let (inside, id) = named(call, arguments)?;
    let team = known(call.at(inside.home)?.teams.get(id))?;
    let manages = team.members.get(&seat_of(inside.actor)) == Some(&TeamRole::Manager);
    call.require(inside.rank >= Role::Manager || manages)?;
    Ok((inside, id))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    Ok(Answer::ok(&written(known(call.at(inside.home)?.teams.get(id))?)))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let fields = call.fields()?;
    let name = text(&fields, "name").unwrap_or("");
    let slug = text(&fields, "slug").map_or_else(|| slugged(name), ToOwned::to_owned);
    let slug_perm = call.world.slug_perm();
    let organization = call.at_mut(inside.home)?;
    if organization.teams.find(&slug).is_some() {
        return Err(invalid_field("slug", "A team with this slug already exists."));
    }
    let mut team = Team::new(&slug, slug_perm);
    set(&mut team, &fields);
    let id = organization.teams.put(team);
    // Whoever makes a team is in it, wanted or not.
    organization.seat(id, seat_of(inside.actor), TeamRole::Manager);
    let answer = Answer::created(&written(known(organization.teams.get(id))?));
    note(call, inside, "org.team.created", id);
    Ok(answer)
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    let fields = call.fields()?;
    let organization = call.at_mut(inside.home)?;
    if let Some(slug) = text(&fields, "slug") {
        rename(organization, id, slug)?;
    }
    let team = known(organization.teams.get_mut(id))?;
    set(team, &fields);
    Ok(Answer::ok(&written(team)))
}

fn rename(organization: &mut Organization, id: Id<Team>, slug: &str) -> Result<(), Answer> {
    if organization.teams.find(slug).is_some_and(|other| other != id) {
        return Err(invalid_field("slug", "A team with this slug already exists."));
    }
    let slug = Name::from(slug);
    let team = known(organization.teams.get_mut(id))?;
    let before = std::mem::replace(&mut team.slug, Name::clone(&slug));
    organization.teams.rename(id, &before, &slug);
    Ok(())
}

fn set(team: &mut Team, fields: &Map<String, Value>) {
    if let Some(name) = text(fields, "name") {
        team.name = name.into();
    }
    if let Some(description) = fields.get("description") {
        team.description = description.as_str().map(Into::into);
    }
    if let Some(visibility) = text(fields, "visibility") {
        team.hidden = visibility == "Hidden";
    }
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    note(call, inside, "org.team.deleted", id);
    call.at_mut(inside.home)?.disband(id);
    Ok(deleted())
}

fn members(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    let services = call.request.parameter("user_kind").is_some_and(|kind| kind.eq_ignore_ascii_case("service"));
    let seats = seats(call, inside, id, |seat| matches!(seat, Seat::Service(_)) == services)?;
    Ok(Answer::ok(&json!({ "members": seats })))
}

fn seats(call: &Call<'_>, inside: Inside, id: Id<Team>, wanted: impl Fn(&Seat) -> bool) -> Result<Vec<Value>, Answer> {
    let organization = call.at(inside.home)?;
    let team = known(organization.teams.get(id))?;
    let sight = call.sight(inside)?;
    // Whom the caller does not see in the roster is not seen here either.
    let seen = |seat: &Seat| match seat {
        Seat::User(user) => organization.members.get(user).is_some_and(|member| sight.member(*user, member)),
        Seat::Service(_) => true,
    };
    let seats = team.members.iter().filter(|(seat, _)| wanted(seat) && seen(seat));
    let written = seats.filter_map(|(seat, role)| {
        let (slug, kind) = match seat {
            Seat::User(user) => (&call.world.users.get(*user)?.slug, "User"),
            Seat::Service(service) => (&organization.services.get(*service)?.slug, "Service"),
        };
        Some(json!({ "role": role.as_str(), "user": slug, "user_kind": kind }))
    });
    Ok(written.collect())
}

/// The seats that a body asks for.
fn asked(call: &Call<'_>, inside: Inside) -> Result<Vec<(Seat, TeamRole)>, Answer> {
    let fields = call.fields()?;
    let organization = call.at(inside.home)?;
    let mut seats = Vec::new();
    let mut wrong = Vec::new();
    for entry in fields.get("members").and_then(Value::as_array).into_iter().flatten() {
        let slug = entry.get("user").and_then(Value::as_str).unwrap_or("");
        let service = entry.get("user_kind").and_then(Value::as_str) == Some("Service");
        let role = entry.get("role").and_then(Value::as_str).and_then(TeamRole::read);
        let seat = match service {
            true => organization.services.find(slug).map(Seat::Service),
            false => call.world.users.find(slug).filter(|id| organization.members.contains_key(id)).map(Seat::User),
        };
        match seat.zip(role) {
            Some(found) => {
                seats.push(found);
                wrong.push(json!({}));
            }
            None => wrong.push(json!({ "user": [if service { "Service not found." } else { "User not found." }] })),
        }
    }
    if wrong.iter().any(|entry| *entry != json!({})) {
        return Err(call.invalid(Map::from_iter([("members".to_owned(), Value::Array(wrong))])));
    }
    Ok(seats)
}

fn add(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    let asked = asked(call, inside)?;
    let team = known(call.at(inside.home)?.teams.get(id))?;
    if let Some((seat, _)) = asked.iter().find(|(seat, _)| team.members.contains_key(seat)) {
        let reason = format!("{} is already a member of this team.", seat_name(call, inside, *seat));
        return Err(invalid_field("non_field_errors", &reason));
    }
    let organization = call.at_mut(inside.home)?;
    for (seat, role) in asked {
        organization.seat(id, seat, role);
    }
    note(call, inside, "org.team.member_added", id);
    Ok(Answer::created(&json!({ "members": seats(call, inside, id, |_| true)? })))
}

fn seat_name(call: &Call<'_>, inside: Inside, seat: Seat) -> String {
    match seat {
        Seat::User(user) => call.world.slug_of(user).to_owned(),
        Seat::Service(service) => {
            let service = call.at(inside.home).ok().and_then(|it| it.services.get(service));
            service.map(|service| service.slug.to_string()).unwrap_or_default()
        }
    }
}

fn replace(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = governed(call, arguments)?;
    let asked = asked(call, inside)?;
    let keeps_services = call.world.quirks.team_put_keeps_services;
    let organization = call.at_mut(inside.home)?;
    let present: Vec<Seat> = known(organization.teams.get(id))?.members.keys().copied().collect();
    for seat in present {
        if !(keeps_services && matches!(seat, Seat::Service(_))) {
            organization.unseat(id, seat);
        }
    }
    for (seat, role) in asked {
        organization.seat(id, seat, role);
    }
    note(call, inside, "org.team.member_removed", id);
    match call.world.quirks.team_put_answers_200 {
        true => Ok(Answer::json(StatusCode::OK, &json!({ "members": seats(call, inside, id, |_| true)? }))),
        false => Ok(deleted()),
    }
}

fn note(call: &mut Call<'_>, inside: Inside, event: &'static str, id: Id<Team>) {
    let team = call.at(inside.home).ok().and_then(|it| it.teams.get(id));
    let Some((slug, slug_perm)) = team.map(|team| (Name::clone(&team.slug), Name::clone(&team.slug_perm))) else {
        return;
    };
    let target = Target { kind: "team", slug: &slug, slug_perm: Some(slug_perm) };
    call.world.record(inside.home, Some(inside.actor), event, &target);
}

fn written(team: &Team) -> Value {
    json!({
        "description": team.description,
        "name": team.name,
        "slug": team.slug,
        "slug_perm": team.slug_perm,
        "visibility": if team.hidden { "Hidden" } else { "Visible" },
    })
}
