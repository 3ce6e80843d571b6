//! An export as a world: whatever can be asked of the database can be asked of a file.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};
use std::sync::Arc;

use rolecall_connect::SHAPE;
use rolecall_graph::{Mark, SegmentBuilder, SegmentIdentity, World};
use rolecall_model::{
    ConnectorDeclaration, EntitlementRef, Fact, ListingKey, ListingNumber, Record, ResourceRef, Term, Timestamp,
    Verdict,
};
use rolecall_store::{Connector, ConnectorId, ListingId, ListingState, NewConnector, SnapshotId, Store};
use serde_json::{Value as Json, json};

use super::line::{ConnectorLine, ExportHeader, FactLine, ListingLine};
use super::read::{ImportError, export_read};
use super::sink::ExportSink;
use super::write::{ExportError, export_write};
use crate::once::Once;
use crate::since::Since;
use crate::world::{ConnectorView, WorldView, declaration_of, host_of};

/// Everything that an export says, from a file or straight from the database.
#[derive(Debug)]
pub struct Exported {
    /// Its header.
    pub header: ExportHeader,
    /// Its world.
    pub view: WorldView,
    /// What each connector's listings state about access, in the order of the view's connectors.
    pub(crate) records: Vec<Record>,
}

impl Exported {
    /// Reads one that was written before.
    ///
    /// # Errors
    /// When it is no export of a version that this build knows, damaged or cut off.
    pub fn read(input: impl BufRead) -> Result<Self, ImportError> {
        let mut collector = Collector::default();
        let header = export_read(input, &mut collector)?;
        collector.finish(header)
    }

    /// What is current in the database.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn current(store: &Store, only: Option<&str>, now: Timestamp) -> Result<Self, ExportError> {
        Self::at(store, only, None, now).await
    }

    /// What is current in the database, or was known at a past moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn at(
        store: &Store,
        only: Option<&str>,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, ExportError> {
        let mut collector = Collector::default();
        let header = export_write(store, only, at, now, &mut collector).await?;
        collector.finish(header).map_err(|error| ExportError::Output(io::Error::other(error)))
    }
}

/// Takes the lines of an export and builds a world of them.
#[derive(Default)]
struct Collector {
    parts: Vec<Part>,
    by_connector: HashMap<String, usize>,
    unknown: Option<String>,
    names: HashSet<Arc<str>>,
}

struct Part {
    declaration: &'static ConnectorDeclaration,
    connector: Connector,
    states: Vec<ListingState>,
    listings: HashMap<String, (ListingNumber, Term)>,
    builder: SegmentBuilder,
    record: Record,
    since: Since,
}

impl ExportSink for Collector {
    fn header(&mut self, header: &ExportHeader) -> io::Result<()> {
        // What had not been read yet at a past moment is no connector without anything.
        let is_known = |line: &&ConnectorLine| header.as_of.is_none() || line.current_since.is_some();
        for line in header.connectors.iter().filter(is_known) {
            match declaration_of(&connector_of(line, 0).config) {
                Some(declaration) => {
                    self.by_connector.insert(line.connector.clone(), self.parts.len());
                    self.parts.push(Part::new(line, declaration, self.parts.len()));
                }
                None => self.unknown = Some(line.connector_type.clone()),
            }
        }
        Ok(())
    }

    fn listing(&mut self, line: ListingLine) -> io::Result<()> {
        if let Some(part) = self.by_connector.get(&line.connector).and_then(|at| self.parts.get_mut(*at)) {
            part.listing(line);
        }
        Ok(())
    }

    fn fact(&mut self, line: FactLine) -> io::Result<()> {
        if let Some(part) = self.by_connector.get(&line.connector).and_then(|at| self.parts.get_mut(*at)) {
            part.fact(line, &mut self.names);
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Collector {
    fn finish(self, header: ExportHeader) -> Result<Exported, ImportError> {
        if let Some(unknown) = self.unknown {
            return Err(ImportError::UnknownConnector(unknown));
        }
        let (mut segments, mut connectors, mut records) = (Vec::new(), Vec::new(), Vec::new());
        for part in self.parts {
            segments.push(Arc::new(part.builder.build()));
            records.push(part.record);
            connectors.push(ConnectorView::new(part.connector, part.declaration, part.states, part.since));
        }
        Ok(Exported {
            header,
            view: WorldView { world: Arc::new(World::new(segments)), past: None, connectors, once: Once::default() },
            records,
        })
    }
}

impl Part {
    fn new(line: &ConnectorLine, declaration: &'static ConnectorDeclaration, number: usize) -> Self {
        let id = i64::try_from(number).unwrap_or(i64::MAX);
        let identity = SegmentIdentity {
            connector: id,
            name: line.connector.clone(),
            host: host_of(&line.source),
            root: ResourceRef::new(declaration.root_type, line.root.id.as_str()),
        };
        Self {
            declaration,
            connector: connector_of(line, id),
            states: Vec::new(),
            listings: HashMap::new(),
            builder: SegmentBuilder::new(declaration, identity),
            record: Record::new(declaration),
            since: Since::starting(declaration, moment_of(line.current_since.as_deref()).unwrap_or_default()),
        }
    }

    fn listing(&mut self, line: ListingLine) {
        let key = ListingKey { kind: line.kind.into(), subject: line.subject.into() };
        let verdict = Verdict::from_parts(&line.verdict, line.reason);
        let number = self.record.add_listing(key.clone(), verdict.is_complete());
        self.listings.insert(line.listing, (number, key.kind.clone()));
        // A listing that was never read has no state.
        if let Some(read_at) = moment_of(line.read_at.as_deref()) {
            self.states.push(state_of(key, verdict, read_at, moment_of(line.complete_at.as_deref())));
        }
    }

    fn fact(&mut self, line: FactLine, names: &mut HashSet<Arc<str>>) {
        let Some((number, kind)) = self.listings.get(&line.listing) else { return };
        let fact = Lean { declaration: self.declaration, names }.fact(line.stated.into());
        let mark =
            Mark { listing_kind: kind, unconfirmed: line.removal_unconfirmed, outdated: line.outdated, since: None };
        self.builder.add(&fact, mark);
        match moment_of(line.since.as_deref()) {
            Some(since) => self.since.add_moment(&fact, since),
            None => self.since.add_first(&fact),
        }
        self.record.add(*number, fact, line.removal_unconfirmed);
    }
}

/// Gives every name its one place in memory: half a million grants name a few thousand resources.
struct Lean<'c> {
    declaration: &'static ConnectorDeclaration,
    names: &'c mut HashSet<Arc<str>>,
}

impl Lean<'_> {
    fn fact(&mut self, fact: Fact) -> Fact {
        match fact {
            Fact::Resource { resource, parent } => {
                Fact::Resource { resource: self.resource(resource), parent: parent.map(|parent| self.resource(parent)) }
            }
            Fact::Grant { principal, entitlement } => {
                Fact::Grant { principal: self.resource(principal), entitlement: self.entitlement(entitlement) }
            }
            Fact::Evidence { principal, entitlement } => {
                Fact::Evidence { principal: self.resource(principal), entitlement: self.entitlement(entitlement) }
            }
            other => other,
        }
    }

    fn resource(&mut self, resource: ResourceRef) -> ResourceRef {
        let kind = self.declaration.resource_type(resource.kind.as_str());
        let id = match self.names.get(&resource.id) {
            Some(known) => Arc::clone(known),
            None => {
                self.names.insert(Arc::clone(&resource.id));
                resource.id
            }
        };
        ResourceRef { kind: kind.map_or(resource.kind, |declared| declared.name.into()), id }
    }

    fn entitlement(&mut self, entitlement: EntitlementRef) -> EntitlementRef {
        let EntitlementRef { resource, slug } = entitlement;
        let declared = self.declaration.entitlement(resource.kind.as_str(), slug.as_str());
        EntitlementRef {
            slug: declared.map_or(slug, |declared| declared.slug.into()),
            resource: self.resource(resource),
        }
    }
}

fn connector_of(line: &ConnectorLine, id: i64) -> Connector {
    let name = line.connector.strip_prefix(&line.connector_type).and_then(|rest| rest.strip_prefix(':'));
    Connector {
        id: ConnectorId(id),
        uuid: Default::default(),
        config: NewConnector {
            connector_type: line.connector_type.clone(),
            name: name.unwrap_or(&line.connector).to_owned(),
            root: line.root.id.clone(),
            base_url: line.source.clone(),
            settings: line.shape.clone().map_or(Json::Null, |shape| json!({ SHAPE: shape })),
            ..NewConnector::default()
        },
        created_at: Timestamp::default(),
        paused_at: None,
        removed_at: None,
        version: 1,
    }
}

fn state_of(key: ListingKey, verdict: Verdict, read_at: Timestamp, complete_at: Option<Timestamp>) -> ListingState {
    ListingState {
        id: ListingId(0),
        key,
        verdict,
        read_at,
        whole_at: None,
        complete_at,
        digest: None,
        validator: None,
        diagnostics: Vec::new(),
        first_snapshot: SnapshotId(0),
        retired: false,
    }
}

fn moment_of(text: Option<&str>) -> Option<Timestamp> {
    let moment = text?.parse::<jiff::Timestamp>().ok()?;
    Some(Timestamp(moment.as_microsecond()))
}
