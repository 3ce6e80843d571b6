//! *Your account*: password, second factor, sessions, API tokens.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::{
    ApiToken, Enrolment, HubError, NewToken, PASSWORD_LEAST, Permission, RecoveryCodes, Role, Session, TOKEN_DAYS,
    TOKEN_DAYS_MOST, TokenMade, User, UserDetails,
};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::sign_in::confirmed_first;
use super::{Answer, Frame, led, moment, shown, shown_as};
use crate::address::Id;
use crate::agent::agent;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{role, role_purpose};

const HERE: &str = "/account";

pub(super) fn routes() -> Vec<Route> {
    let signed = Access::SignedIn;
    vec![
        Route::get(HERE, signed, get(show)),
        Route::post("/account/details", signed, "hub.user-changed", post(details)),
        Route::post("/account/password", signed, "hub.password-changed", post(password)),
        Route::post("/account/second-factor", signed, "hub.second-factor-begun", post(second_factor_begin)),
        Route::post("/account/second-factor/confirm", signed, "hub.second-factor-added", post(second_factor_confirm)),
        Route::post("/account/second-factor/remove", signed, "hub.second-factor-removed", post(second_factor_remove)),
        Route::post("/account/recovery-codes", signed, "hub.recovery-codes-renewed", post(recovery_codes)),
        Route::post("/account/sessions/{id}/end", signed, "hub.session-ended", post(session_end)),
        Route::post("/account/tokens", signed, "hub.token-added", post(token_add)),
        Route::post("/account/tokens/{id}/revoke", signed, "hub.token-revoked", post(token_revoke)),
    ]
}

#[derive(Template)]
#[template(path = "account/show.html")]
struct ShowPage {
    frame: Frame,
    user: User,
    sessions: Vec<Session>,
    own: Option<Uuid>,
    tokens: Vec<ApiToken>,
    wrong: Option<WebError>,
}

impl ShowPage {
    /// Roles that a token can have: those that may do no more than its owner.
    fn roles(&self) -> impl Iterator<Item = Role> {
        let own = self.user.role;
        Role::ALL.into_iter().filter(move |role| own.covers(*role))
    }
}

async fn show(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    page(&site, &signed, query.given("said"), None).await
}

async fn page(site: &Site, signed: &Signed, said: Option<&str>, wrong: Option<WebError>) -> Answer {
    let (hub, caller) = (site.hub(), signed.caller());
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let page = ShowPage {
        frame: Frame::new(signed, "Your account", HERE).said(said),
        user: hub.user(caller, signed.id()).await?,
        sessions: hub.sessions(caller, signed.id()).await?,
        own: caller.session(),
        tokens: hub.tokens(caller, signed.id()).await?,
        wrong,
    };
    shown_as(status, &page)
}

/// Back to the account; or the same with what is wrong; or to the password first.
async fn done<T>(site: &Site, signed: &Signed, result: Result<T, HubError>, said: &str) -> Answer {
    match result {
        Ok(_) => led(HERE, said),
        Err(error @ (HubError::NotRecent | HubError::Store(_) | HubError::NotSignedIn)) => confirmed_first(error, HERE),
        Err(error) => page(site, signed, None, Some(error.into())).await,
    }
}

async fn details(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    // Without the field it stays what it is.
    let email = match form.all("email").is_empty() {
        false => form.given("email").map(str::to_owned),
        true => site.hub().user(signed.caller(), signed.id()).await?.email,
    };
    let details = UserDetails { display_name: form.text("display-name").to_owned(), email };
    done(&site, &signed, site.hub().user_change(signed.caller(), signed.id(), &details).await, "saved").await
}

async fn password(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let (current, new) = (form.secret("current").unwrap_or_default(), form.secret("new").unwrap_or_default());
    done(&site, &signed, site.hub().password_change(signed.caller(), &current, &new).await, "password").await
}

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage {
    frame: Frame,
    /// What a device is given; absent where it was shown before and the code did not fit.
    secret: Option<(String, String)>,
    wrong: Option<WebError>,
}

async fn second_factor_begin(State(site): State<Site>, signed: Signed) -> Answer {
    match site.hub().second_factor_begin(signed.caller()).await {
        Ok(Enrolment { secret, uri }) => {
            let secret = (secret.expose_secret().to_owned(), uri.expose_secret().to_owned());
            let frame = Frame::new(&signed, "Set up a second factor", HERE);
            shown(&SecondFactorPage { frame, secret: Some(secret), wrong: None })
        }
        Err(error) => done::<()>(&site, &signed, Err(error), "").await,
    }
}

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct RecoveryCodesPage {
    frame: Frame,
    codes: Vec<String>,
}

fn recovery_page(signed: &Signed, RecoveryCodes(codes): &RecoveryCodes) -> Answer {
    let codes = codes.iter().map(|code| code.expose_secret().to_owned()).collect();
    shown(&RecoveryCodesPage { frame: Frame::new(signed, "Recovery codes", HERE), codes })
}

async fn second_factor_confirm(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let code = form.secret("code").unwrap_or_default();
    match site.hub().second_factor_confirm(signed.caller(), &code).await {
        Ok(codes) => recovery_page(&signed, &codes),
        Err(error @ HubError::CodeWrong) => {
            let wrong = WebError::from(error);
            let frame = Frame::new(&signed, "Set up a second factor", HERE);
            shown_as(wrong.status, &SecondFactorPage { frame, secret: None, wrong: Some(wrong) })
        }
        Err(error) => done::<()>(&site, &signed, Err(error), "").await,
    }
}

async fn second_factor_remove(State(site): State<Site>, signed: Signed) -> Answer {
    done(&site, &signed, site.hub().second_factor_remove(signed.caller()).await, "second-factor-off").await
}

async fn recovery_codes(State(site): State<Site>, signed: Signed) -> Answer {
    match site.hub().recovery_codes_renew(signed.caller()).await {
        Ok(codes) => recovery_page(&signed, &codes),
        Err(error) => done::<()>(&site, &signed, Err(error), "").await,
    }
}

async fn session_end(State(site): State<Site>, signed: Signed, Id(session): Id) -> Answer {
    let ended = site.hub().session_end(signed.caller(), signed.id(), session).await;
    done(&site, &signed, ended, "ended").await
}

#[derive(Template)]
#[template(path = "account/token.html")]
struct TokenPage {
    frame: Frame,
    made: TokenMade,
}

impl TokenPage {
    fn secret(&self) -> &str {
        self.made.secret.expose_secret()
    }
}

async fn token_add(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let role = Role::read(form.text("role")).ok_or_else(|| WebError::bad_request("role", "The form names no role."))?;
    let days = form.given("days").map(str::parse::<i64>).transpose();
    let days = days.map_err(|_| WebError::bad_request("days", "The number of days is no number."))?;
    let token = NewToken { name: form.text("name").to_owned(), role, days };
    match site.hub().token_add(signed.caller(), &token).await {
        Ok(made) => {
            let frame = Frame::new(&signed, "The token is made", HERE);
            shown(&TokenPage { frame, made })
        }
        Err(error) => done::<()>(&site, &signed, Err(error), "").await,
    }
}

async fn token_revoke(State(site): State<Site>, signed: Signed, Id(token): Id) -> Answer {
    let revoked = site.hub().token_revoke(signed.caller(), signed.id(), token).await;
    done(&site, &signed, revoked, "revoked").await
}
