//! Members and the lists of an organisation (`npm-api.md` §3.2, §3.3, §3.4).

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{deleted, no_such_call};
use crate::npm::caller::{Call, Reply, bad_request, forbidden, not_found};
use crate::npm::organization::{Organization, Role};
use crate::npm::package::Permission;
use crate::npm::path::scope;
use crate::npm::quirks::RosterView;
use crate::npm::token::{Access, Kind};
use crate::npm::view::Object;
use crate::npm::world::AccountId;
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, organization: &str, rest: &[&str]) -> Reply {
    match (&call.request.method, rest) {
        (&Method::GET, ["user"]) => roster(call, organization),
        (&Method::PUT, ["user"]) => set_member(call, organization),
        (&Method::DELETE, ["user"]) => remove_member(call, organization),
        (&Method::GET, ["team"]) => teams(call, organization),
        (&Method::PUT, ["team"]) => super::team::create(call, organization),
        (&Method::GET, ["package"]) => packages(call, organization),
        _ => Err(no_such_call()),
    }
}

fn roster(call: &Call<'_>, name: &str) -> Reply {
    let organization = call.organization(name)?;
    let view = roster_view(call, name)?;
    let caller = call.account();
    let invitees = organization.invitations.iter();
    let invitees = invitees
        .filter(|(_, sent)| call.world.quirks.invitees_in_roster && sent.open(call.world.now))
        .map(|(id, sent)| (*id, sent.role));
    let members = organization.members.iter();
    let members = members
        .filter(|(id, member)| match view {
            RosterView::OnlySelf => Some(**id) == caller,
            RosterView::PublicPart => member.public || Some(**id) == caller,
            RosterView::Empty => false,
            _ => true,
        })
        .map(|(id, member)| (*id, member.role));
    let named = |(id, role): (AccountId, Role)| (call.world.name_of(id), role.as_str());
    Ok(Answer::ok(&Object(members.chain(invitees).map(named).collect())))
}

/// What the caller sees of a roster, or the refusal.
fn roster_view(call: &Call<'_>, name: &str) -> Result<RosterView, Answer> {
    let quirks = &call.world.quirks;
    let view = match (&call.token, quirks.roster) {
        (Some(token), _) if token.spec.kind != Kind::Session => {
            call.role(name, Access::ReadOnly)?;
            quirks.roster.unwrap_or(RosterView::Full)
        }
        (_, Some(view)) => view,
        (None, None) => quirks.roster_anonymous,
        (Some(_), None) => match call.role(name, Access::ReadOnly)? {
            None => quirks.roster_outsider,
            Some(Role::Developer) => quirks.roster_developer,
            Some(_) => RosterView::Full,
        },
    };
    match view {
        RosterView::Unauthorized => Err(Answer::error(StatusCode::UNAUTHORIZED, "Missing \"Bearer\" header.")),
        RosterView::Forbidden => Err(forbidden("Forbidden")),
        RosterView::NotFound => Err(not_found("Scope not found")),
        view => Ok(view),
    }
}

#[derive(Debug, Deserialize)]
struct Membership {
    #[serde(default)]
    user: String,
    role: Option<String>,
}

impl Membership {
    fn read(call: &Call<'_>) -> Result<Self, Answer> {
        let membership: Self = call.request.json()?;
        if membership.user.is_empty() {
            return Err(bad_request("user is required"));
        }
        Ok(membership)
    }

    fn role(&self) -> Result<Role, Answer> {
        let word = self.role.as_deref().unwrap_or("developer");
        Role::read(word).ok_or_else(|| bad_request("role is not valid"))
    }
}

/// Sets a member's role, or invites somebody who is no member.
fn set_member(call: &mut Call<'_>, name: &str) -> Reply {
    let membership = Membership::read(call)?;
    let role = membership.role()?;
    call.governor(name, Role::Owner)?;
    let account = known_user(call, &membership.user)?;
    let organization = call.organization(name)?;
    if role != Role::Owner && organization.last_owner(account) {
        return Err(last_owner());
    }
    let invited = organization.role(account).is_none();
    match invited {
        true => call.world.invite(name, &membership.user, role),
        false => call.world.member(name, &membership.user, role),
    };
    let answer = Answer::created(&json!({
        "org": { "name": name, "size": size(call, name) },
        "user": membership.user,
        "role": role.as_str(),
    }));
    Ok(match invited {
        true => answer.with("npm-notice", &format!("{} was invited to {name}", membership.user)),
        false => answer,
    })
}

fn size(call: &Call<'_>, name: &str) -> Value {
    let organization = call.world.organizations.get(name);
    let size = organization.map_or(0, |it| it.size(call.world.now));
    match call.world.quirks.size_as_text {
        true => json!(size.to_string()),
        false => json!(size),
    }
}

fn remove_member(call: &mut Call<'_>, name: &str) -> Reply {
    let membership = Membership::read(call)?;
    call.governor(name, Role::Owner)?;
    let account = known_user(call, &membership.user)?;
    let organization = call.organization(name)?;
    if organization.last_owner(account) {
        return Err(last_owner());
    }
    if organization.role(account).is_none() && !organization.invitations.contains_key(&account) {
        return Err(not_found("User not found in organization"));
    }
    call.world.member_remove(name, &membership.user);
    Ok(deleted(call))
}

/// An account that exists.
pub(super) fn known_user(call: &Call<'_>, name: &str) -> Result<AccountId, Answer> {
    let account = call.world.account_id(name);
    account.ok_or_else(|| not_found("User not found"))
}

fn last_owner() -> Answer {
    forbidden("An organization must have at least one owner")
}

fn teams(call: &Call<'_>, name: &str) -> Reply {
    let role = call.member(name)?;
    let quirks = &call.world.quirks;
    if quirks.teams_need_owner && role != Role::Owner {
        return Err(forbidden("You must be an owner"));
    }
    let teams = call.organization(name)?.teams.keys();
    let teams: Vec<_> = teams.map(|team| quirks.team_name(name, team)).collect();
    Ok(Answer::ok(&teams))
}

/// The packages of the scope and those that teams hold, with the most that any team may do.
fn packages(call: &Call<'_>, name: &str) -> Reply {
    call.member(name)?;
    let organization = call.organization(name)?;
    let rights = call.world.package_list().filter_map(|(id, package)| {
        let right = best_grant(organization, id);
        let in_scope = scope(&package.name) == Some(name);
        let right = right.or(in_scope.then_some(Permission::Read))?;
        let word = call.world.quirks.word(right, call.request);
        Some((package.name.as_ref(), word))
    });
    Ok(Answer::ok(&Object(rights.collect())))
}

fn best_grant(organization: &Organization, id: crate::npm::world::PackageId) -> Option<Permission> {
    let teams = organization.teams.values();
    teams.filter_map(|team| team.grants.get(&id).copied()).max()
}
