//! Secrets that open the API: keys of people and services, and tokens made from an identity.
//!
//! Facts: `cloudsmith-api.md` §1. Entitlement tokens are no credential here.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::account::User;
use super::organization::Organization;
use super::service::Service;
use super::shelf::{Id, Name};
use super::world::World;
use crate::base64;
use crate::clock::{day, later};

/// How long the token of an exchange or of a sign-in works.
const SESSION: Duration = Duration::from_secs(2 * 3600);

/// How long an identity token of a provider works.
const IDENTITY: Duration = Duration::from_secs(600);

/// Who can send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    User(Id<User>),
    Service(Id<Organization>, Id<Service>),
}

/// The one API key that a person or a service has.
#[derive(Debug, Clone)]
pub(crate) struct ApiKey {
    pub(crate) secret: String,
    pub(crate) slug_perm: Name,
    pub(crate) created: Timestamp,
}

impl ApiKey {
    /// The key as lists show it: its last four characters.
    pub(crate) fn obfuscated(&self) -> String {
        let end = self.secret.len().saturating_sub(4);
        format!("{}{}", "*".repeat(16), self.secret.get(end..).unwrap_or(""))
    }
}

/// A token that stands for somebody for two hours.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) actor: Actor,
    pub(crate) expires: Timestamp,
    /// Made by a person's single sign-on and not by an exchange.
    pub(crate) sign_on: bool,
}

/// What a provider elsewhere says about whoever shows its token.
#[derive(Debug, Clone)]
pub(crate) struct IdentityToken {
    pub(crate) issuer: String,
    pub(crate) claims: BTreeMap<String, String>,
    pub(crate) expires: Timestamp,
}

impl World {
    /// The API key of a person, made if there is none.
    pub fn key(&mut self, account: &str) -> String {
        let user = self.ensure_user(account);
        self.key_of(Actor::User(user))
    }

    /// The API key of a service, which is made if there is none of that slug.
    pub fn service_key(&mut self, organization: &str, service: &str) -> String {
        let (organization, service) = self.ensure_service(organization, service);
        self.key_of(Actor::Service(organization, service))
    }

    /// Takes a person's API key away.
    pub fn key_revoke(&mut self, account: &str) -> &mut Self {
        if let Some(user) = self.users.find(account) {
            self.key_drop(Actor::User(user));
        }
        self
    }

    /// Gives a person a new API key in place of the old one, which stops working.
    pub fn key_refresh(&mut self, account: &str) -> String {
        let user = self.ensure_user(account);
        self.key_make(Actor::User(user))
    }

    /// Says on which day a person's API key was made.
    pub fn key_created(&mut self, account: &str, when: &str) -> &mut Self {
        let user = self.ensure_user(account);
        self.key_of(Actor::User(user));
        if let Some(key) = self.key_slot(Actor::User(user)).and_then(Option::as_mut) {
            key.created = day(when);
        }
        self
    }

    /// Says on which day a service's API key was made.
    pub fn service_key_created(&mut self, organization: &str, service: &str, when: &str) -> &mut Self {
        let (organization, service) = self.ensure_service(organization, service);
        let actor = Actor::Service(organization, service);
        self.key_of(actor);
        if let Some(key) = self.key_slot(actor).and_then(Option::as_mut) {
            key.created = day(when);
        }
        self
    }

    /// A bearer token as single sign-on gives one to a person, for two hours.
    pub fn sign_on(&mut self, account: &str) -> String {
        let user = self.ensure_user(account);
        self.session(Actor::User(user), true)
    }

    /// An identity token as a provider elsewhere makes one, to be exchanged for a service's token.
    pub fn oidc_token(&mut self, provider_url: &str, claims: &[(&str, &str)]) -> String {
        let expires = later(self.now, IDENTITY);
        let text: Map<String, Value> = claims.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let token = self.web_token(provider_url, expires, text);
        let claims = claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let identity = IdentityToken { issuer: provider_url.to_owned(), claims, expires };
        self.identity_tokens.insert(token.clone(), identity);
        token
    }

    pub(crate) fn key_of(&mut self, actor: Actor) -> String {
        let known = self.key_slot(actor).and_then(|slot| slot.as_ref().map(|key| key.secret.clone()));
        known.unwrap_or_else(|| self.key_make(actor))
    }

    /// A new key in place of the old one.
    pub(crate) fn key_make(&mut self, actor: Actor) -> String {
        self.key_drop(actor);
        let secret = self.dice.text(40);
        let key = ApiKey { secret: secret.clone(), slug_perm: self.slug_perm(), created: self.now };
        if let Some(slot) = self.key_slot(actor) {
            *slot = Some(key);
            self.keys.insert(secret.clone(), actor);
        }
        secret
    }

    pub(crate) fn key_drop(&mut self, actor: Actor) {
        if let Some(key) = self.key_slot(actor).and_then(Option::take) {
            self.keys.remove(&key.secret);
        }
    }

    fn key_slot(&mut self, actor: Actor) -> Option<&mut Option<ApiKey>> {
        match actor {
            Actor::User(user) => self.users.get_mut(user).map(|user| &mut user.key),
            Actor::Service(organization, service) => {
                let service = self.organizations.get_mut(organization)?.services.get_mut(service)?;
                Some(&mut service.key)
            }
        }
    }

    pub(crate) fn session(&mut self, actor: Actor, sign_on: bool) -> String {
        let expires = later(self.now, SESSION);
        let token = self.web_token("cloudsmith", expires, Map::new());
        self.sessions.insert(token.clone(), Session { actor, expires, sign_on });
        token
    }

    /// A token with the looks of a JSON web token: clients decode it to see when it ends.
    fn web_token(&mut self, issuer: &str, expires: Timestamp, claims: Map<String, Value>) -> String {
        let mut body = claims;
        body.insert("iss".to_owned(), json!(issuer));
        body.insert("iat".to_owned(), json!(self.now.as_second()));
        body.insert("exp".to_owned(), json!(expires.as_second()));
        let head = base64::encode_url(br#"{"alg":"HS256","typ":"JWT"}"#);
        let body = base64::encode_url(Value::Object(body).to_string().as_bytes());
        format!("{head}.{body}.{}", self.dice.text(43))
    }
}
