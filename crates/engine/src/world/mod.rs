//! The world as it is recorded now, or was at a past moment: one graph segment for each connector, with what is known about its listings.

mod load;
mod version;

use std::collections::HashMap;
use std::sync::Arc;

use rolecall_graph::{NodeId, Origin, SegmentIdentity, Step, World};
use rolecall_model::{ConnectorDeclaration, Given, ResourceRef, Timestamp};
use rolecall_store::{
    Connector, ConnectorId, EntityTag, ListingState, NewConnector, PastMoment, Reappearance, SnapshotId,
};

use crate::as_of::AsOf;
use crate::attestation::Attested;
use crate::completeness::{ListingBook, listing_order};
use crate::once::Once;
use crate::since::Since;

pub(crate) use load::{WorldScope, moments, world_load_at};
pub use load::{connectors_of, world_load, world_load_with};
pub use version::{WorldVersion, world_version};

/// A connector with everything an answer needs of it.
#[derive(Debug)]
pub(crate) struct ConnectorView {
    pub(crate) record: Connector,
    pub(crate) declaration: &'static ConnectorDeclaration,
    /// In order of their keys.
    pub(crate) states: Vec<ListingState>,
    pub(crate) since: Since,
    /// Who has a name that another had before, while nobody said that they are the same.
    pub(crate) returned: HashMap<ResourceRef, Reappearance>,
    /// What people state of it.
    pub(crate) attested: Attested,
    /// What rules say of its entities.
    pub(crate) tags: Vec<EntityTag>,
    /// Of when it is.
    pub(crate) place: Place,
    /// What was current, or was then. Of the present, what was when reading began: what is in view may be newer.
    pub(crate) snapshot: Option<SnapshotId>,
}

impl ConnectorView {
    pub(crate) fn new(
        record: Connector,
        declaration: &'static ConnectorDeclaration,
        mut states: Vec<ListingState>,
        since: Since,
    ) -> Self {
        states.sort_by(|left, right| listing_order(&left.key).cmp(&listing_order(&right.key)));
        Self {
            record,
            declaration,
            states,
            since,
            returned: HashMap::new(),
            attested: Attested::default(),
            tags: Vec::new(),
            place: Place::Present,
            snapshot: None,
        }
    }

    /// That the holder of this name is not known to be the one who had it before.
    pub(crate) fn returned(&self, resource: &ResourceRef) -> Option<&Reappearance> {
        self.returned.get(resource)
    }

    pub(crate) fn title(&self) -> String {
        connector_title(&self.record)
    }

    pub(crate) fn book(&self) -> ListingBook<'_> {
        ListingBook::new(self.declaration, self.title(), self.record.paused_at, &self.states)
    }

    pub(crate) fn identity(&self) -> SegmentIdentity {
        SegmentIdentity {
            connector: self.record.id.0,
            name: self.title(),
            host: host_of(&self.record.config.base_url),
            root: self.root(),
        }
    }

    /// The action word that writes in its source.
    pub(crate) fn write_action(&self) -> &'static str {
        self.declaration.write.as_ref().map_or("publish", |write| write.action)
    }

    pub(crate) fn root(&self) -> ResourceRef {
        ResourceRef::new(self.declaration.root_type, self.record.config.root.as_str())
    }
}

/// What a connector declares: what its type does, or what its settings say that its source consists of. `None` of a type
/// that this build does not know.
#[must_use]
pub(crate) fn declaration_of(config: &NewConnector) -> Option<&'static ConnectorDeclaration> {
    rolecall_connect::declaration_of((&config.connector_type, &config.name), &config.settings)
}

/// How people name a connector: `npm:acme`.
#[must_use]
pub fn connector_title(record: &Connector) -> String {
    format!("{}:{}", record.config.connector_type, record.config.name)
}

/// Everything that is current, or was, ready to be asked.
#[derive(Debug)]
pub struct WorldView {
    pub(crate) world: Arc<World>,
    /// The past moment that it is of; the present otherwise.
    pub(crate) past: Option<Past>,
    /// In the order of the world's segments.
    pub(crate) connectors: Vec<ConnectorView>,
    pub(crate) once: Once,
}

/// A past moment of the world.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) at: Timestamp,
    /// How answers say so.
    pub(crate) as_of: AsOf,
}

/// Of when a connector is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Now.
    Present,
    /// Then.
    Past(PastMoment),
    /// Before it was ever read.
    Before,
}

/// A connector may be named `npm:acme`, or `acme` alone.
#[must_use]
pub fn connector_is_named(record: &Connector, name: &str) -> bool {
    connector_title(record) == name || record.config.name == name
}

/// Source-wide ids mean the same thing in every connector that talks to the same host.
pub(crate) fn host_of(base_url: &str) -> String {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

impl WorldView {
    pub(crate) fn connector(&self, node: NodeId) -> Option<&ConnectorView> {
        self.connectors.get(usize::try_from(node.segment()).unwrap_or(usize::MAX))
    }

    /// A resource of a connector, if it is there.
    pub(crate) fn node_in(&self, connector: ConnectorId, resource: &ResourceRef) -> Option<NodeId> {
        let place = self.connectors.iter().position(|one| one.record.id == connector)?;
        self.world.resource(u32::try_from(place).ok()?, resource.kind.as_str(), &resource.id)
    }

    /// When a step of a path was first observed.
    pub(crate) fn since(&self, step: &Step<'_>) -> Timestamp {
        self.since_known(step).0
    }

    /// The same, and whether the step may be older.
    pub(crate) fn since_known(&self, step: &Step<'_>) -> (Timestamp, bool) {
        match self.appeared(step) {
            Some(moment) => (moment, false),
            None => (self.at_least(step).unwrap_or_default(), true),
        }
    }

    /// Since when at least a step of a path is there of which nobody knows how old it is.
    fn at_least(&self, step: &Step<'_>) -> Option<Timestamp> {
        let since = &self.connector(step.resource)?.since;
        let entitlement = self.world.reference(step.resource).entitlement(step.slug.to_owned());
        let known = since.at_least(&self.world.reference(step.principal), &entitlement);
        Some(known.unwrap_or_else(|| since.first()))
    }

    /// When a step of a path appeared; `None` when it was there from the first snapshot on.
    pub(crate) fn appeared(&self, step: &Step<'_>) -> Option<Timestamp> {
        let since = &self.connector(step.resource)?.since;
        let (principal, resource) = (self.world.reference(step.principal), self.world.reference(step.resource));
        // What a rule gives is as old as the resource, and not older than the setting.
        let setting = match step.origin {
            Origin::Rule { .. } | Origin::Setting { gives: Given::Slug(_) | Given::OfGroups(_), .. } => None,
            Origin::Setting { gives: Given::Property(name), .. } => since.ground(&resource, Some(name)),
            Origin::Setting { gives: Given::ParentProperty(name), .. } => since.ground(&principal, Some(name)),
            Origin::Observed | Origin::PathUnknown { .. } => {
                return since.later(&principal, &resource.entitlement(step.slug.to_owned()));
            }
        };
        setting.max(since.ground(&resource, None))
    }

    /// The past moment that the view is of; `None` for the present.
    #[must_use]
    pub fn as_of(&self) -> Option<&AsOf> {
        self.past.as_ref().map(|past| &past.as_of)
    }

    /// The connectors in view, by title.
    #[must_use]
    pub fn connector_titles(&self) -> Vec<String> {
        self.connectors.iter().map(ConnectorView::title).collect()
    }

    /// The title of the connector with this number, which rows of rules name.
    #[must_use]
    pub fn connector_numbered(&self, number: i64) -> Option<String> {
        self.connectors.iter().find(|one| one.record.id.0 == number).map(ConnectorView::title)
    }

    pub(crate) fn title(&self, node: NodeId) -> String {
        self.connector(node).map(ConnectorView::title).unwrap_or_default()
    }
}

/// Whether entities of a connector have `tag.AccountName`: unless its setting says no.
pub(crate) fn is_tagged(record: &Connector) -> bool {
    record.config.settings.get("tagAccountName").and_then(serde_json::Value::as_bool).unwrap_or(true)
}
