//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use rolecall_engine::hub::{Caller, HubError, Peer, Permission, Role, User, csrf_token};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::client::client_address;
use super::cookie::session_token;
use crate::error::WebError;
use crate::site::Site;

/// Whoever sends a request: perhaps nobody.
#[derive(Clone)]
pub(crate) struct Asker {
    caller: Caller,
    /// What forms of the session say; nothing for whoever has no session.
    csrf: Option<SecretString>,
    notices: usize,
}

impl Asker {
    /// Finds out who sends a request. A token counts before a cookie; one that opens nothing is nobody's.
    pub(super) async fn identify(site: &Site, parts: &Parts) -> Result<Self, WebError> {
        let peer = Peer { address: client_address(site, parts), agent: agent(parts) };
        let nobody = |peer| Self { caller: Caller::nobody(peer), csrf: None, notices: 0 };
        if let Some(token) = bearer(parts) {
            return match site.hub().token_resume(&token, &peer).await {
                Ok(caller) => Ok(Self { caller, csrf: None, notices: 0 }),
                Err(HubError::NotSignedIn) => Ok(nobody(peer)),
                Err(error) => Err(error.into()),
            };
        }
        let Some(token) = session_token(site, &parts.headers) else { return Ok(nobody(peer)) };
        match site.hub().session_resume(&token, &peer).await {
            Ok(caller) => {
                let notices =
                    site.hub().notices(&caller).await?.iter().filter(|notice| notice.read_at.is_none()).count();
                Ok(Self { caller, csrf: Some(csrf_token(&token)), notices })
            }
            Err(HubError::NotSignedIn) => Ok(nobody(peer)),
            Err(error) => Err(error.into()),
        }
    }

    /// Who asks, where that is somebody.
    pub(super) fn known(&self) -> Option<&Caller> {
        self.caller.user().map(|_| &self.caller)
    }

    /// Who asks, whoever that is.
    pub(crate) const fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(super) fn csrf(&self) -> Option<&str> {
        self.csrf.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Where they ask from.
    pub(crate) fn peer(&self) -> &Peer {
        self.caller.peer()
    }
}

fn bearer(parts: &Parts) -> Option<SecretString> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned().into())
}

fn agent(parts: &Parts) -> Option<String> {
    let agent = parts.headers.get(header::USER_AGENT)?;
    Some(String::from_utf8_lossy(agent.as_bytes()).into_owned())
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = WebError;

    /// Whoever the guard found.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(WebError::not_signed_in)
    }
}

/// Somebody who is signed in, for handlers that only they reach.
#[derive(Clone)]
pub(crate) struct Signed {
    asker: Asker,
    user: User,
}

impl Signed {
    pub(crate) const fn caller(&self) -> &Caller {
        self.asker.caller()
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.caller().may(permission)
    }

    /// What records name them as.
    pub(crate) fn actor(&self) -> &str {
        &self.user.name
    }

    /// What pages call them.
    pub(crate) fn display_name(&self) -> &str {
        &self.user.display_name
    }

    pub(crate) const fn user(&self) -> &User {
        &self.user
    }

    pub(crate) const fn id(&self) -> Uuid {
        self.user.uuid
    }

    pub(crate) const fn role(&self) -> Role {
        self.user.role
    }

    pub(crate) fn csrf(&self) -> &str {
        self.asker.csrf().unwrap_or_default()
    }

    pub(crate) const fn notices(&self) -> usize {
        self.asker.notices
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, state).await?;
        let user = asker.caller.user().cloned().ok_or_else(WebError::not_signed_in)?;
        Ok(Self { asker, user })
    }
}
