//! What is decided about a finding.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::clock_system;
use rolecall_engine::findings::FindingWish;
use rolecall_engine::hub::Permission;
use rolecall_engine::moment_parse;
use rolecall_model::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::list::NotedFinding;
use crate::api::ApiAnswer;
use crate::api::input::{Body, Nothing, Parameters, Word};
use crate::api::reply::json;
use crate::api::shape::Told as _;
use crate::error::WebError;
use crate::finding::finding_decided;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::post("/api/v1/findings/{code}/accept", decide, "finding.accepted", post(accept)),
        Route::post("/api/v1/findings/{code}/suppress", decide, "finding.suppressed", post(suppress)),
        Route::post("/api/v1/findings/{code}/snooze", decide, "finding.snoozed", post(snooze)),
        Route::post("/api/v1/findings/{code}/reopen", decide, "finding.reopened", post(reopen)),
        Route::post("/api/v1/findings/{code}/owner", decide, "finding.owner-set", post(owner)),
    ]
}

/// That a risk is taken.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "the team is two people", "until": "2027-03-31", "approver": "grace" }))]
pub(crate) struct AcceptWish {
    /// For whoever reads of it in a year.
    #[schema(min_length = 1)]
    reason: String,
    /// The first moment at which it is taken no more: a date or RFC 3339, at most a year from now.
    until: String,
    /// Who agreed; whoever asks, where nobody is named.
    approver: Option<String>,
}

/// That a finding is none here.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "it is a test organisation" }))]
pub(crate) struct SuppressWish {
    /// For whoever reads of it in a year.
    #[schema(min_length = 1)]
    reason: String,
}

/// That a finding is looked at again later.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "until": "2027-03-31" }))]
pub(crate) struct SnoozeWish {
    /// When: a date or RFC 3339.
    until: String,
    reason: Option<String>,
}

/// That what was decided holds no more.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "the team has grown" }))]
pub(crate) struct ReopenWish {
    reason: Option<String>,
}

/// Who looks after a finding.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "owner": "grace" }))]
pub(crate) struct OwnerWish {
    /// Empty for nobody.
    owner: String,
    reason: Option<String>,
}

fn until(text: &str) -> Result<Timestamp, WebError> {
    let wrong = |why: String| WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "until", sentence(why));
    moment_parse(text, clock_system()).map_err(wrong)
}

async fn decided(site: &Site, signed: &Signed, code: &str, wish: &FindingWish, reason: &str) -> ApiAnswer {
    let finding: NotedFinding = finding_decided(site, signed, code, wish, reason).await?.told();
    json(&finding)
}

/// Take the risk of a finding
///
/// Until a day. What is about your own account another administrator decides, where there is one.
#[utoipa::path(post, operation_id = "findingAccept", path = "/api/v1/findings/{code}/accept", tag = "Findings", params(("code" = String, Path)),
    request_body = AcceptWish, responses(
        (status = 200, body = NotedFinding),
        (status = 409, description = "It is about your own account, and another administrator has to decide."),
        (status = 422, description = "There is no reason, or no day that is still to come."),
    )
)]
pub(crate) async fn accept(
    State(site): State<Site>,
    signed: Signed,
    Word(code): Word,
    _: Parameters<Nothing>,
    Body(wish): Body<AcceptWish>,
) -> ApiAnswer {
    let act = FindingWish::Accept { until: until(&wish.until)?, approver: wish.approver };
    decided(&site, &signed, &code, &act, &wish.reason).await
}

/// Say that a finding is none here
///
/// It stays so until somebody opens it again.
#[utoipa::path(post, operation_id = "findingSuppress", path = "/api/v1/findings/{code}/suppress", tag = "Findings", params(("code" = String, Path)),
    request_body = SuppressWish, responses(
        (status = 200, body = NotedFinding),
        (status = 409, description = "It is about your own account, and another administrator has to decide."),
        (status = 422, description = "There is no reason."),
    )
)]
pub(crate) async fn suppress(
    State(site): State<Site>,
    signed: Signed,
    Word(code): Word,
    _: Parameters<Nothing>,
    Body(wish): Body<SuppressWish>,
) -> ApiAnswer {
    decided(&site, &signed, &code, &FindingWish::Suppress, &wish.reason).await
}

/// Look at a finding again later
#[utoipa::path(post, operation_id = "findingSnooze", path = "/api/v1/findings/{code}/snooze", tag = "Findings", params(("code" = String, Path)),
    request_body = SnoozeWish, responses(
        (status = 200, body = NotedFinding),
        (status = 422, description = "That day is past."),
    )
)]
pub(crate) async fn snooze(
    State(site): State<Site>,
    signed: Signed,
    Word(code): Word,
    _: Parameters<Nothing>,
    Body(wish): Body<SnoozeWish>,
) -> ApiAnswer {
    let act = FindingWish::Snooze { until: until(&wish.until)? };
    decided(&site, &signed, &code, &act, wish.reason.as_deref().unwrap_or_default()).await
}

/// Take back what was decided about a finding
#[utoipa::path(post, operation_id = "findingReopen", path = "/api/v1/findings/{code}/reopen", tag = "Findings", params(("code" = String, Path)),
    request_body = ReopenWish, responses((status = 200, body = NotedFinding))
)]
pub(crate) async fn reopen(
    State(site): State<Site>,
    signed: Signed,
    Word(code): Word,
    _: Parameters<Nothing>,
    Body(wish): Body<ReopenWish>,
) -> ApiAnswer {
    decided(&site, &signed, &code, &FindingWish::Reopen, wish.reason.as_deref().unwrap_or_default()).await
}

/// Say who looks after a finding
#[utoipa::path(post, operation_id = "findingOwner", path = "/api/v1/findings/{code}/owner", tag = "Findings", params(("code" = String, Path)),
    request_body = OwnerWish, responses((status = 200, body = NotedFinding))
)]
pub(crate) async fn owner(
    State(site): State<Site>,
    signed: Signed,
    Word(code): Word,
    _: Parameters<Nothing>,
    Body(wish): Body<OwnerWish>,
) -> ApiAnswer {
    let act = FindingWish::Own { owner: wish.owner };
    decided(&site, &signed, &code, &act, wish.reason.as_deref().unwrap_or_default()).await
}
