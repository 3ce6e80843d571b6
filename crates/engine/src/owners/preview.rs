//! What a list or a file would change.

use std::collections::{BTreeSet, HashSet};

use rolecall_model::owner::{Owner, OwnerSource};
use rolecall_store::{OwnedResource, OwnerSaid, Store, StoreError};
use serde::Serialize;

use super::OwnerBook;
use crate::name::Candidate;
use crate::world::connector_title;

/// What a list or a file would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerPreview {
    /// Of how many resources it says who answers for them.
    pub resources: usize,
    /// How many owners it names that it named before.
    pub kept: usize,
    /// How many it did not name before.
    pub added: usize,
    /// How many it names no more.
    pub ended: usize,
    /// Every owner that is new or named no more, by resource.
    pub differences: Vec<OwnerDifference>,
}

/// An owner that is new, or named no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerDifference {
    /// The connector of the resource.
    pub connector: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// `added` or `ended`.
    pub change: &'static str,
    /// Who, in words.
    pub owner: String,
}

impl OwnerBook<'_> {
    /// What one source would say otherwise than now. `O(said + known)`.
    pub(super) async fn compared(
        &self,
        store: &Store,
        source: OwnerSource,
        place: &str,
        said: &[OwnerSaid],
    ) -> Result<OwnerPreview, StoreError> {
        let known = store.owner_list().await?;
        let known: HashSet<(OwnedResource, Owner)> = known
            .into_iter()
            .filter(|row| row.source == source && row.place == place)
            .map(|row| (row.resource, row.owner))
            .collect();
        let said: HashSet<(OwnedResource, Owner)> =
            said.iter().map(|said| (said.resource.clone(), said.owner.clone())).collect();
        let mut preview = OwnerPreview {
            resources: said.iter().map(|(resource, _)| resource).collect::<BTreeSet<_>>().len(),
            kept: said.intersection(&known).count(),
            ..OwnerPreview::default()
        };
        for (change, pairs) in [("added", said.difference(&known)), ("ended", known.difference(&said))] {
            preview.differences.extend(pairs.map(|(resource, owner)| self.difference(resource, owner, change)));
        }
        preview.differences.sort();
        let count = |change: &str| preview.differences.iter().filter(|one| one.change == change).count();
        (preview.added, preview.ended) = (count("added"), count("ended"));
        Ok(preview)
    }

    fn difference(&self, resource: &OwnedResource, owner: &Owner, change: &'static str) -> OwnerDifference {
        let connector = self.view.connectors.iter().find(|known| known.record.id == resource.connector);
        let Candidate { connector, kind, id } = Candidate {
            connector: connector.map(|known| connector_title(&known.record)).unwrap_or_default(),
            kind: resource.resource.kind.to_string(),
            id: resource.resource.id.to_string(),
        };
        OwnerDifference { connector, kind, id, change, owner: self.owner(owner).text() }
    }
}
