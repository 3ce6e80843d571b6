//! Services: accounts of machines, which belong to one organisation and have a key of their own.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::account::User;
use super::credential::{Actor, ApiKey};
use super::organization::Organization;
use super::repository::Grantee;
use super::shelf::{Id, Name, Shelved};
use super::team::{Seat, Team};
use super::world::{World, titled};
use crate::clock::day;

/// A service's role. There is no owner among services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceRole {
    /// Sees what a member sees.
    Member,
    /// Sees and governs what a manager does.
    Manager,
}

impl ServiceRole {
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

/// A service.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    pub(crate) description: Option<Name>,
    pub(crate) role: ServiceRole,
    pub(crate) created: Timestamp,
    /// Whoever made it; nothing when that was before anybody wrote it down.
    pub(crate) created_by: Option<Id<User>>,
    pub(crate) key: Option<ApiKey>,
    pub(crate) teams: BTreeSet<Id<Team>>,
}

impl Service {
    pub(crate) fn new(slug: &str, slug_perm: Name, created: Timestamp) -> Self {
        Self {
            slug: slug.into(),
            slug_perm,
            name: titled(slug).into(),
            description: None,
            role: ServiceRole::Member,
            created,
            created_by: None,
            key: None,
            teams: BTreeSet::new(),
        }
    }
}

impl Shelved for Service {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

impl World {
    /// A service, or another role for it.
    pub fn service(&mut self, organization: &str, service: &str, role: ServiceRole) -> &mut Self {
        let (_, id) = self.ensure_service(organization, service);
        if let Some(service) = self.organization_mut(organization).services.get_mut(id) {
            service.role = role;
        }
        self
    }

    /// Says on which day and by whom a service was made.
    pub fn service_created(&mut self, organization: &str, service: &str, account: &str, when: &str) -> &mut Self {
        let user = self.ensure_user(account);
        if let Some(service) = self.organization_mut(organization).services.named_mut(service) {
            service.created = day(when);
            service.created_by = Some(user);
        }
        self
    }

    /// Deletes a service with its key, its seats and its privileges.
    pub fn service_remove(&mut self, organization: &str, service: &str) -> &mut Self {
        let organization = self.organizations.find(organization);
        if let Some(organization) = organization
            && let Some(service) = self.organizations.get(organization).and_then(|it| it.services.find(service))
        {
            self.service_drop(organization, service);
        }
        self
    }

    /// The services of an organisation with their roles.
    #[must_use]
    pub fn services(&self, organization: &str) -> Vec<(String, ServiceRole)> {
        let services = self.at(organization).map(|organization| &organization.services);
        let services = services.into_iter().flat_map(|services| services.iter());
        services.map(|(_, service)| (service.slug.to_string(), service.role)).collect()
    }

    pub(crate) fn service_drop(&mut self, home: Id<Organization>, service: Id<Service>) {
        self.key_drop(Actor::Service(home, service));
        self.sessions.retain(|_, session| session.actor != Actor::Service(home, service));
        let Some(organization) = self.organizations.get_mut(home) else {
            return;
        };
        let teams = organization.services.get(service).map(|service| service.teams.clone());
        for team in teams.into_iter().flatten() {
            organization.unseat(team, Seat::Service(service));
        }
        for (_, repository) in organization.repositories.iter_mut() {
            repository.revoke(Grantee::Service(service));
        }
        let gone = organization.services.remove(service);
        for (_, provider) in organization.providers.iter_mut() {
            provider.services.retain(|slug| gone.as_ref().is_none_or(|gone| *slug != gone.slug));
        }
    }

    pub(crate) fn ensure_service(&mut self, organization: &str, slug: &str) -> (Id<Organization>, Id<Service>) {
        let (slug_perm, created) = (self.slug_perm(), self.now);
        let dice = &mut self.dice;
        let (home, it) =
            self.organizations.ensure(organization, || Organization::new(organization, dice.text(12).into()));
        let (service, _) = it.services.ensure(slug, || Service::new(slug, slug_perm, created));
        if it.services.get(service).is_some_and(|service| service.key.is_none()) {
            self.key_make(Actor::Service(home, service));
        }
        (home, service)
    }
}
