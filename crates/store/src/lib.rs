//! Rolecall's own database: what was observed, when, how completely, and what people decided about it.
//!
//! *Architecture Invariants* kept here:
//! - a snapshot is made current whole or not at all ([`Store::snapshot_make_current`] is one transaction);
//! - nothing that was current is ever overwritten: a fact that ends keeps its row, with the snapshot that ended it;
//! - only a person's decision removes a held fact, and the decision is written in the same transaction;
//! - what is decided, configured or made current is in the audit log, written in the same transaction;
//! - no secret is stored in the clear: a connector keeps the *name* of the place where its secret is found, and one that
//!   is kept here is sealed with a key that is not ([`Vault`]).
//!
//! What changed, what may pass and what is held is decided by `engine` with `rolecall_model`; this crate writes it down
//! and answers questions about it. What is an engine's own lives in `sqlite` and `postgres`, and all else speaks one
//! SQL through `db`.

mod address;
mod attestation;
mod audit;
mod changes;
mod clock;
mod connector;
mod connector_change;
mod connector_guard;
mod connector_log;
mod connector_pages;
mod connector_purge;
mod connector_standing;
mod connector_withdraw;
mod db;
mod decision;
mod decision_pending;
mod endpoint;
mod error;
mod fact_row;
mod facts;
mod feed;
mod file_system;
mod finding;
mod fingerprint;
mod graph_version;
mod hex;
mod hub;
mod identity;
mod ids;
mod integrity;
mod job;
mod key_file;
mod listing;
mod listing_turns;
mod lock;
mod marks;
mod measure;
mod migrate;
mod moment;
mod names;
mod notice_told;
mod numbering;
mod owner;
mod packed;
mod past;
mod plan;
mod portable;
mod postgres;
mod purge_request;
mod reappearance;
mod removal;
mod resource;
mod review;
mod rule;
mod runner;
mod scim;
mod secret;
mod snapshot;
mod source_event;
mod sqlite;
mod staged;
mod store;
mod sync;
mod valid;

pub use address::DatabaseAddress;
pub use attestation::{
    AccountStatement, Attestation, AttestationKind, AttestationState, AttestationVersion, AttestationWithdrawn,
    AttestedAccount, AttestedFile, AttestedStatement, ConnectorAttested, NewAttestation, Stated, Withdrawal,
};
pub use audit::{
    AUDIT_ACTIONS, AuditBreak, AuditErasure, AuditEvidence, AuditFileError, AuditFilter, AuditHash, AuditHead,
    AuditKey, AuditKeyError, AuditPublicKey, AuditRecord, AuditSignature, AuditVerdict, PersonalField, Salt,
    audit_file_verify, audit_heads_read,
};
pub use changes::{Change, ChangeFilter, ChangeKind, ConfirmedBy};
pub use connector::{Connector, NewConnector, RUNNER, SEALED};
pub use connector_change::{ConnectorAction, ConnectorChange, ConnectorEvent};
pub use connector_guard::ConnectorGuard;
pub use connector_log::{LOG_KEPT, LogQuery, NewLogEntry, StoredLogEntry, StoredProgress};
pub use connector_pages::{ListingRead, ResourceListed, SyncMade};
pub use connector_purge::PurgedRows;
pub use connector_standing::{Standing, Tally};
pub use connector_withdraw::Withdrawn;
pub use decision::{Decision, DecisionReport};
pub use decision_pending::{DecisionPending, NewDecisionPending};
pub use endpoint::{
    AttemptEnd, AttemptWrite, Delivery, DeliveryAttempt, DeliveryDue, DeliveryFilter, DeliveryState, Endpoint,
    NewDelivery,
};
pub use error::StoreError;
pub use facts::{FactSink, NumberedStatement, StoredFact};
pub use feed::{FeedHead, FindingNews};
pub use finding::{
    FindingAct, FindingDecision, FindingDecisionKind, FindingEvent, FindingFilter, FindingState, FindingTurn,
    FindingWrite, FindingsReport, FindingsWrite, StoredFinding,
};
pub use fingerprint::{FingerprintSeen, FingerprintSpan, FingerprintWrite, Fingerprints};
pub use graph_version::GraphVersion;
pub use hub::{
    ApiToken, AttemptKey, AttemptLimit, Attempted, Audience, Credentials, DeviceLogin, DeviceLoginPoll, DeviceToken,
    Entry, FailedAttempt, HubAct, HubRefusal, Identity, Link, LinkKind, NewApiToken, NewDeviceLogin, NewLink,
    NewNotice, NewSession, NewUser, Notice, Permission, Proof, Role, Session, SessionRefusal, SignInWrite, StoredLogin,
    TokenHash, UnknownCredential, User, UserChange, name_key,
};
pub use identity::{AccountNamed, IdentityLinkRow, IdentityPin, IdentityRefusal, LinkWrite, PersonErasure};
pub use ids::{
    ConnectorId, EndpointId, FindingId, HubUserId, JobId, ListingId, PlanId, PlanStepId, ReviewId, ReviewItemId,
    RuleId, SnapshotId, SyncId,
};
pub use job::{Claim, Enqueued, Fence, Job, JobEnd, JobFilter, JobStarted, JobState, NewJob, Takeover};
pub use listing::{ListingCurrent, ListingState};
pub use listing_turns::ListingTurn;
pub use lock::{HubLock, WriterLock};
pub use measure::{Connections, JobsUnfinished};
pub use moment::{CurrentCounts, CurrentFact, Moment};
pub use owner::{OwnedResource, OwnerEnd, OwnerEvidence, OwnerImported, OwnerRow, OwnerSaid};
pub use past::PastMoment;
pub use plan::{
    NewPlan, NewPlanStep, PlanFilter, PlanStepAct, PlanStepEvent, StepEvidence, StepListing, StepSeen, StoredPlan,
    StoredStep,
};
pub use portable::{Export, Import, ImportEnd, ImportStep};
pub use postgres::PostgresAddress;
pub use purge_request::{PurgeAgreement, PurgeWish};
pub use reappearance::{Reappearance, SameReport};
pub use removal::{PendingRemoval, Removal, RemovalFilter};
pub use review::{
    ItemPrevious, NewReviewDelegate, NewReviewItem, ReviewAssign, ReviewAssignment, ReviewCertified, ReviewChoice,
    ReviewDelegate, ReviewEnd, ReviewEvent, ReviewFilter, ReviewItem, ReviewItemFilter, ReviewMark, ReviewMarkWrite,
    ReviewPlace, ReviewProgress, ReviewRequest, ReviewSource, ReviewStage, ReviewSubmission, ReviewSubmitted,
    ReviewWrite, ReviewerProgress, StoredDecision, StoredReview, StoredSubmission, SubmitRefusal,
};
pub use rule::{
    AlertState, EntityTag, EvaluationReport, EvaluationWrite, RowWrite, RuleEvaluation, RuleStanding, SavedQuestion,
    StoredRule,
};
pub use runner::{NewRunnerKey, NewRunnerToken, RunnerClient, RunnerRefusal, RunnerSeen};
pub use scim::{
    NewScimClient, ScimChange, ScimClient, ScimEnd, ScimFind, ScimHistory, ScimKind, ScimPage, ScimRefusal,
    ScimResource, ScimWrite,
};
pub use secret::{
    CONNECTOR_TOKEN, ENDPOINT_SECRET, KeyId, KeyPlace, MasterKey, Rotation, SECOND_FACTOR, Secret, SecretCheck,
    SecretError, Vault,
};
pub use snapshot::{
    ListingChange, ListingDelta, ListingWrite, MonthRequests, Snapshot, SnapshotCounts, SnapshotReport, SnapshotStage,
    SnapshotWrite,
};
pub use staged::Staged;
pub use store::{Mode, Store};
pub use sync::{Sync, SyncEnd, SyncStatus};
pub use valid::{Certainty, ValidFact};
