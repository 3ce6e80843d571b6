//! Packages: versions, maintainers, direct rights, publishing policy.
//!
//! Facts: `npm-api.md` §3.4. Two lists of people must not be mixed up: `maintainers` is what the
//! packument shows; on a package of an organisation it gives no right and can be stale.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::organization::DEVELOPERS;
use super::path::scope;
use super::trust::{Provider, Trusted};
use super::world::{AccountId, Name, PackageId, World, day};

/// What a team or a person may do with a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Download it, even when it is private.
    Read,
    /// Publish it.
    Write,
}

impl Permission {
    pub(crate) fn read_word(word: &str) -> Option<Self> {
        match word {
            "read" | "read-only" => Some(Self::Read),
            "write" | "read-write" => Some(Self::Write),
            _ => None,
        }
    }
}

/// A package's publishing access, which only its website page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Publishing {
    /// No second factor asked.
    Free,
    /// A second factor, or a token that bypasses it.
    #[default]
    SecondFactorOrToken,
    /// A second factor, and no tokens.
    SecondFactorOnly,
}

/// Who published a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Publisher {
    Account(AccountId),
    Trusted(Provider),
}

/// One published version.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) number: Name,
    pub(crate) publisher: Publisher,
    pub(crate) at: Timestamp,
    pub(crate) attested: bool,
    pub(crate) deprecated: Option<Name>,
}

/// One package.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: Name,
    pub(crate) private: bool,
    pub(crate) maintainers: Vec<AccountId>,
    /// Rights given to a person rather than a team.
    pub(crate) direct: BTreeMap<AccountId, Permission>,
    /// E-mailed offers to become an owner that nobody has accepted yet.
    pub(crate) offers: BTreeSet<AccountId>,
    pub(crate) versions: Vec<Version>,
    pub(crate) tags: BTreeMap<Name, Name>,
    pub(crate) created: Timestamp,
    pub(crate) revision: u32,
    pub(crate) publishing: Publishing,
    pub(crate) trusted: Vec<Trusted>,
    pub(crate) repository: Option<Name>,
    /// Where in that repository it is.
    pub(crate) directory: Option<Name>,
    pub(crate) description: Option<Name>,
    pub(crate) gone: bool,
}

impl Package {
    pub(crate) fn revision(&self) -> String {
        format!("{}-{:08x}", self.revision, self.revision.wrapping_mul(0x9e37_79b9))
    }

    pub(crate) fn version(&self, number: &str) -> Option<&Version> {
        self.versions.iter().find(|version| &*version.number == number)
    }

    pub(crate) fn add_version(&mut self, version: Version, tag: &str) {
        self.tags.insert(tag.into(), Name::clone(&version.number));
        self.tags.entry("latest".into()).or_insert_with(|| Name::clone(&version.number));
        self.versions.push(version);
        self.revision += 1;
    }
}

/// Changes to one package.
#[derive(Debug)]
pub struct PackageEdit<'a> {
    world: &'a mut World,
    id: PackageId,
}

impl PackageEdit<'_> {
    /// Makes it private.
    pub fn private(self) -> Self {
        self.change(|package| package.private = true)
    }

    /// Makes it public.
    pub fn public(self) -> Self {
        self.change(|package| package.private = false)
    }

    /// Lists a maintainer. On an unscoped or user-owned package that is the right to publish; on
    /// an organisation's package it is only what the packument shows.
    pub fn maintainer(self, account: &str) -> Self {
        let account = self.world.ensure_account(account);
        self.change(|package| {
            if !package.maintainers.contains(&account) {
                package.maintainers.push(account);
                package.revision += 1;
            }
        })
    }

    /// Takes a maintainer off the list.
    pub fn maintainer_remove(self, account: &str) -> Self {
        let account = self.world.account_id(account);
        self.change(|package| {
            package.maintainers.retain(|listed| Some(*listed) != account);
            package.revision += 1;
        })
    }

    /// Gives a person a right on the package itself; outside collaborators come about like this.
    pub fn collaborator(self, account: &str, permission: Permission) -> Self {
        let account = self.world.ensure_account(account);
        self.change(|package| {
            package.direct.insert(account, permission);
        })
    }

    /// Takes a person's own right away.
    pub fn collaborator_remove(self, account: &str) -> Self {
        match self.world.account_id(account) {
            Some(account) => self.change(|package| {
                package.direct.remove(&account);
            }),
            None => self,
        }
    }

    /// Adds a version, published by an account on a day such as `2024-05-01`. Nobody's right to
    /// do so is asked: history may hold publishers who could not publish today.
    pub fn published(self, version: &str, account: &str, when: &str) -> Self {
        let publisher = Publisher::Account(self.world.ensure_account(account));
        self.add(version, publisher, when, false)
    }

    /// Adds a version that a trusted publisher built and attested.
    pub fn published_by_provider(self, version: &str, provider: Provider, when: &str) -> Self {
        self.add(version, Publisher::Trusted(provider), when, true)
    }

    /// Deprecates every version.
    pub fn deprecated(self, message: &str) -> Self {
        let message = Name::from(message);
        self.change(|package| {
            for version in &mut package.versions {
                version.deprecated = Some(Name::clone(&message));
            }
        })
    }

    /// Sets the source repository's URL.
    pub fn repository(self, url: &str) -> Self {
        self.change(|package| package.repository = Some(url.into()))
    }

    /// Sets where in the source repository it is.
    pub fn repository_directory(self, directory: &str) -> Self {
        self.change(|package| package.directory = Some(directory.into()))
    }

    /// Sets the description.
    pub fn description(self, text: &str) -> Self {
        self.change(|package| package.description = Some(text.into()))
    }

    /// Sets the publishing access.
    pub fn publishing(self, publishing: Publishing) -> Self {
        self.change(|package| package.publishing = publishing)
    }

    pub(crate) fn change(self, change: impl FnOnce(&mut Package)) -> Self {
        change(self.world.package_at_mut(self.id));
        self
    }

    pub(crate) fn world(&mut self) -> &mut World {
        self.world
    }

    fn add(self, version: &str, publisher: Publisher, when: &str, attested: bool) -> Self {
        let at = day(when);
        self.change(|package| {
            package.created = match package.versions.is_empty() {
                true => at,
                false => package.created.min(at),
            };
            let version = Version { number: version.into(), publisher, at, attested, deprecated: None };
            package.add_version(version, "latest");
        })
    }
}

impl World {
    /// A package, made if there is none of that name. A new one in an organisation's scope is
    /// writable by its `developers` team, if it has one.
    pub fn package(&mut self, name: &str) -> PackageEdit<'_> {
        let id = self.ensure_package(name);
        PackageEdit { world: self, id }
    }

    /// Deletes a package with every right on it.
    pub fn package_remove(&mut self, name: &str) -> &mut Self {
        let Some(id) = self.package_ids.remove(name) else {
            return self;
        };
        self.package_at_mut(id).gone = true;
        for organization in self.organizations.values_mut() {
            for team in organization.teams.values_mut() {
                team.grants.remove(&id);
            }
        }
        self
    }

    /// Accepts the offer to become an owner of a package; false when there is none.
    pub fn owner_offer_accept(&mut self, package: &str, account: &str) -> bool {
        let (Some(package), Some(account)) = (self.package_id(package), self.account_id(account)) else {
            return false;
        };
        let by_people = self.owned_by_people(self.package_at(package));
        let package = self.package_at_mut(package);
        if !package.offers.remove(&account) {
            return false;
        }
        if !by_people {
            package.direct.insert(account, Permission::Write);
        }
        if !package.maintainers.contains(&account) {
            package.maintainers.push(account);
        }
        package.revision += 1;
        true
    }

    pub(crate) fn ensure_package(&mut self, name: &str) -> PackageId {
        if let Some(id) = self.package_id(name) {
            return id;
        }
        let id = PackageId(u32::try_from(self.packages.len()).unwrap_or(u32::MAX));
        let shared = Name::from(name);
        self.package_ids.insert(Name::clone(&shared), id);
        self.packages.push(Package {
            name: shared,
            private: false,
            maintainers: Vec::new(),
            direct: BTreeMap::new(),
            offers: BTreeSet::new(),
            versions: Vec::new(),
            tags: BTreeMap::new(),
            created: self.now,
            revision: 1,
            publishing: Publishing::default(),
            trusted: Vec::new(),
            repository: None,
            directory: None,
            description: None,
            gone: false,
        });
        self.open_to_developers(name, id);
        id
    }

    fn open_to_developers(&mut self, name: &str, id: PackageId) {
        let organization = scope(name).and_then(|scope| self.organizations.get_mut(scope));
        let developers = organization.and_then(|it| it.teams.get_mut(DEVELOPERS));
        if let (true, Some(team)) = (self.quirks.developers_write_new, developers) {
            team.grants.insert(id, Permission::Write);
        }
    }
}
