//! Who asks, and their own tokens.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::routing::{delete, get, post};
use rolecall_engine::hub::{NewToken, Permission};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiAnswer;
use super::input::{Body, Id, Nothing, Parameters};
use super::list::Listed;
use super::reply::{done, json, json_as};
use super::role::Role;
use super::shape::Told;
use super::users::token::ApiToken;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/me", Access::SignedIn, get(me)),
        Route::get("/api/v1/me/tokens", Access::SignedIn, get(tokens)),
        Route::post("/api/v1/me/tokens", Access::SignedIn, "hub.token-added", post(token_make)),
        Route::write(
            Method::DELETE,
            "/api/v1/me/tokens/{id}",
            Access::SignedIn,
            "hub.token-revoked",
            delete(token_revoke),
        ),
    ]
}

/// The caller, and what they may do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    id: Uuid,
    /// What they sign in with.
    #[schema(examples("ada"))]
    name: String,
    /// What people call them.
    display_name: String,
    role: Role,
    /// What they may do with what they showed: a token may do less than its owner.
    #[schema(example = json!(["read", "audit"]))]
    permissions: Vec<&'static str>,
}

/// Who you are, and what you may do
#[utoipa::path(get, operation_id = "me", path = "/api/v1/me", tag = "You", responses((status = 200, body = Me)))]
pub(crate) async fn me(signed: Signed, _: Parameters<Nothing>) -> ApiAnswer {
    let permissions = Permission::ALL.into_iter().filter(|permission| signed.may(*permission));
    json(&Me {
        id: signed.id(),
        name: signed.actor().to_owned(),
        display_name: signed.display_name().to_owned(),
        role: signed.role().told(),
        permissions: permissions.map(Permission::word).collect(),
    })
}

/// Your API tokens
///
/// Newest first, revoked and expired ones too. No answer holds what opens them.
#[utoipa::path(get, operation_id = "ownTokens", path = "/api/v1/me/tokens", tag = "You", responses((status = 200, body = Listed<ApiToken>)))]
pub(crate) async fn tokens(State(site): State<Site>, signed: Signed, _: Parameters<Nothing>) -> ApiAnswer {
    let tokens = site.hub().tokens(signed.caller(), signed.id()).await?;
    json(&Listed::<ApiToken> { items: tokens.told(), next: None })
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "name": "nightly report", "role": "auditor", "days": 30 }))]
pub(crate) struct TokenWish {
    /// What you call it.
    name: String,
    /// What it may do: no more than you.
    role: Role,
    /// How many days it lasts, 366 at most.
    #[schema(minimum = 1, maximum = 366, default = 90)]
    days: Option<i64>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenMade {
    /// What programs send: `Authorization: Bearer …`. It is told this once.
    secret: String,
    token: ApiToken,
}

/// Make an API token
///
/// Only in a session in which the password was given in the last quarter of an hour; a token cannot make another one.
#[utoipa::path(post, operation_id = "ownTokenMake", path = "/api/v1/me/tokens", tag = "You", request_body = TokenWish, responses(
    (status = 201, body = TokenMade),
    (status = 422, description = "It cannot have this name, last so long, or do more than you may."),
))]
pub(crate) async fn token_make(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(wish): Body<TokenWish>,
) -> ApiAnswer {
    let wish = NewToken { name: wish.name, role: wish.role.known(), days: wish.days };
    let made = site.hub().token_add(signed.caller(), &wish).await?;
    let secret = made.secret.expose_secret().to_owned();
    json_as(StatusCode::CREATED, &TokenMade { secret, token: made.token.told() })
}

/// Revoke an API token of yours
#[utoipa::path(delete, operation_id = "ownTokenRevoke", path = "/api/v1/me/tokens/{id}", tag = "You", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "It opens nothing any more."),
    (status = 409, description = "It is revoked already."),
))]
pub(crate) async fn token_revoke(
    State(site): State<Site>,
    signed: Signed,
    Id(token): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    site.hub().token_revoke(signed.caller(), signed.id(), token).await?;
    done()
}
