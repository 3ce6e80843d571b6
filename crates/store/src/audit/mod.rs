//! The audit log: what was decided, configured and made current, in a chain that anyone can verify offline.
//!
//! *Architecture Invariant* 9: a record is written in the transaction of what it records ([`audit_append`]). Each carries
//! the hash of the one before it, so that nothing in the middle can be changed, dropped, moved or inserted; signed heads
//! ([`AuditHead`]) that left the machine show a tail that was cut off and a chain that was made anew. What is personal
//! enters a record as a salted commitment, so that it can be erased and the chain still verifies.
//!
//! `docs/reference/audit.md` says what is hashed and signed, byte by byte.

mod append;
mod erase;
mod export;
mod hash;
mod head;
mod key;
mod read;
mod record;
mod statement;
mod verify;

pub use erase::AuditErasure;
pub use export::{AuditFileError, audit_file_verify, audit_heads_read};
pub use hash::AuditHash;
pub use head::AuditHead;
pub use key::{AuditKey, AuditKeyError, AuditPublicKey};
pub use read::AuditFilter;
pub use record::{AuditRecord, PersonalField, Salt};
pub use statement::AuditSignature;
pub use verify::{AuditBreak, AuditEvidence, AuditVerdict};

pub(crate) use append::{AuditEntry, audit_append, chain_ensure, connector_subject};
pub(crate) use erase::{Erasing, names_erase, without};

/// Every action that is recorded. The words are stable.
pub const AUDIT_ACTIONS: &[&str] = &[
    "account.confirmed-same",
    "attestation.recorded",
    "attestation.withdrawn",
    "audit.erased",
    "connector.added",
    "connector.changed",
    "connector.paused",
    "connector.purged",
    "connector.removed",
    "connector.renamed",
    "connector.restored",
    "connector.resumed",
    "database.migrated",
    "decision.delayed",
    "decision.withdrawn",
    "delivery.retried",
    "endpoint.added",
    "endpoint.changed",
    "endpoint.disabled",
    "endpoint.enabled",
    "endpoint.removed",
    "finding.accepted",
    "finding.owner-set",
    "finding.reopened",
    "finding.snoozed",
    "finding.suppressed",
    "hub.confirmed",
    "hub.credential-refused",
    "hub.first-run-offered",
    "hub.identity-linked",
    "hub.identity-unlinked",
    "hub.link-revoked",
    "hub.locked-out",
    "hub.login-allowed",
    "hub.login-refused",
    "hub.password-changed",
    "hub.recovery-codes-renewed",
    "hub.second-factor-added",
    "hub.second-factor-begun",
    "hub.second-factor-removed",
    "hub.session-ended",
    "hub.session-refused",
    "hub.sign-in-failed",
    "hub.signed-in",
    "hub.signed-out",
    "hub.token-added",
    "hub.token-revoked",
    "hub.user-added",
    "hub.user-changed",
    "hub.user-disabled",
    "hub.user-enabled",
    "hub.user-invited",
    "hub.user-reset",
    "hub.user-role-changed",
    "identity.pinned",
    "identity.refused",
    "identity.settings-changed",
    "identity.unpinned",
    "job.asked",
    "job.cancelled",
    "job.retried",
    "owner.imported",
    "owner.set",
    "owner.unset",
    "person.erased",
    "plan.drawn-up",
    "plan.step-done",
    "plan.step-due-set",
    "plan.step-owner-set",
    "plan.step-seen",
    "purge.approved",
    "purge.requested",
    "purge.withdrawn",
    "question.removed",
    "question.saved",
    "removals.confirmed",
    "removals.discarded",
    "review.cancelled",
    "review.changed",
    "review.completed",
    "review.created",
    "review.delegate-ended",
    "review.delegated",
    "review.escalated",
    "review.reassigned",
    "review.staged",
    "review.started",
    "review.submitted",
    "rule.added",
    "rule.alert-dismissed",
    "rule.changed",
    "rule.removed",
    "runner.key-made",
    "runner.key-revoked",
    "scim.client-added",
    "scim.client-revoked",
    "scim.resource-added",
    "scim.resource-changed",
    "scim.resource-deleted",
    "secrets.rotated",
    "sight.accepted",
    "snapshot.made-current",
];

/// The action of a record about erased fields, which the verifier reads.
pub(crate) const ERASED: &str = "audit.erased";
/// The action that says so of somebody who was in a directory.
pub(crate) const PERSON_ERASED: &str = "person.erased";
