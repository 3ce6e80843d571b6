//! Sessions and tokens that are presented and open nothing: refused, and recorded without letting a flood fill the log.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rolecall_model::Timestamp;
use rolecall_store::{Audience, NewNotice, SessionRefusal, UnknownCredential};
use secrecy::SecretString;

use super::attempt::network;
use super::secret::{key_hash, token_hash};
use super::session::agent_short;
use super::{Caller, Hub, HubError, Peer};

/// How often the same is recorded, in seconds.
const RECORD_EVERY: i64 = 60;

/// How often it is recorded that a token of ours is presented which opens nothing any more, in seconds: some program goes
/// on with it until somebody looks.
const RECORD_TOKEN_EVERY: i64 = 3600;

/// How many senders are told apart at a time. Beyond them, all are one.
const SENDERS: usize = 4096;

/// What was presented since it was last recorded, by sender.
#[derive(Debug, Default)]
pub(super) struct Flood(Mutex<HashMap<[u8; 32], Presented>>);

#[derive(Clone, Copy, Debug)]
struct Presented {
    times: u64,
    recorded_at: Timestamp,
}

impl Flood {
    /// Counts one more, and says how many there were since the last record when it is time for another.
    fn count(&self, sender: [u8; 32], now: Timestamp, every: i64) -> Option<u64> {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() >= SENDERS && !senders.contains_key(&sender) {
            senders.retain(|_, presented| presented.recorded_at.plus_seconds(RECORD_TOKEN_EVERY).0 > now.0);
        }
        let is_full = senders.len() >= SENDERS && !senders.contains_key(&sender);
        let key = if is_full { [0; 32] } else { sender };
        let presented = senders.entry(key).or_insert(Presented { times: 0, recorded_at: Timestamp(i64::MIN) });
        presented.times += 1;
        let is_due = presented.recorded_at.plus_seconds(every).0 <= now.0;
        is_due.then(|| {
            let times = presented.times;
            *presented = Presented { times: 0, recorded_at: now };
            times
        })
    }
}

impl Hub {
    /// Refuses a session, and records that.
    pub(super) async fn session_refused(&self, token: &SecretString, refusal: SessionRefusal, peer: &Peer) -> HubError {
        match self.session_refusal_record(token, refusal, peer).await {
            Ok(()) => HubError::NotSignedIn,
            Err(error) => error,
        }
    }

    async fn session_refusal_record(
        &self,
        token: &SecretString,
        refusal: SessionRefusal,
        peer: &Peer,
    ) -> Result<(), HubError> {
        let now = self.now();
        let nobody = Caller::nobody(peer.clone());
        let Some(user) = self.store.hub_session_refuse(&token_hash(token), refusal, &nobody.act(now)).await? else {
            return self.unknown_record(UnknownCredential::Session, peer).await;
        };
        if refusal == SessionRefusal::OtherProgram {
            let from = nobody.address().unwrap_or("an unknown address");
            let text = format!(
                "Your session was used by another program, from {from}, and has ended. If that was not you, change your \
                 password."
            );
            let about = user.name.clone();
            let notice =
                NewNotice { audience: Audience::User(user.uuid), kind: "session-refused".to_owned(), about, text };
            self.store.hub_notice_add(&notice, now).await?;
        }
        Ok(())
    }

    /// Refuses what is sent as an API token, and records that.
    pub(crate) async fn token_refused(&self, secret: &SecretString, peer: &Peer) -> HubError {
        let recorded = async {
            match self.store.hub_token_over(&token_hash(secret)).await? {
                Some(token) => self.unknown_record(UnknownCredential::TokenOver(token), peer).await,
                None => self.unknown_record(UnknownCredential::Token, peer).await,
            }
        };
        match recorded.await {
            Ok(()) => HubError::NotSignedIn,
            Err(error) => error,
        }
    }

    /// Records that somebody came back from an identity provider and was refused.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn identity_refused(&self, peer: &Peer) -> Result<(), HubError> {
        self.unknown_record(UnknownCredential::Identity, peer).await
    }

    /// Refuses a runner's proof, and records that.
    pub(crate) async fn runner_refused(&self, peer: &Peer) -> HubError {
        self.unknown_record(UnknownCredential::Runner, peer).await.err().unwrap_or(HubError::Refused)
    }

    /// Refuses what is sent as a runner's token and never was one, and records that.
    pub(crate) async fn runner_unknown(&self, peer: &Peer) -> HubError {
        self.unknown_record(UnknownCredential::Runner, peer).await.err().unwrap_or(HubError::NotSignedIn)
    }

    async fn unknown_record(&self, presented: UnknownCredential, peer: &Peer) -> Result<(), HubError> {
        let now = self.now();
        let (sender, every) = match &presented {
            UnknownCredential::TokenOver(token) => (key_hash("token", &[&token.to_string()]), RECORD_TOKEN_EVERY),
            UnknownCredential::Session
            | UnknownCredential::Token
            | UnknownCredential::Identity
            | UnknownCredential::Runner => {
                (key_hash("sender", &[&peer.address.map(network).unwrap_or_default()]), RECORD_EVERY)
            }
        };
        if let Some(times) = self.flood.count(sender, now, every) {
            let nobody = Caller::nobody(peer.clone());
            self.store.hub_credential_refuse(&presented, times, &nobody.act(now)).await?;
        }
        Ok(())
    }
}

/// Whether a program may be the one that a session was begun with: versions rise while somebody is signed in, names do not
/// change.
pub(super) fn is_same_program(begun_with: Option<&str>, presented_by: Option<&str>) -> bool {
    let name = |agent: &str| agent.replace(|letter: char| letter.is_ascii_digit() || ".,_".contains(letter), "");
    begun_with.map(name) == presented_by.map(|agent| name(&agent_short(agent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_rise_and_names_stay() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert!(is_same_program(Some(firefox), Some(&firefox.replace("140.0", "141.0.2"))));
        assert!(!is_same_program(Some(firefox), Some("curl/8.5.0")) && !is_same_program(Some(firefox), None));
        assert!(is_same_program(None, None));
    }

    #[test]
    fn a_flood_is_recorded_once_in_a_while_and_counted_whole() {
        let (flood, at) = (Flood::default(), |second| Timestamp(0).plus_seconds(second));
        let counted = |sender, second| flood.count([sender; 32], at(second), 60);
        assert_eq!((counted(1, 0), counted(1, 1), counted(1, 59), counted(2, 59)), (Some(1), None, None, Some(1)));
        assert_eq!((counted(1, 60), counted(1, 61)), (Some(3), None));
        for number in 0..2 * SENDERS {
            flood.count(*blake3::hash(&number.to_le_bytes()).as_bytes(), at(62), 60);
        }
        assert!(flood.0.lock().unwrap().len() <= SENDERS + 1);
    }
}
