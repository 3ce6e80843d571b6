//! Log-ins of command lines, in the manner of RFC 8628.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::routing::post;
use rolecall_engine::hub::{DEVICE_LOGIN_EVERY, DEVICE_LOGIN_MINUTES, DeviceLoginState};
use rolecall_engine::moment_text;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiAnswer;
use super::input::{Body, Nothing, Parameters};
use super::reply::{json, json_as};
use super::role::Role;
use super::shape::Told;
use crate::error::WebError;
use crate::guard::Asker;
use crate::page::logins;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![
        // Nothing comes of it unless a person allows it, which is recorded.
        Route::mark("/api/v1/logins", Access::Anyone, post(login_begin)),
        Route::write(Method::POST, "/api/v1/logins/token", Access::Anyone, "hub.token-added", post(login_token)),
    ]
}

/// A command line that wants to be let in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "machine": "ada on laptop-7" }))]
pub(crate) struct LoginWish {
    /// What the person is told who asks. Nothing of it is proof of anything.
    machine: String,
}

/// A log-in that waits for a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginBegun {
    /// What the command line asks with. It is told this once.
    device_code: String,
    /// What the person types, and compares.
    #[schema(examples("BCDF-GHJK"))]
    user_code: String,
    /// Where the person types it.
    address: String,
    /// The same with the code filled in.
    address_with_code: String,
    /// In how many seconds it is over.
    expires_in: i64,
    /// How many seconds to wait between two questions.
    interval: i64,
}

/// Begin a log-in of a command line
///
/// Somebody who is signed in then types the code on a page, sees who asks, and allows or refuses it.
#[utoipa::path(post, operation_id = "loginBegin", path = "/api/v1/logins", tag = "You", request_body = LoginWish, responses(
    (status = 201, body = LoginBegun),
    (status = 429, description = "Too many were begun from there."),
))]
pub(crate) async fn login_begin(
    State(site): State<Site>,
    asker: Asker,
    _: Parameters<Nothing>,
    Body(wish): Body<LoginWish>,
) -> ApiAnswer {
    let begun = site.hub().device_login_begin(&wish.machine, asker.peer()).await?;
    let address_with_code = site.address(&logins::address(&begun.user_code));
    json_as(
        StatusCode::CREATED,
        &LoginBegun {
            device_code: begun.device_code.expose_secret().to_owned(),
            user_code: begun.user_code,
            address: site.address(logins::PATH),
            address_with_code,
            expires_in: DEVICE_LOGIN_MINUTES * 60,
            interval: DEVICE_LOGIN_EVERY,
        },
    )
}

/// A question after a log-in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LoginQuestion {
    /// What it was begun with.
    device_code: String,
}

/// A log-in that was allowed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginToken {
    /// What the command line sends from now on: `Authorization: Bearer …`. It is told this once.
    token: String,
    /// The token's id, by which it is revoked.
    id: Uuid,
    /// Whose it is.
    #[schema(examples("ada"))]
    name: String,
    /// What it may do, as far as its owner may too.
    role: Role,
    /// Until when it can be used.
    expires_at: Option<String>,
}

/// Get the token of a log-in
///
/// The command line asks again and again until somebody has decided. What was decided is told once.
#[utoipa::path(post, operation_id = "loginToken", path = "/api/v1/logins/token", tag = "You", request_body = LoginQuestion, responses(
    (status = 200, body = LoginToken),
    (status = 400, description = "Not yet: `login-pending`, or `login-slow-down` where it is asked too often. Never: `login-refused`, or `login-expired`."),
))]
pub(crate) async fn login_token(
    State(site): State<Site>,
    asker: Asker,
    _: Parameters<Nothing>,
    Body(question): Body<LoginQuestion>,
) -> ApiAnswer {
    let device_code = SecretString::from(question.device_code);
    let not = |code, message: &str| Err(WebError::bad_request(code, message));
    match site.hub().device_login_poll(&device_code, asker.peer()).await? {
        DeviceLoginState::Waiting => not("login-pending", "Nobody has decided about this log-in yet."),
        DeviceLoginState::TooSoon => not("login-slow-down", "This log-in is asked after too often."),
        DeviceLoginState::Refused => not("login-refused", "This log-in was refused."),
        DeviceLoginState::Gone => not("login-expired", "There is no such log-in, or none any more."),
        DeviceLoginState::Allowed(allowed) => {
            let (user, made) = *allowed;
            json(&LoginToken {
                token: made.secret.expose_secret().to_owned(),
                id: made.token.uuid,
                name: user.name,
                role: made.token.role.told(),
                expires_at: made.token.expires_at.map(moment_text),
            })
        }
    }
}
