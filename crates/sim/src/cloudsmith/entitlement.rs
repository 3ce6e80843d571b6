//! Entitlement tokens: they open the download of one repository, and never the API.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::account::User;
use super::shelf::{Id, Name, Shelved};
use super::world::World;
use crate::clock::day;

/// An entitlement token.
#[derive(Debug, Clone)]
pub(crate) struct EntitlementToken {
    /// Tokens have no chosen slug, so that both names are the permanent one.
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    pub(crate) secret: String,
    pub(crate) active: bool,
    /// The token that every repository begins with.
    pub(crate) default: bool,
    /// Set for the personal token of one user.
    pub(crate) user: Option<Id<User>>,
    pub(crate) created: Timestamp,
    pub(crate) created_by: Option<Id<User>>,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) updated_by: Option<Id<User>>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) clients: u64,
    pub(crate) downloads: u64,
    /// Limits and everything else, by the names of the API.
    pub(crate) settings: Map<String, Value>,
}

impl EntitlementToken {
    pub(crate) fn new(name: &str, slug_perm: Name, secret: String, created: Timestamp) -> Self {
        Self {
            slug_perm,
            name: name.into(),
            secret,
            active: true,
            default: false,
            user: None,
            created,
            created_by: None,
            updated: None,
            updated_by: None,
            from: None,
            until: None,
            clients: 0,
            downloads: 0,
            settings: Map::new(),
        }
    }

    /// Whether it opens the repository at this moment.
    pub(crate) fn opens(&self, now: Timestamp) -> bool {
        let begun = self.from.is_none_or(|from| from <= now);
        let limit = self.settings.get("limit_num_downloads").and_then(Value::as_u64);
        self.active
            && begun
            && self.until.is_none_or(|until| now < until)
            && limit.is_none_or(|most| self.downloads < most)
    }

    /// Whether anything bounds its use.
    pub(crate) fn limited(&self) -> bool {
        let bounded = |(name, value): (&String, &Value)| name.starts_with("limit_") && !value.is_null();
        self.from.is_some() || self.until.is_some() || self.settings.iter().any(bounded)
    }
}

impl Shelved for EntitlementToken {
    fn slug(&self) -> &Name {
        &self.slug_perm
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

/// Changes to one entitlement token.
#[derive(Debug)]
pub struct EntitlementEdit<'a> {
    token: Option<&'a mut EntitlementToken>,
    user: Option<Id<User>>,
}

impl EntitlementEdit<'_> {
    /// Makes it the personal token of the account that [`World::entitlement_token`] was given.
    pub fn personal(mut self) -> Self {
        if let Some(token) = &mut self.token {
            token.user = self.user;
        }
        self
    }

    /// Sets the day it was made.
    pub fn created(mut self, when: &str) -> Self {
        if let Some(token) = &mut self.token {
            token.created = day(when);
        }
        self
    }

    /// Sets the day it ends.
    pub fn until(mut self, when: &str) -> Self {
        if let Some(token) = &mut self.token {
            token.until = Some(day(when));
        }
        self
    }

    /// Switches it off.
    pub fn inactive(mut self) -> Self {
        if let Some(token) = &mut self.token {
            token.active = false;
        }
        self
    }

    /// Says how often it was used, and by how many clients.
    pub fn used(mut self, downloads: u64, clients: u64) -> Self {
        if let Some(token) = &mut self.token {
            (token.downloads, token.clients) = (downloads, clients);
        }
        self
    }

    /// Allows so many downloads.
    pub fn downloads(mut self, most: u64) -> Self {
        if let Some(token) = &mut self.token {
            token.settings.insert("limit_num_downloads".to_owned(), most.into());
        }
        self
    }

    /// The secret itself.
    #[must_use]
    pub fn secret(self) -> String {
        self.token.map(|token| token.secret.clone()).unwrap_or_default()
    }
}

impl World {
    /// A new entitlement token of a repository, made by an account.
    pub fn entitlement_token(
        &mut self,
        organization: &str,
        repository: &str,
        name: &str,
        account: &str,
    ) -> EntitlementEdit<'_> {
        let user = self.ensure_user(account);
        self.repository(organization, repository);
        let (slug_perm, secret, now) = (self.slug_perm(), self.dice.text(16), self.now);
        let mut token = EntitlementToken::new(name, slug_perm, secret, now);
        token.created_by = Some(user);
        let tokens = self.organization_mut(organization).repositories.named_mut(repository).map(|it| &mut it.tokens);
        let token = tokens.and_then(|tokens| {
            let id = tokens.put(token);
            tokens.get_mut(id)
        });
        EntitlementEdit { token, user: Some(user) }
    }

    /// Whether a secret opens the downloads of a repository now.
    #[must_use]
    pub fn entitlement_opens(&self, organization: &str, repository: &str, secret: &str) -> bool {
        let repository = self.at(organization).and_then(|organization| organization.repositories.named(repository));
        let mut tokens = repository.into_iter().flat_map(|repository| repository.tokens.iter());
        tokens.any(|(_, token)| token.secret == secret && token.opens(self.now))
    }
}
