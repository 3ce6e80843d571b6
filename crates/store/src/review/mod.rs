//! Reviews of access: campaigns, the grants in them, who reviews which, and what was decided.
//!
//! | question | file |
//! |---|---|
//! | how is a campaign written, staged, started and ended? | `change.rs`, `stage.rs`, `end.rs` |
//! | what is a campaign and a grant in it? | `row.rs`; which are there? `read.rs` |
//! | who reviews a grant, and for whom? | `assign.rs`, `delegate.rs` |
//! | what is chosen and not submitted? | `mark.rs` |
//! | how is a decision submitted? | `submit.rs` |
//! | what happened in a campaign? | `event.rs` |
//! | what do rules ask to have reviewed? | `request.rs` |
//! | how is somebody erased? | `erase.rs` |
//!
//! *Architecture Invariants*: a submitted decision is never changed, and whoever decides anew adds one; what was staged stays as it
//! was, whatever becomes of accounts and connectors; nobody decides about what they held when it was staged ([`Store::review_submit`]
//! refuses it, whoever asks).

mod assign;
mod change;
mod delegate;
mod end;
mod erase;
mod event;
mod mark;
mod read;
mod request;
mod row;
mod stage;
mod submit;

pub use assign::ReviewAssign;
pub use change::ReviewWrite;
pub use delegate::{NewReviewDelegate, ReviewDelegate};
pub use end::ReviewEnd;
pub use event::ReviewEvent;
pub use mark::{ReviewMark, ReviewMarkWrite};
pub use read::{ReviewFilter, ReviewItemFilter, ReviewProgress, ReviewerProgress};
pub use request::ReviewRequest;
pub use row::{ItemPrevious, ReviewAssignment, ReviewItem, StoredDecision, StoredReview, StoredSubmission};
pub use stage::{NewReviewItem, ReviewCertified, ReviewStage};
pub use submit::{ReviewChoice, ReviewSource, ReviewSubmission, ReviewSubmitted, SubmitRefusal};

pub(crate) use erase::{reviews_erase, reviews_rename};

pub(crate) use request::requests_insert;
pub(crate) use row::{moment, resource_of, unknown};

use rolecall_model::Timestamp;
use serde_json::Value as Json;

#[cfg(doc)]
use crate::Store;
use crate::audit::{AuditEntry, audit_append};
use crate::db::Connection;
use crate::error::Failure;

/// Records what a person did to a review, in the audit log and in the review's own history.
pub(super) struct Act<'a> {
    pub(super) review: &'a StoredReview,
    pub(super) at: Timestamp,
    /// As the history of the review calls it: `started`.
    pub(super) what: &'static str,
    /// As the audit log does: `review.started`.
    pub(super) action: &'static str,
    /// Nobody where the program did it.
    pub(super) actor: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    /// Nothing personal, and nothing that a person wrote.
    pub(super) details: Json,
    /// Personal fields besides actor and reason.
    pub(super) personal: Vec<(&'static str, &'a str)>,
}

/// Writes it down.
pub(super) async fn act_record(db: &mut Connection, act: Act<'_>) -> Result<(), Failure> {
    event::event_insert(db, act.review.id, act.at, (act.what, act.actor, act.reason), &act.details).await?;
    let mut personal = act.personal;
    personal.extend(act.actor.map(|actor| ("actor", actor)));
    personal.extend(act.reason.map(|reason| ("reason", reason)));
    let subject = act.review.uuid.to_string();
    let entry = AuditEntry { at: act.at, action: act.action, subject, details: act.details, personal };
    audit_append(db, &entry).await.map(drop)
}
