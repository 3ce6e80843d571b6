//! The one interface between the engine and every kind of source.

use async_trait::async_trait;
use rolecall_model::{
    ConnectorDeclaration, Fact, Fingerprint, ListingKey, Reading, Reason, ResourceRef, SourceEvent, Timestamp,
};

/// One configured source, ready to be read.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What this connector type declares.
    fn declaration(&self) -> &'static ConnectorDeclaration;

    /// The resource this instance is configured for, such as `organization:acme`.
    fn root(&self) -> ResourceRef;

    /// The host its source-wide ids belong to.
    fn host(&self) -> &str;

    /// Requests sent so far, every attempt counted: they are what budgets are made of.
    fn requests_sent(&self) -> u64;

    /// What the credential can see, from what the listing that shows its sight states. `None` where that is not known, and
    /// then nothing is compared. Nothing is asked for it.
    fn fingerprint(&self, sight: &[Fact]) -> Option<Fingerprint>;

    /// What the source itself wrote down since a moment, or as far back as it shows: all of it or nothing. Asked only of
    /// sources that declare such a record ([`ConnectorDeclaration::events`]).
    ///
    /// # Errors
    /// Why it could not be read; nothing follows from that but that it is not known who did what.
    async fn events(&self, since: Option<Timestamp>) -> Result<Vec<SourceEvent>, Reason> {
        let _ = since;
        Err(Reason::new("not-kept", "the source keeps no record of who did what"))
    }

    /// Reads one listing. A listing that cannot be read is a [`Reading`] whose outcome says so.
    ///
    /// # Errors
    /// Only what makes every further reading pointless: see [`ReadError`].
    async fn read(&self, listing: &ListingKey, request: ReadRequest<'_>) -> Result<Reading, ReadError>;
}

/// How a listing is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadRequest<'a> {
    /// The validator of the last reading; the source may then answer *not modified*.
    pub validator: Option<&'a str>,
}

/// The source refuses this credential or cannot be reached at all; reading on would only repeat the failure.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", reason.text)]
pub struct ReadError {
    /// Stable code and sentence.
    pub reason: Reason,
    /// What to do next.
    pub hint: Option<String>,
}
