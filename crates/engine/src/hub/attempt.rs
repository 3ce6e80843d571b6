//! How often somebody may try.

use std::net::IpAddr;

use rolecall_model::Timestamp;
use rolecall_store::{AttemptKey, AttemptLimit, Attempted, FailedAttempt, User, name_key};

use super::secret::key_hash;
use super::{Caller, Hub, HubError, Peer};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Of one sign-in name: the fifth failure within a quarter of an hour locks it for a minute, each further one for twice as
/// long, up to an hour. A day without a failure, or signing in, begins anew.
const OF_NAME: AttemptLimit =
    AttemptLimit { failures: 5, window: 15 * MINUTE, lock: MINUTE, lock_most: HOUR, memory: 24 * HOUR };

/// Of one address, behind which many people may be.
const OF_ADDRESS: AttemptLimit =
    AttemptLimit { failures: 50, window: 15 * MINUTE, lock: MINUTE, lock_most: HOUR, memory: 2 * HOUR };

/// An attempt that is counted, until it is right.
pub(super) struct Attempt {
    pub(super) keys: Vec<AttemptKey>,
    name: String,
    pair: [u8; 32],
    locks_until: Option<Timestamp>,
}

impl Hub {
    /// Counts an attempt to sign in with this name from the caller's address.
    pub(super) async fn attempt_begin(&self, name: &str, caller: &Caller) -> Result<Attempt, HubError> {
        let name: String = name.trim().chars().take(200).collect();
        let (key, network) = (name_key(&name), caller.peer.address.map(network));
        let mut keys = vec![AttemptKey { hash: key_hash("name", &[&key]), limit: OF_NAME }];
        if let Some(network) = &network {
            keys.push(AttemptKey { hash: key_hash("address", &[network]), limit: OF_ADDRESS });
        }
        let pair = key_hash("pair", &[&key, network.as_deref().unwrap_or_default()]);
        let locks_until = self.attempt_count(&keys).await?;
        Ok(Attempt { keys, name, pair, locks_until })
    }

    /// Counts an attempt of a runner from this address to sign in.
    pub(crate) async fn runner_attempt_begin(&self, peer: &Peer) -> Result<Vec<AttemptKey>, HubError> {
        let network = peer.address.map(network).unwrap_or_default();
        let keys = vec![AttemptKey { hash: key_hash("runner", &[&network]), limit: OF_ADDRESS }];
        self.attempt_count(&keys).await?;
        Ok(keys)
    }

    /// Counts an attempt under these keys, and says until when nobody else may try if it fails.
    pub(super) async fn attempt_count(&self, keys: &[AttemptKey]) -> Result<Option<Timestamp>, HubError> {
        match self.store.hub_attempt_begin(keys, self.now()).await? {
            Attempted::Locked { until } => Err(HubError::Locked { until }),
            Attempted::Counted { locks_until } => Ok(locks_until),
        }
    }

    /// Records that an attempt failed, and says no more than that.
    pub(super) async fn attempt_fail(&self, attempt: &Attempt, user: Option<&User>, caller: &Caller) -> HubError {
        let Attempt { name, pair, locks_until, .. } = attempt;
        let failed = FailedAttempt { pair: *pair, name, user, locked_until: *locks_until };
        match self.store.hub_attempt_fail(&failed, &caller.act(self.now())).await {
            Ok(()) => HubError::Refused,
            Err(error) => error.into(),
        }
    }
}

/// What is counted of an address: all of one of the older kind, and the network of one of the newer, of which everybody
/// has more than anyone could count.
pub(super) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_the_newer_kind_is_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2:3::4"), of("2001:db8:1:3:3::4"));
    }
}
