//! Rolecall's own database: what was observed, when, how completely, and what people decided about it.
//!
//! *Architecture Invariants* kept here:
//! - a snapshot is made current whole or not at all ([`Store::snapshot_make_current`] is one transaction);
//! - nothing that was current is ever overwritten: a fact that ends keeps its row, with the snapshot that ended it;
//! - only a person's decision removes a held fact, and the decision is written in the same transaction;
//! - no secret is stored: a connector keeps the *name* of the place where its secret is found.
//!
//! What changed, what may pass and what is held is decided by `engine` with `rolecall_model`; this crate writes it down
//! and answers questions about it. Everything that is SQLite's own lives in the module `sqlite`.

mod address;
mod changes;
mod clock;
mod connector;
mod connector_change;
mod connector_purge;
mod decision;
mod error;
mod fact_row;
mod facts;
mod ids;
mod integrity;
mod listing;
mod lock;
mod marks;
mod migrate;
mod moment;
mod names;
mod past;
mod removal;
mod snapshot;
mod sqlite;
mod staged;
mod store;
mod sync;
mod valid;

pub use address::DatabaseAddress;
pub use changes::{Change, ChangeFilter, ChangeKind, ConfirmedBy};
pub use connector::{Connector, NewConnector};
pub use connector_change::{ConnectorAction, ConnectorChange, ConnectorEvent};
pub use connector_purge::PurgedRows;
pub use decision::{Decision, DecisionReport};
pub use error::StoreError;
pub use facts::StoredFact;
pub use ids::{ConnectorId, ListingId, SnapshotId, SyncId};
pub use listing::{ListingCurrent, ListingState};
pub use lock::WriterLock;
pub use moment::{CurrentCounts, CurrentFact, Moment};
pub use removal::{PendingRemoval, Removal, RemovalFilter};
pub use snapshot::{
    ListingChange, ListingDelta, ListingWrite, MonthRequests, Snapshot, SnapshotCounts, SnapshotReport, SnapshotStage,
    SnapshotWrite,
};
pub use staged::Staged;
pub use store::{Mode, Store};
pub use sync::{Sync, SyncEnd, SyncStatus};
pub use valid::{Certainty, ValidFact};
