//! Repositories and who holds a privilege on them (`cloudsmith-api.md` §3, §5).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::account::User;
use super::entitlement::EntitlementToken;
use super::organization::Organization;
use super::package::Packages;
use super::service::Service;
use super::shelf::{Id, Name, Shelf, Shelved};
use super::team::Team;
use super::world::{World, titled};
use crate::clock::day;

/// How far somebody gets in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// Not at all.
    #[default]
    None,
    /// Read and download.
    Read,
    /// Push as well.
    Write,
    /// Settings and privileges as well.
    Admin,
}

impl Level {
    /// The words of the levels that can be given.
    pub(crate) const GIVEN: &'static [&'static str] = &["Admin", "Write", "Read"];
    /// The words of all levels.
    pub(crate) const WORDS: &'static [&'static str] = &["Admin", "Write", "Read", "None"];

    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Admin => "Admin",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::None, Self::Read, Self::Write, Self::Admin].into_iter().find(|level| level.as_str() == word)
    }
}

/// What kind of repository it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Visibility {
    /// Read by anyone.
    Public,
    /// Read by those with a privilege.
    #[default]
    Private,
    /// Read by anyone, of open-source projects.
    OpenSource,
}

impl Visibility {
    pub(crate) const WORDS: &'static [&'static str] = &["Public", "Private", "Open-Source"];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Private => "Private",
            Self::OpenSource => "Open-Source",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Public, Self::Private, Self::OpenSource].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// To whom a repository is broadcast, beside those who may read it anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Broadcast {
    /// To nobody.
    #[default]
    Off,
    /// To holders of entitlement tokens; that opens nothing in the API.
    Private,
    /// Within the organisation.
    Internal,
    /// To anyone.
    Public,
    /// To anyone.
    OpenSource,
}

impl Broadcast {
    pub(crate) const WORDS: &'static [&'static str] = &["Off", "Private", "Internal", "Public", "Open-Source"];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::Private => "Private",
            Self::Internal => "Internal",
            Self::Public => "Public",
            Self::OpenSource => "Open-Source",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        let all = [Self::Off, Self::Private, Self::Internal, Self::Public, Self::OpenSource];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

/// Whom a privilege is given to, by slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal<'a> {
    /// A person.
    User(&'a str),
    /// Everybody in a team.
    Team(&'a str),
    /// A service.
    Service(&'a str),
}

/// Who holds a privilege of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grantee {
    Service(Id<Service>),
    Team(Id<Team>),
    User(Id<User>),
}

/// A repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    pub(crate) created: Timestamp,
    pub(crate) visibility: Visibility,
    pub(crate) broadcast: Broadcast,
    pub(crate) default_privilege: Level,
    /// The least level that sees entitlement tokens.
    pub(crate) use_entitlements: Level,
    /// The least level that changes them.
    pub(crate) manage_entitlements: Level,
    /// Every other setting that is not as it is by default.
    pub(crate) settings: Map<String, Value>,
    pub(crate) privileges: BTreeMap<Grantee, Level>,
    pub(crate) tokens: Shelf<EntitlementToken>,
    pub(crate) packages: Packages,
}

impl Repository {
    pub(crate) fn new(slug: &str, slug_perm: Name, created: Timestamp) -> Self {
        Self {
            slug: slug.into(),
            slug_perm,
            name: titled(slug).into(),
            created,
            visibility: Visibility::default(),
            broadcast: Broadcast::default(),
            default_privilege: Level::None,
            use_entitlements: Level::Read,
            manage_entitlements: Level::Admin,
            settings: Map::new(),
            privileges: BTreeMap::new(),
            tokens: Shelf::default(),
            packages: Packages::default(),
        }
    }

    /// Gives a privilege in place of the one that is there.
    pub(crate) fn grant(&mut self, grantee: Grantee, level: Level) {
        match level {
            Level::None => self.revoke(grantee),
            level => drop(self.privileges.insert(grantee, level)),
        }
    }

    pub(crate) fn revoke(&mut self, grantee: Grantee) {
        self.privileges.remove(&grantee);
    }
}

impl Shelved for Repository {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

/// Changes to one repository.
#[derive(Debug)]
pub struct RepositoryEdit<'a> {
    repository: &'a mut Repository,
}

impl RepositoryEdit<'_> {
    /// Sets what every owner, manager and member may do in it.
    pub fn default_privilege(self, level: Level) -> Self {
        self.repository.default_privilege = level;
        self
    }

    /// Anyone may read it.
    pub fn public(self) -> Self {
        self.visibility(Visibility::Public)
    }

    /// Only those with a privilege may read it. This is how a repository begins.
    pub fn private(self) -> Self {
        self.visibility(Visibility::Private)
    }

    /// Anyone may read it; it belongs to an open-source project.
    pub fn open_source(self) -> Self {
        self.visibility(Visibility::OpenSource)
    }

    /// Sets what kind of repository it is.
    pub fn visibility(self, visibility: Visibility) -> Self {
        self.repository.visibility = visibility;
        self
    }

    /// Sets to whom it is broadcast.
    pub fn broadcast(self, broadcast: Broadcast) -> Self {
        self.repository.broadcast = broadcast;
        self
    }

    /// Sets the least levels that see and that change entitlement tokens.
    pub fn entitlements(self, seen_by: Level, changed_by: Level) -> Self {
        self.repository.use_entitlements = seen_by;
        self.repository.manage_entitlements = changed_by;
        self
    }

    /// Sets the displayed name.
    pub fn name(self, name: &str) -> Self {
        self.repository.name = name.into();
        self
    }

    /// Sets the day it was made.
    pub fn created(self, when: &str) -> Self {
        self.repository.created = day(when);
        self
    }

    /// Sets any other setting by its name in the API.
    pub fn setting(self, name: &str, value: impl Into<Value>) -> Self {
        self.repository.settings.insert(name.to_owned(), value.into());
        self
    }

    /// Puts a package into it.
    pub fn package(self, name: &str, version: &str) -> Self {
        let when = self.repository.created;
        self.repository.packages.put(name, version, "raw", when);
        self
    }
}

impl World {
    /// A repository, made private and open to nobody if there is none of that slug.
    pub fn repository(&mut self, organization: &str, slug: &str) -> RepositoryEdit<'_> {
        let (slug_perm, now) = (self.slug_perm(), self.now);
        let repositories = &mut self.organization_mut(organization).repositories;
        let (_, repository) = repositories.ensure(slug, || Repository::new(slug, slug_perm, now));
        RepositoryEdit { repository }
    }

    /// Deletes a repository with everything in it.
    pub fn repository_remove(&mut self, organization: &str, repository: &str) -> &mut Self {
        if let Some(organization) = self.at_mut(organization)
            && let Some(repository) = organization.repositories.find(repository)
        {
            organization.repositories.remove(repository);
        }
        self
    }

    /// Gives somebody a privilege on a repository in place of the one there is;
    /// [`Level::None`] takes it away. All that is named is made when it does not exist.
    pub fn privilege(&mut self, organization: &str, repository: &str, whom: Principal<'_>, level: Level) -> &mut Self {
        let grantee = match whom {
            Principal::User(account) => Grantee::User(self.ensure_user(account)),
            Principal::Team(team) => Grantee::Team(self.ensure_team(organization, team)),
            Principal::Service(service) => Grantee::Service(self.ensure_service(organization, service).1),
        };
        self.repository(organization, repository).repository.grant(grantee, level);
        self
    }

    /// Takes somebody's privilege on a repository away.
    pub fn privilege_remove(&mut self, organization: &str, repository: &str, whom: Principal<'_>) -> &mut Self {
        let grantee = self.grantee(organization, whom);
        if let (Some(grantee), Some(organization)) = (grantee, self.at_mut(organization))
            && let Some(repository) = organization.repositories.named_mut(repository)
        {
            repository.revoke(grantee);
        }
        self
    }

    /// The slugs of an organisation's repositories, in the order they were made.
    #[must_use]
    pub fn repositories(&self, organization: &str) -> Vec<String> {
        let repositories = self.at(organization).map(|organization| &organization.repositories);
        let repositories = repositories.into_iter().flat_map(|repositories| repositories.iter());
        repositories.map(|(_, repository)| repository.slug.to_string()).collect()
    }

    /// The privileges on a repository: `user`, `team` or `service`, the slug, and the level.
    #[must_use]
    pub fn privileges(&self, organization: &str, repository: &str) -> Vec<(&'static str, String, Level)> {
        let found = self.at(organization).and_then(|it| it.repositories.named(repository).map(|found| (it, found)));
        let all = found.into_iter().flat_map(|(it, found)| found.privileges.iter().map(move |entry| (it, entry)));
        all.filter_map(|(it, (grantee, level))| {
            let (kind, slug) = self.grantee_named(it, *grantee)?;
            Some((kind, slug.to_string(), *level))
        })
        .collect()
    }

    /// Somebody who exists and whom a privilege can be given to.
    pub(crate) fn grantee(&self, organization: &str, whom: Principal<'_>) -> Option<Grantee> {
        let it = self.at(organization)?;
        match whom {
            Principal::User(account) => self.users.find(account).map(Grantee::User),
            Principal::Team(team) => it.teams.find(team).map(Grantee::Team),
            Principal::Service(service) => it.services.find(service).map(Grantee::Service),
        }
    }

    /// The kind and the slug of a holder.
    pub(crate) fn grantee_named<'a>(
        &'a self,
        organization: &'a Organization,
        grantee: Grantee,
    ) -> Option<(&'static str, &'a Name)> {
        Some(match grantee {
            Grantee::User(user) => ("user", &self.users.get(user)?.slug),
            Grantee::Team(team) => ("team", &organization.teams.get(team)?.slug),
            Grantee::Service(service) => ("service", &organization.services.get(service)?.slug),
        })
    }
}
