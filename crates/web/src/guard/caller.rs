//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use rolecall_engine::hub::{Caller, HubError, Peer, Permission, Role, User, csrf_token};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::client::client_address;
use super::cookie::session_token;
use crate::error::{Surface, WebError};
use crate::site::Site;

/// Whoever sends a request: perhaps nobody.
#[derive(Clone)]
pub(crate) struct Asker {
    caller: Caller,
    /// What opened their session; nothing for whoever has none.
    session: Option<SecretString>,
}

impl Asker {
    /// Finds out who sends a request. A token counts before a cookie; one that opens nothing is nobody's.
    pub(crate) async fn identify(site: &Site, parts: &Parts) -> Result<Self, WebError> {
        let peer = Peer { address: client_address(site, parts), agent: agent(parts) };
        let (found, session) = if let Some(token) = bearer(parts) {
            (site.hub().token_resume(&token, &peer).await, None)
        } else if let Some(token) = session_token(site, &parts.headers) {
            (site.hub().session_resume(&token, &peer).await, Some(token))
        } else {
            (Err(HubError::NotSignedIn), None)
        };
        match found {
            Ok(caller) => Ok(Self { caller, session }),
            Err(HubError::NotSignedIn) => Ok(Self { caller: Caller::nobody(peer), session: None }),
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

    pub(super) const fn session(&self) -> Option<&SecretString> {
        self.session.as_ref()
    }

    /// Where they ask from.
    pub(crate) fn peer(&self) -> &Peer {
        self.caller.peer()
    }
}

pub(crate) fn bearer(parts: &Parts) -> Option<SecretString> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned().into())
}

pub(crate) fn agent(parts: &Parts) -> Option<String> {
    let agent = parts.headers.get(header::USER_AGENT)?;
    Some(String::from_utf8_lossy(agent.as_bytes()).into_owned())
}

impl FromRequestParts<Site> for Asker {
    type Rejection = WebError;

    /// Whoever the guard found. Where everybody may look, it did not ask.
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, WebError> {
        match parts.extensions.get::<Self>() {
            Some(asker) => Ok(asker.clone()),
            None => Self::identify(site, parts).await,
        }
    }
}

/// Somebody who is signed in, for handlers that only they reach.
#[derive(Clone)]
pub(crate) struct Signed {
    asker: Asker,
    user: User,
    notices: usize,
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

    /// What forms of the session say; nothing for whoever has no session.
    pub(crate) fn csrf(&self) -> String {
        self.asker.session().map(|session| csrf_token(session).expose_secret().to_owned()).unwrap_or_default()
    }

    /// How many notices wait to be read, for the frame of a page.
    pub(crate) const fn notices(&self) -> usize {
        self.notices
    }
}

impl FromRequestParts<Site> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, site).await?;
        let user = asker.caller.user().cloned().ok_or_else(WebError::not_signed_in)?;
        let notices = match Surface::of(parts.uri.path()) {
            Surface::Api | Surface::Scim | Surface::Call => 0,
            Surface::Page => {
                let notices = site.hub().notices(&asker.caller).await?;
                notices.iter().filter(|notice| notice.read_at.is_none()).count()
            }
        };
        Ok(Self { asker, user, notices })
    }
}
