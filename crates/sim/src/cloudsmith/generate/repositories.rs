//! Repositories: who holds what on them, and their entitlement tokens.

use super::Maker;
use crate::cloudsmith::entitlement::EntitlementToken;
use crate::cloudsmith::repository::{Broadcast, Grantee, Level, Repository, Visibility};
use crate::names;

impl Maker {
    pub(super) fn repositories(&mut self) {
        for _ in 0..self.shape.repositories {
            let wanted = names::package(&mut self.dice);
            let known = self.world.organizations.get(self.home).map(|it| &it.repositories);
            let taken = |slug: &str| known.is_some_and(|known| known.find(slug).is_some());
            let slug = names::free(&wanted, &mut self.dice, taken);
            let created = self.since("2021-01-01");
            let mut repository = Repository::new(&slug, self.world.slug_perm(), created);
            self.openness(&mut repository);
            self.privileges(&mut repository);
            self.tokens(&mut repository);
            for version in 0..self.dice.below(3) {
                repository.packages.put(&slug, &format!("1.{version}.0"), "raw", created);
            }
            self.change(|organization, _| organization.repositories.put(repository));
        }
    }

    fn openness(&mut self, repository: &mut Repository) {
        (repository.visibility, repository.broadcast) = match self.dice.below(50) {
            0 => (Visibility::Public, Broadcast::Off),
            1 => (Visibility::OpenSource, Broadcast::Off),
            2 => (Visibility::Private, Broadcast::Public),
            3 => (Visibility::Private, Broadcast::Internal),
            4 => (Visibility::Private, Broadcast::Private),
            _ => (Visibility::Private, Broadcast::Off),
        };
        repository.default_privilege = match self.dice.below(20) {
            0 => Level::Write,
            1..=4 => Level::Read,
            _ => Level::None,
        };
    }

    fn level(&mut self) -> Level {
        match self.dice.below(10) {
            0 => Level::Admin,
            1..=4 => Level::Write,
            _ => Level::Read,
        }
    }

    fn privileges(&mut self, repository: &mut Repository) {
        for _ in 0..self.dice.skewed(5) {
            let place = self.dice.below(self.teams.len());
            if let Some(team) = self.teams.get(place).copied() {
                repository.grant(Grantee::Team(team), self.level());
            }
        }
        if self.dice.chance(40) {
            let place = self.dice.below(self.services.len());
            if let Some(service) = self.services.get(place).copied() {
                repository.grant(Grantee::Service(service), Level::Write);
            }
        }
        for _ in 0..self.dice.below(3) {
            if let Some(user) = self.somebody() {
                repository.grant(Grantee::User(user), self.level());
            }
        }
    }

    fn tokens(&mut self, repository: &mut Repository) {
        let now = self.world.now;
        let mut default =
            EntitlementToken::new("Default", self.world.slug_perm(), self.world.dice.text(16), repository.created);
        default.default = true;
        repository.tokens.put(default);
        for number in 0..self.dice.below(3) {
            let name = format!("customer-{number}");
            let (slug_perm, secret) = (self.world.slug_perm(), self.world.dice.text(16));
            let created = self.dice.between(repository.created, now);
            let mut token = EntitlementToken::new(&name, slug_perm, secret, created);
            token.created_by = self.somebody();
            token.user = token.created_by.filter(|_| self.dice.chance(20));
            token.until = self.dice.chance(30).then_some(now);
            token.downloads = self.dice.below(400) as u64;
            token.clients = token.downloads.min(3);
            repository.tokens.put(token);
        }
    }
}
