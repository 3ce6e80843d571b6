//! Where a hub is: where the client's id says, or where whoever runs the connector says instead.

use http::uri::Authority;
use thiserror::Error;

use super::credential::{ClientId, has_port_or_none};

/// The address of a hub. It is always spoken to by TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubPlace(Authority);

/// That something is no address of a hub.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no HOST or HOST:PORT")]
pub struct HubPlaceError(String);

impl HubPlace {
    /// The hub of this client, or the one that `instead` names as `HOST[:PORT]`.
    ///
    /// # Errors
    /// [`HubPlaceError`] when `instead` is something else.
    pub fn new(id: &ClientId, instead: Option<&str>) -> Result<Self, HubPlaceError> {
        let Some(text) = instead else { return Ok(Self(id.hub().clone())) };
        let authority: Result<Authority, _> = text.trim().parse();
        match authority {
            Ok(authority) if has_port_or_none(&authority) && !authority.host().is_empty() => Ok(Self(authority)),
            _ => Err(HubPlaceError(text.to_owned())),
        }
    }

    /// The address of the whole: `https://HOST[:PORT]`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://{}", self.0)
    }

    /// Where tokens are given.
    pub(super) fn token_url(&self) -> String {
        format!("{}/auth/v1/token", self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_host_takes_the_place_of_the_ids_own() {
        let id = ClientId::read("otter@hub.example.com:8443/spe").unwrap();
        assert_eq!(HubPlace::new(&id, None).unwrap().origin(), "https://hub.example.com:8443");
        let place = HubPlace::new(&id, Some("127.0.0.1:9443")).unwrap();
        assert_eq!(place.token_url(), "https://127.0.0.1:9443/auth/v1/token");
        for wrong in ["", "https://hub", "hub:", "hub:x", "ada@hub", "hub/x"] {
            assert!(HubPlace::new(&id, Some(wrong)).is_err(), "{wrong:?}");
        }
    }
}
