//! Who sees what of an organisation (`cloudsmith-api.md` §5, §6).
//!
//! Owners and managers see everything; members see each other without addresses, and no hidden
//! team that they are not in; collaborators see their own teams and who is in them.

use std::collections::BTreeSet;

use super::account::User;
use super::caller::{Call, Inside};
use super::credential::Actor;
use super::organization::{Member, Organization, Role};
use super::quirks::Redaction;
use super::shelf::Id;
use super::team::{Seat, Team};
use crate::wire::Answer;

/// What one caller sees of one organisation.
#[derive(Debug)]
pub(crate) struct Sight {
    rank: Role,
    caller: Option<Id<User>>,
    /// The caller's own teams.
    teams: BTreeSet<Id<Team>>,
    /// Everybody in them, for those who see nobody else.
    fellows: BTreeSet<Id<User>>,
    private_shown: bool,
    redaction: Redaction,
}

impl Sight {
    /// Whether a member is seen.
    pub(crate) fn member(&self, user: Id<User>, member: &Member) -> bool {
        match self.rank {
            _ if self.caller == Some(user) => true,
            Role::Owner | Role::Manager => true,
            Role::Member => !member.private || self.private_shown,
            Role::Collaborator => self.fellows.contains(&user),
        }
    }

    /// Whether a team is seen.
    pub(crate) fn team(&self, id: Id<Team>, team: &Team) -> bool {
        match self.rank {
            Role::Owner | Role::Manager => true,
            Role::Member => !team.hidden || self.teams.contains(&id),
            Role::Collaborator => self.teams.contains(&id),
        }
    }

    /// An address as the caller sees it; nothing when the field is left out.
    pub(crate) fn email(&self, id: Id<User>, user: &User) -> Option<String> {
        let whole = self.rank >= Role::Manager || self.caller == Some(id);
        match self.redaction {
            _ if whole => Some(user.email()),
            Redaction::None => Some(user.email()),
            Redaction::Stars => Some("*".repeat(8)),
            Redaction::Absent => None,
            Redaction::Partly => {
                let email = user.email();
                let (local, host) = email.split_once('@').unwrap_or((&email, ""));
                let first: String = local.chars().take(1).collect();
                Some(format!("{first}***@{host}"))
            }
        }
    }
}

impl Call<'_> {
    /// What the caller sees.
    pub(crate) fn sight(&self, inside: Inside) -> Result<Sight, Answer> {
        let organization = self.at(inside.home)?;
        let (seat, caller) = match inside.actor {
            Actor::User(user) => (Seat::User(user), Some(user)),
            Actor::Service(_, service) => (Seat::Service(service), None),
        };
        let teams = organization.teams_of(seat).cloned().unwrap_or_default();
        let fellows = match inside.rank {
            Role::Collaborator => fellows(organization, &teams),
            _ => BTreeSet::new(),
        };
        Ok(Sight {
            rank: inside.rank,
            caller,
            teams,
            fellows,
            private_shown: self.world.quirks.private_members_shown,
            redaction: self.world.quirks.redaction,
        })
    }
}

fn fellows(organization: &Organization, teams: &BTreeSet<Id<Team>>) -> BTreeSet<Id<User>> {
    let seats = teams.iter().filter_map(|team| organization.teams.get(*team)).flat_map(|team| team.members.keys());
    let people = seats.filter_map(|seat| match seat {
        Seat::User(user) => Some(*user),
        Seat::Service(_) => None,
    });
    people.collect()
}
