//! A company as they are: leavers, namesakes, changed names, contractors, bots, and accounts of which is known whose they
//! are. Much in it is made to mislead: addresses of others, inherited addresses, bots with a developer's address.
#![expect(clippy::unwrap_used, reason = "a company that cannot be made ends the test")]

mod accounts;
mod chance;
mod names;
mod staff;

use std::collections::BTreeMap;

use rolecall_model::person::{AccountFacts, AccountKey, CorrelationSettings, Person, PersonKey};

use chance::Chance;

/// The domain whose addresses the company gives out.
pub(crate) const DOMAIN: &str = "acme.test";

/// A company with its accounts.
pub(crate) struct Company {
    pub(crate) people: Vec<Person>,
    pub(crate) accounts: Vec<AccountFacts>,
    pub(crate) settings: CorrelationSettings,
    /// Whose each account is; `None` for a service's, and for people outside.
    pub(crate) truth: BTreeMap<AccountKey, Option<PersonKey>>,
}

impl Company {
    /// One with so many people. `share` of a thousand have an account in each registry.
    pub(crate) fn new(size: usize, share: usize, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let staff = staff::hire(size, &mut chance);
        accounts::open(staff, share, &mut chance)
    }
}
