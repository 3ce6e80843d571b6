//! What changed.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::changes::{ChangesQuestion, changes as engine_changes, changes_unseen};
use rolecall_engine::hub::Permission;
use rolecall_engine::query::QueryScope;
use rolecall_engine::{About, about_of as engine_about_of};
use rolecall_model::{FactKind, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};

use super::answer::{AsOf, Completeness};
use super::scope;
use crate::api::ApiAnswer;
use crate::api::input::{Parameters, moment_of};
use crate::api::list::{after_wrong, limit_of};
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

/// The most changes that are looked through: what is before them is asked about with `until`.
pub(crate) const MOST: usize = 100_000;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/changes", Access::May(Permission::Read), get(changes))]
}

/// What changed, newest first, and what waits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    items: Vec<Change>,
    /// What to give as `after` to get the next ones; null at the end.
    next: Option<String>,
    /// The past moment that the answer is of; null for the present.
    as_of: Option<AsOf>,
    /// Removals that wait for a person. What they are about stays current until then.
    waiting: Vec<WaitingRemoval>,
    completeness: Completeness,
    /// What the record cannot say about the time that was asked about.
    unseen: Vec<String>,
}

/// One change.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    connector: String,
    /// `appeared`, `disappeared` or `changed`.
    change: &'static str,
    /// `grant`, `resource`, `property`, `link` or `evidence`.
    kind: &'static str,
    /// In words.
    #[schema(examples("user alice holds owner on organization acme"))]
    text: String,
    /// What was there before, where something took its place.
    #[schema(value_type = Option<Object>)]
    before: Option<Json>,
    /// It happened after this reading; null where there was none…
    not_before: Option<Moment>,
    /// …and before this one.
    not_after: Moment,
    /// Who did it, where the source's own record tells; else `unknown`.
    actor: String,
    /// Who confirmed a removal that waited, and why.
    confirmed: Option<String>,
    /// What is stated now, or was.
    #[schema(value_type = Object)]
    fact: Json,
    /// Whether it is about a new account with a name that was used before.
    name_used_before: bool,
}

impl Told<Change> for rolecall_engine::changes::ChangeAnswer {
    fn told(self) -> Change {
        let json = |fact| serde_json::to_value(fact).unwrap_or_default();
        Change {
            connector: self.connector,
            change: self.change,
            kind: self.kind,
            text: self.text,
            before: self.before.as_ref().map(json),
            not_before: self.not_before.told(),
            not_after: self.not_after.told(),
            actor: self.actor,
            confirmed: self.confirmed,
            fact: json(&self.fact),
            name_used_before: self.name_used_before,
        }
    }
}

shape! {
    /// A removal that waits for a person.
    WaitingRemoval of rolecall_engine::changes::PendingAnswer {
        connector: String,
        /// The listing that stopped stating it.
        listing: String,
        /// In words.
        text: String,
        missing_since: Moment,
        /// Why it waits.
        reason: String,
        /// Whether somebody already said that the reading was wrong.
        discarded: bool,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangesAsked {
    /// Only what became known since then: a date, RFC 3339, or how long ago.
    #[param(example = "7d")]
    since: Option<String>,
    /// Only what became known until then.
    until: Option<String>,
    /// What was known at a past moment.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
    /// Only of this kind: `grant`, `resource`, `property`, `link` or `evidence`.
    kind: Option<String>,
    /// Only those that are said with all of these words, whatever their case.
    #[param(example = "alice owner")]
    text: Option<String>,
    /// Only about this, even if it is gone: `alice`, or `npm:acme:alice` where that is not enough.
    #[param(example = "npm:acme:alice")]
    about: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`. It is of the moment at which the first part was asked for.
    after: Option<String>,
}

/// What changed?
///
/// Newest first, with what waits for a person and how complete the answer is.
#[utoipa::path(get, operation_id = "changes", path = "/api/v1/changes", tag = "Questions", params(ChangesAsked), responses(
    (status = 200, body = Changes),
    (status = 404, description = "There is no such connector, nothing was ever called that, or nothing was known then."),
))]
pub(crate) async fn changes(State(site): State<Site>, Parameters(asked): Parameters<ChangesAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let scope = scope(asked.as_of.as_deref(), asked.connector)?;
    let since = asked.since.as_deref().map(moment_of).transpose()?;
    let until = asked.until.as_deref().map(moment_of).transpose()?;
    let at = After::read(asked.after.as_deref(), site.context().now().0)?;
    let (until, kind) = (at.until(until, &scope), kind_of(asked.kind.as_deref())?);
    let question = ChangesQuestion {
        since,
        until: Some(until),
        kind,
        words: asked.text.unwrap_or_default(),
        limit: MOST,
        ..ChangesQuestion::default()
    };
    let now = site.context().now();
    let work = move |world: Asked| {
        let view = world.view()?;
        let store = &world.context.store;
        let question = ChangesQuestion { about: about_of(&world, asked.about.as_deref())?, ..question };
        let (changed, waiting) = world.wait(engine_changes(store, view, &question))?;
        let unseen = world.wait(changes_unseen(store, view, &question, now))?;
        let next = (changed.len() > at.items + limit).then(|| After { items: at.items + limit, ..at }.to_string());
        let part: Vec<_> = changed.into_iter().skip(at.items).take(limit).collect();
        Ok(Changes {
            items: part.told(),
            next,
            as_of: view.as_of().cloned().told(),
            waiting: waiting.told(),
            completeness: view.list_completeness().told(),
            unseen,
        })
    };
    json(&site.graphs().ask(scope, of_one_moment(), work).await?)
}

/// The kind that a word means.
pub(crate) fn kind_of(word: Option<&str>) -> Result<Option<FactKind>, WebError> {
    let unknown = |word: &str| {
        let known = FactKind::ALL.map(FactKind::word).join(", ");
        WebError::bad_request("kind", format!("No change is of the kind {word:?}.")).hint(format!("There are {known}."))
    };
    word.map(|word| FactKind::from_word(word).ok_or_else(|| unknown(word))).transpose()
}

/// What a question is about, if it is about one thing.
pub(crate) fn about_of(world: &Asked, name: Option<&str>) -> Result<Option<About>, WebError> {
    let Some(name) = name else { return Ok(None) };
    let view = world.view()?;
    let about = world.wait(engine_about_of(&world.context.store, view, name))?;
    about.map(Some).ok_or_else(|| view.nothing_called(name).into())
}

/// Where a part begins: after so many items of what was known at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct After {
    pub(crate) moment: i64,
    pub(crate) items: usize,
}

impl After {
    pub(crate) fn read(given: Option<&str>, now: i64) -> Result<Self, WebError> {
        let Some(given) = given else { return Ok(Self { moment: now, items: 0 }) };
        let read = || {
            let (moment, items) = given.split_once('.')?;
            Some(Self { moment: moment.parse().ok().filter(|moment| *moment <= now)?, items: items.parse().ok()? })
        };
        read().filter(|after| after.items <= MOST).ok_or_else(after_wrong)
    }

    /// Until when changes are told: what becomes current meanwhile would move every item to another part.
    pub(crate) fn until(&self, asked: Option<Timestamp>, scope: &QueryScope) -> Timestamp {
        let now = scope.as_of.unwrap_or(Timestamp(self.moment));
        asked.map_or(now, |until| until.min(now))
    }
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.moment, self.items)
    }
}

#[cfg(test)]
mod tests {
    use super::After;

    #[test]
    fn a_part_begins_where_the_one_before_ended() {
        let after = After { moment: 7, items: 100 };
        assert_eq!(After::read(Some(&after.to_string()), 8).ok(), Some(after));
        assert_eq!(After::read(None, 8).ok(), Some(After { moment: 8, items: 0 }));
        for bad in ["", "7", "7.", ".7", "9.1", "7.-1", "7.99999999999"] {
            assert!(After::read(Some(bad), 8).is_err(), "{bad}");
        }
    }
}
