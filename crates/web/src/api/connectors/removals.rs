//! Removals that wait for a person.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    Decided, PendingDecision, RemovalsAsked, Ruling, decision_withdraw, removals_decide, removals_view,
};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Ids, Nothing, Parameters};
use crate::api::problem::of_connectors;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::guard::Signed;
use crate::people::decider;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let (reading, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get("/api/v1/connectors/{id}/removals", reading, get(removals)),
        Route::post("/api/v1/connectors/{id}/removals/confirm", decide, "removals.confirmed", post(confirm)),
        Route::post("/api/v1/connectors/{id}/removals/discard", decide, "removals.discarded", post(discard)),
        Route::post("/api/v1/decisions/{id}/withdraw", decide, "decision.withdrawn", post(withdraw)),
    ]
}

shape! {
    /// What waits for a person's word.
    Removals of rolecall_engine::connectors::RemovalsView {
        /// How many wait, without those that were discarded.
        waiting: u64,
        /// By the listing that stopped stating them.
        listings: Vec<RemovalGroup>,
        /// The last of what is told. A decision names it, and is about nothing newer.
        seen: i64,
        /// Decisions that are not carried out yet.
        decisions: Vec<Decision>,
    }
}

shape! {
    /// Removals from one listing.
    RemovalGroup of rolecall_engine::connectors::RemovalGroup {
        /// Its number, by which a decision can be about it alone.
        listing: i64,
        /// In words.
        title: String,
        /// Why they wait.
        reason: String,
        removals: Vec<Removal>,
    }
}

shape! {
    /// One removal.
    Removal of rolecall_engine::connectors::RemovalRow {
        /// In words: `user alice holds owner on organization acme`.
        text: String,
        /// The account that would lose something, if it is about one.
        account: Option<String>,
        missing_since: Moment,
        /// Whether somebody already said that the reading was wrong.
        discarded: bool,
    }
}

shape! {
    /// A decision that is not carried out yet, because it concerns whoever made it.
    Decision of PendingDecision {
        id: Uuid,
        connector: Uuid,
        /// `confirm` or `discard`.
        action: String,
        /// Who made it.
        actor: String,
        /// Why.
        reason: String,
        made_at: Moment,
        /// When it is carried out unless it is withdrawn.
        due_at: Moment,
    }
}

/// Removals that wait
#[utoipa::path(get, operation_id = "removals", path = "/api/v1/connectors/{id}/removals", tag = "Removals", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Removals),
))]
pub(crate) async fn removals(State(site): State<Site>, Id(connector): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let view: Removals = removals_view(site.context(), connector).await.map_err(of_connectors)?.told();
    json(&view)
}

/// A decision about removals that wait.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "seen": 42, "reason": "the team was dissolved" }))]
pub(crate) struct DecisionWish {
    /// What the removals said as `seen` when they were looked at.
    seen: i64,
    /// For whoever reads of it in a year.
    #[schema(min_length = 1)]
    reason: String,
    /// Only those of this listing; all of them without it.
    listing: Option<i64>,
}

/// What became of a decision.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub(crate) enum DecisionMade {
    /// It is carried out.
    Done {
        /// About so many facts.
        facts: u64,
    },
    /// It concerns whoever made it, and waits.
    Delayed { decision: Decision },
}

/// Let removals pass
///
/// What is removed is gone as of when it was first missing. What concerns your own access another administrator decides;
/// where there is none, your decision is carried out a day later.
#[utoipa::path(post, operation_id = "removalsConfirm", path = "/api/v1/connectors/{id}/removals/confirm", tag = "Removals", params(("id" = Uuid, Path)),
    request_body = DecisionWish, responses(
        (status = 200, body = DecisionMade),
        (status = 409, description = "It is being read now, or another administrator has to decide."),
        (status = 422, description = "There is no reason."),
    )
)]
pub(crate) async fn confirm(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<DecisionWish>,
) -> ApiAnswer {
    decide(&site, &signed, Ruling::Confirm, connector, &wish).await
}

/// Say that removals are not to be believed
///
/// What they are about stays.
#[utoipa::path(post, operation_id = "removalsDiscard", path = "/api/v1/connectors/{id}/removals/discard", tag = "Removals", params(("id" = Uuid, Path)),
    request_body = DecisionWish, responses(
        (status = 200, body = DecisionMade),
        (status = 409, description = "It is being read now, or another administrator has to decide."),
        (status = 422, description = "There is no reason."),
    )
)]
pub(crate) async fn discard(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<DecisionWish>,
) -> ApiAnswer {
    decide(&site, &signed, Ruling::Discard, connector, &wish).await
}

async fn decide(site: &Site, signed: &Signed, ruling: Ruling, connector: Uuid, wish: &DecisionWish) -> ApiAnswer {
    let (reason, decider) = (reason(&wish.reason)?, decider(site, signed).await?);
    let asked = RemovalsAsked { connector, listing: wish.listing, seen: wish.seen, reason: &reason };
    let made = removals_decide(site.context(), &decider, ruling, asked).await.map_err(of_connectors)?;
    json(&match made {
        Decided::Done { facts } => DecisionMade::Done { facts },
        Decided::Delayed(decision) => DecisionMade::Delayed { decision: decision.told() },
    })
}

/// A reason, which there has to be.
pub(super) fn reason(said: &str) -> Result<String, WebError> {
    let said = said.trim();
    if said.is_empty() {
        let why = "Say why: whoever reads this in a year has nothing else to go by.";
        return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "reason-missing", why));
    }
    Ok(said.to_owned())
}

/// Withdraw a decision
///
/// One that is not carried out yet; whoever may decide may withdraw it.
#[utoipa::path(post, operation_id = "decisionWithdraw", path = "/api/v1/decisions/{id}/withdraw", tag = "Removals", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Decision),
))]
pub(crate) async fn withdraw(
    State(site): State<Site>,
    signed: Signed,
    Ids([decision]): Ids<1>,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    let done = decision_withdraw(site.context(), signed.actor(), decision).await.map_err(of_connectors)?;
    let done: Decision = done.told();
    json(&done)
}
