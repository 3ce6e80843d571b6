//! Packages: their rights, their history, and what of it has gone stale.

use jiff::Timestamp;

use super::Maker;
use crate::names;
use crate::npm::organization::DEVELOPERS;
use crate::npm::package::{Permission, Publisher, Publishing, Version};
use crate::npm::trust::{Provider, TrustSpec};
use crate::npm::world::{AccountId, Name, PackageId, day};

impl Maker {
    pub(super) fn packages(&mut self) {
        for _ in 0..self.shape.packages {
            match self.dice.chance(92) {
                true => self.scoped(),
                false => self.unscoped(),
            }
        }
        self.outside_rights();
    }

    /// A package in the organisation's scope, written by teams.
    fn scoped(&mut self) {
        let name = names::package(&mut self.dice);
        let name = self.free_name(&format!("@{}/{name}", self.organization));
        let id = self.world.ensure_package(&name);
        let writers = self.team_rights(id);
        self.history(id, &writers);
        self.settings(id, &name);
        self.world.package_at_mut(id).private = self.dice.chance(12);
    }

    /// An unscoped package, owned by people, some of them outside.
    fn unscoped(&mut self) {
        let name = names::package(&mut self.dice);
        let name = self.free_name(&format!("{}-{name}", self.organization));
        let id = self.world.ensure_package(&name);
        let mut owners = Vec::new();
        for _ in 0..self.dice.skewed(4) {
            let pool = self.pool();
            owners.push(self.one_of(&pool));
        }
        owners.sort_unstable();
        owners.dedup();
        self.history(id, &owners);
        self.settings(id, &name);
        self.world.package_at_mut(id).maintainers = owners;
    }

    /// Where the owner of an unscoped package comes from.
    fn pool(&mut self) -> Vec<AccountId> {
        match self.dice.below(10) {
            0 => self.former.clone(),
            1 => self.outside.clone(),
            _ => {
                let place = self.dice.below(self.members.len());
                self.members.get(place).copied().into_iter().collect()
            }
        }
    }

    fn free_name(&mut self, wanted: &str) -> String {
        let ids = &self.world.package_ids;
        names::free(wanted, &mut self.dice, |name| ids.contains_key(name))
    }

    /// Grants to up to three teams; gives some accounts that can write. The grant that the
    /// `developers` team got from the start is sometimes lowered or taken away.
    fn team_rights(&mut self, id: PackageId) -> Vec<AccountId> {
        let mut writers = Vec::new();
        for _ in 0..self.dice.below(3) + 1 {
            let place = self.dice.below(self.groups.len());
            let permission = if self.dice.chance(30) { Permission::Read } else { Permission::Write };
            let Some(group) = self.groups.get(place) else { continue };
            if permission == Permission::Write {
                writers.extend(group.members.iter().take(50));
            }
            let name = Name::clone(&group.name);
            let organization = self.world.organization_mut(&self.organization);
            organization.teams.entry(name).or_default().grants.insert(id, permission);
        }
        let fate = self.dice.below(10);
        let organization = self.world.organization_mut(&self.organization);
        if let Some(developers) = organization.teams.get_mut(DEVELOPERS) {
            match fate {
                0..=2 => drop(developers.grants.remove(&id)),
                3 => drop(developers.grants.insert(id, Permission::Read)),
                _ => {}
            }
        }
        writers
    }

    /// Versions over the years by people who could publish then, and the maintainers that the
    /// document goes on naming.
    fn history(&mut self, id: PackageId, writers: &[AccountId]) {
        let mut at = self.since("2014-01-01");
        let count = self.dice.skewed(14);
        let mut names = Vec::new();
        for number in 0..count {
            let account = self.publisher(writers);
            names.push(account);
            self.version(id, number, account, at);
            at = self.dice.between(at, self.last_day(number));
        }
        names.sort_unstable();
        names.dedup();
        let package = self.world.package_at_mut(id);
        package.maintainers = names;
        if let Some(first) = package.versions.first() {
            package.created = first.at;
        }
    }

    /// Histories end at different times, so that some packages are long abandoned.
    fn last_day(&self, number: usize) -> Timestamp {
        match number % 3 {
            0 => day("2019-06-01"),
            _ => self.world.now,
        }
    }

    fn publisher(&mut self, writers: &[AccountId]) -> AccountId {
        if self.dice.chance(15) || writers.is_empty() {
            let former = std::mem::take(&mut self.former);
            let account = self.one_of(&former);
            self.former = former;
            return account;
        }
        self.one_of(writers)
    }

    fn version(&mut self, id: PackageId, number: usize, account: AccountId, at: Timestamp) {
        let by_workflow = self.dice.chance(10);
        let publisher = match by_workflow {
            true => Publisher::Trusted(Provider::GitHub),
            false => Publisher::Account(account),
        };
        let number = format!("{}.{}.0", number / 10 + 1, number % 10).into();
        let version = Version { number, publisher, at, attested: by_workflow, deprecated: None };
        self.world.package_at_mut(id).add_version(version, "latest");
    }

    fn settings(&mut self, id: PackageId, name: &str) {
        let repository = name.trim_start_matches('@').to_owned();
        if self.dice.chance(15) {
            let spec = TrustSpec::github(&repository, "release.yml");
            let trusted = self.world.new_trusted(spec);
            self.world.package_at_mut(id).trusted.push(trusted);
        }
        let deprecated = self.dice.chance(6).then(|| Name::from("No longer maintained"));
        let publishing = match self.dice.below(10) {
            0 => Publishing::Free,
            1 => Publishing::SecondFactorOnly,
            _ => Publishing::SecondFactorOrToken,
        };
        let package = self.world.package_at_mut(id);
        package.repository = Some(format!("git+https://code.example/{repository}.git").into());
        package.publishing = publishing;
        for version in &mut package.versions {
            version.deprecated.clone_from(&deprecated);
        }
    }

    /// Rights of people who are not members: freelancers, and leavers nobody thought of.
    fn outside_rights(&mut self) {
        let people: Vec<_> = self.outside.iter().chain(self.former.iter().step_by(4)).copied().collect();
        let packages = self.world.packages.len();
        for account in people {
            let place = self.dice.below(packages);
            if let Some(package) = self.world.packages.get_mut(place) {
                package.direct.insert(account, Permission::Write);
            }
        }
    }
}
