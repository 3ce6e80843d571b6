//! Organisations: members with roles, invitations, teams and what the teams may do.
//!
//! Facts: `npm-api.md` §3.2, §3.3 and §4 (`developers` team, auto-join, default write).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::package::Permission;
use super::world::{AccountId, Name, PackageId, World, later};

/// The team that exists from the start and that every new member joins.
pub(crate) const DEVELOPERS: &str = "developers";

/// How long an invitation can be accepted.
const INVITATION: Duration = Duration::from_secs(7 * 24 * 3600);

/// A member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// "Member" on the website.
    Developer,
    /// "Admin" on the website.
    Admin,
    /// "Owner" on the website.
    Owner,
}

impl Role {
    /// The word in rosters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads a role with the server's synonyms.
    pub(crate) fn read(word: &str) -> Option<Self> {
        match word {
            "developer" => Some(Self::Developer),
            "admin" | "team-admin" => Some(Self::Admin),
            "owner" | "super-admin" => Some(Self::Owner),
            _ => None,
        }
    }
}

/// One membership.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) role: Role,
    /// Whether outsiders see it.
    pub(crate) public: bool,
}

/// An invitation, which is not a membership.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invitation {
    pub(crate) role: Role,
    pub(crate) sent: Timestamp,
}

impl Invitation {
    pub(crate) fn open(&self, now: Timestamp) -> bool {
        now < later(self.sent, INVITATION)
    }
}

/// A team.
#[derive(Debug, Clone, Default)]
pub(crate) struct Team {
    pub(crate) members: BTreeSet<AccountId>,
    pub(crate) grants: BTreeMap<PackageId, Permission>,
}

/// An organisation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Organization {
    pub(crate) members: BTreeMap<AccountId, Member>,
    pub(crate) invitations: BTreeMap<AccountId, Invitation>,
    pub(crate) teams: BTreeMap<Name, Team>,
    /// Whether private packages are not paid for.
    pub(crate) unpaid: bool,
}

impl Organization {
    pub(crate) fn role(&self, account: AccountId) -> Option<Role> {
        self.members.get(&account).map(|member| member.role)
    }

    /// Makes an account a member, and a new member a developer.
    pub(crate) fn join(&mut self, account: AccountId, role: Role) {
        self.invitations.remove(&account);
        if let Some(member) = self.members.get_mut(&account) {
            member.role = role;
            return;
        }
        let public = false;
        self.members.insert(account, Member { role, public });
        if let Some(developers) = self.teams.get_mut(DEVELOPERS) {
            developers.members.insert(account);
        }
    }

    /// Ends a membership or an invitation, with all team memberships.
    pub(crate) fn leave(&mut self, account: AccountId) {
        self.members.remove(&account);
        self.invitations.remove(&account);
        for team in self.teams.values_mut() {
            team.members.remove(&account);
        }
    }

    /// Whether this account is the only owner.
    pub(crate) fn last_owner(&self, account: AccountId) -> bool {
        let owner = |member: &&Member| member.role == Role::Owner;
        self.role(account) == Some(Role::Owner) && self.members.values().filter(owner).count() == 1
    }

    /// Members and open invitations, as the registry counts them.
    pub(crate) fn size(&self, now: Timestamp) -> usize {
        let open = self.invitations.values().filter(|sent| sent.open(now));
        self.members.len() + open.count()
    }

    /// What the teams an account is in may do with a package, taken together.
    pub(crate) fn team_right(&self, account: AccountId, package: PackageId) -> Option<Permission> {
        self.teams
            .values()
            .filter(|team| team.members.contains(&account))
            .filter_map(|team| team.grants.get(&package).copied())
            .max()
    }
}

impl World {
    /// An organisation with its `developers` team.
    pub fn organization(&mut self, name: &str) -> &mut Self {
        self.team(name, DEVELOPERS)
    }

    /// An organisation that has no `developers` team; old ones exist.
    pub fn organization_without_developers(&mut self, name: &str) -> &mut Self {
        self.organization_mut(name).teams.remove(DEVELOPERS);
        self
    }

    /// Says that an organisation does not pay for private packages.
    pub fn unpaid(&mut self, organization: &str) -> &mut Self {
        self.organization_mut(organization).unpaid = true;
        self
    }

    /// Makes an account a member (and a new one a developer), or changes its role.
    pub fn member(&mut self, organization: &str, account: &str, role: Role) -> &mut Self {
        let account = self.ensure_account(account);
        self.organization_mut(organization).join(account, role);
        self
    }

    /// Lets outsiders see a membership.
    pub fn member_public(&mut self, organization: &str, account: &str) -> &mut Self {
        let account = self.ensure_account(account);
        if let Some(member) = self.organization_mut(organization).members.get_mut(&account) {
            member.public = true;
        }
        self
    }

    /// Ends a membership with all its team memberships.
    pub fn member_remove(&mut self, organization: &str, account: &str) -> &mut Self {
        let account = self.account_id(account);
        if let (Some(account), Some(organization)) = (account, self.organizations.get_mut(organization)) {
            organization.leave(account);
        }
        self
    }

    /// Invites an account, now.
    pub fn invite(&mut self, organization: &str, account: &str, role: Role) -> &mut Self {
        let account = self.ensure_account(account);
        let sent = self.now;
        let invitations = &mut self.organization_mut(organization).invitations;
        invitations.insert(account, Invitation { role, sent });
        self
    }

    /// Accepts an invitation; false when there is none or it has expired.
    pub fn invitation_accept(&mut self, organization: &str, account: &str) -> bool {
        let now = self.now;
        let account = self.account_id(account);
        let (Some(account), Some(organization)) = (account, self.organizations.get_mut(organization)) else {
            return false;
        };
        match organization.invitations.remove(&account) {
            Some(invitation) if invitation.open(now) => {
                organization.join(account, invitation.role);
                true
            }
            _ => false,
        }
    }

    /// A team.
    pub fn team(&mut self, organization: &str, team: &str) -> &mut Self {
        self.team_mut(organization, team);
        self
    }

    /// Deletes a team with its grants.
    pub fn team_remove(&mut self, organization: &str, team: &str) -> &mut Self {
        if let Some(organization) = self.organizations.get_mut(organization) {
            organization.teams.remove(team);
        }
        self
    }

    /// Puts a member into a team; who is no member yet becomes a developer first.
    pub fn team_member(&mut self, organization: &str, team: &str, account: &str) -> &mut Self {
        let id = self.ensure_account(account);
        if self.organization_mut(organization).role(id).is_none() {
            self.member(organization, account, Role::Developer);
        }
        self.team_mut(organization, team).members.insert(id);
        self
    }

    /// Takes a member out of a team.
    pub fn team_member_remove(&mut self, organization: &str, team: &str, name: &str) -> &mut Self {
        let account = self.account_id(name);
        if let (Some(account), Some(team)) = (account, self.existing_team(organization, team)) {
            team.members.remove(&account);
        }
        self
    }

    /// Gives a team a permission on a package, in place of the one it has.
    pub fn grant(&mut self, organization: &str, team: &str, package: &str, permission: Permission) -> &mut Self {
        let package = self.ensure_package(package);
        let team = self.team_mut(organization, team);
        team.grants.insert(package, permission);
        self
    }

    /// Takes a team's permission on a package away.
    pub fn grant_remove(&mut self, organization: &str, team: &str, package: &str) -> &mut Self {
        let package = self.package_id(package);
        if let (Some(package), Some(team)) = (package, self.existing_team(organization, team)) {
            team.grants.remove(&package);
        }
        self
    }

    /// The members of an organisation with their roles, in the order of the accounts.
    #[must_use]
    pub fn members(&self, organization: &str) -> Vec<(String, Role)> {
        let members = self.organizations.get(organization).map(|it| &it.members);
        let named = |(id, member): (&AccountId, &Member)| (self.name_of(*id).to_owned(), member.role);
        members.into_iter().flatten().map(named).collect()
    }

    /// The teams of an organisation.
    #[must_use]
    pub fn teams(&self, organization: &str) -> Vec<String> {
        let teams = self.organizations.get(organization).map(|it| it.teams.keys());
        teams.into_iter().flatten().map(ToString::to_string).collect()
    }

    /// The members of a team.
    #[must_use]
    pub fn team_members(&self, organization: &str, team: &str) -> Vec<String> {
        let team = self.organizations.get(organization).and_then(|it| it.teams.get(team));
        let members = team.map(|team| &team.members);
        let name = |id: &AccountId| self.name_of(*id).to_owned();
        members.into_iter().flatten().map(name).collect()
    }

    /// What a team may do, package by package.
    #[must_use]
    pub fn grants(&self, organization: &str, team: &str) -> Vec<(String, Permission)> {
        let team = self.organizations.get(organization).and_then(|it| it.teams.get(team));
        let grants = team.into_iter().flat_map(|team| &team.grants);
        grants.map(|(id, right)| (self.package_at(*id).name.to_string(), *right)).collect()
    }

    fn existing_team(&mut self, organization: &str, team: &str) -> Option<&mut Team> {
        self.organizations.get_mut(organization)?.teams.get_mut(team)
    }

    pub(crate) fn organization_mut(&mut self, name: &str) -> &mut Organization {
        if !self.organizations.contains_key(name) {
            self.organizations.insert(name.into(), Organization::new());
        }
        self.organizations.entry(name.into()).or_default()
    }

    pub(crate) fn team_mut(&mut self, organization: &str, team: &str) -> &mut Team {
        let teams = &mut self.organization_mut(organization).teams;
        teams.entry(team.into()).or_default()
    }
}

impl Organization {
    fn new() -> Self {
        let mut organization = Self::default();
        organization.teams.insert(DEVELOPERS.into(), Team::default());
        organization
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_what_is_not_there_makes_nothing() {
        let mut world = World::new();
        world
            .member_remove("acme", "alice")
            .team_remove("acme", "release")
            .team_member_remove("acme", "release", "alice")
            .grant_remove("acme", "release", "@acme/lib");
        assert!(!world.invitation_accept("acme", "alice"));
        assert!(world.organizations().is_empty() && world.packages().is_empty());
    }

    #[test]
    fn a_new_package_is_open_to_developers_and_grants_replace_each_other() {
        let mut world = World::new();
        world.organization("acme").package("@acme/lib");
        assert_eq!(world.grants("acme", DEVELOPERS), [("@acme/lib".to_owned(), Permission::Write)]);
        world.grant("acme", DEVELOPERS, "@acme/lib", Permission::Read);
        assert_eq!(world.grants("acme", DEVELOPERS), [("@acme/lib".to_owned(), Permission::Read)]);
        world.member("acme", "alice", Role::Developer);
        assert_eq!(world.rights("@acme/lib"), [("alice".to_owned(), Permission::Read)]);
        assert!(world.publishers("@acme/lib").is_empty());
    }
}
