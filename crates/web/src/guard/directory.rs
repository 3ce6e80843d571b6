//! Whether it is an identity provider that fills a directory: by the token of that directory, and by nothing else. A session
//! or an API token of a person opens none, whatever the role.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use rolecall_engine::hub::{HubError, Peer};

use super::caller::{agent, bearer};
use super::client::client_address;
use super::{cross_site, csrf};
use crate::error::WebError;
use crate::route::Effect;
use crate::scim;
use crate::site::Site;

/// The request with the directory that its token opens.
pub(super) async fn opened(site: &Site, effect: Effect, mut parts: Parts, body: Body) -> Result<Request, WebError> {
    let peer = Peer { address: client_address(site, &parts), agent: agent(&parts) };
    let token = bearer(&parts).ok_or_else(refused)?;
    let directory = site.hub().directory_resume(&token, &peer).await.map_err(|error| match error {
        HubError::NotSignedIn => refused(),
        other => other.into(),
    })?;
    let body = match effect {
        Effect::Reads => body,
        Effect::Writes(_) | Effect::Marks => {
            cross_site::cross_site_check(site, &parts.headers)?;
            csrf::whole(body, scim::BODY_LIMIT).await.ok_or_else(scim::too_large)?.into()
        }
    };
    parts.extensions.insert(directory);
    Ok(Request::from_parts(parts, body))
}

fn refused() -> WebError {
    WebError::new(StatusCode::UNAUTHORIZED, "not-signed-in", "This is no token of a directory, or it was revoked.")
        .hint("Make one with: rolecall people scim add NAME, and have the identity provider send it as a bearer token.")
}
