//! The state of the whole service, its clock, and how things are looked up.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::account::User;
use super::credential::{Actor, IdentityToken, Session};
use super::organization::Organization;
use super::quirks::Quirks;
use super::rate::Rate;
use super::shelf::{Id, Name, Shelf};
use super::stale::Stale;
use crate::clock::{day, later};
use crate::seed::Dice;

/// Everything the simulated Cloudsmith knows.
///
/// The methods that change it can be chained, create what they name and does not exist yet, and do
/// nothing when they remove what is not there. They ask nobody for permission: permissions are
/// checked where requests are answered. An organisation is what the web pages call a *workspace*.
#[derive(Debug, Clone)]
pub struct World {
    /// How this service differs from the documented one.
    pub quirks: Quirks,
    pub(crate) now: Timestamp,
    pub(crate) dice: Dice,
    pub(crate) users: Shelf<User>,
    pub(crate) organizations: Shelf<Organization>,
    /// Who each API key belongs to.
    pub(crate) keys: HashMap<String, Actor>,
    /// Tokens of people who signed in, and of services that proved who they are.
    pub(crate) sessions: HashMap<String, Session>,
    /// Identity tokens that providers elsewhere have made.
    pub(crate) identity_tokens: HashMap<String, IdentityToken>,
    pub(crate) rate: Rate,
    pub(crate) stale: Stale,
}

impl Default for World {
    fn default() -> Self {
        Self {
            quirks: Quirks::default(),
            now: day("2026-11-23"),
            dice: Dice::new(0),
            users: Shelf::default(),
            organizations: Shelf::default(),
            keys: HashMap::new(),
            sessions: HashMap::new(),
            identity_tokens: HashMap::new(),
            rate: Rate::default(),
            stale: Stale::default(),
        }
    }
}

impl World {
    /// An empty service, in which it is noon of 23 November 2026.
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

    /// Lets time pass; sessions, invitations and entitlement tokens expire by this clock.
    pub fn advance(&mut self, time: Duration) -> &mut Self {
        self.now = later(self.now, time);
        self
    }

    /// The slugs of all organisations, in the order they were made.
    #[must_use]
    pub fn organizations(&self) -> Vec<String> {
        self.organizations.iter().map(|(_, organization)| organization.slug.to_string()).collect()
    }

    /// The slugs of all accounts of people, in the order they were made.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        self.users.iter().map(|(_, user)| user.slug.to_string()).collect()
    }

    /// A permanent slug for something new.
    pub(crate) fn slug_perm(&mut self) -> Name {
        self.dice.text(12).into()
    }

    /// An organisation that exists.
    pub(crate) fn at(&self, slug: &str) -> Option<&Organization> {
        self.organizations.named(slug)
    }

    /// An organisation that exists, to change it.
    pub(crate) fn at_mut(&mut self, slug: &str) -> Option<&mut Organization> {
        self.organizations.named_mut(slug)
    }

    /// A user's slug; empty when there is no such user.
    pub(crate) fn slug_of(&self, user: Id<User>) -> &str {
        self.users.get(user).map_or("", |user| &user.slug)
    }
}

/// The service's spelling of a moment, with microseconds.
pub(crate) fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// A slug made of a name: `CI deploy` becomes `ci-deploy`.
pub(crate) fn slugged(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || letter == '_' => slug.push(letter.to_ascii_lowercase()),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

/// A name made of a slug: `ci-deploy` becomes `Ci Deploy`.
pub(crate) fn titled(slug: &str) -> String {
    let words = slug.split(['-', '_', '.']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_slugs_are_made_of_each_other() {
        assert_eq!(slugged("CI: deploy (new)"), "ci-deploy-new");
        assert_eq!(slugged("+++"), "unnamed");
        assert_eq!(titled("ci-deploy_2"), "Ci Deploy 2");
    }

    #[test]
    fn moments_have_microseconds() {
        assert_eq!(iso(World::new().now()), "2026-11-23T12:00:00.000000Z");
    }
}
