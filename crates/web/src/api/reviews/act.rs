//! What is done with a campaign.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{
    CompleteWish, review_assign, review_assign_all, review_cancel, review_complete, review_stage, review_start,
};
use rolecall_model::review::{RemainingItems, ReviewerKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::campaign::{explained, review_of};
use super::shape::CampaignExplained;
use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters};
use crate::api::reply::json;
use crate::error::WebError;
use crate::guard::Signed;
use crate::review::{in_world, people};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::post("/api/v1/reviews/{id}/stage", decide, "review.staged", post(stage)),
        Route::post("/api/v1/reviews/{id}/start", decide, "review.started", post(start)),
        Route::post("/api/v1/reviews/{id}/reassign", decide, "review.reassigned", post(reassign)),
        Route::post("/api/v1/reviews/{id}/complete", decide, "review.completed", post(complete)),
        Route::post("/api/v1/reviews/{id}/cancel", decide, "review.cancelled", post(cancel)),
    ]
}

/// Who is to review what from now on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "from": "person:E2", "to": "maria.lund@acme.test", "reason": "Otto has left" }))]
pub(crate) struct ReassignWish {
    /// These grants. Where none are named, all that is undecided of `from`.
    #[serde(default)]
    numbers: Vec<i64>,
    /// The key of a reviewer; null of what nobody reviews.
    from: Option<String>,
    /// Somebody by name, mail address or id.
    to: String,
    #[schema(min_length = 1)]
    reason: String,
}

/// What changed hands.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reassigned {
    /// The numbers of the grants that did. What the new reviewer holds themself stays where it is.
    numbers: Vec<i64>,
}

/// How a campaign is completed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "remaining": "skip", "reason": "the quarter is over" }))]
pub(crate) struct CampaignCompleteWish {
    /// What becomes of what nobody decided about: `skip` or `deny`; what the campaign says, where nothing is said.
    remaining: Option<String>,
    /// Needed where something is left.
    #[serde(default)]
    reason: String,
}

/// Why a campaign is given up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "its scope was wrong" }))]
pub(crate) struct CampaignCancelWish {
    #[schema(min_length = 1)]
    reason: String,
}

/// Stage a campaign
///
/// Fixes which grants are in it, what is shown of each, and who reviews it. Nobody is asked yet.
#[utoipa::path(post, operation_id = "reviewStage", path = "/api/v1/reviews/{id}/stage", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CampaignExplained),
    (status = 409, description = "It runs already, is over, or somebody else changed it meanwhile."),
    (status = 422, description = "Its scope names what is not there, or holds nothing."),
))]
pub(crate) async fn stage(State(site): State<Site>, signed: Signed, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let (name, actor) = (id.to_string(), signed.actor().to_owned());
    let work = in_world(&site, move |world, view, _| world.until(review_stage(&world.context, view, &name, &actor)));
    work.await??;
    explained(review_of(&site, id).await?, StatusCode::OK)
}

/// Start a campaign
///
/// Asks its reviewers.
#[utoipa::path(post, operation_id = "reviewStart", path = "/api/v1/reviews/{id}/start", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CampaignExplained),
    (status = 409, description = "It is not staged."),
))]
pub(crate) async fn start(State(site): State<Site>, signed: Signed, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    review_start(site.context(), &id.to_string(), signed.actor()).await?;
    explained(review_of(&site, id).await?, StatusCode::OK)
}

/// Reassign grants
#[utoipa::path(post, operation_id = "reviewReassign", path = "/api/v1/reviews/{id}/reassign", tag = "Reviews", params(("id" = Uuid, Path)),
    request_body = ReassignWish, responses(
        (status = 200, body = Reassigned),
        (status = 409, description = "It is neither staged nor running."),
        (status = 422, description = "Nobody is called that, or there is no reason."),
    )
)]
pub(crate) async fn reassign(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<ReassignWish>,
) -> ApiAnswer {
    let people = people(&site).await?;
    let (name, by) = (id.to_string(), (signed.actor(), wish.reason.as_str()));
    let numbers = if wish.numbers.is_empty() {
        let from = wish.from.map(ReviewerKey::kept);
        review_assign_all(site.context(), &people, &name, (from.as_ref(), &wish.to), by).await?.1
    } else {
        review_assign(site.context(), &people, &name, (&wish.numbers, &wish.to), by).await?
    };
    json(&Reassigned { numbers })
}

/// Complete a campaign
///
/// Its decisions stand, and what was denied becomes a plan.
#[utoipa::path(post, operation_id = "reviewComplete", path = "/api/v1/reviews/{id}/complete", tag = "Reviews", params(("id" = Uuid, Path)),
    request_body = CampaignCompleteWish, responses(
        (status = 200, body = CampaignExplained),
        (status = 409, description = "It does not run, or was decided about meanwhile."),
        (status = 422, description = "Something is left, and there is no reason."),
    )
)]
pub(crate) async fn complete(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<CampaignCompleteWish>,
) -> ApiAnswer {
    let remaining = wish.remaining.as_deref().map(|word| {
        let why = "What is left is `skip` or `deny`.";
        RemainingItems::read(word).ok_or_else(|| WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "review-wrong", why))
    });
    let wish = CompleteWish { remaining: remaining.transpose()?, reason: wish.reason };
    let (name, actor) = (id.to_string(), signed.actor().to_owned());
    let work =
        in_world(&site, move |world, view, _| world.until(review_complete(&world.context, view, &name, &wish, &actor)));
    work.await??;
    explained(review_of(&site, id).await?, StatusCode::OK)
}

/// Cancel a campaign
///
/// What was decided stays on record, and nothing follows from it.
#[utoipa::path(post, operation_id = "reviewCancel", path = "/api/v1/reviews/{id}/cancel", tag = "Reviews", params(("id" = Uuid, Path)),
    request_body = CampaignCancelWish, responses(
        (status = 200, body = CampaignExplained),
        (status = 409, description = "It is over."),
        (status = 422, description = "There is no reason."),
    )
)]
pub(crate) async fn cancel(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<CampaignCancelWish>,
) -> ApiAnswer {
    let decision = Decision { actor: signed.actor().to_owned(), reason: wish.reason };
    review_cancel(site.context(), &id.to_string(), &decision).await?;
    explained(review_of(&site, id).await?, StatusCode::OK)
}
