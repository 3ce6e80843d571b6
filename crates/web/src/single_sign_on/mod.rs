//! Single sign-on by OpenID Connect: the authorisation code flow with PKCE, a nonce, and a state that is bound to the
//! browser that began.
//!
//! The protocol is `openidconnect`'s; which account an identity opens is `engine`'s. What is ours is the way to the provider
//! and back.

mod provider;
mod routes;

use async_trait::async_trait;
use axum::http::{Request, Response};
use rolecall_engine::hub::IdentityPolicy;
use secrecy::SecretString;
use url::Url;

pub(crate) use provider::Provider;
pub(crate) use routes::{BACK, routes};

/// Which provider, and who gets an account.
pub struct SingleSignOn {
    /// The provider's address, as its tokens name it.
    pub issuer: Url,
    /// What people call it: *Sign in with …*.
    pub title: String,
    /// What the provider calls this hub.
    pub client_id: String,
    /// What proves to the provider that it is this hub; public clients have none.
    pub client_secret: Option<SecretString>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that names a person's groups.
    pub groups_claim: String,
    /// Who gets an account without an invitation.
    pub policy: IdentityPolicy,
    /// The way to the provider.
    pub outbound: Box<dyn Outbound>,
}

/// Sends requests out. Connections, proxies and trusted certificates are the program's business.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Sends one request, once, and follows nothing.
    ///
    /// # Errors
    /// A sentence that says which host could not be reached, and why.
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, String>;
}
