//! From the database to lines.
//!
//! One moment is held still, and one listing's facts are in memory at a time. Everything is sorted, so that two
//! exports of the same state differ in their times only.

use std::collections::HashSet;
use std::io;

use rolecall_connect::SHAPE;
use rolecall_model::{ListingKey, Reason, ResourceRef, Timestamp};
use rolecall_store::{Connector, CurrentFact, ListingState, Moment, Store, StoreError};

use super::line::{ConnectorLine, ExportHeader, FORMAT, FactLine, ListingLine, VERSION};
use super::sink::ExportSink;
use crate::moment::moment_text;
use crate::outdated::EndedRights;
use crate::world::{connector_title, connectors_of, declaration_of};

/// Why an export could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output failed.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Writes everything that is current of every connector, or of the one named `only`, and says what it was; or everything
/// that was known at a past moment.
///
/// # Errors
/// When the database cannot be read or the output not be written; the output is incomplete then.
pub async fn export_write(
    store: &Store,
    only: Option<&str>,
    at: Option<Timestamp>,
    now: Timestamp,
    sink: &mut dyn ExportSink,
) -> Result<ExportHeader, ExportError> {
    let mut moment = match at {
        Some(at) => store.moment_at(at).await?,
        None => store.moment().await?,
    };
    let wanted: Vec<_> = connectors_of(store, only, at).await?.into_iter().map(|record| record.id).collect();
    let mut parts = Vec::new();
    for record in moment.connectors().await? {
        if wanted.contains(&record.id) {
            parts.push(Part::load(store, &mut moment, record).await?);
        }
    }
    let header = ExportHeader {
        format: FORMAT.to_owned(),
        version: VERSION,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        exported_at: moment_text(now),
        as_of: at.map(moment_text),
        connectors: parts.iter().map(|part| part.line.clone()).collect(),
    };
    sink.header(&header)?;
    for part in &parts {
        part.listings.iter().try_for_each(|listing| sink.listing(listing.line(&part.line.connector)))?;
    }
    for part in &parts {
        part.facts_write(&mut moment, sink).await?;
    }
    sink.end()?;
    Ok(header)
}

/// One connector's share.
struct Part {
    record: Connector,
    line: ConnectorLine,
    listings: Vec<Listing>,
    ended: EndedRights,
}

/// A listing that was read, or one that ought to be.
enum Listing {
    Read(ListingState),
    Unread(ListingKey),
}

impl Part {
    async fn load(store: &Store, moment: &mut Moment, record: Connector) -> Result<Self, StoreError> {
        let states = moment.listings(record.id).await?;
        let declaration = declaration_of(&record.config);
        let at = match moment.past() {
            Some(at) => store.snapshot_at(record.id, at).await?,
            None => None,
        };
        let ended = match declaration {
            Some(declaration) => EndedRights::load(store, record.id, declaration, &states, at).await?,
            None => EndedRights::default(),
        };
        let mut listings: Vec<Listing> = unread(moment, &record, &states).await?;
        listings.extend(states.into_iter().map(Listing::Read));
        listings.sort_by(|one, other| one.key().cmp(other.key()));
        let counts = moment.counts(record.id).await?;
        let config = &record.config;
        let root_type = declaration.map_or("", |declared| declared.root_type);
        let line = ConnectorLine {
            connector: connector_title(&record),
            connector_type: config.connector_type.clone(),
            root: (&ResourceRef::new(root_type, config.root.as_str())).into(),
            source: config.base_url.clone(),
            current_since: counts.current_since.map(moment_text),
            shape: config.settings.get(SHAPE).cloned(),
            listings: u64::try_from(listings.len()).unwrap_or(u64::MAX),
            facts: counts.facts,
        };
        Ok(Self { record, line, listings, ended })
    }

    async fn facts_write(&self, moment: &mut Moment, sink: &mut dyn ExportSink) -> Result<(), ExportError> {
        for listing in &self.listings {
            let Listing::Read(state) = listing else { continue };
            let name = state.key.to_string();
            for current in moment.facts(self.record.id, state.id).await? {
                let outdated = current.of_former || self.ended.is_outdated(&current.fact, state.id);
                sink.fact(FactLine { outdated, ..fact_line(&self.line.connector, &name, &current) })?;
            }
        }
        Ok(())
    }
}

/// The listings that are declared and were never read: they too are part of how complete this is.
async fn unread(moment: &mut Moment, record: &Connector, states: &[ListingState]) -> Result<Vec<Listing>, StoreError> {
    let Some(declaration) = declaration_of(&record.config) else {
        return Ok(Vec::new());
    };
    let known: HashSet<&ListingKey> = states.iter().map(|state| &state.key).collect();
    let mut unread = Vec::new();
    for declared in declaration.listings {
        let subjects = if declared.per == declaration.root_type {
            vec![ResourceRef::new(declared.per, record.config.root.as_str())]
        } else {
            moment.resources(record.id, declared.per).await?
        };
        let keys = subjects.into_iter().map(|subject| ListingKey { kind: declared.kind.into(), subject });
        unread.extend(keys.filter(|key| !known.contains(key)).map(Listing::Unread));
    }
    Ok(unread)
}

impl Listing {
    const fn key(&self) -> &ListingKey {
        match self {
            Self::Read(state) => &state.key,
            Self::Unread(key) => key,
        }
    }

    fn line(&self, connector: &str) -> ListingLine {
        let key = self.key();
        let named = ListingLine {
            connector: connector.to_owned(),
            listing: key.to_string(),
            kind: key.kind.to_string(),
            subject: (&key.subject).into(),
            ..ListingLine::default()
        };
        match self {
            Self::Read(state) => ListingLine {
                verdict: state.verdict.kind().word().to_owned(),
                reason: state.verdict.reason().cloned(),
                read_at: Some(moment_text(state.read_at)),
                complete_at: state.complete_at.map(moment_text),
                ..named
            },
            Self::Unread(_) => ListingLine {
                verdict: "unread".to_owned(),
                reason: Some(Reason::new("not-read-yet", "not read yet")),
                ..named
            },
        }
    }
}

fn fact_line(connector: &str, listing: &str, current: &CurrentFact) -> FactLine {
    FactLine {
        connector: connector.to_owned(),
        listing: listing.to_owned(),
        stated: (&current.fact).into(),
        since: (!current.baseline).then(|| moment_text(current.since)),
        removal_unconfirmed: current.unconfirmed,
        outdated: false,
    }
}
