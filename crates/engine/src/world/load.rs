//! Loading it: each connector of now, or of a past moment, from the database or from an image of its graph.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rolecall_graph::{Segment, SegmentBuilder, World};
use rolecall_model::{ConnectorDeclaration, ResourceRef, Timestamp};
use rolecall_store::{Connector, ConnectorId, GraphVersion, PastMoment, Reappearance, SnapshotId, Store, StoreError};
use tracing::Instrument as _;

use super::{ConnectorView, Past, Place, WorldView, connector_is_named, connector_title, declaration_of};
use crate::as_of::{AsOf, known_then};
use crate::attestation::Attested;
use crate::context::clock_system;
use crate::image::{GraphImages, ImageKey};
use crate::loading::Loading;
use crate::measure;
use crate::once::Once;
use crate::outdated::EndedRights;
use crate::since::Since;

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
    world_load_at(store, WorldScope { only, ..WorldScope::default() }, at, images, clock_system()).await
}

/// Which connectors a world is of: all, unless something is said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorldScope<'s> {
    /// Of the one that is named so.
    pub(crate) only: Option<&'s str>,
    /// Of all but these.
    pub(crate) without: Option<&'s BTreeSet<ConnectorId>>,
    /// Of which snapshot a past moment of a connector is, where it is not the one that was current then.
    pub(crate) snapshots: Option<&'s BTreeMap<ConnectorId, SnapshotId>>,
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
    // What is awaited there is large, and callers await this deep within others.
    let view = Box::pin(world_load_whole(store, scope, at, images, now)).instrument(span.clone()).await;
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
        let place = place(store, &record, view.past.as_mut(), scope).await?;
        let (mut connector, segment) = Box::pin(connector_load(store, record, (declaration, place), images)).await?;
        connector.attested = Attested::load(store, &connector, at, now).await?;
        connector.tags = tags.iter().filter(|tag| tag.connector == connector.record.id).cloned().collect();
        segments.push(segment);
        view.connectors.push(connector);
    }
    view.world = Arc::new(World::new(segments));
    Ok(view)
}

async fn connector_load(
    store: &Store,
    record: Connector,
    (declaration, place): (&'static ConnectorDeclaration, Place),
    images: &GraphImages,
) -> Result<(ConnectorView, Arc<Segment>), StoreError> {
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
    let (segment, since) = match &version {
        Some(version) => Box::pin(segment_of_version(store, &connector, version, images)).await?,
        None => {
            let (segment, since) = Box::pin(segment_load(store, &connector, place)).await?;
            (Arc::new(segment), since)
        }
    };
    connector.snapshot = match place {
        Place::Present => version.map(|version| version.snapshot).or_else(|| since.latest()),
        Place::Past(at) => Some(at.snapshot),
        Place::Before => None,
    };
    (connector.since, connector.place) = (since, place);
    connector.returned = returned(store, &connector).await?;
    Ok((connector, segment))
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
async fn place(
    store: &Store,
    record: &Connector,
    past: Option<&mut Past>,
    scope: WorldScope<'_>,
) -> Result<Place, StoreError> {
    let Some(past) = past else { return Ok(Place::Present) };
    let (latest, known) = known_then(store, record, past.at).await?;
    past.as_of.connectors.push(known);
    let at = Some(past.at);
    let latest = scope.snapshots.and_then(|snapshots| snapshots.get(&record.id).copied()).or(latest);
    Ok(latest.map_or(Place::Before, |snapshot| Place::Past(PastMoment { snapshot, at })))
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
