//! What people state that no registry tells: which npm accounts have two-factor authentication, and since when an
//! organisation requires it.
//!
//! | question | file |
//! |---|---|
//! | what would be stated, and is it about accounts that there are? | `record.rs` |
//! | how long does a statement hold? | `expiry.rs` |
//! | what was stated, and what became of it? | `list.rs` |
//! | what counts at the moment of an answer, and what do answers make of it? | `standing.rs` |
//!
//! *Architecture Invariant* 4: npm does not tell a member's state, so that what is stated is told as that everywhere, by
//! whom, when and until when. What is withdrawn, superseded or too old is no property of anything.

mod expiry;
mod list;
mod record;
mod standing;

pub use expiry::{DAYS, DAYS_MOST, Expiry};
pub use list::{AttestationRow, AttestationStatementRow, attestation_rows, attestation_statements};
pub use record::{
    AttestationError, AttestationPreview, AttestationWish, AttestedSource, StatedAccount, StatedWish,
    attestation_prepare, attestation_record,
};
pub use rolecall_store::{AttestationState, Withdrawal};
pub(crate) use standing::Attested;
pub use standing::AttestedTwoFactor;
