//! What people are told without asking.

use axum::extract::State;
use axum::routing::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::ApiAnswer;
use super::input::{Id, Nothing, Parameters};
use super::list::{Listed, limit_of, part};
use super::reply::{done, json};
use super::shape::{Moment, shape};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/notices", Access::SignedIn, get(list)),
        Route::mark("/api/v1/notices/{id}/read", Access::SignedIn, post(read)),
    ]
}

shape! {
    /// Something that you are told.
    Notice of rolecall_engine::hub::Notice {
        #[serde(rename = "id")]
        uuid: Uuid,
        /// What happened, in a stable word.
        kind: String,
        /// What it is about: `npm:acme`.
        about: String,
        /// In a sentence.
        text: String,
        created_at: Moment,
        /// When you read it.
        read_at: Option<Moment>,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NoticesAsked {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Your notices
///
/// Newest first.
#[utoipa::path(get, operation_id = "notices", path = "/api/v1/notices", tag = "You", params(NoticesAsked), responses(
    (status = 200, body = Listed<Notice>),
))]
pub(crate) async fn list(
    State(site): State<Site>,
    signed: Signed,
    Parameters(asked): Parameters<NoticesAsked>,
) -> ApiAnswer {
    let notices = site.hub().notices(signed.caller()).await?;
    let name = |notice: &rolecall_engine::hub::Notice| notice.uuid.to_string();
    json(&part::<_, Notice>(notices, limit_of(asked.limit)?, asked.after.as_deref(), name)?)
}

/// Mark a notice as read
#[utoipa::path(post, operation_id = "noticeRead", path = "/api/v1/notices/{id}/read", tag = "You", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "It is marked as read."),
))]
pub(crate) async fn read(
    State(site): State<Site>,
    signed: Signed,
    Id(notice): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    site.hub().notice_read(signed.caller(), notice).await?;
    done()
}
