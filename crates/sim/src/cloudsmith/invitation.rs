//! Invitations, which are no memberships (`cloudsmith-api.md` §2, §3).

use std::time::Duration;

use jiff::Timestamp;

use super::account::User;
use super::organization::Role;
use super::shelf::{Id, Name, Shelved};
use super::team::{Seat, Team, TeamRole};
use super::world::{World, slugged};
use crate::clock::later;

/// How long an invitation can be accepted.
pub(crate) const LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// An invitation.
#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub(crate) slug_perm: Name,
    /// The address it was sent to, when it was sent to one.
    pub(crate) email: Option<Name>,
    /// The account it was sent to, when it was sent to one.
    pub(crate) user: Option<Id<User>>,
    pub(crate) role: Role,
    pub(crate) teams: Vec<(Id<Team>, TeamRole)>,
    pub(crate) inviter: Option<Id<User>>,
    pub(crate) expires: Timestamp,
}

impl Shelved for Invitation {
    fn slug(&self) -> &Name {
        &self.slug_perm
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

impl World {
    /// Invites an account, or an address when there is an `@` in it.
    pub fn invite(&mut self, organization: &str, whom: &str, role: Role) -> &mut Self {
        let user = (!whom.contains('@')).then(|| self.ensure_user(whom));
        let email = user.is_none().then(|| whom.into());
        let (slug_perm, expires) = (self.slug_perm(), later(self.now, LIFE));
        let it = self.organization_mut(organization);
        let inviter = it.members.iter().find(|(_, member)| member.role == Role::Owner).map(|(user, _)| *user);
        it.invitations.put(Invitation { slug_perm, email, user, role, teams: Vec::new(), inviter, expires });
        self
    }

    /// Invites an account or an address, and into a team.
    pub fn invite_to_team(
        &mut self,
        organization: &str,
        whom: &str,
        role: Role,
        team: &str,
        team_role: TeamRole,
    ) -> &mut Self {
        let team = self.ensure_team(organization, team);
        self.invite(organization, whom, role);
        if let Some((_, sent)) = self.organization_mut(organization).invitations.iter_mut().last() {
            sent.teams.push((team, team_role));
        }
        self
    }

    /// Accepts an invitation; false when there is none or it has expired.
    pub fn invite_accept(&mut self, organization: &str, whom: &str) -> bool {
        let user = self.users.find(whom);
        let now = self.now;
        let Some(it) = self.at_mut(organization) else {
            return false;
        };
        let named = |sent: &Invitation| sent.email.as_deref() == Some(whom) || (user.is_some() && sent.user == user);
        let found = it.invitations.iter().find(|(_, sent)| named(sent)).map(|(id, _)| id);
        let Some(sent) = found.and_then(|id| it.invitations.remove(id)) else {
            return false;
        };
        if sent.expires <= now {
            return false;
        }
        let user = sent.user.unwrap_or_else(|| self.newcomer(whom));
        let organization = self.organization_mut(organization);
        organization.join(user, sent.role, now);
        for (team, role) in sent.teams {
            organization.seat(team, Seat::User(user), role);
        }
        true
    }

    /// The account of somebody who signs up with an address.
    fn newcomer(&mut self, email: &str) -> Id<User> {
        let known = self.users.iter().find(|(_, user)| user.email() == email).map(|(id, _)| id);
        known.unwrap_or_else(|| {
            let slug = slugged(email.split('@').next().unwrap_or(email));
            self.account(&slug).email(email);
            self.ensure_user(&slug)
        })
    }
}
