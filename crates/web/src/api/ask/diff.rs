//! How two moments differ.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::diff::{BetweenError, DifferenceAnswer, EffectAnswer, PointError, diff_between};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};

use super::answer::Completeness;
use crate::api::ApiAnswer;
use crate::api::input::Parameters;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/diff", Access::May(Permission::Read), get(diff))]
}

shape! {
    /// How two moments differ.
    Diff of rolecall_engine::diff::DiffAnswer {
        /// The older one.
        old: Side,
        /// The newer one.
        new: Side,
        /// How many differences are additions or raised rights.
        additions: u64,
        /// The most dangerous first.
        differences: Vec<Difference>,
        /// What the newer side does not show, without being complete enough for that to mean anything.
        not_seen: Vec<NotSeen>,
        /// Connectors that the older side does not have.
        not_compared: Vec<String>,
    }
}

shape! {
    /// One side of a comparison.
    Side of rolecall_engine::diff::SideAnswer {
        name: String,
        /// Of when it is.
        exported_at: Moment,
        completeness: Completeness,
    }
}

/// One difference.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    /// `high`, `medium` or `low`.
    danger: &'static str,
    /// `added`, `raised`, `lowered`, `changed` or `removed`.
    change: &'static str,
    connector: String,
    /// In words: `user eve is now owner of organization acme (was developer)`.
    text: String,
    /// What follows from it.
    effects: Vec<Effect>,
    /// Whether the older side was not complete enough to show that it was not there before.
    may_be_older: bool,
    /// What was there before, where something took its place.
    #[schema(value_type = Option<Object>)]
    before: Option<Json>,
    /// What is stated now, or was.
    #[schema(value_type = Object)]
    fact: Json,
    /// Whether it lets its holder decide who has rights.
    governs: bool,
}

impl Told<Difference> for DifferenceAnswer {
    fn told(self) -> Difference {
        let json = |fact| serde_json::to_value(fact).unwrap_or_default();
        Difference {
            danger: self.danger.word(),
            change: self.change,
            connector: self.connector,
            text: self.text,
            effects: self.effects.told(),
            may_be_older: self.may_be_older,
            before: self.before.as_ref().map(json),
            fact: json(&self.fact),
            governs: self.governs,
        }
    }
}

shape! {
    /// What follows from a difference.
    Effect of EffectAnswer {
        /// In words: `can now publish 14 packages through team acme/developers`.
        text: String,
        /// Whether a right was gained, rather than lost.
        gained: bool,
        /// Accounts that gained or lost it.
        accounts: Vec<String>,
        /// On what.
        resources: Vec<String>,
        /// On how many resources the account could now give itself the right.
        can_take: u64,
    }
}

/// Something that cannot be said to be gone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotSeen {
    connector: String,
    /// What was there.
    text: String,
    /// Why nothing is concluded.
    why: String,
}

impl Told<NotSeen> for rolecall_engine::diff::NotSeenAnswer {
    fn told(self) -> NotSeen {
        NotSeen { connector: self.connector, text: self.text, why: self.why }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DiffAsked {
    /// The older moment: a date, RFC 3339, how long ago, or a sync.
    #[param(example = "7d")]
    from: String,
    /// The newer one; `now` where it is left out.
    #[param(example = "sync:12")]
    to: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
}

/// How do two moments differ?
///
/// The most dangerous difference first, with what follows from it. What the newer side lacks is removed only where its
/// listing was read in full.
#[utoipa::path(get, operation_id = "diff", path = "/api/v1/diff", tag = "Questions", params(DiffAsked), responses(
    (status = 200, body = Diff),
    (status = 404, description = "There is no such connector or sync, or nothing was known then."),
))]
pub(crate) async fn diff(State(site): State<Site>, Parameters(asked): Parameters<DiffAsked>) -> ApiAnswer {
    let to = asked.to.unwrap_or_else(|| "now".to_owned());
    let answer: Diff = of(&site, (asked.from, to), asked.connector).await?.told();
    json(&answer)
}

/// How two moments differ, worked out where it keeps no request waiting.
pub(crate) async fn of(
    site: &Site,
    (from, to): (String, String),
    connector: Option<String>,
) -> Result<rolecall_engine::diff::DiffAnswer, WebError> {
    let only = connector.clone();
    let work = move |context: &rolecall_engine::Context, handle: &tokio::runtime::Handle| {
        let compared = diff_between(&context.store, (&from, &to), only.as_deref(), context.now());
        handle.block_on(compared).map_err(|error| wrong(&error))
    };
    site.graphs().work(connector, work).await
}

fn wrong(error: &BetweenError) -> WebError {
    let why = sentence(error.to_string());
    match error {
        BetweenError::Point(PointError::Moment(_)) => {
            WebError::bad_request("moment", why).hint("Write a past moment, sync:ID, or now.")
        }
        BetweenError::Point(PointError::Load(_)) => WebError::unavailable(&why),
        BetweenError::Point(_) => WebError::new(StatusCode::NOT_FOUND, "not-known-then", why)
            .hint("Look when what was read in the connector's list of syncs."),
        BetweenError::Diff(_) => WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "not-comparable", why)
            .hint("Compare two moments of the same connector."),
    }
}
