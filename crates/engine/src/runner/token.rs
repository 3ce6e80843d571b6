//! How a runner signs in: what it signed with its key is traded for a token, which it shows with each call.

use rolecall_baton::hub::{PublicKey, TokenReply, TokenRequest, assertion_check};
use rolecall_store::{Connector, NewRunnerToken, RunnerClient, RunnerRefusal, StoreError};
use secrecy::SecretString;

use crate::hub::{Hub, HubError, Peer, runner_token_hash, runner_token_new, secret_hash};

/// For how long a token is good, in seconds. No proof is valid for so long, so that a used one is known as long as it is.
const TOKEN_SECONDS: i64 = 15 * 60;

/// How often it is noted that a runner was heard of, in seconds.
const TOUCH_EVERY: i64 = 20;

/// A runner that showed who it is, and the connector that it reads. Nothing of another one is reachable through it.
#[derive(Clone, Debug)]
pub struct Runner {
    /// What is known of it.
    pub(super) client: RunnerClient,
    /// Its connector, as it was when it asked.
    pub(super) connector: Connector,
    /// The digest of what it showed.
    pub(super) token: [u8; 32],
}

impl Hub {
    /// Gives a runner a token for a proof of its key. Failures are counted by address, as those to sign in are; not by
    /// name, because nobody finds a key by trying, and whoever knows the name could lock its runner out.
    ///
    /// # Errors
    /// [`HubError::Refused`] whatever is wrong with the proof; [`HubError::Locked`] after too many failures.
    pub async fn runner_token(&self, request: &TokenRequest, peer: &Peer) -> Result<TokenReply, HubError> {
        let attempt = self.runner_attempt_begin(peer).await?;
        match self.runner_token_of(request).await {
            Err(HubError::Refused) => Err(self.runner_refused(peer).await),
            Err(error) => Err(error),
            Ok(reply) => {
                self.store().hub_attempt_clear(&attempt).await?;
                Ok(reply)
            }
        }
    }

    async fn runner_token_of(&self, request: &TokenRequest) -> Result<TokenReply, HubError> {
        let TokenRequest { client_id, assertion } = request;
        let found = self.store().runner_named(client_id.as_str()).await?;
        let (client, connector) = found.ok_or(HubError::Refused)?;
        let now = self.now();
        let (key, seconds) = (PublicKey(client.public_key), now.0.div_euclid(1_000_000));
        if let Err(flaw) = assertion_check(assertion, client_id, &key, seconds) {
            tracing::warn!(connector = %connector.uuid, %flaw, "the proof of a runner is refused");
            return Err(HubError::Refused);
        }
        let (token, hash) = runner_token_new()?;
        let expires_at = now.plus_seconds(TOKEN_SECONDS);
        let new = NewRunnerToken { hash, assertion: secret_hash(assertion), expires_at };
        match self.store().runner_token_add(&client, &new, now).await {
            Ok(()) => Ok(TokenReply { token, expires_in: TOKEN_SECONDS }),
            Err(StoreError::Runner(RunnerRefusal::ProofUsed)) => {
                tracing::warn!(connector = %connector.uuid, "a runner's proof was shown before, or its key was replaced");
                Err(HubError::Refused)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The runner that a token was given to. Notes that it was heard of.
    ///
    /// # Errors
    /// [`HubError::NotSignedIn`] when it is none, has ended, or its key was replaced or revoked.
    pub async fn runner_resume(&self, secret: &SecretString, peer: &Peer) -> Result<Runner, HubError> {
        let now = self.now();
        let found = match runner_token_hash(secret) {
            Some(hash) => self.store().runner_of_token(&hash, now).await?.map(|found| (found, hash)),
            None => None,
        };
        let Some(((client, connector), token)) = found else {
            // One of ours that has ended is no attack: its runner gets another.
            return Err(match runner_token_hash(secret) {
                Some(_) => HubError::NotSignedIn,
                None => self.runner_unknown(peer).await,
            });
        };
        if client.seen_at.is_none_or(|seen| seen.plus_seconds(TOUCH_EVERY).0 <= now.0) {
            crate::hub::noted(self.store().runner_touch(&client, None, now)).await;
        }
        Ok(Runner { client, connector, token })
    }
}
