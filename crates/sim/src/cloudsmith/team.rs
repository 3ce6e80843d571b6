//! Teams of people and services (`cloudsmith-api.md` §2, §3).

use std::collections::BTreeMap;

use super::account::User;
use super::organization::{Organization, Role};
use super::repository::Grantee;
use super::service::{Service, ServiceRole};
use super::shelf::{Id, Name, Shelved};
use super::world::{World, titled};

/// A role inside a team. Both inherit what the team may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TeamRole {
    /// Is in the team.
    Member,
    /// Is in the team and may change it.
    Manager,
}

impl TeamRole {
    /// The words of both roles.
    pub(crate) const WORDS: &'static [&'static str] = &["Manager", "Member"];

    /// The word in lists.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "Manager",
            Self::Member => "Member",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Manager, Self::Member].into_iter().find(|role| role.as_str() == word)
    }
}

/// Who can be in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seat {
    User(Id<User>),
    Service(Id<Service>),
}

/// A team.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    pub(crate) description: Option<Name>,
    pub(crate) hidden: bool,
    pub(crate) members: BTreeMap<Seat, TeamRole>,
}

impl Team {
    pub(crate) fn new(slug: &str, slug_perm: Name) -> Self {
        Self {
            slug: slug.into(),
            slug_perm,
            name: titled(slug).into(),
            description: None,
            hidden: false,
            members: BTreeMap::new(),
        }
    }
}

impl Shelved for Team {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

impl Organization {
    /// Puts somebody who belongs to the organisation into a team, or changes the role there.
    pub(crate) fn seat(&mut self, team: Id<Team>, seat: Seat, role: TeamRole) {
        let teams = match seat {
            Seat::User(user) => self.members.get_mut(&user).map(|member| &mut member.teams),
            Seat::Service(service) => self.services.get_mut(service).map(|service| &mut service.teams),
        };
        if let (Some(teams), Some(it)) = (teams, self.teams.get_mut(team)) {
            teams.insert(team);
            it.members.insert(seat, role);
        }
    }

    /// Takes somebody out of a team.
    pub(crate) fn unseat(&mut self, team: Id<Team>, seat: Seat) {
        let teams = match seat {
            Seat::User(user) => self.members.get_mut(&user).map(|member| &mut member.teams),
            Seat::Service(service) => self.services.get_mut(service).map(|service| &mut service.teams),
        };
        if let Some(teams) = teams {
            teams.remove(&team);
        }
        if let Some(team) = self.teams.get_mut(team) {
            team.members.remove(&seat);
        }
    }

    /// Deletes a team with its seats, its privileges and what maps to it.
    pub(crate) fn disband(&mut self, team: Id<Team>) {
        let Some(gone) = self.teams.remove(team) else {
            return;
        };
        for seat in gone.members.into_keys() {
            self.unseat(team, seat);
        }
        for (_, repository) in self.repositories.iter_mut() {
            repository.revoke(Grantee::Team(team));
        }
        let mapped: Vec<_> = self.group_syncs.iter().filter(|(_, sync)| sync.team == team).map(|(id, _)| id).collect();
        for id in mapped {
            self.group_syncs.remove(id);
        }
        for (_, invitation) in self.invitations.iter_mut() {
            invitation.teams.retain(|(invited, _)| *invited != team);
        }
    }
}

impl World {
    /// A team.
    pub fn team(&mut self, organization: &str, team: &str) -> &mut Self {
        self.ensure_team(organization, team);
        self
    }

    /// A team that only those who are in it, managers and owners see.
    pub fn hidden_team(&mut self, organization: &str, team: &str) -> &mut Self {
        self.ensure_team(organization, team);
        if let Some(team) = self.organization_mut(organization).teams.named_mut(team) {
            team.hidden = true;
        }
        self
    }

    /// Deletes a team with its privileges.
    pub fn team_remove(&mut self, organization: &str, team: &str) -> &mut Self {
        if let Some(organization) = self.at_mut(organization)
            && let Some(team) = organization.teams.find(team)
        {
            organization.disband(team);
        }
        self
    }

    /// Puts a person into a team; who is not in the organisation becomes a member first.
    pub fn team_member(&mut self, organization: &str, team: &str, account: &str, role: TeamRole) -> &mut Self {
        let user = self.ensure_user(account);
        let team = self.ensure_team(organization, team);
        if self.organization_mut(organization).role(user).is_none() {
            self.member(organization, account, Role::Member);
        }
        self.organization_mut(organization).seat(team, Seat::User(user), role);
        self
    }

    /// Puts a service into a team; it is made if there is none of that slug.
    pub fn team_service(&mut self, organization: &str, team: &str, service: &str, role: TeamRole) -> &mut Self {
        let (_, service) = self.ensure_service(organization, service);
        let team = self.ensure_team(organization, team);
        self.organization_mut(organization).seat(team, Seat::Service(service), role);
        self
    }

    /// Takes a person out of a team.
    pub fn team_member_remove(&mut self, organization: &str, team: &str, account: &str) -> &mut Self {
        let user = self.users.find(account);
        if let (Some(user), Some(organization)) = (user, self.at_mut(organization))
            && let Some(team) = organization.teams.find(team)
        {
            organization.unseat(team, Seat::User(user));
        }
        self
    }

    /// Takes a service out of a team.
    pub fn team_service_remove(&mut self, organization: &str, team: &str, service: &str) -> &mut Self {
        if let Some(organization) = self.at_mut(organization)
            && let (Some(team), Some(service)) = (organization.teams.find(team), organization.services.find(service))
        {
            organization.unseat(team, Seat::Service(service));
        }
        self
    }

    /// The slugs of an organisation's teams.
    #[must_use]
    pub fn teams(&self, organization: &str) -> Vec<String> {
        let teams = self.at(organization).map(|organization| &organization.teams);
        teams.into_iter().flat_map(|teams| teams.iter()).map(|(_, team)| team.slug.to_string()).collect()
    }

    /// The people in a team, with their roles there.
    #[must_use]
    pub fn team_members(&self, organization: &str, team: &str) -> Vec<(String, TeamRole)> {
        let people = self.seats(organization, team).filter_map(|(_, seat, role)| match seat {
            Seat::User(user) => Some((self.slug_of(user).to_owned(), role)),
            Seat::Service(_) => None,
        });
        people.collect()
    }

    /// The services in a team, with their roles there.
    #[must_use]
    pub fn team_services(&self, organization: &str, team: &str) -> Vec<(String, TeamRole)> {
        let services = self.seats(organization, team).filter_map(|(organization, seat, role)| match seat {
            Seat::Service(service) => Some((organization.services.get(service)?.slug.to_string(), role)),
            Seat::User(_) => None,
        });
        services.collect()
    }

    fn seats(&self, organization: &str, team: &str) -> impl Iterator<Item = (&Organization, Seat, TeamRole)> {
        let found = self.at(organization).and_then(|it| it.teams.named(team).map(|team| (it, team)));
        found.into_iter().flat_map(|(it, team)| team.members.iter().map(move |(seat, role)| (it, *seat, *role)))
    }

    pub(crate) fn ensure_team(&mut self, organization: &str, slug: &str) -> Id<Team> {
        let slug_perm = self.slug_perm();
        self.organization_mut(organization).teams.ensure(slug, || Team::new(slug, slug_perm)).0
    }
}

impl ServiceRole {
    /// The role of a person that sees and governs as much.
    pub(crate) fn as_rank(self) -> Role {
        match self {
            Self::Manager => Role::Manager,
            Self::Member => Role::Member,
        }
    }
}
