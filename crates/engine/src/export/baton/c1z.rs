//! A `.c1z` file: one sync for each moment that is asked for, and beside it what our own reader wants to know.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

use rolecall_baton::c1z::{C1zError, C1zWriter, EntitlementHeld, GrantRow, OwnLine, SyncId, WriteOptions};
use rolecall_baton::record::Expandable;
use rolecall_graph::NodeId;
use rolecall_model::{Timestamp, TypeDeclaration};
use rolecall_store::{Store, StoreError};

use super::expansion::{Expanded, Expansion};
use super::grants::{Held, metadata};
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
    /// How the file is written.
    pub options: WriteOptions,
}

impl<'e> C1zExport<'e> {
    /// Everything that is current of a connector.
    #[must_use]
    pub fn current(connector: &'e str) -> Self {
        let options = WriteOptions::default();
        Self { connector, moments: &[None], expanded: true, own: true, exclusions: false, options }
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
        for declared in shown(connector) {
            writer.resource_type(&resource_type(declared))?;
        }
        for (node, declared) in self.baton_resources(connector, 0) {
            writer.resource(&self.baton_resource(connector, node, declared.trait_))?;
            let resource = self.world.reference(node);
            for one in declared.entitlements {
                let mut record = entitlement(&resource, declared, one);
                record.exclusion.take_if(|_| !export.exclusions);
                writer.entitlement(&record)?;
            }
        }
        let mut expansion = Expansion::new(self, connector);
        for (node, declared) in self.baton_resources(connector, 0) {
            let grants = self.baton_grants(node);
            let mut by_slug: BTreeMap<&str, Vec<&Held<'_>>> = BTreeMap::new();
            for held in &grants {
                by_slug.entry(held.step.slug).or_default().push(held);
            }
            for (slug, grants) in by_slug {
                let through = export.expanded.then(|| expansion.of(node, &grants));
                self.grants_write(connector, (node, declared, slug), (&grants, through), writer)?;
            }
        }
        Ok(())
    }

    /// Writes the grants of one entitlement: what is held, then who gets it from that.
    fn grants_write(
        &self,
        connector: &ConnectorView,
        (node, declared, slug): (NodeId, &TypeDeclaration, &str),
        (grants, through): (&[&Held<'_>], Option<Expanded>),
        writer: &mut C1zWriter,
    ) -> Result<(), C1zError> {
        // Whoever holds what its type does not declare holds nothing that anybody asks for.
        let Some(one) = declared.entitlements.iter().find(|one| one.slug == slug) else { return Ok(()) };
        let record = entitlement(&self.world.reference(node), declared, one);
        let held_entitlement = EntitlementHeld::new(&record);
        let Expanded { sources: ids, mut holders } =
            through.unwrap_or(Expanded { sources: Vec::new(), holders: BTreeMap::new() });
        let mut written = HashSet::new();
        for held in grants {
            // A right that two sources state differently is one grant all the same.
            if !written.insert(held.step.principal) {
                continue;
            }
            let through = holders.remove(&held.step.principal).unwrap_or_default();
            let itself = (!through.is_empty()).then_some((record.id.as_str(), true));
            let mut sources: Vec<(&str, bool)> = named(&ids, &through).chain(itself).collect();
            sources.sort_unstable();
            let expandable = self.expandable(connector, held);
            let (principal, said) = (self.world.reference(held.step.principal), metadata(&held.step));
            let row = row(&principal, (expandable.as_ref(), !held.is_observed), &said, &sources);
            writer.grant(&held_entitlement, &row)?;
        }
        let nothing = serde_json::Map::new();
        for (holder, through) in holders {
            let sources: Vec<(&str, bool)> = named(&ids, &through).collect();
            writer.grant(&held_entitlement, &row(&self.world.reference(holder), (None, true), &nothing, &sources))?;
        }
        Ok(())
    }
}

fn named<'i>(ids: &'i [String], through: &'i [(u32, bool)]) -> impl Iterator<Item = (&'i str, bool)> {
    through.iter().filter_map(|(place, is_direct)| Some((ids.get(*place as usize)?.as_str(), *is_direct)))
}

fn row<'g>(
    principal: &'g rolecall_model::ResourceRef,
    (expandable, is_immutable): (Option<&'g Expandable>, bool),
    metadata: &'g serde_json::Map<String, serde_json::Value>,
    sources: &'g [(&'g str, bool)],
) -> GrantRow<'g> {
    GrantRow { principal, principal_name: &principal.id, expandable, is_immutable, metadata, sources }
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
