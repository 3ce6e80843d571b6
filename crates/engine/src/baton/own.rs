//! What one of our own files states: every listing with its verdict, as the Rolecall that read the source knew it.

use std::collections::HashMap;
use std::io;

use async_trait::async_trait;
use rolecall_baton::c1z::{C1zError, C1zReader, OwnLine};
use rolecall_connect::{Connector, ReadError, ReadRequest};
use rolecall_model::{
    ConnectorDeclaration, Fact, Fingerprint, ListingKey, Outcome, Proof, Reading, Reason, ResourceRef, Verdict,
};

use crate::export::line::Line;
use crate::export::{ConnectorLine, ListingLine};

/// Why lines of ours say nothing.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The file cannot be read.
    #[error(transparent)]
    C1z(#[from] C1zError),
    /// A line is none of ours.
    #[error("what only Rolecall reads of it is damaged: {0}")]
    Line(#[from] serde_json::Error),
    /// It holds no connector, or several.
    #[error("what only Rolecall reads of it names {0} connectors, and not one")]
    Connectors(usize),
}

/// A sync as lines of ours tell it.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) connector: ConnectorLine,
    listings: HashMap<ListingKey, Reading>,
}

/// Reads the lines of a sync; `None` of a file of another program.
pub(super) fn own(reader: &C1zReader, sync: &str) -> Result<Option<Own>, OwnError> {
    let mut header = None;
    reader.own::<OwnError>(sync, OwnLine::Header, |text| {
        header = Some(serde_json::from_str::<Line>(text)?);
        Ok(())
    })?;
    let Some(Line::Header(header)) = header else { return Ok(None) };
    let [connector] = header.connectors.as_slice() else { return Err(OwnError::Connectors(header.connectors.len())) };
    let mut names = HashMap::new();
    let mut listings = HashMap::new();
    reader.own::<OwnError>(sync, OwnLine::Listing, |text| {
        if let Line::Listing(line) = serde_json::from_str(text)? {
            let key = ListingKey { kind: line.kind.clone().into(), subject: line.subject.clone().into() };
            names.insert(line.listing.clone(), key.clone());
            listings.insert(key, reading_of(line));
        }
        Ok(())
    })?;
    reader.own::<OwnError>(sync, OwnLine::Fact, |text| {
        if let Line::Fact(line) = serde_json::from_str(text)?
            && let Some(reading) = names.get(&line.listing).and_then(|key| listings.get_mut(key))
        {
            // What is only waiting to be removed was not there any more.
            reading.facts.extend((!line.removal_unconfirmed).then(|| Fact::from(line.stated)));
        }
        Ok(())
    })?;
    Ok(Some(Own { connector: connector.clone(), listings }))
}

/// How a reading ended that led to this verdict.
fn reading_of(line: ListingLine) -> Reading {
    let outcome = match Verdict::from_parts(&line.verdict, line.reason) {
        Verdict::Proven => Outcome::Whole(Proof::Itself),
        Verdict::Attested => Outcome::Whole(Proof::Attested),
        Verdict::Unproven(reason) => Outcome::Whole(Proof::None(reason)),
        Verdict::Partial(reason) => Outcome::Partial(reason),
        Verdict::Unavailable(reason) => Outcome::Unavailable(reason),
    };
    Reading { outcome, facts: Vec::new(), diagnostics: Vec::new(), validator: None }
}

/// A source whose listings are known already: read elsewhere, and brought here.
#[derive(Debug)]
pub(super) struct Brought {
    pub(super) declaration: &'static ConnectorDeclaration,
    pub(super) root: ResourceRef,
    pub(super) host: String,
    pub(super) listings: HashMap<ListingKey, Reading>,
}

impl Brought {
    pub(super) fn of_own(own: Own, declaration: &'static ConnectorDeclaration) -> Self {
        let host = crate::world::host_of(&own.connector.source);
        let root = ResourceRef::new(declaration.root_type, own.connector.root.id.as_str());
        Self { declaration, root, host, listings: own.listings }
    }
}

#[async_trait]
impl Connector for Brought {
    fn declaration(&self) -> &'static ConnectorDeclaration {
        self.declaration
    }

    fn root(&self) -> ResourceRef {
        self.root.clone()
    }

    fn host(&self) -> &str {
        &self.host
    }

    fn requests_sent(&self) -> u64 {
        0
    }

    fn fingerprint(&self, _sight: &[Fact]) -> Option<Fingerprint> {
        None
    }

    async fn read(&self, listing: &ListingKey, _request: ReadRequest<'_>) -> Result<Reading, ReadError> {
        let unread = || {
            let text = "the file does not hold it: whoever wrote the file had not read it";
            Reading::unavailable(Reason::new("not-in-the-file", text))
        };
        Ok(self.listings.get(listing).cloned().unwrap_or_else(unread))
    }
}

impl From<OwnError> for io::Error {
    fn from(error: OwnError) -> Self {
        Self::other(error)
    }
}
