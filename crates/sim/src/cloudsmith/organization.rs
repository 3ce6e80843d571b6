//! Organisations and who is in them (`cloudsmith-api.md` §3 and §5).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::account::User;
use super::audit::Event;
use super::credential::Actor;
use super::invitation::Invitation;
use super::key_rule::KeyRule;
use super::oidc::Provider;
use super::quota::Limits;
use super::repository::{Grantee, Level, Repository};
use super::saml::{GroupSync, Saml};
use super::service::Service;
use super::shelf::{Id, Name, Shelf, Shelved};
use super::team::{Seat, Team};
use super::world::{World, titled};
use crate::clock::day;

/// A person's role in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sees the members of its own teams; no default reaches it.
    Collaborator,
    /// Sees members and visible teams.
    Member,
    /// Settings, teams and everybody but owners; no repository by the role itself.
    Manager,
    /// Everything, every repository included.
    Owner,
}

impl Role {
    /// The words of all roles.
    pub(crate) const WORDS: &'static [&'static str] = &["Owner", "Manager", "Member", "Collaborator"];

    /// The word in rosters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Member => "Member",
            Self::Collaborator => "Collaborator",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        let all = [Self::Owner, Self::Manager, Self::Member, Self::Collaborator];
        all.into_iter().find(|role| role.as_str() == word)
    }
}

/// One membership.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) role: Role,
    /// Hidden from fellow members that administer nothing.
    pub(crate) private: bool,
    pub(crate) joined: Timestamp,
    pub(crate) teams: BTreeSet<Id<Team>>,
}

/// An organisation.
#[derive(Debug, Clone)]
pub(crate) struct Organization {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    pub(crate) created: Timestamp,
    pub(crate) members: BTreeMap<Id<User>, Member>,
    pub(crate) teams: Shelf<Team>,
    pub(crate) services: Shelf<Service>,
    pub(crate) repositories: Shelf<Repository>,
    pub(crate) invitations: Shelf<Invitation>,
    pub(crate) group_syncs: Shelf<GroupSync>,
    pub(crate) providers: Shelf<Provider>,
    pub(crate) key_rules: Shelf<KeyRule>,
    pub(crate) saml: Saml,
    /// What every member may do in every repository. In no answer of the API.
    pub(crate) workspace_default: Level,
    /// Whether nobody gets in without a second factor. In no answer of the API.
    pub(crate) two_factor_required: bool,
    pub(crate) limits: Limits,
    /// Newest first.
    pub(crate) audit: VecDeque<Event>,
    /// The members by displayed name, as the roster goes, until somebody joins or leaves.
    pub(crate) roster: Option<Arc<[Id<User>]>>,
}

impl Shelved for Organization {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

impl Organization {
    pub(crate) fn new(slug: &str, slug_perm: Name) -> Self {
        Self {
            slug: slug.into(),
            slug_perm,
            name: titled(slug).into(),
            created: day("2020-03-02"),
            members: BTreeMap::new(),
            teams: Shelf::default(),
            services: Shelf::default(),
            repositories: Shelf::default(),
            invitations: Shelf::default(),
            group_syncs: Shelf::default(),
            providers: Shelf::default(),
            key_rules: Shelf::default(),
            saml: Saml::default(),
            workspace_default: Level::None,
            two_factor_required: false,
            limits: Limits::default(),
            audit: VecDeque::new(),
            roster: None,
        }
    }

    pub(crate) fn role(&self, user: Id<User>) -> Option<Role> {
        self.members.get(&user).map(|member| member.role)
    }

    /// Makes somebody a member, or changes the role of one.
    pub(crate) fn join(&mut self, user: Id<User>, role: Role, joined: Timestamp) {
        if let Some(member) = self.members.get_mut(&user) {
            member.role = role;
            return;
        }
        self.members.insert(user, Member { role, private: false, joined, teams: BTreeSet::new() });
        self.roster = None;
    }

    /// Ends a membership with its teams and its own privileges.
    pub(crate) fn leave(&mut self, user: Id<User>) {
        let Some(member) = self.members.get(&user) else {
            return;
        };
        for team in member.teams.clone() {
            self.unseat(team, Seat::User(user));
        }
        for (_, repository) in self.repositories.iter_mut() {
            repository.revoke(Grantee::User(user));
        }
        self.members.remove(&user);
        self.roster = None;
    }

    /// Whether this account is the only owner.
    pub(crate) fn last_owner(&self, user: Id<User>) -> bool {
        let owner = |member: &&Member| member.role == Role::Owner;
        self.role(user) == Some(Role::Owner) && self.members.values().filter(owner).count() == 1
    }

    /// The role of whoever calls, that of a service translated; nothing for outsiders.
    pub(crate) fn rank(&self, this: Id<Organization>, actor: Actor) -> Option<Role> {
        match actor {
            Actor::User(user) => self.role(user),
            Actor::Service(home, service) if home == this => self.services.get(service).map(|it| it.role.as_rank()),
            Actor::Service(..) => None,
        }
    }

    /// The teams that somebody is in.
    pub(crate) fn teams_of(&self, seat: Seat) -> Option<&BTreeSet<Id<Team>>> {
        match seat {
            Seat::User(user) => self.members.get(&user).map(|member| &member.teams),
            Seat::Service(service) => self.services.get(service).map(|service| &service.teams),
        }
    }
}

impl World {
    /// An organisation.
    pub fn organization(&mut self, slug: &str) -> &mut Self {
        self.organization_mut(slug);
        self
    }

    /// Sets an organisation's displayed name.
    pub fn organization_name(&mut self, slug: &str, name: &str) -> &mut Self {
        self.organization_mut(slug).name = name.into();
        self
    }

    /// Makes an account a member, or changes its role.
    pub fn member(&mut self, organization: &str, account: &str, role: Role) -> &mut Self {
        let user = self.ensure_user(account);
        let joined = self.now;
        self.organization_mut(organization).join(user, role, joined);
        self
    }

    /// Says on which day a member joined.
    pub fn member_since(&mut self, organization: &str, account: &str, when: &str) -> &mut Self {
        if let Some(member) = self.member_mut(organization, account) {
            member.joined = day(when);
        }
        self
    }

    /// Hides a membership from fellow members that administer nothing.
    pub fn member_private(&mut self, organization: &str, account: &str) -> &mut Self {
        if let Some(member) = self.member_mut(organization, account) {
            member.private = true;
        }
        self
    }

    /// Changes the role of a member; does nothing for others.
    pub fn role_set(&mut self, organization: &str, account: &str, role: Role) -> &mut Self {
        if let Some(member) = self.member_mut(organization, account) {
            member.role = role;
        }
        self
    }

    /// Ends a membership with its teams and its own privileges.
    pub fn member_remove(&mut self, organization: &str, account: &str) -> &mut Self {
        let user = self.users.find(account);
        if let (Some(user), Some(organization)) = (user, self.at_mut(organization)) {
            organization.leave(user);
        }
        self
    }

    /// Sets what every member and manager may do in every repository of the organisation.
    pub fn workspace_default(&mut self, organization: &str, level: Level) -> &mut Self {
        self.organization_mut(organization).workspace_default = level;
        self
    }

    /// What every member and manager may do in every repository; the API does not tell.
    #[must_use]
    pub fn level_by_default(&self, organization: &str) -> Level {
        self.at(organization).map_or(Level::None, |organization| organization.workspace_default)
    }

    /// Says whether people without a second factor are kept out of the organisation.
    pub fn two_factor_required(&mut self, organization: &str, required: bool) -> &mut Self {
        self.organization_mut(organization).two_factor_required = required;
        self
    }

    /// The members of an organisation with their roles, in the order of the accounts.
    #[must_use]
    pub fn members(&self, organization: &str) -> Vec<(String, Role)> {
        let members = self.at(organization).map(|organization| &organization.members);
        let named = |(id, member): (&Id<User>, &Member)| (self.slug_of(*id).to_owned(), member.role);
        members.into_iter().flatten().map(named).collect()
    }

    pub(crate) fn organization_mut(&mut self, slug: &str) -> &mut Organization {
        let dice = &mut self.dice;
        self.organizations.ensure(slug, || Organization::new(slug, dice.text(12).into())).1
    }

    fn member_mut(&mut self, organization: &str, account: &str) -> Option<&mut Member> {
        let user = self.users.find(account)?;
        self.at_mut(organization)?.members.get_mut(&user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_by_what_they_reach() {
        let mut roles = [Role::Manager, Role::Collaborator, Role::Owner, Role::Member];
        roles.sort_unstable();
        assert_eq!(roles, [Role::Collaborator, Role::Member, Role::Manager, Role::Owner]);
        assert!(roles.iter().all(|role| Role::read(role.as_str()) == Some(*role)));
        assert_eq!(Role::read("Admin"), None);
    }

    #[test]
    fn who_leaves_takes_teams_and_privileges_along() {
        use super::super::{Principal, TeamRole};
        let mut world = World::new();
        world
            .member("acme", "ada", Role::Owner)
            .team_member("acme", "release", "ben", TeamRole::Member)
            .privilege("acme", "prod", Principal::User("ben"), Level::Write)
            .member_remove("acme", "ben");
        assert!(world.team_members("acme", "release").is_empty());
        assert!(world.privileges("acme", "prod").is_empty());
        world.member("acme", "ben", Role::Member);
        assert!(!world.may_read("acme", "prod", "ben"));
    }
}
