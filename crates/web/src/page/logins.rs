//! *Let a command line in*: the page on which somebody types the code that `rolecall login` shows.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::{
    DEVICE_LOGIN_MINUTES, DEVICE_LOGIN_ROLE, DeviceLogin, HubError, TOKEN_DAYS, TOKEN_DAYS_MOST,
};

use super::sign_in::confirmed_first;
use super::{Answer, Frame, encoded, led, moment, shown_as};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::role;

pub(crate) const PATH: &str = "/logins";

pub(super) fn routes() -> Vec<Route> {
    let signed = Access::SignedIn;
    vec![
        Route::get(PATH, signed, get(form)),
        Route::mark(PATH, signed, post(show)),
        Route::post("/logins/allow", signed, "hub.login-allowed", post(allow)),
        Route::post("/logins/refuse", signed, "hub.login-refused", post(refuse)),
    ]
}

/// The address of the page with a code filled in.
pub(crate) fn address(code: &str) -> String {
    format!("{PATH}?code={}", encoded(code))
}

#[derive(Template)]
#[template(path = "logins.html")]
struct LoginsPage {
    frame: Frame,
    code: String,
    login: Option<DeviceLogin>,
    wrong: Option<WebError>,
}

impl LoginsPage {
    /// Whether whoever looks may read the audit log, which the token may then, too.
    fn audits(&self) -> bool {
        self.frame.may(rolecall_engine::hub::Permission::Audit)
    }
}

fn page(signed: &Signed, code: &str, login: Option<DeviceLogin>, wrong: Option<WebError>) -> Answer {
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let frame = Frame::new(signed, "Let a command line in", PATH);
    shown_as(status, &LoginsPage { frame, code: code.to_owned(), login, wrong })
}

/// Nothing is looked up before somebody sends the form: an address that they clicked decides nothing.
async fn form(signed: Signed, Query(query): Query) -> Answer {
    let code: String = query.text("code").chars().take(20).collect();
    let said = query.given("said");
    let frame = Frame::new(&signed, "Let a command line in", PATH).said(said);
    shown_as(StatusCode::OK, &LoginsPage { frame, code, login: None, wrong: None })
}

async fn show(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let code = form.text("code");
    match site.hub().device_login_show(signed.caller(), code).await {
        Ok(login) => page(&signed, code, Some(login), None),
        Err(error) => wrong(&signed, code, error),
    }
}

async fn allow(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let code = form.text("code");
    let days = form.given("days").map(str::parse::<i64>).transpose();
    let days = days.map_err(|_| WebError::bad_request("days", "The number of days is no number."))?;
    match site.hub().device_login_allow(signed.caller(), code, days).await {
        Ok(_) => led(PATH, "login-allowed"),
        Err(error @ HubError::NotRecent) => confirmed_first(error, &address(code)),
        Err(error) => wrong(&signed, code, error),
    }
}

async fn refuse(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let code = form.text("code");
    match site.hub().device_login_refuse(signed.caller(), code).await {
        Ok(_) => led(PATH, "login-refused"),
        Err(error) => wrong(&signed, code, error),
    }
}

fn wrong(signed: &Signed, code: &str, error: HubError) -> Answer {
    let is_unknown = error.code() == "hub-unknown";
    let wrong = match WebError::from(error) {
        wrong if is_unknown => {
            wrong.hint("A code lasts ten minutes and works once: check it, or begin the log-in again.")
        }
        wrong if wrong.status.is_server_error() || wrong.status == StatusCode::UNAUTHORIZED => return Err(wrong),
        wrong => wrong,
    };
    page(signed, code, None, Some(wrong))
}
