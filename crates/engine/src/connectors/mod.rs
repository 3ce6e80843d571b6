//! Connectors, as people configure, watch and remove them where there is no command line.
//!
//! What is known of connector types comes through a port, [`ConnectorCatalog`]; everything else is the database's. Whoever
//! acts is a name: that they may do it was decided before. Each change is in the audit log, in the transaction that makes
//! it.
//!
//! | what for? | use-case |
//! |---|---|
//! | connecting a source | [`connector_types`], [`connector_check`], [`connector_create`] |
//! | changing it | [`connector_form`], [`connector_update`], [`connector_owners_set`], [`connector_pause`], [`connector_resume`] |
//! | reading it now | [`connector_sync_now`] |
//! | how is it? | [`connectors_overview`], [`connector_detail`], [`connector_resources`], [`connector_syncs`], [`log_list`], [`sync_progress`] |
//! | what waits for a person | [`removals_view`], [`removals_decide`], [`decision_withdraw`] |
//! | taking it away | [`connector_remove`], [`purge_approve`], [`purge_withdraw`] |
//! | what somebody has to be told | [`notices_due`] |

mod card;
mod catalog;
mod create;
mod decide;
mod detail;
mod error;
mod log;
mod notice;
mod overview;
mod removals;
mod remove;
mod subject;
mod update;

pub use card::{Choice, FieldCard, FieldError, FieldKind, Form, TypeCard, field};
pub use catalog::{CheckFailure, Checked, ConnectorCatalog, ShownField};
pub(crate) use create::connector_place_free;
pub use create::{
    ConnectorForm, Created, connector_check, connector_create, connector_types, connector_types_elsewhere,
};
pub use decide::{
    DELAY_SECONDS, Decided, Decider, PendingDecision, RemovalsAsked, Ruling, decision_withdraw, removals_decide,
};
pub use detail::{
    ConfigurationEvent, ConnectorDetail, JobRow, ListingRow, Page, ResourceRow, ResourceTypeCount, SyncRow,
    connector_detail, connector_events, connector_resources, connector_row, connector_sync_listings, connector_syncs,
};
pub use error::{ConnectorsError, Stale, Taken};
pub use log::{LogEntry, LogFilter, LogLevel, SyncProgress, log_list, sync_progress};
pub use notice::{Notice, NoticeKind, NoticeSink, NoticeTo, notices_deliver, notices_due};
pub(crate) use overview::expiry_at;
pub use overview::{
    ConnectorCounts, ConnectorRow, ConnectorState, LastSync, ListingCounts, TokenExpiry, connectors_overview,
};
pub use removals::{RemovalGroup, RemovalRow, RemovalsView, removals_view};
pub use remove::{PurgeRequest, Removal, Removed, connector_remove, purge_approve, purge_requests, purge_withdraw};
pub use update::{
    EditForm, OwnersSet, SyncAsked, Updated, connector_form, connector_owners_set, connector_pause, connector_resume,
    connector_sync_now, connector_update,
};

pub use rolecall_connect::is_brought;
pub use rolecall_store::{
    Connector, ConnectorAction, ConnectorId, DatabaseAddress, Job, JobId, JobState, KeyPlace, NewConnector, Store,
    StoreError,
};
pub use secrecy::SecretString;
pub use uuid::Uuid;
