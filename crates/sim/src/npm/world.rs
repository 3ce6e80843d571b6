//! The state of the whole registry, its clock, and how things are looked up.
//!
//! Names are shared strings and everything refers to everything by a small number, so that an
//! organisation with 100,000 members fits in a few dozen megabytes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::account::Account;
use super::hook::Hook;
use super::organization::Organization;
use super::otp::Challenges;
use super::package::Package;
use super::quirks::Quirks;
use super::stage::Staged;
use super::token::Tokens;
pub(crate) use crate::clock::{day, later};
use crate::seed::Dice;

/// A shared name.
pub(crate) type Name = Arc<str>;

/// Which account; the number is its place in [`World::accounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AccountId(pub(crate) u32);

/// Which package; the number is its place in [`World::packages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PackageId(pub(crate) u32);

/// Everything the simulated registry knows.
///
/// The methods that change it can be chained, create what they name and does not exist yet, and do
/// nothing when they remove what is not there. They are the registry's own state transitions (a
/// new member joins the `developers` team, a leaving one leaves all teams), but they ask nobody
/// for permission: permissions are checked where requests are answered.
#[derive(Debug, Clone)]
pub struct World {
    /// How this registry differs from the documented one.
    pub quirks: Quirks,
    pub(crate) now: Timestamp,
    pub(crate) dice: Dice,
    pub(crate) accounts: Vec<Account>,
    pub(crate) account_ids: HashMap<Name, AccountId>,
    pub(crate) organizations: BTreeMap<Name, Organization>,
    pub(crate) packages: Vec<Package>,
    pub(crate) package_ids: HashMap<Name, PackageId>,
    pub(crate) tokens: Tokens,
    pub(crate) challenges: Challenges,
    pub(crate) staged: Vec<Staged>,
    pub(crate) hooks: Vec<Hook>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            quirks: Quirks::default(),
            now: day("2026-11-23"),
            dice: Dice::new(0),
            accounts: Vec::new(),
            account_ids: HashMap::new(),
            organizations: BTreeMap::new(),
            packages: Vec::new(),
            package_ids: HashMap::new(),
            tokens: Tokens::default(),
            challenges: Challenges::default(),
            staged: Vec::new(),
            hooks: Vec::new(),
        }
    }
}

impl World {
    /// An empty registry, in which it is noon of 23 November 2026.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What time it is in this world.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Sets the time.
    pub fn set_now(&mut self, now: Timestamp) -> &mut Self {
        self.now = now;
        self
    }

    /// Lets time pass; tokens and invitations expire by this clock.
    pub fn advance(&mut self, time: Duration) -> &mut Self {
        self.now = later(self.now, time);
        self
    }

    /// The names of all organisations.
    #[must_use]
    pub fn organizations(&self) -> Vec<String> {
        self.organizations.keys().map(ToString::to_string).collect()
    }

    /// The names of all packages, in the order they were created.
    #[must_use]
    pub fn packages(&self) -> Vec<String> {
        let packages = self.packages.iter().filter(|package| !package.gone);
        packages.map(|package| package.name.to_string()).collect()
    }

    /// The names of all accounts, in the order they were created.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        let accounts = self.accounts.iter().filter(|account| !account.gone);
        accounts.map(|account| account.name.to_string()).collect()
    }

    pub(crate) fn account_id(&self, name: &str) -> Option<AccountId> {
        self.account_ids.get(name).copied()
    }

    pub(crate) fn package_id(&self, name: &str) -> Option<PackageId> {
        self.package_ids.get(name).copied()
    }

    pub(crate) fn at(&self, id: AccountId) -> &Account {
        &self.accounts[id.0 as usize]
    }

    pub(crate) fn package_at(&self, id: PackageId) -> &Package {
        &self.packages[id.0 as usize]
    }

    pub(crate) fn package_at_mut(&mut self, id: PackageId) -> &mut Package {
        &mut self.packages[id.0 as usize]
    }

    pub(crate) fn name_of(&self, id: AccountId) -> &str {
        &self.at(id).name
    }

    /// The existing packages with their numbers.
    pub(crate) fn package_list(&self) -> impl Iterator<Item = (PackageId, &Package)> {
        let numbered = (0..).map(PackageId).zip(&self.packages);
        numbered.filter(|(_, package)| !package.gone)
    }
}

/// The registry's spelling of a moment, with milliseconds.
pub(crate) fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_the_story_at_noon() {
        assert_eq!(iso(day("2024-05-01")), "2024-05-01T12:00:00.000Z");
        assert_eq!(iso(day("2024-05-01T01:02:03Z")), "2024-05-01T01:02:03.000Z");
        assert_eq!(iso(day("never")), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn time_passes_only_when_told() {
        let mut world = World::new();
        world.advance(Duration::from_secs(60));
        assert_eq!(iso(world.now()), "2026-11-23T12:01:00.000Z");
        world.advance(Duration::MAX);
        assert_eq!(iso(world.now()), "2026-11-23T12:01:00.000Z");
    }
}
