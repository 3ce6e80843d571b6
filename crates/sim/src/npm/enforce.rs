//! Who may do what with a package. This is the simulator's own judgement, made from its own state.
//!
//! Facts: `npm-api.md` §4. A role gives no right to publish. A package of an organisation is
//! written by whoever is in one of its teams with write, and by people with a right of their own;
//! an unscoped or user-owned package by its maintainers (and by teams that hold it). New packages
//! in an organisation's scope can be made by every member.

use std::collections::BTreeMap;

use super::organization::{Organization, Role};
use super::package::{Package, Permission};
use super::path::scope;
use super::world::{AccountId, PackageId, World};

/// Where a package name belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Home<'a> {
    Organization(&'a Organization),
    User(AccountId),
    Unscoped,
    /// The scope is nobody's.
    Nowhere,
}

impl World {
    /// Whether an account has the right to publish this package, or to create it if it does not
    /// exist. What a token may do and whether a second factor is asked is left out of account.
    #[must_use]
    pub fn may_publish(&self, account: &str, package: &str) -> bool {
        let Some(account) = self.account_id(account) else {
            return false;
        };
        match self.package_id(package) {
            Some(package) => self.right(account, package) == Some(Permission::Write),
            None => self.may_create(account, package),
        }
    }

    /// The accounts that have the right to publish this package, in the order of the accounts.
    #[must_use]
    pub fn publishers(&self, package: &str) -> Vec<String> {
        let writers = self.rights(package).into_iter().filter(|(_, right)| *right == Permission::Write);
        writers.map(|(name, _)| name).collect()
    }

    /// Everybody with a right on this package, as the registry itself would list them.
    #[must_use]
    pub fn rights(&self, package: &str) -> Vec<(String, Permission)> {
        let rights = self.package_id(package).map(|id| self.collaborators(id));
        let rights = rights.into_iter().flatten();
        rights.map(|(id, right)| (self.name_of(id).to_owned(), right)).collect()
    }

    pub(crate) fn home(&self, package: &str) -> Home<'_> {
        let Some(scope) = scope(package) else {
            return Home::Unscoped;
        };
        match (self.organizations.get(scope), self.account_id(scope)) {
            (Some(organization), _) => Home::Organization(organization),
            (None, Some(account)) => Home::User(account),
            (None, None) => Home::Nowhere,
        }
    }

    /// The organisations whose teams can have a right on a package.
    fn holders(&self, package: &Package) -> Vec<&Organization> {
        match scope(&package.name) {
            Some(scope) => self.organizations.get(scope).into_iter().collect(),
            None => self.organizations.values().collect(),
        }
    }

    /// Everything an account may do with a package, from its teams and by itself.
    pub(crate) fn right(&self, account: AccountId, id: PackageId) -> Option<Permission> {
        let package = self.package_at(id);
        let holders = self.holders(package).into_iter();
        let by_team = holders.filter_map(|it| it.team_right(account, id)).max();
        by_team.max(self.own_right(account, package))
    }

    fn own_right(&self, account: AccountId, package: &Package) -> Option<Permission> {
        let direct = package.direct.get(&account).copied();
        let maintains = package.maintainers.contains(&account) && self.owned_by_people(package);
        direct.max(maintains.then_some(Permission::Write))
    }

    /// Whether the packument's maintainers are the owners.
    pub(crate) fn owned_by_people(&self, package: &Package) -> bool {
        !matches!(self.home(&package.name), Home::Organization(_))
    }

    /// Everybody with a right on a package.
    pub(crate) fn collaborators(&self, id: PackageId) -> BTreeMap<AccountId, Permission> {
        let package = self.package_at(id);
        let mut rights = package.direct.clone();
        let mut add = |account: AccountId, right: Permission| {
            let known = rights.entry(account).or_insert(right);
            *known = right.max(*known);
        };
        if self.owned_by_people(package) {
            for maintainer in &package.maintainers {
                add(*maintainer, Permission::Write);
            }
        }
        let holders = self.holders(package).into_iter();
        for team in holders.flat_map(|it| it.teams.values()) {
            if let Some(right) = team.grants.get(&id) {
                team.members.iter().for_each(|member| add(*member, *right));
            }
        }
        rights
    }

    /// Whether an account may make a package of this name.
    pub(crate) fn may_create(&self, account: AccountId, package: &str) -> bool {
        match self.home(package) {
            Home::Organization(organization) => organization.role(account).is_some(),
            Home::User(owner) => owner == account,
            Home::Unscoped => true,
            Home::Nowhere => false,
        }
    }

    /// Whether an account may see a package. Owners and admins of its organisation see all
    /// unless [`private_needs_grant`](super::Quirks::private_needs_grant) is set.
    pub(crate) fn may_read(&self, account: Option<AccountId>, id: PackageId) -> bool {
        let package = self.package_at(id);
        if !package.private {
            return true;
        }
        let Some(account) = account else {
            return false;
        };
        let governs = match self.home(&package.name) {
            Home::Organization(organization) => organization.role(account) >= Some(Role::Admin),
            _ => false,
        };
        self.right(account, id).is_some() || (governs && !self.quirks.private_needs_grant)
    }
}
