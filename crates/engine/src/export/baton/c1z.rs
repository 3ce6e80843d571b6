//! A `.c1z` file: one sync for each moment that is asked for, and beside it what our own reader wants to know.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use rolecall_baton::c1z::{C1zError, C1zWriter, EntitlementHeld, GrantRow, OwnLine, SyncId, WriteOptions};
use rolecall_model::Timestamp;
use rolecall_store::{Store, StoreError};

use super::expansion::Expansion;
use super::records::{entitlement, resource_type};
use super::shown;
use crate::export::line::Line;
use crate::export::{ExportError, ExportHeader, ExportSink, FactLine, ListingLine, export_write};
use crate::world::{ConnectorView, WorldView, world_load};

/// What is exported.
#[derive(Clone, Debug)]
pub struct C1zExport<'e> {
    /// The connector's title: `npm:acme`. Files hold one.
    pub connector: &'e str,
    /// One sync for each of these, the present among them where one is none. The oldest comes first.
    pub moments: &'e [Option<Timestamp>],
    /// Whether those are grants as well who hold something through a group.
    pub expanded: bool,
    /// Whether what only our own reader wants is in it.
    pub own: bool,
    /// Whether it is said which entitlements exclude each other. Programs of before 2026 fail at what they do not know.
    pub exclusions: bool,
    /// Which parts of the whole are in it.
    pub parts: C1zParts<'e>,
    /// How the file is written.
    pub options: WriteOptions,
}

/// Which parts of what is known are in a file; all of them, unless it is said otherwise.
#[derive(Clone, Copy, Debug)]
pub struct C1zParts<'e> {
    /// Resources of these types, and what they hold on each other; of all types, where none is named.
    pub types: &'e [String],
    /// Whether it is said what can be held.
    pub entitlements: bool,
    /// Whether it is said who holds it.
    pub grants: bool,
}

impl Default for C1zParts<'_> {
    fn default() -> Self {
        Self { types: &[], entitlements: true, grants: true }
    }
}

impl C1zParts<'_> {
    fn has(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|named| named == kind)
    }
}

impl<'e> C1zExport<'e> {
    /// Everything that is current of a connector.
    #[must_use]
    pub fn current(connector: &'e str) -> Self {
        let options = WriteOptions::default();
        Self {
            connector,
            moments: &[None],
            expanded: true,
            own: true,
            exclusions: false,
            parts: C1zParts::default(),
            options,
        }
    }
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum C1zExportError {
    /// The database, or whatever it is written to.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The file.
    #[error(transparent)]
    C1z(#[from] C1zError),
}

impl From<StoreError> for C1zExportError {
    fn from(error: StoreError) -> Self {
        Self::Export(error.into())
    }
}

/// Writes a file, and tells how many syncs are in it: moments at which the same was current are one. Its database is made
/// in this folder. `O(grants)` time; memory does not grow with what is passed on.
///
/// # Errors
/// [`C1zExportError`]
pub async fn c1z_export(
    store: &Store,
    export: &C1zExport<'_>,
    (folder, now): (&Path, Timestamp),
    out: &mut (dyn Write + Send),
) -> Result<usize, C1zExportError> {
    let mut writer = C1zWriter::create(folder, export.options.clone())?;
    let mut written = HashSet::new();
    for at in export.moments {
        let view = world_load(store, Some(export.connector), *at).await?;
        let Some(connector) = view.connectors.first() else { continue };
        let read_at = || connector.states.iter().map(|state| state.read_at);
        let ended = read_at().max().or(*at).unwrap_or(now);
        let id = sync_id(connector, *at, ended);
        if !written.insert(id.clone()) {
            continue;
        }
        writer.sync_begin(&id, read_at().min().unwrap_or(ended), ended)?;
        view.sync_write(connector, export, &mut writer)?;
        if export.own {
            let mut sink = OwnSink { writer: &mut writer };
            export_write(store, Some(export.connector), *at, now, &mut sink).await?;
        }
    }
    writer.finish(out)?;
    Ok(written.len())
}

/// The same for the same connector and the same readings, so that a file can be made again.
fn sync_id(connector: &ConnectorView, at: Option<Timestamp>, ended: Timestamp) -> SyncId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(connector.title().as_bytes());
    for state in &connector.states {
        hasher.update(format!("{:?}", state.key).as_bytes()).update(&state.read_at.0.to_le_bytes());
    }
    if connector.states.is_empty() {
        hasher.update(&at.unwrap_or(ended).0.to_le_bytes());
    }
    let mut content = [0; 16];
    hasher.finalize_xof().fill(&mut content);
    SyncId::new(ended, &content)
}

impl WorldView {
    pub(crate) fn sync_write(
        &self,
        connector: &ConnectorView,
        export: &C1zExport<'_>,
        writer: &mut C1zWriter,
    ) -> Result<(), C1zError> {
        let parts = export.parts;
        for declared in shown(connector).filter(|declared| parts.has(declared.name)) {
            writer.resource_type(&resource_type(declared))?;
        }
        let resources = || self.baton_resources(connector, 0).filter(|(_, declared)| parts.has(declared.name));
        for (node, declared) in resources() {
            writer.resource(&self.baton_resource(connector, node, declared.trait_))?;
            let resource = self.world.reference(node);
            for one in declared.entitlements.iter().filter(|_| parts.entitlements) {
                let mut record = entitlement(connector, &resource, declared, one);
                record.exclusion.take_if(|_| !export.exclusions);
                writer.entitlement(&record)?;
            }
        }
        let mut expansion = export.expanded.then(|| Expansion::new(self, connector));
        let mut held: Option<EntitlementHeld> = None;
        for (node, declared) in resources().filter(|_| parts.entitlements && parts.grants) {
            self.grants_tell(connector, (node, declared), expansion.as_mut(), &mut |record, told| {
                if !parts.has(told.principal.kind.as_str()) {
                    return Ok(());
                }
                // They come one entitlement after another.
                let is_known = held.as_ref().is_some_and(|held| held.id() == record.id);
                let held = match held.take().filter(|_| is_known) {
                    Some(known) => held.insert(known),
                    None => held.insert(EntitlementHeld::new(record)),
                };
                let row = GrantRow {
                    principal: told.principal,
                    principal_name: &told.principal.id,
                    expandable: told.expandable.as_ref(),
                    is_immutable: told.is_immutable,
                    metadata: told.metadata,
                    sources: told.sources,
                };
                writer.grant(held, &row)
            })?;
        }
        Ok(())
    }
}

/// Puts the lines of our own exports into the file.
struct OwnSink<'w> {
    writer: &'w mut C1zWriter,
}

impl OwnSink<'_> {
    fn line(&mut self, of: OwnLine, line: &Line) -> io::Result<()> {
        let text = serde_json::to_string(line)?;
        self.writer.own(of, &text).map_err(io::Error::other)
    }
}

impl ExportSink for OwnSink<'_> {
    fn header(&mut self, header: &ExportHeader) -> io::Result<()> {
        self.line(OwnLine::Header, &Line::Header(header.clone()))
    }

    fn listing(&mut self, listing: ListingLine) -> io::Result<()> {
        self.line(OwnLine::Listing, &Line::Listing(listing))
    }

    fn fact(&mut self, fact: FactLine) -> io::Result<()> {
        self.line(OwnLine::Fact, &Line::Fact(fact))
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}
