//! *Users*: accounts of this hub, for administrators.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::{
    ApiToken, HubError, INVITATION_DAYS, Identity, Link, LinkKind, LinkMade, NewInvitation, Permission, ResetScope,
    Role, Session, User, UserDetails,
};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::sign_in::confirmed_first;
use super::{Answer, Frame, Moment, invitation, led, moment, shown, shown_as};
use crate::address::Id;
use crate::agent::agent;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{role, role_purpose};

const HERE: &str = "/users";

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get(HERE, administer, get(list)),
        Route::get("/users/invite", administer, get(invite_form)),
        Route::post("/users/invite", administer, "hub.user-invited", post(invite)),
        Route::post("/users/links/{id}/revoke", administer, "hub.link-revoked", post(link_revoke)),
        Route::get("/users/{id}", administer, get(show)),
        Route::post("/users/{id}/role", administer, "hub.user-role-changed", post(change_role)),
        Route::post("/users/{id}/email", administer, "hub.user-changed", post(change_email)),
        Route::post("/users/{id}/disable", administer, "hub.user-disabled", post(disable)),
        Route::post("/users/{id}/enable", administer, "hub.user-enabled", post(enable)),
        Route::post("/users/{id}/reset", administer, "hub.user-reset", post(reset)),
        Route::post("/users/{id}/sessions/end", administer, "hub.session-ended", post(sessions_end)),
    ]
}

#[derive(Template)]
#[template(path = "users/list.html")]
struct ListPage {
    frame: Frame,
    users: Vec<User>,
    links: Vec<Link>,
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let users = site.hub().users(signed.caller()).await?;
    let links = site.hub().links(signed.caller()).await?;
    let frame = Frame::new(&signed, "Users", HERE).said(query.given("said"));
    shown(&ListPage { frame, users, links })
}

#[derive(Template)]
#[template(path = "users/invite.html")]
struct InvitePage {
    frame: Frame,
    email: String,
    role: Role,
    wrong: Option<WebError>,
}

async fn invite_form(signed: Signed) -> Answer {
    let frame = Frame::new(&signed, "Invite somebody", HERE);
    shown(&InvitePage { frame, email: String::new(), role: Role::Auditor, wrong: None })
}

#[derive(Template)]
#[template(path = "users/link.html")]
struct LinkPage {
    frame: Frame,
    /// The whole address, shown this once.
    address: String,
    expires: Moment,
}

fn link_page(site: &Site, signed: &Signed, title: &str, link: &LinkMade) -> Answer {
    let address = site.address(&invitation::address_path(link.token.expose_secret()));
    let frame = Frame::new(signed, title, HERE);
    shown(&LinkPage { frame, address, expires: Moment(link.expires_at) })
}

async fn invite(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let role = role_of(&form)?;
    let invitation = NewInvitation { role, email: form.given("email").map(str::to_owned) };
    match site.hub().invite(signed.caller(), &invitation).await {
        Ok(link) => link_page(&site, &signed, "The invitation is made", &link),
        Err(error @ HubError::EmailInvalid) => {
            let frame = Frame::new(&signed, "Invite somebody", HERE);
            let wrong = WebError::from(error);
            let page = InvitePage { frame, email: form.text("email").to_owned(), role, wrong: Some(wrong) };
            shown_as(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => confirmed_first(error, "/users/invite"),
    }
}

fn role_of(form: &Form) -> Result<Role, WebError> {
    Role::read(form.text("role")).ok_or_else(|| WebError::bad_request("role", "The form names no role."))
}

async fn link_revoke(State(site): State<Site>, signed: Signed, Id(link): Id) -> Answer {
    site.hub().link_revoke(signed.caller(), link).await?;
    led(HERE, "saved")
}

#[derive(Template)]
#[template(path = "users/show.html")]
struct ShowPage {
    frame: Frame,
    user: User,
    sessions: Vec<Session>,
    tokens: Vec<ApiToken>,
    identities: Vec<Identity>,
    is_self: bool,
}

async fn show(State(site): State<Site>, signed: Signed, Id(user): Id, Query(query): Query) -> Answer {
    let (hub, caller, id) = (site.hub(), signed.caller(), user);
    let user = hub.user(caller, id).await?;
    let page = ShowPage {
        frame: Frame::new(&signed, &user.display_name, HERE).said(query.given("said")),
        sessions: hub.sessions(caller, id).await?,
        tokens: hub.tokens(caller, id).await?,
        identities: hub.identities(caller, id).await?,
        is_self: user.uuid == signed.id(),
        user,
    };
    shown(&page)
}

async fn change_role(State(site): State<Site>, signed: Signed, Id(user): Id, form: Form) -> Answer {
    let (user, role) = (user, role_of(&form)?);
    done(user, site.hub().user_role(signed.caller(), user, role).await, "role")
}

async fn change_email(State(site): State<Site>, signed: Signed, Id(user): Id, form: Form) -> Answer {
    let known = site.hub().user(signed.caller(), user).await?;
    let email = form.given("email").map(str::to_owned);
    let details = UserDetails { display_name: known.display_name, email };
    done(user, site.hub().user_change(signed.caller(), user, &details).await, "saved")
}

async fn disable(State(site): State<Site>, signed: Signed, Id(user): Id) -> Answer {
    done(user, site.hub().user_disable(signed.caller(), user).await, "disabled")
}

async fn enable(State(site): State<Site>, signed: Signed, Id(user): Id) -> Answer {
    done(user, site.hub().user_enable(signed.caller(), user).await, "enabled")
}

async fn sessions_end(State(site): State<Site>, signed: Signed, Id(user): Id) -> Answer {
    done(user, site.hub().sessions_end(signed.caller(), user).await, "ended")
}

/// Back to the account, or to the password first.
fn done<T>(user: Uuid, result: Result<T, HubError>, said: &str) -> Answer {
    let path = format!("{HERE}/{user}");
    match result {
        Ok(_) => led(&path, said),
        Err(error) => confirmed_first(error, &path),
    }
}

async fn reset(State(site): State<Site>, signed: Signed, Id(user): Id, form: Form) -> Answer {
    let scope = match form.text("scope") {
        "password" => ResetScope::Password,
        "second-factor" => ResetScope::SecondFactor,
        "both" => ResetScope::Both,
        _ => return Err(WebError::bad_request("scope", "The form does not say what is to be reset.")),
    };
    match site.hub().user_reset(signed.caller(), user, scope).await {
        Ok(Some(link)) => link_page(&site, &signed, "The link for a new password is made", &link),
        Ok(None) => led(&format!("{HERE}/{user}"), "saved"),
        Err(error) => confirmed_first(error, &format!("{HERE}/{user}")),
    }
}
