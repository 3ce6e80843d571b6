//! Plans: the exact steps that follow from decisions, who does them, and what was read afterwards.
//!
//! | question | file |
//! |---|---|
//! | how is a plan written? | `write.rs` |
//! | what is a step, and which are there? | `row.rs`, `read.rs` |
//! | who does it, and who says that it is done? | `act.rs` |
//! | what do readings say of what a step takes away? | `sight.rs`; what becomes of it? `seen.rs` |
//!
//! *Architecture Invariants*: a plan's steps are never changed once they are drawn up ([`StoredPlan::digest`]); a step is verified by
//! [`Store::plan_step_seen`] alone, and that asks the facts in the same transaction whether they are gone.

mod act;
mod read;
mod row;
mod seen;
mod sight;
mod write;

pub use act::PlanStepAct;
pub use read::PlanFilter;
pub use row::{PlanStepEvent, StoredPlan, StoredStep};
pub use seen::StepSeen;
pub use sight::{StepEvidence, StepListing};
pub use write::{NewPlan, NewPlanStep};

pub(crate) use write::plan_insert;

#[cfg(doc)]
use crate::Store;
