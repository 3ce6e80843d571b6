//! Which campaigns there are, and how one is written.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{
    ReviewDetail, review_accuracy, review_create, review_list, review_revise, review_show, review_validate,
    review_waiting,
};
use rolecall_model::review::ReviewState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::shape::{Campaign, CampaignAccuracy, CampaignCount, CampaignDefinition, CampaignExplained, CampaignShare};
use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters, version_of};
use crate::api::list::{Listed, limit_of, part};
use crate::api::reply::{json, json_as, with_location, with_version};
use crate::api::shape::Told as _;
use crate::error::WebError;
use crate::guard::Signed;
use crate::review::{in_world, looked_at, people};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    use axum::http::Method;
    let (read, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get("/api/v1/reviews", read, get(reviews)),
        Route::post("/api/v1/reviews", decide, "review.created", post(create)),
        Route::get("/api/v1/reviews/mine", read, get(mine)),
        Route::ask("/api/v1/reviews/validate", read, post(validate)),
        Route::get("/api/v1/reviews/{id}", read, get(review)),
        Route::write(Method::PUT, "/api/v1/reviews/{id}", decide, "review.changed", put(change)),
        Route::get("/api/v1/reviews/{id}/accuracy", read, get(accuracy)),
    ]
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReviewsAsked {
    /// Only those that stand so: `draft`, `staged`, `running`, `completed` or `cancelled`.
    state: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// A campaign as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "name": "Q4 access review",
    "definition": { "scope": { "connectors": ["npm:acme"], "entitlements": ["owner"] }, "reviewers": ["resource-owner", "manager"], "days": 14 }
}))]
pub(crate) struct CampaignWish {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[serde(default)]
    definition: CampaignDefinition,
    /// Why it is changed.
    #[serde(default)]
    reason: String,
}

/// What a campaign would be about.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ValidateWish {
    #[serde(default)]
    definition: CampaignDefinition,
}

/// A campaign that waits for whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct CampaignWaiting {
    review: Campaign,
    share: CampaignShare,
}

pub(super) fn explained(review: ReviewDetail, status: StatusCode) -> ApiAnswer {
    let version = review.row.version;
    let told: CampaignExplained = review.told();
    Ok(with_version(json_as(status, &told)?, version))
}

pub(super) async fn review_of(site: &Site, id: Uuid) -> Result<ReviewDetail, WebError> {
    let people = people(site).await?;
    Ok(review_show(&site.context().store, &people, &id.to_string(), site.context().now()).await?)
}

/// Campaigns
///
/// The latest first.
#[utoipa::path(get, operation_id = "reviews", path = "/api/v1/reviews", tag = "Reviews", params(ReviewsAsked), responses(
    (status = 200, body = Listed<Campaign>),
))]
pub(crate) async fn reviews(State(site): State<Site>, Parameters(asked): Parameters<ReviewsAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let state = asked.state.as_deref().filter(|state| !state.is_empty()).map(|word| {
        ReviewState::read(word).ok_or_else(|| {
            let words = ReviewState::ALL.map(ReviewState::word).join(", ");
            WebError::bad_request("state", format!("There is no such state: there are {words}."))
        })
    });
    let all = review_list(&site.context().store, state.transpose()?, site.context().now()).await?;
    json(&part::<_, Campaign>(all, limit, asked.after.as_deref(), |row| row.id.clone())?)
}

/// What waits for you
///
/// Running campaigns in which something is yours to decide, or chosen and not submitted; those that end first first.
#[utoipa::path(get, operation_id = "reviewsMine", path = "/api/v1/reviews/mine", tag = "Reviews", responses(
    (status = 200, body = Vec<CampaignWaiting>),
))]
pub(crate) async fn mine(State(site): State<Site>, signed: Signed, _: Parameters<Nothing>) -> ApiAnswer {
    let me = people(&site).await?.actor(signed.actor()).0;
    let waiting = review_waiting(&site.context().store, &me, site.context().now()).await?.into_iter();
    let waiting: Vec<_> =
        waiting.map(|(row, share)| CampaignWaiting { review: row.told(), share: share.told() }).collect();
    json(&waiting)
}

/// Make a campaign
///
/// As a draft: nothing is fixed, and nobody is asked.
#[utoipa::path(post, operation_id = "reviewCreate", path = "/api/v1/reviews", tag = "Reviews", request_body = CampaignWish, responses(
    (status = 201, body = CampaignExplained),
    (status = 422, description = "A field is wrong: the errors say which."),
))]
pub(crate) async fn create(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(wish): Body<CampaignWish>,
) -> ApiAnswer {
    let definition = wish.definition.read()?;
    looked_at(&site, &wish.name, &definition).await??;
    let made = review_create(site.context(), &wish.name, &definition, signed.actor()).await?;
    let answer = explained(review_of(&site, made.uuid).await?, StatusCode::CREATED)?;
    Ok(with_location(answer, &format!("/api/v1/reviews/{}", made.uuid)))
}

/// Say what a campaign would be about
///
/// Nothing is kept.
#[utoipa::path(post, operation_id = "reviewValidate", path = "/api/v1/reviews/validate", tag = "Reviews", request_body = ValidateWish, responses(
    (status = 200, body = CampaignCount),
    (status = 422, description = "A field is wrong: the errors say which."),
))]
pub(crate) async fn validate(
    State(site): State<Site>,
    _: Parameters<Nothing>,
    Body(wish): Body<ValidateWish>,
) -> ApiAnswer {
    let definition = wish.definition.read()?;
    let work = in_world(&site, move |world, view, people| {
        world.until(review_validate(&world.context, view, people, &definition))
    });
    let count: CampaignCount = work.await??.told();
    json(&count)
}

/// One campaign
///
/// With its reviewers and what happened in it. A change of it has to name its version.
#[utoipa::path(get, operation_id = "review", path = "/api/v1/reviews/{id}", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CampaignExplained),
))]
pub(crate) async fn review(State(site): State<Site>, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    explained(review_of(&site, id).await?, StatusCode::OK)
}

/// Change a campaign
///
/// As long as nobody was asked. What was staged of it is taken back. `If-Match` names the version that is changed.
#[utoipa::path(put, operation_id = "reviewChange", path = "/api/v1/reviews/{id}", tag = "Reviews",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The `ETag` of what is changed, or `*`.")),
    request_body = CampaignWish, responses(
        (status = 200, body = CampaignExplained),
        (status = 409, description = "It runs already, is over, or somebody else changed it meanwhile."),
        (status = 412, description = "`If-Match` names no version that there ever was."),
        (status = 422, description = "A field is wrong: the errors say which."),
        (status = 428, description = "There is no `If-Match`."),
    )
)]
pub(crate) async fn change(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    headers: HeaderMap,
    Body(wish): Body<CampaignWish>,
) -> ApiAnswer {
    let known = review_of(&site, id).await?;
    let version = version_of(&headers, known.row.version)?;
    let definition = wish.definition.read()?;
    looked_at(&site, &wish.name, &definition).await??;
    let decision = Decision { actor: signed.actor().to_owned(), reason: wish.reason };
    review_revise(site.context(), &id.to_string(), Some(version), (&wish.name, &definition), &decision).await?;
    explained(review_of(&site, id).await?, StatusCode::OK)
}

/// How complete what a campaign is taken from is
///
/// As things are now. What it was when the campaign was staged is told with the campaign.
#[utoipa::path(get, operation_id = "reviewAccuracy", path = "/api/v1/reviews/{id}/accuracy", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CampaignAccuracy),
))]
pub(crate) async fn accuracy(State(site): State<Site>, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let (connectors, now) = (review_of(&site, id).await?.definition.scope.connectors, site.context().now());
    let work = in_world(&site, move |world, view, _| {
        Ok(world.until(review_accuracy(&world.context.store, view, &connectors, now))?)
    });
    let accuracy: CampaignAccuracy = work.await??.told();
    json(&accuracy)
}
