//! What has happened, as far as the service writes it down.
//!
//! Facts: `cloudsmith-api.md` §8. A change of a role in the organisation, of a repository's
//! privileges or of its default has no event.

use jiff::Timestamp;

use super::credential::Actor;
use super::organization::Organization;
use super::shelf::{Id, Name};
use super::world::World;
use crate::clock::{day, later};

/// How long events are kept.
const RETENTION: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);

/// Who did something: the kind, the slug and the permanent slug; nothing when that is not known.
#[derive(Debug, Clone)]
pub(crate) struct Doer {
    pub(crate) kind: &'static str,
    pub(crate) slug: Option<Name>,
    pub(crate) slug_perm: Option<Name>,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) event: &'static str,
    pub(crate) at: Timestamp,
    pub(crate) doer: Doer,
    /// The repository it is about, when it is about one.
    pub(crate) repository: Option<Name>,
    pub(crate) target: Name,
    pub(crate) target_kind: &'static str,
    pub(crate) target_slug_perm: Option<Name>,
    pub(crate) uuid: String,
}

/// What an event is about.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    pub(crate) kind: &'static str,
    pub(crate) slug: &'a str,
    pub(crate) slug_perm: Option<Name>,
}

impl World {
    /// Writes down that somebody signed in, on a day.
    pub fn logged_in(&mut self, organization: &str, account: &str, when: &str) -> &mut Self {
        let user = self.ensure_user(account);
        let perm = self.users.get(user).map(|user| Name::clone(&user.slug_perm));
        self.organization_mut(organization);
        if let Some(id) = self.organizations.find(organization) {
            let target = Target { kind: "user", slug: account, slug_perm: perm };
            let at = day(when);
            self.record_at(id, Some(Actor::User(user)), "user.login", &target, None, at);
        }
        self
    }

    /// Writes an event down, now.
    pub(crate) fn record(
        &mut self,
        organization: Id<Organization>,
        actor: Option<Actor>,
        event: &'static str,
        target: &Target<'_>,
    ) {
        let now = self.now;
        self.record_at(organization, actor, event, target, None, now);
    }

    pub(crate) fn record_at(
        &mut self,
        organization: Id<Organization>,
        actor: Option<Actor>,
        event: &'static str,
        target: &Target<'_>,
        repository: Option<Name>,
        at: Timestamp,
    ) {
        let doer = self.doer(actor);
        let uuid = self.dice.uuid();
        let now = self.now;
        let Some(it) = self.organizations.get_mut(organization) else {
            return;
        };
        let entry = Event {
            event,
            at,
            doer,
            repository,
            target: target.slug.into(),
            target_kind: target.kind,
            target_slug_perm: target.slug_perm.clone(),
            uuid,
        };
        let place = it.audit.iter().position(|known| known.at <= at).unwrap_or(it.audit.len());
        it.audit.insert(place, entry);
        while it.audit.back().is_some_and(|oldest| later(oldest.at, RETENTION) <= now) {
            it.audit.pop_back();
        }
    }

    fn doer(&self, actor: Option<Actor>) -> Doer {
        match actor {
            Some(Actor::User(user)) => {
                let user = self.users.get(user);
                let slug = user.map(|user| Name::clone(&user.slug));
                Doer { kind: "user", slug, slug_perm: user.map(|user| Name::clone(&user.slug_perm)) }
            }
            Some(Actor::Service(home, service)) => {
                let service = self.organizations.get(home).and_then(|it| it.services.get(service));
                let slug = service.map(|service| Name::clone(&service.slug));
                let slug_perm = service.map(|service| Name::clone(&service.slug_perm));
                Doer { kind: "service_account", slug, slug_perm }
            }
            None => Doer { kind: "system", slug: None, slug_perm: None },
        }
    }
}
