//! What a query is asked of: graphs of moments and changes of windows, loaded as it needs them, with how complete they are.

mod changes;
mod edge;
mod edge_list;
mod gone;
pub mod json;
mod mentioned;
mod parameter;
mod reason;
mod shown;
mod tags;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rolecall_graph::{Across, Besides, ConnectorLabel, EntityGraph};
use rolecall_model::{ConnectorDeclaration, Timestamp};
use rolecall_query::ast::Query;
use rolecall_query::{Changes, Needs, Window, Worlds};
use rolecall_store::{ConnectorId, Store, StoreError};

use self::changes::changes_of;
use self::gone::{Ended, ended};
use crate::as_of::{AsOf, whole_second};
use crate::changes::{ChangesQuestion, changes_unseen};
use crate::completeness::{Completeness, CompletenessBuilder};
use crate::image::GraphImages;
use crate::moment::moment_text;
use crate::people::people_relationships;
use crate::world::{WorldScope, WorldView, world_load_at};

pub use edge::{edge_word, ends, is_unconfirmed, owned};
pub use edge_list::EdgeList;
pub use parameter::{Parameters, parameter_typed, parameters_read};
pub use reason::Reasons;
pub use shown::Shown;

const MICROSECONDS: i64 = 1000;

/// Why what a query needs could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum QueryLoadError {
    /// It asks about a moment that is still to come.
    #[error("{0} is still to come; nothing is known of it")]
    Future(String),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a query's worlds are chosen.
#[derive(Clone, Debug, Default)]
pub struct QueryScope {
    /// Only this connector.
    pub connector: Option<String>,
    /// The moment that is asked about, where the query names none; the present otherwise.
    pub as_of: Option<Timestamp>,
    /// As if these connectors were not there.
    pub without: BTreeSet<ConnectorId>,
}

/// Whether a property is a moment, in milliseconds since 1970, by its name.
#[must_use]
pub fn is_moment(property: &str) -> bool {
    let is_attested = property.starts_with("attested") && (property.ends_with("Until") || property.ends_with("Since"));
    property.ends_with("On") || is_attested || matches!(property, "notBefore" | "notAfter")
}

/// Everything that queries are asked of. What one needed is kept for the next.
#[derive(Debug, Default)]
pub struct QueryWorlds {
    scope: QueryScope,
    images: GraphImages,
    graphs: BTreeMap<Option<i64>, Loaded>,
    changes: HashMap<(Option<i64>, Window), Changes>,
    /// What the record cannot say about a window.
    unseen: BTreeSet<String>,
}

/// The graph of one moment.
#[derive(Debug)]
struct Loaded {
    view: WorldView,
    graph: EntityGraph,
    /// Whose accounts are.
    across: Vec<Across>,
    /// What is gone, where that was asked for.
    ended: Option<Ended>,
}

/// Loads what a query needs.
///
/// # Errors
/// When it asks about the future, or the database cannot be read.
pub async fn query_load(
    store: &Store,
    needs: &Needs,
    scope: QueryScope,
    now: Timestamp,
) -> Result<QueryWorlds, QueryLoadError> {
    let mut worlds = QueryWorlds::of(scope);
    worlds.load(store, needs, now).await?;
    Ok(worlds)
}

impl QueryWorlds {
    /// Nothing yet.
    #[must_use]
    pub fn of(scope: QueryScope) -> Self {
        Self { scope, ..Self::default() }
    }

    /// The same, loaded from graph images where there are.
    #[must_use]
    pub fn with_images(self, images: GraphImages) -> Self {
        Self { images, ..self }
    }

    /// Where they are loaded from besides the database.
    #[must_use]
    pub const fn images(&self) -> &GraphImages {
        &self.images
    }

    /// How they are chosen.
    #[must_use]
    pub const fn scope(&self) -> &QueryScope {
        &self.scope
    }

    /// Loads what a query that is asked `now` needs and is not here yet. `O(facts)` for each moment.
    ///
    /// # Errors
    /// When it asks about the future, or the database cannot be read.
    pub async fn load(&mut self, store: &Store, needs: &Needs, now: Timestamp) -> Result<(), QueryLoadError> {
        let moments = moments_of(needs);
        // Of what earlier queries needed, only the moment asked about is kept: others are of one query.
        self.graphs.retain(|moment, _| moment.is_none() || moments.contains(moment));
        self.changes.retain(|window, _| needs.windows.contains(window));
        for moment in moments {
            let at = moment.map(|at| moment_of(at, now)).transpose()?.or(self.scope.as_of);
            if !self.graphs.contains_key(&moment) {
                let only = WorldScope {
                    only: self.scope.connector.as_deref(),
                    without: Some(&self.scope.without),
                    ..WorldScope::default()
                };
                let view = world_load_at(store, only, at, &self.images, now).await?;
                let across = people_relationships(store, &view).await?;
                self.graphs.insert(moment, Loaded::of(view, across));
            }
            // What disappeared in a window has to be there to have changes.
            let wants_gone = needs.deleted || needs.windows.iter().any(|(of, _)| *of == moment);
            if let Some(loaded) = self.graphs.get_mut(&moment).filter(|loaded| wants_gone && loaded.ended.is_none()) {
                loaded.add_gone(store).await?;
                self.changes.retain(|(of, _), _| *of != moment);
            }
        }
        self.load_changes(store, needs, now).await
    }

    async fn load_changes(&mut self, store: &Store, needs: &Needs, now: Timestamp) -> Result<(), QueryLoadError> {
        self.unseen.clear();
        for (moment, window) in &needs.windows {
            let Some(loaded) = self.graphs.get(moment) else { continue };
            let latest = loaded.view.until(self.scope.as_of.or(Some(now))).unwrap_or(now);
            let question = ChangesQuestion {
                since: Some(Timestamp(window.since.saturating_mul(MICROSECONDS))),
                // A window that is still open has no end before which nothing was read.
                until: Some(end_of(window.until)).filter(|until| *until < latest),
                ..ChangesQuestion::all()
            };
            self.unseen.extend(changes_unseen(store, &loaded.view, &question, now).await?);
            if let Entry::Vacant(place) = self.changes.entry((*moment, *window)) {
                place.insert(changes_of(store, loaded, &question).await?);
            }
        }
        Ok(())
    }

    /// Whether a query can be asked that needs this, without loading anything.
    #[must_use]
    pub fn has(&self, needs: &Needs) -> bool {
        needs.windows.is_empty()
            && !needs.deleted
            && moments_of(needs).iter().all(|moment| self.graphs.contains_key(moment))
    }

    /// As a query takes them.
    #[must_use]
    pub fn worlds(&self) -> Worlds<'_> {
        Worlds {
            graphs: self.graphs.iter().map(|(moment, loaded)| (*moment, &loaded.graph)).collect(),
            changes: self.changes.iter().map(|(window, changes)| (*window, changes)).collect(),
            smart_classes: BTreeMap::new(),
        }
    }

    /// The graph of the moment that is asked about where the query names none.
    #[must_use]
    pub fn graph(&self) -> Option<&EntityGraph> {
        self.graphs.get(&None).map(|loaded| &loaded.graph)
    }

    /// The worlds behind the graphs that a query needed, that of the moment asked about first.
    pub fn views(&self, needs: &Needs) -> impl Iterator<Item = &WorldView> {
        moments_of(needs).into_iter().filter_map(|moment| self.graphs.get(&moment).map(|loaded| &loaded.view))
    }

    /// The world behind a graph.
    pub(crate) fn view_of(&self, graph: &EntityGraph) -> Option<&WorldView> {
        self.graphs.values().find(|loaded| std::ptr::eq(&raw const loaded.graph, graph)).map(|loaded| &loaded.view)
    }

    /// The past moments that an answer is of.
    #[must_use]
    pub fn as_of(&self, needs: &Needs) -> Vec<&AsOf> {
        self.views(needs).filter_map(WorldView::as_of).collect()
    }

    /// What the record cannot say about the windows of the query that was loaded last.
    #[must_use]
    pub fn unseen(&self) -> Vec<String> {
        self.unseen.iter().cloned().collect()
    }

    /// How complete the answer to a query is: all that access rests on, and the listings of whatever it mentions besides.
    #[must_use]
    pub fn completeness(&self, query: &Query, needs: &Needs) -> Completeness {
        let mentions = mentioned::names_of(query);
        let mut builder = CompletenessBuilder::default();
        for view in self.views(needs) {
            view.completeness_add(&mut builder, |declared| mentions.has(declared));
        }
        builder.finish()
    }

    /// When the oldest of the connectors was last read; `None` when none ever was.
    #[must_use]
    pub fn read_at(&self) -> Option<String> {
        let view = &self.graphs.get(&None)?.view;
        let last = |connector: &crate::world::ConnectorView| connector.states.iter().map(|state| state.read_at).max();
        view.connectors.iter().filter_map(last).min().map(moment_text)
    }
}

impl Loaded {
    fn of(view: WorldView, across: Vec<Across>) -> Self {
        let besides = Besides { labels: &labels(&view), known: &known(), across: &across };
        let graph = EntityGraph::of_world(Arc::clone(&view.world), &besides);
        Self { view, graph, across, ended: None }
    }

    async fn add_gone(&mut self, store: &Store) -> Result<(), StoreError> {
        let besides = Besides { labels: &labels(&self.view), known: &known(), across: &self.across };
        let (graph, ended) = ended(store, &self.view, &besides).await?;
        self.graph = graph;
        self.ended = Some(ended);
        Ok(())
    }
}

/// The moments of which a query needs the graph.
fn moments_of(needs: &Needs) -> BTreeSet<Option<i64>> {
    let of_windows = needs.windows.iter().map(|(moment, _)| *moment);
    let moments: BTreeSet<Option<i64>> = needs.moments.iter().copied().chain(of_windows).collect();
    // Every answer says how complete it is, and an answer of no moment would say that it is.
    if moments.is_empty() { [None].into() } else { moments }
}

fn known() -> Vec<&'static ConnectorDeclaration> {
    rolecall_connect::DECLARATIONS.to_vec()
}

fn labels(view: &WorldView) -> Vec<ConnectorLabel> {
    let label = |connector: &crate::world::ConnectorView| ConnectorLabel {
        account_name: connector.record.config.name.clone(),
        instance_id: connector.record.uuid.to_string(),
        is_untagged: !crate::world::is_tagged(&connector.record),
        stated: connector.attested_properties().into_iter().chain(tags::tagged(&connector.tags)).collect(),
    };
    view.connectors.iter().map(label).collect()
}

/// A moment that a query names.
fn moment_of(milliseconds: i64, now: Timestamp) -> Result<Timestamp, QueryLoadError> {
    let at = Timestamp(milliseconds.saturating_mul(MICROSECONDS));
    if at > now {
        return Err(QueryLoadError::Future(moment_text(at)));
    }
    let end = whole_second(at).max(end_of(milliseconds));
    Ok(Timestamp(end.0.min(now.0)))
}

/// All of a millisecond.
fn end_of(milliseconds: i64) -> Timestamp {
    Timestamp(milliseconds.saturating_mul(MICROSECONDS).saturating_add(MICROSECONDS - 1))
}
