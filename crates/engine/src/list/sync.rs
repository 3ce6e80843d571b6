//! The syncs there were, as rows.

use std::cmp::Reverse;
use std::collections::HashMap;

use rolecall_store::{Snapshot, Store, StoreError, Sync};
use serde::Serialize;

use crate::moment::moment_text;
use crate::world::{ConnectorView, WorldView};

/// A row of `list syncs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncRow {
    /// How `diff` is told of it: `sync:12`.
    pub sync: String,
    /// The connector.
    pub connector: String,
    /// When it began.
    pub started: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// `running`, `finished`, `interrupted` or `failed`.
    pub status: &'static str,
    /// When the last of it became current; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_since: Option<String>,
    /// Facts that appeared or took the place of others.
    pub appeared: u64,
    /// Facts that went.
    pub removed: u64,
    /// Facts whose removal began to wait for a person.
    pub held: u64,
    /// Requests it sent.
    pub requests: u64,
    /// Its id for the outside world.
    pub uuid: String,
}

impl WorldView {
    /// The syncs of every connector in view, newest first; at a past moment those that had begun. `O(syncs)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_syncs(&self, store: &Store) -> Result<Vec<SyncRow>, StoreError> {
        let until = self.past.as_ref().map(|past| past.at);
        let mut found = Vec::new();
        for connector in &self.connectors {
            let snapshots = store.snapshot_list(connector.record.id, usize::MAX).await?;
            let syncs = store.sync_list(connector.record.id, usize::MAX).await?;
            let begun = syncs.into_iter().filter(|sync| until.is_none_or(|until| sync.started_at <= until));
            let mut made: HashMap<_, Vec<&Snapshot>> = HashMap::new();
            for snapshot in snapshots.iter().filter(|snapshot| until.is_none_or(|at| snapshot.made_current_at <= at)) {
                made.entry(snapshot.sync).or_default().push(snapshot);
            }
            for sync in begun {
                let made = made.get(&Some(sync.id)).map_or(&[][..], Vec::as_slice);
                found.push((sync.started_at, row_of(connector, &sync, made)));
            }
        }
        found.sort_by_key(|(started, _)| Reverse(*started));
        Ok(found.into_iter().map(|(_, row)| row).collect())
    }
}

/// With the snapshots that the sync made, newest first.
fn row_of(connector: &ConnectorView, sync: &Sync, made: &[&Snapshot]) -> SyncRow {
    let sum = |count: fn(&Snapshot) -> u64| made.iter().map(|snapshot| count(snapshot)).sum();
    SyncRow {
        sync: format!("sync:{}", sync.id),
        connector: connector.title(),
        started: moment_text(sync.started_at),
        finished: sync.finished_at.map(moment_text),
        status: sync.status.word(),
        current_since: made.first().map(|snapshot| moment_text(snapshot.made_current_at)),
        appeared: sum(|snapshot| snapshot.counts.appeared + snapshot.counts.replaced),
        removed: sum(|snapshot| snapshot.counts.removed + snapshot.counts.cascaded),
        held: sum(|snapshot| snapshot.counts.held),
        requests: sync.requests,
        uuid: sync.uuid.to_string(),
    }
}
