//! Log-ins at an identity provider that were begun here and are not finished.

use rolecall_model::Timestamp;
use rolecall_store::StoredLogin;
use secrecy::SecretString;

use super::secret::{token_hash, token_new};
use super::{Hub, HubError};

/// Minutes that somebody has to log in at the provider.
pub const LOGIN_MINUTES: i64 = 10;

/// A log-in that begins.
#[derive(Debug)]
pub struct NewLogin {
    /// Where to go afterwards: a path on this hub.
    pub return_path: String,
}

/// What belongs to a log-in.
#[derive(Debug)]
pub struct PendingLogin {
    /// What the provider has to put into its token.
    pub nonce: SecretString,
    /// The PKCE verifier.
    pub verifier: SecretString,
    /// Where to go afterwards.
    pub return_path: String,
}

impl Hub {
    /// Begins a log-in: the state that the provider sends back, and what belongs to it. Only a digest of the state is kept,
    /// for [`LOGIN_MINUTES`].
    ///
    /// # Errors
    /// As of any writing.
    pub async fn oidc_begin(&self, login: &NewLogin) -> Result<(SecretString, PendingLogin), HubError> {
        let (state, now) = (token_new()?, self.now());
        let pending =
            StoredLogin { nonce: token_new()?, verifier: token_new()?, return_path: path_read(&login.return_path) };
        self.store.hub_login_begin(&token_hash(&state), &pending, begun_since(now), now).await?;
        Ok((state, PendingLogin::of(pending)))
    }

    /// What belongs to a state; a second time there is nothing.
    ///
    /// # Errors
    /// [`HubError::LoginUnknown`].
    pub async fn oidc_take(&self, state: &SecretString) -> Result<PendingLogin, HubError> {
        let taken = self.store.hub_login_take(&token_hash(state), begun_since(self.now())).await?;
        taken.map(PendingLogin::of).ok_or(HubError::LoginUnknown)
    }
}

impl PendingLogin {
    fn of(login: StoredLogin) -> Self {
        let StoredLogin { nonce, verifier, return_path } = login;
        Self { nonce, verifier, return_path }
    }
}

/// Log-ins that were begun before this moment took too long.
fn begun_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-LOGIN_MINUTES * 60)
}

/// A path on this hub; the first page where it could lead anywhere else.
fn path_read(path: &str) -> String {
    let leads_away = |rest: &str| rest.starts_with(['/', '\\']);
    let is_own = path.strip_prefix('/').is_some_and(|rest| !leads_away(rest));
    let is_plain = path.len() <= 2000 && !path.chars().any(|letter| letter.is_control() || letter == '\\');
    if is_own && is_plain { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::path_read;

    #[test]
    fn a_log_in_leads_to_this_hub_alone() {
        for own in ["/", "/changes?since=7d", "/a/b#c"] {
            assert_eq!(path_read(own), own);
        }
        for away in ["", "x", "//evil.test", "/\\evil.test", "https://evil.test", "/a\r\nSet-Cookie: x", "/a\\b"] {
            assert_eq!(path_read(away), "/", "{away}");
        }
    }
}
