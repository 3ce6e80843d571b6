//! Accounts.

use axum::extract::State;
use axum::http::Method;
use axum::routing::{get, post, put};
use rolecall_engine::hub::{Permission, ResetScope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::invitation::LinkMade;
use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters};
use crate::api::list::{Listed, limit_of, part};
use crate::api::reply::json;
use crate::api::role::Role;
use crate::api::shape::{Moment, Told, shape};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get("/api/v1/users", administer, get(users)),
        Route::get("/api/v1/users/{id}", administer, get(user)),
        Route::write(Method::PUT, "/api/v1/users/{id}/role", administer, "hub.user-role-changed", put(user_role)),
        Route::post("/api/v1/users/{id}/disable", administer, "hub.user-disabled", post(user_disable)),
        Route::post("/api/v1/users/{id}/enable", administer, "hub.user-enabled", post(user_enable)),
        Route::post("/api/v1/users/{id}/reset", administer, "hub.user-reset", post(user_reset)),
    ]
}

shape! {
    /// Somebody with an account.
    User of rolecall_engine::hub::User {
        #[serde(rename = "id")]
        uuid: Uuid,
        /// What they sign in with.
        #[schema(examples("ada"))]
        name: String,
        /// What people call them.
        display_name: String,
        email: Option<String>,
        role: Role,
        created_at: Moment,
        /// Since when it is disabled.
        disabled_at: Option<Moment>,
        /// When they last signed in.
        signed_in_at: Option<Moment>,
        /// Whether it has a password; accounts of an identity provider may have none.
        has_password: bool,
        second_factor_since: Option<Moment>,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UsersAsked {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Everybody with an account
///
/// By name.
#[utoipa::path(get, operation_id = "users", path = "/api/v1/users", tag = "People", params(UsersAsked), responses(
    (status = 200, body = Listed<User>),
))]
pub(crate) async fn users(
    State(site): State<Site>,
    signed: Signed,
    Parameters(asked): Parameters<UsersAsked>,
) -> ApiAnswer {
    let users = site.hub().users(signed.caller()).await?;
    let name = |user: &rolecall_engine::hub::User| user.uuid.to_string();
    json(&part::<_, User>(users, limit_of(asked.limit)?, asked.after.as_deref(), name)?)
}

/// One account
#[utoipa::path(get, operation_id = "user", path = "/api/v1/users/{id}", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 200, body = User),
))]
pub(crate) async fn user(State(site): State<Site>, signed: Signed, Id(user): Id, _: Parameters<Nothing>) -> ApiAnswer {
    shown(site.hub().user(signed.caller(), user).await?)
}

fn shown(user: rolecall_engine::hub::User) -> ApiAnswer {
    let user: User = user.told();
    json(&user)
}

/// Which role.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RoleWish {
    role: Role,
}

/// Give somebody another role
///
/// Their sessions end. Only in a session in which the password was given in the last quarter of an hour.
#[utoipa::path(put, operation_id = "userRole", path = "/api/v1/users/{id}/role", tag = "People", params(("id" = Uuid, Path)),
    request_body = RoleWish, responses(
        (status = 200, body = User),
        (status = 409, description = "They are the last administrator."),
    )
)]
pub(crate) async fn user_role(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<RoleWish>,
) -> ApiAnswer {
    shown(site.hub().user_role(signed.caller(), user, wish.role.known()).await?)
}

/// Disable an account
///
/// Its sessions end, and its tokens open nothing. Only in a session in which the password was given in the last quarter of
/// an hour.
#[utoipa::path(post, operation_id = "userDisable", path = "/api/v1/users/{id}/disable", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 200, body = User),
    (status = 409, description = "They are the last administrator."),
))]
pub(crate) async fn user_disable(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    shown(site.hub().user_disable(signed.caller(), user).await?)
}

/// Enable an account again
///
/// With its tokens. Only in a session in which the password was given in the last quarter of an hour.
#[utoipa::path(post, operation_id = "userEnable", path = "/api/v1/users/{id}/enable", tag = "People", params(("id" = Uuid, Path)), responses(
    (status = 200, body = User),
))]
pub(crate) async fn user_enable(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
) -> ApiAnswer {
    shown(site.hub().user_enable(signed.caller(), user).await?)
}

/// What is to be reset.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResetWish {
    scope: Scope,
}

/// The password, the second factor, or both.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    Password,
    SecondFactor,
    Both,
}

/// What was reset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResetMade {
    /// The link to a new password, where the password was reset.
    link: Option<LinkMade>,
}

/// Reset what somebody signs in with
///
/// Their sessions end. Only in a session in which the password was given in the last quarter of an hour.
#[utoipa::path(post, operation_id = "userReset", path = "/api/v1/users/{id}/reset", tag = "People", params(("id" = Uuid, Path)),
    request_body = ResetWish, responses((status = 200, body = ResetMade))
)]
pub(crate) async fn user_reset(
    State(site): State<Site>,
    signed: Signed,
    Id(user): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<ResetWish>,
) -> ApiAnswer {
    let scope = match wish.scope {
        Scope::Password => ResetScope::Password,
        Scope::SecondFactor => ResetScope::SecondFactor,
        Scope::Both => ResetScope::Both,
    };
    let link = site.hub().user_reset(signed.caller(), user, scope).await?;
    json(&ResetMade { link: link.map(|link| LinkMade::of(&site, &link)) })
}
