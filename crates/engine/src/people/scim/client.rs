//! Who may push: an administrator makes a directory, whose token the identity provider sends.

use rolecall_store::{NewScimClient, ScimClient};
use secrecy::SecretString;

use super::Directory;
use crate::hub::{Caller, Hub, HubError, Peer, Permission};

/// A directory that was just made, or was given another token.
#[derive(Debug)]
pub struct DirectoryMade {
    /// What the identity provider sends, shown once.
    pub secret: SecretString,
    /// What is kept of it.
    pub client: ScimClient,
}

impl Hub {
    /// Makes a directory. One whose token was revoked gets another, and keeps what it holds.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::TextInvalid`]; [`HubError::Directory`] when there is one of this name whose
    /// token is in use.
    pub async fn directory_add(&self, caller: &Caller, name: &str) -> Result<DirectoryMade, HubError> {
        caller.needs(Permission::Administer)?;
        let now = self.now();
        caller.needs_recent(now)?;
        let name = crate::hub::text_read("name of a directory", name)?;
        let (secret, hash) = crate::hub::directory_token_new()?;
        let client = self.store().scim_client_add(&NewScimClient { name, hash }, &caller.act(now)).await?;
        Ok(DirectoryMade { secret, client })
    }

    /// Every directory, by name, those whose token was revoked too.
    ///
    /// # Errors
    /// [`HubError::Forbidden`].
    pub async fn directories(&self, caller: &Caller) -> Result<Vec<ScimClient>, HubError> {
        caller.needs(Permission::Administer)?;
        Ok(self.store().scim_client_list().await?)
    }

    /// Revokes the token of a directory. What it holds stays.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Directory`] when there is none of this name whose token is in use.
    pub async fn directory_revoke(&self, caller: &Caller, name: &str) -> Result<ScimClient, HubError> {
        caller.needs(Permission::Administer)?;
        Ok(self.store().scim_client_revoke(name, &caller.act(self.now())).await?)
    }

    /// The directory that a token opens. Notes that it is used, at most once a minute, and records that what opens
    /// nothing is sent.
    ///
    /// # Errors
    /// [`HubError::NotSignedIn`] when it is none, or was revoked.
    pub async fn directory_resume(&self, secret: &SecretString, peer: &Peer) -> Result<Directory, HubError> {
        let now = self.now();
        let found = match crate::hub::directory_token_hash(secret) {
            Some(hash) => self.store().scim_client_find(&hash).await?,
            None => None,
        };
        let Some(client) = found else { return Err(self.token_refused(secret, peer).await) };
        if crate::hub::is_touch_due(client.used_at, now) {
            crate::hub::noted(self.store().scim_client_touch(&client, now)).await;
        }
        Ok(Directory::new(self, client, peer))
    }
}
