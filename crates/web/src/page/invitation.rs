//! What one-time links open: the first administrator's account, an invitation, a new password.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use rolecall_engine::hub::{HubError, Link, LinkKind, NewAccount, PASSWORD_LEAST, Role, SESSION_DAYS};
use secrecy::SecretString;

use super::sign_in::entered;
use super::{Answer, shown_as};
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Asker;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{role, role_purpose};

/// The path, on the hub, that a link with this token leads to.
#[must_use]
pub fn address_path(token: &str) -> String {
    format!("/invitation/{token}")
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitation/{token}", Access::Anyone, get(form)),
        Route::post("/invitation/{token}", Access::Anyone, "hub.user-added", post(join)),
    ]
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    link: Link,
    name: String,
    display_name: String,
    email: String,
    wrong: Option<WebError>,
}

impl InvitationPage {
    fn is_reset(&self) -> bool {
        self.link.kind == LinkKind::Reset
    }
}

async fn form(State(site): State<Site>, Path(token): Path<String>) -> Answer {
    let link = site.hub().link_show(&SecretString::from(token)).await?;
    let (name, display_name, email) = (String::new(), String::new(), String::new());
    let page = InvitationPage { link, name, display_name, email, wrong: None };
    shown_as(StatusCode::OK, &page)
}

async fn join(State(site): State<Site>, asker: Asker, Path(token): Path<String>, form: Form) -> Answer {
    let token = SecretString::from(token);
    let link = site.hub().link_show(&token).await?;
    let password = form.secret("password").unwrap_or_default();
    if link.kind == LinkKind::Reset {
        return match site.hub().link_reset(&token, &password, asker.peer()).await {
            Ok(()) => Ok(Redirect::to("/sign-in?said=reset").into_response()),
            Err(error) => again(link, &form, error),
        };
    }
    let account = NewAccount {
        name: form.text("name").to_owned(),
        display_name: form.text("display-name").to_owned(),
        email: form.given("email").map(str::to_owned),
        password,
    };
    match site.hub().link_join(&token, &account, asker.peer()).await {
        Ok(signed) => Ok(entered(&site, &signed, "/")),
        Err(error) => again(link, &form, error),
    }
}

/// The form once more, with what is wrong with it.
fn again(link: Link, form: &Form, error: HubError) -> Answer {
    let wrong = WebError::from(error);
    let status = wrong.status;
    if matches!(status, StatusCode::GONE | StatusCode::SERVICE_UNAVAILABLE) {
        return Err(wrong);
    }
    let text = |name: &str| form.text(name).to_owned();
    let page = InvitationPage {
        link,
        name: text("name"),
        display_name: text("display-name"),
        email: text("email"),
        wrong: Some(wrong),
    };
    shown_as(status, &page)
}
