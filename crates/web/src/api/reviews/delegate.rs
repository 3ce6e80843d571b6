//! Who decides for whom.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{DelegateRow, DelegateWish, review_delegate, review_delegate_end, review_delegates};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters, moment_of};
use crate::api::reply::{done, json, json_as};
use crate::api::shape::{Moment, Told as _};
use crate::guard::Signed;
use crate::review::{own_delegation, people};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let (review, decide) = (Access::May(Permission::Review), Access::May(Permission::Decide));
    vec![
        Route::get("/api/v1/reviews/delegates", Access::May(Permission::Read), get(delegates)),
        Route::post("/api/v1/reviews/delegates", review, "review.delegated", post(delegate)),
        Route::post("/api/v1/reviews/delegates/others", decide, "review.delegated", post(delegate_others)),
        Route::post("/api/v1/reviews/delegates/{id}/end", review, "review.delegate-ended", post(end)),
        Route::post("/api/v1/reviews/delegates/others/{id}/end", decide, "review.delegate-ended", post(end_others)),
    ]
}

/// That somebody decides for somebody else.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delegation {
    id: String,
    /// Whose decisions they are.
    reviewer: String,
    reviewer_key: String,
    /// Who makes them.
    delegate: String,
    delegate_key: String,
    from: Moment,
    until: Moment,
    reason: String,
    set_by: String,
    /// Whether it holds now.
    holds: bool,
    /// Whether it will not hold any more.
    is_over: bool,
}

fn told(row: DelegateRow) -> Delegation {
    Delegation {
        id: row.id,
        reviewer: row.reviewer,
        reviewer_key: row.reviewer_key.to_string(),
        delegate: row.delegate,
        delegate_key: row.delegate_key.to_string(),
        from: row.from.told(),
        until: row.until.told(),
        reason: row.reason,
        set_by: row.set_by,
        holds: row.holds,
        is_over: row.is_over,
    }
}

/// Who is to decide for you.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "delegate": "maria.lund@acme.test", "until": "2027-01-08", "reason": "holidays" }))]
pub(crate) struct OwnDelegateWish {
    /// Who makes your decisions, by name, mail address or id.
    delegate: String,
    /// From when; now, where nothing is said.
    from: Option<String>,
    /// The first moment at which they do not any more; within a year.
    until: String,
    #[schema(min_length = 1)]
    reason: String,
}

/// Who is to decide for whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OthersDelegateWish {
    /// Whose decisions they are.
    reviewer: String,
    delegate: String,
    from: Option<String>,
    until: String,
    #[schema(min_length = 1)]
    reason: String,
}

async fn set(site: &Site, signed: &Signed, reviewer: String, wish: OwnDelegateWish) -> ApiAnswer {
    let wish = DelegateWish {
        reviewer,
        delegate: wish.delegate,
        from: wish.from.as_deref().map(moment_of).transpose()?,
        until: moment_of(&wish.until)?,
        reason: wish.reason,
    };
    let everybody = people(site).await?;
    let made = review_delegate(site.context(), &everybody, &wish, signed.actor()).await?;
    let all = review_delegates(&site.context().store, site.context().now()).await?;
    let made = all.into_iter().find(|row| row.id == made.to_string()).map(told);
    json_as(StatusCode::CREATED, &made)
}

/// Who decides for whom
///
/// The latest first, those too that are over.
#[utoipa::path(get, operation_id = "reviewDelegates", path = "/api/v1/reviews/delegates", tag = "Reviews", responses(
    (status = 200, body = Vec<Delegation>),
))]
pub(crate) async fn delegates(State(site): State<Site>, _: Parameters<Nothing>) -> ApiAnswer {
    let all = review_delegates(&site.context().store, site.context().now()).await?;
    json(&all.into_iter().map(told).collect::<Vec<_>>())
}

/// Have somebody decide for you
#[utoipa::path(post, operation_id = "reviewDelegate", path = "/api/v1/reviews/delegates", tag = "Reviews", request_body = OwnDelegateWish, responses(
    (status = 201, body = Delegation),
    (status = 422, description = "Nobody is called that, it is no span of time, or there is no reason."),
))]
pub(crate) async fn delegate(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(wish): Body<OwnDelegateWish>,
) -> ApiAnswer {
    let own = people(&site).await?.actor(signed.actor()).0;
    set(&site, &signed, own.to_string(), wish).await
}

/// Have somebody decide for somebody else
#[utoipa::path(post, operation_id = "reviewDelegateOthers", path = "/api/v1/reviews/delegates/others", tag = "Reviews", request_body = OthersDelegateWish, responses(
    (status = 201, body = Delegation),
    (status = 422, description = "Nobody is called that, it is no span of time, or there is no reason."),
))]
pub(crate) async fn delegate_others(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(wish): Body<OthersDelegateWish>,
) -> ApiAnswer {
    let OthersDelegateWish { reviewer, delegate, from, until, reason } = wish;
    set(&site, &signed, reviewer, OwnDelegateWish { delegate, from, until, reason }).await
}

async fn ended(site: &Site, signed: &Signed, id: Uuid) -> ApiAnswer {
    review_delegate_end(site.context(), id, signed.actor()).await?;
    done()
}

/// End that somebody decides for you
#[utoipa::path(post, operation_id = "reviewDelegateEnd", path = "/api/v1/reviews/delegates/{id}/end", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 204),
))]
pub(crate) async fn end(State(site): State<Site>, signed: Signed, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    own_delegation(&site, &signed, id).await?;
    ended(&site, &signed, id).await
}

/// End that somebody decides for somebody else
#[utoipa::path(post, operation_id = "reviewDelegateOthersEnd", path = "/api/v1/reviews/delegates/others/{id}/end", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 204),
))]
pub(crate) async fn end_others(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    ended(&site, &signed, id).await
}
