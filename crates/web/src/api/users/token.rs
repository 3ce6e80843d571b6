//! API tokens of others.

use axum::extract::State;
use axum::http::Method;
use axum::routing::{delete, get};
use rolecall_engine::hub::Permission;
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Id, Ids, Nothing, Parameters};
use crate::api::list::Listed;
use crate::api::reply::{done, json};
use crate::api::role::Role;
use crate::api::shape::{Moment, Told, shape};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get("/api/v1/users/{id}/tokens", administer, get(user_tokens)),
        Route::write(
            Method::DELETE,
            "/api/v1/users/{id}/tokens/{token}",
            administer,
            "hub.token-revoked",
            delete(user_token_revoke),
        ),
    ]
}

shape! {
    /// An API token. What opens it is not kept.
    ApiToken of rolecall_engine::hub::ApiToken {
        #[serde(rename = "id")]
        uuid: Uuid,
        /// What its owner calls it.
        name: String,
        /// What it may do, as far as its owner may too.
        role: Role,
        created_at: Moment,
        expires_at: Option<Moment>,
        /// When it was last used, to the minute.
        used_at: Option<Moment>,
        revoked_at: Option<Moment>,
    }
}

/// The API tokens of somebody
///
/// Newest first, revoked and expired ones too.
#[utoipa::path(get, operation_id = "userTokens", path = "/api/v1/users/{id}/tokens", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Listed<ApiToken>),
))]
pub(crate) async fn user_tokens(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    let tokens = site.hub().tokens(signed.caller(), user).await?;
    json(&Listed::<ApiToken> { items: tokens.told(), next: None })
}

/// Revoke an API token of somebody
#[utoipa::path(delete, operation_id = "userTokenRevoke", path = "/api/v1/users/{id}/tokens/{token}", tag = "People",
    params(("id" = Uuid, Path), ("token" = Uuid, Path)), responses(
        (status = 204, description = "It opens nothing any more."),
        (status = 409, description = "It is revoked already."),
    )
)]
pub(crate) async fn user_token_revoke(
    State(site): State<Site>,
    signed: Signed,
    Ids([user, token]): Ids<2>,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    site.hub().token_revoke(signed.caller(), user, token).await?;
    done()
}
