//! Who in the organisation answers for a resource: whom to ask, and who reviews. It says nothing about access.
//!
//! | question | module |
//! |---|---|
//! | what can be said to own something, and by whom? | `claim` |
//! | of several who say something, who counts? | `claim` ([`OwnerSource`], [`owners_ruling`]) |
//! | what does a CODEOWNERS file say, and of what? | `codeowners` |
//!
//! **Architecture Invariant:** what somebody said is never overruled by what was read or worked out, and what is known of
//! nobody is shown as it stands.

mod claim;
mod codeowners;

pub use claim::{Owner, OwnerRuling, OwnerSource, OwnerTeam, owners_ruling};
pub use codeowners::{Codeowners, CodeownersOddity, CodeownersRule, Oddity};
