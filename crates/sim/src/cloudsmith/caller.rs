//! Who is calling, and what an organisation shows to whom. Repositories are `enforce`'s matter.
//!
//! Facts: `cloudsmith-api.md` §1 (credentials) and §6 (partial views).

use super::credential::Actor;
use super::organization::{Organization, Role};
use super::refuse::{anonymous, forbidden, not_found, unauthorized};
use super::repository::{Level, Repository};
use super::routes::Route;
use super::shelf::Id;
use super::world::World;
use crate::base64;
use crate::wire::{Answer, Request};

const BAD_HEADER: &str = "Invalid authentication credentials provided in Authorization header.";

/// A request whose credential has been looked at.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) request: &'a Request,
    pub(crate) route: &'static Route,
    /// Nobody, when the request comes without a credential.
    pub(crate) actor: Option<Actor>,
}

/// Somebody in an organisation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inside {
    pub(crate) home: Id<Organization>,
    pub(crate) actor: Actor,
    pub(crate) rank: Role,
}

/// A repository that somebody, or anyone, may at least read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Within {
    pub(crate) home: Id<Organization>,
    pub(crate) repository: Id<Repository>,
    pub(crate) level: Level,
}

impl Call<'_> {
    /// The caller, who must have said who it is.
    pub(crate) fn signed_in(&self) -> Result<Actor, Answer> {
        self.actor.ok_or_else(anonymous)
    }

    /// The caller in an organisation; outsiders do not see that it exists.
    pub(crate) fn enter(&self, organization: &str) -> Result<Inside, Answer> {
        let actor = self.signed_in()?;
        let home = self.world.organizations.find(organization).ok_or_else(not_found)?;
        let it = self.at(home)?;
        let rank = it.rank(home, actor).ok_or_else(not_found)?;
        self.admitted(it, actor)?;
        Ok(Inside { home, actor, rank })
    }

    /// The caller in an organisation, with at least this role.
    pub(crate) fn enter_as(&self, organization: &str, least: Role) -> Result<Inside, Answer> {
        let inside = self.enter(organization)?;
        self.require(inside.rank >= least)?;
        Ok(inside)
    }

    /// Refuses keys that a rule calls too old, and people without a second factor.
    fn admitted(&self, organization: &Organization, actor: Actor) -> Result<(), Answer> {
        let key = match actor {
            Actor::User(user) => self.world.users.get(user).and_then(|user| user.key.as_ref()),
            Actor::Service(_, service) => organization.services.get(service).and_then(|service| service.key.as_ref()),
        };
        let by_key = self.request.header("authorization").is_none_or(|header| !header.starts_with("Bearer "));
        if by_key && key.is_some_and(|key| organization.key_too_old(actor, key, self.world.now)) {
            return Err(unauthorized("API key has expired."));
        }
        if self.world.lacks_factor(organization, actor) {
            return Err(forbidden());
        }
        Ok(())
    }

    /// A repository of which the caller has at least the right to read; others do not exist.
    pub(crate) fn within(&self, organization: &str, repository: &str) -> Result<Within, Answer> {
        let home = self.world.organizations.find(organization).ok_or_else(not_found)?;
        let it = self.at(home)?;
        if let Some(actor) = self.actor
            && it.rank(home, actor).is_some()
        {
            self.admitted(it, actor)?;
        }
        let id = it.repositories.find(repository).ok_or_else(not_found)?;
        let found = it.repositories.get(id).ok_or_else(not_found)?;
        let level = self.world.reach(home, it, found, self.actor);
        if level < Level::Read {
            return Err(not_found());
        }
        Ok(Within { home, repository: id, level })
    }

    /// A repository that the caller may do this much with.
    pub(crate) fn within_at(&self, organization: &str, repository: &str, least: Level) -> Result<Within, Answer> {
        let within = self.within(organization, repository)?;
        if within.level < least {
            self.signed_in()?;
        }
        self.require(within.level >= least)?;
        Ok(within)
    }

    /// Refuses what the caller's role does not include.
    pub(crate) fn require(&self, included: bool) -> Result<(), Answer> {
        match (included, self.world.quirks.under_privileged) {
            (true, _) => Ok(()),
            (false, 404) => Err(not_found()),
            (false, _) => Err(forbidden()),
        }
    }

    pub(crate) fn at(&self, home: Id<Organization>) -> Result<&Organization, Answer> {
        self.world.organizations.get(home).ok_or_else(not_found)
    }

    pub(crate) fn at_mut(&mut self, home: Id<Organization>) -> Result<&mut Organization, Answer> {
        self.world.organizations.get_mut(home).ok_or_else(not_found)
    }

    pub(crate) fn repository(&self, within: Within) -> Result<&Repository, Answer> {
        self.at(within.home)?.repositories.get(within.repository).ok_or_else(not_found)
    }

    pub(crate) fn repository_mut(&mut self, within: Within) -> Result<&mut Repository, Answer> {
        self.at_mut(within.home)?.repositories.get_mut(within.repository).ok_or_else(not_found)
    }

    /// A link to somewhere in this service.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.request.base)
    }
}

impl World {
    /// Looks at a request's credential: none is fine here, a bad key is not, and a bad bearer
    /// token passes for none.
    pub(crate) fn identify(&self, request: &Request) -> Result<Option<Actor>, Answer> {
        let key = request.header("x-api-key").map(str::trim).filter(|key| !key.is_empty());
        let actor = match (key, request.header("authorization")) {
            (Some(key), _) => Some(self.by_key(key)?),
            (None, Some(header)) => self.by_header(header.trim())?,
            (None, None) => None,
        };
        match actor {
            Some(actor) if !self.answered(actor) => Err(unauthorized("User inactive or deleted.")),
            actor => Ok(actor),
        }
    }

    /// A key, or the token of an exchange in a key's place. Tokens of single sign-on do not pass.
    fn by_key(&self, key: &str) -> Result<Actor, Answer> {
        let token = key.strip_prefix("Bearer ").unwrap_or(key);
        let exchanged = self.sessions.get(token).filter(|session| !session.sign_on && self.now < session.expires);
        let known = self.keys.get(key).copied().or(exchanged.map(|session| session.actor));
        known.ok_or_else(|| unauthorized("Invalid token."))
    }

    fn by_header(&self, header: &str) -> Result<Option<Actor>, Answer> {
        let bad = || unauthorized(BAD_HEADER);
        match header.split_once(' ') {
            Some(("token" | "Token", key)) => self.keys.get(key.trim()).copied().map(Some).ok_or_else(bad),
            Some(("Basic", pair)) => {
                // Address and password have not been accepted since 20 November 2026.
                let pair = base64::decode_text(pair.trim()).ok_or_else(bad)?;
                let key = pair.strip_prefix("token:").ok_or_else(bad)?;
                self.keys.get(key).copied().map(Some).ok_or_else(bad)
            }
            Some(("Bearer", token)) => Ok(self.by_token(token.trim())?),
            _ => Ok(None),
        }
    }

    /// The holder of a bearer token; nobody when it is no such token.
    fn by_token(&self, token: &str) -> Result<Option<Actor>, Answer> {
        match self.sessions.get(token) {
            Some(session) if self.now < session.expires => Ok(Some(session.actor)),
            Some(_) => Err(unauthorized("Token has expired.")),
            None => Ok(None),
        }
    }
}
