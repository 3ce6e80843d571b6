//! The world as it is recorded now, or was at a past moment: one graph segment for each connector, with what is known about its listings.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rolecall_graph::{NodeId, Origin, Segment, SegmentBuilder, SegmentIdentity, Step, World};
use rolecall_model::{ConnectorDeclaration, Given, ResourceRef, Timestamp};
use rolecall_store::{
    AttestationVersion, Connector, ConnectorId, EntityTag, GraphVersion, ListingState, NewConnector, PastMoment,
    Reappearance, Store, StoreError,
};
use tracing::Instrument as _;

use crate::as_of::{AsOf, known_then};
use crate::attestation::Attested;
use crate::completeness::{ListingBook, listing_order};
use crate::context::clock_system;
use crate::image::{GraphImages, ImageKey};
use crate::loading::Loading;
use crate::measure;
use crate::once::Once;
use crate::outdated::EndedRights;
use crate::since::Since;

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

/// Loads what is current of every connector that is not removed, or of the one named `only`; or what was known of it at
/// a past moment. `O(facts)`, of a past moment all that there have ever been.
///
/// # Errors
/// When the database cannot be read.
pub async fn world_load(store: &Store, only: Option<&str>, at: Option<Timestamp>) -> Result<WorldView, StoreError> {
    world_load_with(store, only, at, &GraphImages::off()).await
}

/// The same, and what is current comes from images where they are of the database's state, and is kept in them
/// otherwise. The view is the same either way.
///
/// # Errors
/// When the database cannot be read; images are never a reason.
pub async fn world_load_with(
    store: &Store,
    only: Option<&str>,
    at: Option<Timestamp>,
    images: &GraphImages,
) -> Result<WorldView, StoreError> {
    world_load_at(store, WorldScope { only, without: None }, at, images, clock_system()).await
}

/// Which connectors a world is of: all, unless something is said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorldScope<'s> {
    /// Of the one that is named so.
    pub(crate) only: Option<&'s str>,
    /// Of all but these.
    pub(crate) without: Option<&'s BTreeSet<ConnectorId>>,
}

/// The same as answers of `now` need it: what people stated holds until a moment, and no longer.
pub(crate) async fn world_load_at(
    store: &Store,
    scope: WorldScope<'_>,
    at: Option<Timestamp>,
    images: &GraphImages,
    now: Timestamp,
) -> Result<WorldView, StoreError> {
    let span = measure::graph_span(at.is_some());
    let view = world_load_whole(store, scope, at, images, now).instrument(span.clone()).await;
    measure::graph_ended(&span, view.as_ref());
    view
}

async fn world_load_whole(
    store: &Store,
    scope: WorldScope<'_>,
    at: Option<Timestamp>,
    images: &GraphImages,
    now: Timestamp,
) -> Result<WorldView, StoreError> {
    let past = at.map(|at| Past { at, as_of: AsOf::new(at) });
    let mut view =
        WorldView { world: Arc::new(World::new(Vec::new())), past, connectors: Vec::new(), once: Once::default() };
    let mut segments = Vec::new();
    // Of the past nobody knows which tags there were.
    let tags = if at.is_none() { store.entity_tag_list().await? } else { Vec::new() };
    let is_left_out = |record: &Connector| scope.without.is_some_and(|without| without.contains(&record.id));
    let records = connectors_of(store, scope.only, at).await?;
    for record in records.into_iter().filter(|record| !is_left_out(record)) {
        let Some(declaration) = declaration_of(&record.config) else {
            tracing::warn!(connector = connector_title(&record), "this build does not know the connector type");
            continue;
        };
        let place = place(store, &record, view.past.as_mut()).await?;
        // Asked before anything else is read, so that an image is never of more than its key says.
        let version = match place {
            Place::Present if !images.is_off() => store.graph_version(record.id).await?,
            _ => None,
        };
        let states = match place {
            Place::Present => store.listing_states(record.id).await?,
            Place::Past(at) => store.listing_states_at(record.id, at.snapshot).await?,
            Place::Before => Vec::new(),
        };
        let mut connector = ConnectorView::new(record, declaration, states, Since::default());
        let (segment, since) = match version {
            Some(version) => segment_of_version(store, &connector, &version, images).await?,
            None => segment_load(store, &connector, place).await.map(|(segment, since)| (Arc::new(segment), since))?,
        };
        (connector.since, connector.place) = (since, place);
        connector.returned = returned(store, &connector).await?;
        connector.attested = Attested::load(store, &connector, at, now).await?;
        connector.tags = tags.iter().filter(|tag| tag.connector == connector.record.id).cloned().collect();
        segments.push(segment);
        view.connectors.push(connector);
    }
    view.world = Arc::new(World::new(segments));
    Ok(view)
}

/// What the view of everything at the present, `now`, is made of. While it is the same, [`world_load`] hands out the same view.
///
/// # Errors
/// When the database cannot be read.
pub async fn world_version(store: &Store, now: Timestamp) -> Result<WorldVersion, StoreError> {
    let (links, attested) = (store.identity_link_noted_at().await?, store.attestation_version(now).await?);
    let (owners, tags) = (store.owner_version().await?, store.entity_tag_list().await?);
    let mut version = WorldVersion { connectors: Vec::new(), links, attested, owners, tags };
    for record in store.connector_list().await? {
        let graph = store.graph_version(record.id).await?;
        version.connectors.push((record, graph));
    }
    Ok(version)
}

/// See [`world_version`].
#[derive(Clone, Debug, PartialEq)]
pub struct WorldVersion {
    connectors: Vec<(Connector, Option<GraphVersion>)>,
    /// When it was last written down whose accounts are.
    links: Option<Timestamp>,
    /// What people state is another by their word, and when it has held long enough.
    attested: AttestationVersion,
    /// What is said of who answers for what.
    owners: (i64, i64, i64),
    /// What rules say of entities.
    tags: Vec<EntityTag>,
}

/// The connectors there are, or were at a past moment, or the one named `only`: by its name then, or by today's.
///
/// # Errors
/// When the database cannot be read.
pub async fn connectors_of(
    store: &Store,
    only: Option<&str>,
    at: Option<Timestamp>,
) -> Result<Vec<Connector>, StoreError> {
    let current = store.connector_list().await?;
    let is_named = |record: &Connector| only.is_none_or(|name| connector_is_named(record, name));
    let today: Vec<_> = current.iter().filter(|record| is_named(record)).map(|record| record.id).collect();
    let mut records = match at {
        Some(at) => store.connector_list_at(at).await?,
        None => current,
    };
    records.retain(|record| is_named(record) || today.contains(&record.id));
    Ok(records)
}

/// Finds a connector's snapshot at a past moment, and notes it for the answer.
async fn place(store: &Store, record: &Connector, past: Option<&mut Past>) -> Result<Place, StoreError> {
    let Some(past) = past else { return Ok(Place::Present) };
    let (latest, known) = known_then(store, record, past.at).await?;
    past.as_of.connectors.push(known);
    let at = Some(past.at);
    Ok(latest.map_or(Place::Before, |snapshot| Place::Past(PastMoment { snapshot, at })))
}

/// A connector may be named `npm:acme`, or `acme` alone.
#[must_use]
pub fn connector_is_named(record: &Connector, name: &str) -> bool {
    connector_title(record) == name || record.config.name == name
}

/// What is current of a connector, from its image or else from the database.
async fn segment_of_version(
    store: &Store,
    connector: &ConnectorView,
    version: &GraphVersion,
    images: &GraphImages,
) -> Result<(Arc<Segment>, Since), StoreError> {
    let (identity, declaration) = (connector.identity(), connector.declaration);
    let key = ImageKey::new(connector.record.uuid, &identity, declaration, version);
    if let Some((segment, since)) = images.read(&key, declaration).await
        && *segment.identity() == identity
    {
        return Ok((Arc::new(segment), since));
    }
    let (segment, since) = segment_load(store, connector, Place::Present).await?;
    let segment = Arc::new(segment);
    // Something may have become current since the version was asked for.
    if store.graph_version(connector.record.id).await?.as_ref() == Some(version) {
        images.write(&key, &segment, &since).await;
    }
    Ok((segment, since))
}

async fn segment_load(store: &Store, connector: &ConnectorView, place: Place) -> Result<(Segment, Since), StoreError> {
    let since = Since::new(connector.declaration, moments(store, connector).await?);
    let builder = SegmentBuilder::new(connector.declaration, connector.identity());
    let at = match place {
        Place::Present => None,
        Place::Past(at) => Some(at),
        Place::Before => return Ok((builder.build(), since)),
    };
    let ended = at.map(|at| at.snapshot);
    let ended = EndedRights::load(store, connector.record.id, connector.declaration, &connector.states, ended).await?;
    let mut loading = Loading::new(builder, since, ended);
    store.facts_numbered_at(connector.record.id, at, &mut loading).await?;
    Ok(loading.finish())
}

async fn returned(store: &Store, connector: &ConnectorView) -> Result<HashMap<ResourceRef, Reappearance>, StoreError> {
    let at = match connector.place {
        Place::Present => None,
        Place::Past(at) => Some(at),
        Place::Before => return Ok(HashMap::new()),
    };
    let all = store.reappearances(connector.record.id, at).await?;
    let open = all.into_iter().filter(|one| one.confirmed.is_none());
    Ok(open.map(|one| (one.resource.clone(), one)).collect())
}

/// When each snapshot of the connector became current.
pub(crate) async fn moments(store: &Store, connector: &ConnectorView) -> Result<HashMap<i64, Timestamp>, StoreError> {
    let snapshots = store.snapshot_list(connector.record.id, usize::MAX).await?;
    Ok(snapshots.into_iter().map(|snapshot| (snapshot.id.0, snapshot.made_current_at)).collect())
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
