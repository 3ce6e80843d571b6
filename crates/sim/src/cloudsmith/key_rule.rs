//! Rules about the age of API keys (`cloudsmith-api.md` §2, new in October 2026).
//!
//! A key that an enabled rule covers has an end, and with `enforce_refresh` it stops working there.

use std::time::Duration;

use jiff::Timestamp;

use super::credential::{Actor, ApiKey};
use super::organization::Organization;
use super::shelf::{Id, Name, Shelved};
use super::world::{World, slugged};
use crate::clock::later;

/// Whose keys a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyRuleKind {
    /// Everybody's; deprecated.
    All,
    /// Those of services.
    Services,
    /// Those of people.
    Users,
}

impl KeyRuleKind {
    pub(crate) const WORDS: &'static [&'static str] = &["All Accounts", "Service Accounts", "User Accounts"];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::All => "All Accounts",
            Self::Services => "Service Accounts",
            Self::Users => "User Accounts",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::All, Self::Services, Self::Users].into_iter().find(|kind| kind.as_str() == word)
    }

    pub(crate) fn covers(self, actor: Actor) -> bool {
        match self {
            Self::All => true,
            Self::Services => matches!(actor, Actor::Service(..)),
            Self::Users => matches!(actor, Actor::User(_)),
        }
    }
}

/// A rule.
#[derive(Debug, Clone)]
pub(crate) struct KeyRule {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) kind: KeyRuleKind,
    pub(crate) max_age_hours: Option<u32>,
    pub(crate) enforced: bool,
    pub(crate) enabled: bool,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) applied: Option<Timestamp>,
}

impl KeyRule {
    pub(crate) fn new(kind: KeyRuleKind, slug_perm: Name, now: Timestamp) -> Self {
        Self {
            slug: format!("{}-{}", slugged(kind.as_str()), slug_perm.to_lowercase()).into(),
            slug_perm,
            kind,
            max_age_hours: None,
            enforced: false,
            enabled: true,
            created: now,
            updated: now,
            applied: None,
        }
    }
}

impl Shelved for KeyRule {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

impl Organization {
    /// When a key ends by the rules, and whether it stops working then.
    pub(crate) fn key_end(&self, actor: Actor, key: &ApiKey) -> Option<(Timestamp, bool)> {
        let covering = self.key_rules.iter().filter(|(_, rule)| rule.enabled && rule.kind.covers(actor));
        let ends = covering.filter_map(|(_, rule)| {
            let age = Duration::from_secs(u64::from(rule.max_age_hours?) * 3600);
            Some((later(key.created, age), rule.enforced))
        });
        ends.min_by_key(|(end, enforced)| (!enforced, *end))
    }

    /// Whether a key has been refused since its end.
    pub(crate) fn key_too_old(&self, actor: Actor, key: &ApiKey, now: Timestamp) -> bool {
        self.key_end(actor, key).is_some_and(|(end, enforced)| enforced && end <= now)
    }
}

impl World {
    /// A rule by which keys stop working at this age.
    pub fn api_key_rule(&mut self, organization: &str, kind: KeyRuleKind, max_age_hours: u32) -> &mut Self {
        let (slug_perm, now) = (self.slug_perm(), self.now);
        let rule = KeyRule { max_age_hours: Some(max_age_hours), enforced: true, ..KeyRule::new(kind, slug_perm, now) };
        self.organization_mut(organization).key_rules.put(rule);
        self
    }

    /// The keys that a rule covers are made anew.
    pub(crate) fn keys_refresh(&mut self, organization: Id<Organization>, kind: KeyRuleKind) {
        let Some(it) = self.organizations.get(organization) else {
            return;
        };
        let people = it.members.keys().map(|user| Actor::User(*user));
        let services = it.services.ids().map(|service| Actor::Service(organization, service));
        let covered: Vec<_> = people.chain(services).filter(|actor| kind.covers(*actor)).collect();
        for actor in covered {
            self.key_make(actor);
        }
    }
}
