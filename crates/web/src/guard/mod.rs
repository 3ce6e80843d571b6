//! What stands between a request and its handler.
//!
//! | question | file |
//! |---|---|
//! | who asks? | `caller.rs`, and by which cookie: `cookie.rs` |
//! | from where? | `client.rs` |
//! | was it a page of ours that made the browser ask? | `cross_site.rs`, `csrf.rs` |
//! | is it an identity provider that fills a directory? | `directory.rs` |
//! | by which name? | `host.rs` |
//! | what does every answer carry? | `headers.rs` |
//! | what is told of each request? | `request.rs` |

mod caller;
mod client;
pub(crate) mod cookie;
mod cross_site;
mod csrf;
mod directory;
mod headers;
mod host;
mod request;

use axum::extract::{Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use rolecall_engine::hub::Caller;

use crate::error::{Surface, WebError, render};
use crate::route::{Access, Effect};
use crate::runner;
use crate::site::Site;
pub(crate) use caller::{Asker, Signed, agent, bearer};
pub(crate) use client::client_address;
pub(crate) use csrf::{BODY_LIMIT, is_form};
pub(crate) use headers::headers;
pub(crate) use host::{host, host_of};
pub(crate) use request::{RequestSeen, observe};

/// Lets a request through to its handler, if it may pass.
pub(crate) async fn guard(
    State((site, access, effect)): State<(Site, Access, Effect)>,
    request: Request,
    next: Next,
) -> Response {
    match admitted(&site, access, effect, request).await {
        Ok(request) => next.run(request).await,
        Err(refused) => *refused,
    }
}

async fn admitted(site: &Site, access: Access, effect: Effect, request: Request) -> Result<Request, Box<Response>> {
    let refused = |error: WebError| Box::new(error.into_response());
    if (access, effect) == (Access::Anyone, Effect::Reads) {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    if access == Access::Directory {
        return directory::opened(site, effect, parts, body).await.map_err(refused);
    }
    if access == Access::Runner {
        return runner::opened(site, parts, body).await.map_err(refused);
    }
    let asker = Asker::identify(site, &parts).await.map_err(refused)?;
    if let (Some(seen), Some(user)) = (parts.extensions.get::<RequestSeen>(), asker.known().and_then(Caller::user)) {
        seen.by(user.uuid);
    }
    if let Err(error) = access_check(access, &asker) {
        return Err(Box::new(turned_away(site, &parts, error)));
    }
    let body = match effect {
        Effect::Reads => body,
        Effect::Writes(_) | Effect::Marks => {
            cross_site::cross_site_check(site, &parts.headers).map_err(refused)?;
            csrf::csrf_check(&asker, &parts, body).await.map_err(refused)?
        }
    };
    parts.extensions.insert(asker);
    Ok(Request::from_parts(parts, body))
}

/// What somebody gets who may not pass. A cookie that opens nothing is taken back.
fn turned_away(site: &Site, parts: &Parts, error: WebError) -> Response {
    if error.code != "not-signed-in" {
        return error.into_response();
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let answer = if leads_to_sign_in(parts) {
        Redirect::to(&crate::page::sign_in::address(path)).into_response()
    } else {
        error.into_response()
    };
    match cookie::session_token(site, &parts.headers) {
        Some(_) => ([(header::SET_COOKIE, cookie::session_forget(site))], answer).into_response(),
        None => answer,
    }
}

fn access_check(access: Access, asker: &Asker) -> Result<(), WebError> {
    match (access, asker.known()) {
        (Access::Anyone, _) => Ok(()),
        (_, None) => Err(WebError::not_signed_in()),
        (Access::SignedIn, Some(_)) => Ok(()),
        // Their own doors are before this one.
        (Access::Directory | Access::Runner, Some(_)) => Err(WebError::not_signed_in()),
        (Access::May(permission), Some(caller)) if caller.may(permission) => Ok(()),
        (Access::May(permission), Some(_)) => Err(WebError::forbidden(crate::text::permission(permission))),
    }
}

/// A person who opens a page is led to the sign-in, and back from there.
fn leads_to_sign_in(parts: &Parts) -> bool {
    parts.method == axum::http::Method::GET && Surface::of(parts.uri.path()) == Surface::Page
}

/// An address that does not exist. Who is not signed in does not even learn that.
pub(crate) async fn unknown(State(site): State<Site>, request: Request) -> Response {
    if runner::is_call(request.uri().path()) {
        // A program may ask for what a later version of the protocol has.
        return WebError::not_found("method").into_response();
    }
    let is_of_directory = Surface::of(request.uri().path()) == Surface::Scim;
    let access = if is_of_directory { Access::Directory } else { Access::SignedIn };
    match admitted(&site, access, Effect::Reads, request).await {
        Ok(_) => WebError::not_found("page").into_response(),
        Err(refused) => *refused,
    }
}

/// Gives whatever failed the form that its surface wants.
pub(crate) async fn rendered(request: Request, next: Next) -> Response {
    let surface = Surface::of(request.uri().path());
    let seen = request.extensions().get::<RequestSeen>().map(|seen| seen.id);
    let is_sent = request.method() != axum::http::Method::GET;
    render(surface, is_sent, next.run(request).await, seen)
}
