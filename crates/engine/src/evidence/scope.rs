//! What a package is of: which connectors, which moment, which period; and what was known then.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_store::{ConnectorId, SnapshotId, Store, StoreError};
use uuid::Uuid;

use super::withdrawn::Withdrawn;
use crate::as_of::AsOf;
use crate::image::GraphImages;
use crate::reviews::ReviewPeople;
use crate::world::{WorldScope, WorldView, world_load_at};

/// What evidence is asked for.
#[derive(Clone, Debug)]
pub struct EvidenceQuestion {
    /// Only of this connector, and of the directories of people.
    pub only: Option<String>,
    /// As of which moment.
    pub at: Timestamp,
    /// When the period begins that ends then.
    pub since: Timestamp,
    /// The present moment.
    pub now: Timestamp,
}

/// What was known at the moment of a package.
#[derive(Debug)]
pub(super) struct Scope<'s> {
    pub(super) store: &'s Store,
    /// Of connectors that are asked about.
    pub(super) view: WorldView,
    /// Everybody of all directories, whatever connector is asked about, with the accounts that the hub has now.
    pub(super) people: ReviewPeople,
    pub(super) at: Timestamp,
    pub(super) since: Timestamp,
    /// Connectors that there were, and are not asked about.
    pub(super) left_out: Vec<String>,
    /// Of which something of the period is not told any more.
    pub(super) withdrawn: Vec<Withdrawn>,
    is_whole: bool,
}

impl<'s> Scope<'s> {
    /// Loads what was known. Always as of a past moment, so that a package of now is the one that can be made of now later.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(store: &'s Store, question: &EvidenceQuestion) -> Result<Self, StoreError> {
        let view = world_of(store, question.only.as_deref(), question.at).await?;
        let everything;
        let whole = match &question.only {
            None => &view,
            // Whose accounts are is told by directories, which are connectors of their own.
            Some(_) => {
                everything = world_of(store, None, question.at).await?;
                &everything
            }
        };
        let people = ReviewPeople::load(store, whole).await?;
        let asked = view.connector_titles();
        let left_out = whole.connector_titles().into_iter().filter(|title| !asked.contains(title)).collect();
        let is_whole = question.only.is_none();
        let withdrawn = if is_whole { Withdrawn::load(store, question).await? } else { Vec::new() };
        Ok(Self { store, view, people, at: question.at, since: question.since, left_out, withdrawn, is_whole })
    }

    /// Whether all connectors are asked about.
    pub(super) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether something is about a connector that is asked about; of all, also one that is there no more.
    pub(super) fn has_connector(&self, connector: Uuid) -> bool {
        self.is_whole || self.view.connectors.iter().any(|one| one.record.uuid == connector)
    }

    /// What is not told any more of connectors that were removed.
    pub(super) fn missing(&self) -> Vec<String> {
        self.withdrawn.iter().map(Withdrawn::sentence).collect()
    }

    /// What was not known yet of connectors that there were, and what is not told any more.
    pub(super) fn unread(&self) -> Vec<String> {
        let mut unread = self.view.as_of().map(AsOf::unread).unwrap_or_default();
        unread.extend(self.missing());
        unread
    }
}

/// What was known of connectors at a moment.
pub(super) async fn world_of(store: &Store, only: Option<&str>, at: Timestamp) -> Result<WorldView, StoreError> {
    world_of_snapshots(store, only, at, &BTreeMap::new()).await
}

/// The same, of these connectors from these snapshots, whatever else became current at that moment.
pub(super) async fn world_of_snapshots(
    store: &Store,
    only: Option<&str>,
    at: Timestamp,
    snapshots: &BTreeMap<ConnectorId, SnapshotId>,
) -> Result<WorldView, StoreError> {
    let scope = WorldScope { only, snapshots: Some(snapshots), ..WorldScope::default() };
    world_load_at(store, scope, Some(at), &GraphImages::off(), at).await
}
