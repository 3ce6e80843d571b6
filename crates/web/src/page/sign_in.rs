//! Signing in and out.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use rolecall_engine::hub::{HubError, SignIn, SignedIn};

use super::{Answer, encoded, shown_as};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::{Asker, Signed, cookie};
use crate::route::{Access, Route};
use crate::site::Site;

const PATH: &str = "/sign-in";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, Access::Anyone, get(form)),
        Route::post(PATH, Access::Anyone, "hub.signed-in", post(sign_in)),
        Route::get("/confirm", Access::SignedIn, get(confirm_form)),
        Route::post("/confirm", Access::SignedIn, "hub.confirmed", post(confirm)),
        Route::post("/sign-out", Access::SignedIn, "hub.signed-out", post(sign_out)),
    ]
}

/// The address of the sign-in that leads back to this path.
pub(crate) fn address(back: &str) -> String {
    if back == "/" { PATH.to_owned() } else { format!("{PATH}?next={}", encoded(back)) }
}

/// A path of this hub to go on to; anything else is the first page. Nobody is led elsewhere by an address they clicked.
pub(crate) fn next(said: &str) -> &str {
    let is_path = said.starts_with('/') && !said.starts_with("//") && !said.contains(['\\', '\r', '\n', '\t']);
    if is_path { said } else { "/" }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    next: String,
    name: String,
    wrong: Option<WebError>,
    is_first_run: bool,
    /// What people call the identity provider, where there is one.
    provider: Option<String>,
    /// What was done before it came here.
    said: Option<&'static str>,
}

async fn form(State(site): State<Site>, asker: Asker, Query(query): Query) -> Answer {
    if asker.caller().user().is_some() {
        return Ok(Redirect::to(next(query.text("next"))).into_response());
    }
    let said = match query.text("said") {
        "signed-out" => Some("You are signed out."),
        "reset" => Some("Your new password is set. Sign in with it."),
        _ => None,
    };
    page(&site, next(query.text("next")), "", None, said).await
}

async fn page(site: &Site, next: &str, name: &str, wrong: Option<WebError>, said: Option<&'static str>) -> Answer {
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let retry_after = wrong.as_ref().and_then(|wrong| wrong.retry_after);
    let is_first_run = site.hub().is_first_run().await?;
    let provider = site.provider().map(|provider| provider.title().to_owned());
    let page = SignInPage { next: next.to_owned(), name: name.to_owned(), wrong, is_first_run, provider, said };
    let mut response = shown_as(status, &page)?;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

async fn sign_in(State(site): State<Site>, asker: Asker, form: Form) -> Answer {
    let next = next(form.text("next"));
    let password = form.secret("password").unwrap_or_default();
    let given = SignIn { name: form.text("name").to_owned(), password, code: form.secret("code") };
    match site.hub().sign_in(&given, asker.peer()).await {
        Ok(signed) => Ok(entered(&site, &signed, next)),
        Err(error @ (HubError::Refused | HubError::Locked { .. })) => {
            page(&site, next, &given.name, Some(error.into()), None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Lets somebody in who has just signed in.
pub(super) fn entered(site: &Site, signed: &SignedIn, next: &str) -> Response {
    ([(header::SET_COOKIE, cookie::session_set(site, &signed.token))], Redirect::to(next)).into_response()
}

async fn sign_out(State(site): State<Site>, signed: Signed) -> Answer {
    site.hub().sign_out(signed.caller()).await?;
    let forget = [(header::SET_COOKIE, cookie::session_forget(&site))];
    Ok((forget, Redirect::to(&format!("{PATH}?said=signed-out"))).into_response())
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    csrf: String,
    next: String,
    has_second_factor: bool,
    wrong: Option<WebError>,
}

fn confirm_page(signed: &Signed, next: &str, wrong: Option<WebError>) -> Answer {
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let has_second_factor = signed.user().second_factor_since.is_some();
    shown_as(status, &ConfirmPage { csrf: signed.csrf(), next: next.to_owned(), has_second_factor, wrong })
}

async fn confirm_form(signed: Signed, Query(query): Query) -> Answer {
    confirm_page(&signed, next(query.text("next")), None)
}

/// Takes the password once more before something dangerous.
async fn confirm(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let next = next(form.text("next"));
    let password = form.secret("password").unwrap_or_default();
    match site.hub().session_confirm(signed.caller(), &password, form.secret("code").as_ref()).await {
        Ok(_) => Ok(Redirect::to(next).into_response()),
        Err(error @ (HubError::Refused | HubError::Locked { .. })) => confirm_page(&signed, next, Some(error.into())),
        Err(error) => Err(error.into()),
    }
}

/// Where to go on when something needs the password once more: there first, then back to `path`.
pub(super) fn confirmed_first(error: HubError, path: &str) -> Answer {
    match error {
        HubError::NotRecent => Ok(Redirect::to(&format!("/confirm?next={}", encoded(path))).into_response()),
        other => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, next};

    #[test]
    fn only_paths_of_this_hub_are_gone_on_to() {
        assert_eq!(next("/connectors?q=a"), "/connectors?q=a");
        for bad in ["", "https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\nb"] {
            assert_eq!(next(bad), "/", "{bad}");
        }
        assert_eq!(address("/connectors?q=a b"), "/sign-in?next=%2Fconnectors%3Fq%3Da+b");
    }
}
