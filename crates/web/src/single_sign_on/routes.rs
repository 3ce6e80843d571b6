//! The way to the provider, and back.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect};
use axum::routing::get;
use rolecall_engine::hub::{LOGIN_MINUTES, NewLogin};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use super::Provider;
use super::provider::ProviderError;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::{Asker, cookie};
use crate::page::{Answer, sign_in};
use crate::route::{Access, Route};
use crate::site::Site;

/// Where the provider sends people back to.
pub(crate) const BACK: &str = "/sign-in/sso/back";

/// The code of what becomes of somebody who does not let the provider say who they are.
const DECLINED: &str = "login-declined";

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/sign-in/sso", Access::Anyone, get(begin)), Route::get(BACK, Access::Anyone, get(back))]
}

fn provider(site: &Site) -> Result<&Provider, WebError> {
    site.provider().ok_or_else(|| WebError::not_found("page"))
}

/// Sends somebody to the provider.
async fn begin(State(site): State<Site>, Query(query): Query) -> Answer {
    let provider = provider(&site)?;
    let login = NewLogin { return_path: sign_in::next(query.text("next")).to_owned() };
    let (state, pending) = site.hub().oidc_begin(&login).await?;
    let url = provider.begin(&state, &pending).await?;
    let remember = cookie::login_set(&site, &state, LOGIN_MINUTES * 60);
    Ok(([(header::SET_COOKIE, remember)], Redirect::to(url.as_str())).into_response())
}

/// Takes somebody back from the provider. Who is refused is recorded; who would rather not is not.
async fn back(State(site): State<Site>, asker: Asker, headers: HeaderMap, Query(query): Query) -> Answer {
    let answer = signed_in(&site, &asker, &headers, &query).await;
    if let Err(error) = &answer
        && error.status.is_client_error()
        && error.code != DECLINED
    {
        site.hub().identity_refused(asker.peer()).await?;
    }
    answer
}

async fn signed_in(site: &Site, asker: &Asker, headers: &HeaderMap, query: &Form) -> Answer {
    let provider = provider(site)?;
    let state = SecretString::from(query.text("state").to_owned());
    if !is_own(cookie::login_token(site, headers).as_ref(), &state) {
        return Err(WebError::new(
            StatusCode::FORBIDDEN,
            "login-elsewhere",
            "This log-in was not begun in this browser.",
        )
        .hint("Begin it here: sign in again."));
    }
    let login = site.hub().oidc_take(&state).await?;
    let Some(code) = query.given("code") else { return Err(declined(provider, query)) };
    let identity = provider.finish(code.to_owned(), &login).await?;
    let signed = site.hub().identity_sign_in(&identity, &provider.sign_on().policy, asker.peer()).await?;
    let cookies = AppendHeaders([
        (header::SET_COOKIE, cookie::session_set(site, &signed.token)),
        (header::SET_COOKIE, cookie::login_forget(site)),
    ]);
    Ok((cookies, Redirect::to(sign_in::next(&login.return_path))).into_response())
}

/// The browser that comes back is the one that began. Otherwise somebody could be signed in to another's account.
fn is_own(held: Option<&SecretString>, state: &SecretString) -> bool {
    held.is_some_and(|held| bool::from(held.expose_secret().as_bytes().ct_eq(state.expose_secret().as_bytes())))
}

/// The provider sent somebody back without a code. What it says why is shown, shortened: it is text from elsewhere.
fn declined(provider: &Provider, query: &Form) -> WebError {
    let why: String =
        query.given("error_description").or(query.given("error")).unwrap_or("no reason").chars().take(200).collect();
    let message = format!("{} did not sign you in: {why}", provider.title());
    WebError::new(StatusCode::FORBIDDEN, DECLINED, crate::text::sentence(message))
        .hint("Try again, or ask whoever runs it.")
}

impl From<ProviderError> for WebError {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(%error, "single sign-on failed");
        let status = match &error {
            ProviderError::Away(_) => StatusCode::BAD_GATEWAY,
            ProviderError::Unbelievable(_) => StatusCode::FORBIDDEN,
        };
        Self::new(status, "identity-provider", crate::text::sentence(error.to_string()))
            .hint("Try again. If it goes on, whoever runs this hub finds the cause in its log.")
    }
}
