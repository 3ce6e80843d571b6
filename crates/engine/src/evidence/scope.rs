//! What a package is of: which connectors, which moment, which period; and what was known then.

use rolecall_model::Timestamp;
use rolecall_store::{Store, StoreError};
use uuid::Uuid;

use crate::as_of::AsOf;
use crate::image::GraphImages;
use crate::people::Identities;
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
    /// Of all directories, whatever connector is asked about.
    pub(super) identities: Identities,
    pub(super) at: Timestamp,
    pub(super) since: Timestamp,
    is_whole: bool,
}

impl<'s> Scope<'s> {
    /// Loads what was known. Always as of a past moment, so that a package of now is the one that can be made of now later.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(store: &'s Store, question: &EvidenceQuestion) -> Result<Self, StoreError> {
        let view = world_of(store, question.only.as_deref(), question.at).await?;
        let identities = match &question.only {
            None => Identities::load(store, &view).await?,
            // Whose accounts are is told by directories, which are connectors of their own.
            Some(_) => Identities::load(store, &world_of(store, None, question.at).await?).await?,
        };
        let is_whole = question.only.is_none();
        Ok(Self { store, view, identities, at: question.at, since: question.since, is_whole })
    }

    /// Whether all connectors are asked about.
    pub(super) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether something is about a connector that is asked about; of all, also one that is there no more.
    pub(super) fn has_connector(&self, connector: Uuid) -> bool {
        self.is_whole || self.view.connectors.iter().any(|one| one.record.uuid == connector)
    }

    /// What was not known yet of connectors that there were.
    pub(super) fn unread(&self) -> Vec<String> {
        self.view.as_of().map(AsOf::unread).unwrap_or_default()
    }
}

/// What was known of connectors at a moment.
pub(super) async fn world_of(store: &Store, only: Option<&str>, at: Timestamp) -> Result<WorldView, StoreError> {
    world_load_at(store, WorldScope { only, without: None }, Some(at), &GraphImages::off(), at).await
}
