//! Invitations.

use serde_json::{Map, Value, json};

use super::table::Route;
use super::{deleted, known, text};
use crate::clock::later;
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::invitation::{Invitation, LIFE};
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found};
use crate::cloudsmith::schema::organization::{INVITATION, INVITATION_UPDATE};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::team::{Team, TeamRole};
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/invites/", "orgs_invites_list", list).pages(&INVITATION),
    Route::post("/orgs/{org}/invites/", "orgs_invites_create", create).takes(&INVITATION).gives(&INVITATION),
    Route::patch("/orgs/{org}/invites/{slug_perm}/", "orgs_invites_partial_update", update)
        .takes_part(&INVITATION_UPDATE)
        .gives(&INVITATION),
    Route::delete("/orgs/{org}/invites/{slug_perm}/", "orgs_invites_delete", delete),
    Route::post("/orgs/{org}/invites/{slug_perm}/extend/", "orgs_invites_extend", extend)
        .gives(&INVITATION)
        .answers(200),
    Route::post("/orgs/{org}/invites/{slug_perm}/resend/", "orgs_invites_resend", extend)
        .gives(&INVITATION)
        .answers(200),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let now = call.world.now;
    let open = call.at(inside.home)?.invitations.iter().filter(|(_, sent)| now < sent.expires);
    let rows: Vec<Id<Invitation>> = open.map(|(id, _)| id).collect();
    paged(call, &rows, |id| written(call, inside, *id))
}

fn named(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Id<Invitation>), Answer> {
    let [org, slug_perm] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let id = known(call.at(inside.home)?.invitations.find(slug_perm))?;
    Ok((inside, id))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let fields = call.fields()?;
    let role = text(&fields, "role").and_then(Role::read).unwrap_or(Role::Member);
    call.require(role <= inside.rank)?;
    let user = match text(&fields, "user") {
        None => None,
        Some(slug) => {
            let found = call.world.users.find(slug);
            Some(found.ok_or_else(|| invalid_field("user", "User not found."))?)
        }
    };
    let email = text(&fields, "email").map(Name::from);
    if user.is_none() && email.is_none() {
        return Err(invalid_field("non_field_errors", "Must specify either an email or a user."));
    }
    let teams = asked_teams(call, inside, &fields)?;
    let organization = call.at(inside.home)?;
    if user.is_some_and(|user| organization.role(user).is_some()) {
        return Err(invalid_field("user", "User is already a member of this organization."));
    }
    let again = |sent: &Invitation| email.is_some() && sent.email == email || user.is_some() && sent.user == user;
    if organization.invitations.iter().any(|(_, sent)| again(sent)) {
        return Err(invalid_field("non_field_errors", "An invitation has already been sent."));
    }
    let inviter = match inside.actor {
        Actor::User(user) => Some(user),
        Actor::Service(..) => None,
    };
    let (slug_perm, expires) = (call.world.slug_perm(), later(call.world.now, LIFE));
    let sent = Invitation { slug_perm, email, user, role, teams, inviter, expires };
    let id = call.at_mut(inside.home)?.invitations.put(sent);
    note(call, inside, "org.invite.sent", id);
    known(written(call, inside, id)).map(|sent| Answer::created(&sent))
}

fn asked_teams(
    call: &Call<'_>,
    inside: Inside,
    fields: &Map<String, Value>,
) -> Result<Vec<(Id<Team>, TeamRole)>, Answer> {
    let organization = call.at(inside.home)?;
    let mut teams = Vec::new();
    for entry in fields.get("teams").and_then(Value::as_array).into_iter().flatten() {
        let slug = entry.get("team").and_then(Value::as_str).unwrap_or("");
        let role = entry.get("role").and_then(Value::as_str).and_then(TeamRole::read).unwrap_or(TeamRole::Member);
        match organization.teams.find(slug) {
            Some(team) => teams.push((team, role)),
            None => return Err(invalid_field("teams", &format!("team '{slug}' was not found"))),
        }
    }
    Ok(teams)
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    let fields = call.fields()?;
    if let Some(role) = text(&fields, "role").and_then(Role::read) {
        call.require(role <= inside.rank)?;
        known(call.at_mut(inside.home)?.invitations.get_mut(id))?.role = role;
    }
    known(written(call, inside, id)).map(|sent| Answer::ok(&sent))
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    note(call, inside, "org.invite.cancelled", id);
    call.at_mut(inside.home)?.invitations.remove(id);
    Ok(deleted())
}

/// Extending and sending again both give it its whole life anew.
fn extend(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    let expires = later(call.world.now, LIFE);
    known(call.at_mut(inside.home)?.invitations.get_mut(id))?.expires = expires;
    known(written(call, inside, id)).map(|sent| Answer::ok(&sent))
}

fn note(call: &mut Call<'_>, inside: Inside, event: &'static str, id: Id<Invitation>) {
    let sent = call.at(inside.home).ok().and_then(|it| it.invitations.get(id));
    let Some((to, slug_perm)) = sent.map(|sent| (receiver(call, sent), Name::clone(&sent.slug_perm))) else {
        return;
    };
    let target = Target { kind: "invite", slug: &to, slug_perm: Some(slug_perm) };
    call.world.record(inside.home, Some(inside.actor), event, &target);
}

fn receiver(call: &Call<'_>, sent: &Invitation) -> String {
    let user = sent.user.map(|user| call.world.slug_of(user).to_owned());
    user.or_else(|| sent.email.as_ref().map(ToString::to_string)).unwrap_or_default()
}

fn written(call: &Call<'_>, inside: Inside, id: Id<Invitation>) -> Option<Value> {
    let organization = call.at(inside.home).ok()?;
    let sent = organization.invitations.get(id)?;
    let inviter = sent.inviter.map_or("cloudsmith", |user| call.world.slug_of(user));
    let teams = sent.teams.iter().filter_map(|(team, role)| {
        let team = organization.teams.get(*team)?;
        Some(json!({ "team": team.slug, "role": role.as_str() }))
    });
    let user = sent.user.and_then(|user| call.world.users.get(user));
    let mut fields = json!({
        "expires_at": iso(sent.expires),
        "inviter": inviter,
        "inviter_url": call.link(&format!("/users/profile/{inviter}/")),
        "org": organization.slug,
        "role": sent.role.as_str(),
        "slug_perm": sent.slug_perm,
        "teams": teams.collect::<Vec<_>>(),
        "user_url": user.map(|user| call.link(&format!("/users/profile/{}/", user.slug))),
    });
    if let Some(fields) = fields.as_object_mut() {
        let email = sent.email.as_ref().map(ToString::to_string).or(user.map(|user| user.email()));
        fields.extend(email.map(|email| ("email".to_owned(), json!(email))));
        fields.extend(user.map(|user| ("user".to_owned(), json!(user.slug))));
    }
    Some(fields)
}
