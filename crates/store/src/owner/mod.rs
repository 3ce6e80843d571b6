//! Who answers for resources: what somebody said, what lists and CODEOWNERS files say, since when, and what ended.
//!
//! Nothing is worked out here: `rolecall_model::owner` says what counts, and this is where it is kept.

mod erase;
mod list;
mod row;
mod said;

pub use list::{OwnerImported, OwnerSaid};
pub use row::{OwnedResource, OwnerEnd, OwnerEvidence, OwnerRow};

pub(crate) use erase::{owners_erase, owners_rename};
