//! Reviews of access and what follows from them: the words, and what may follow what.
//!
//! | question | module |
//! |---|---|
//! | where does a campaign stand? | `state` |
//! | what was decided about a grant, by whom, and what counts? | `decision` |
//! | who reviews a grant? | `reviewer` |
//! | where does a step of a plan stand, and when is it verified? | `step` |
//!
//! **Architecture Invariant:** nobody certifies their own access ([`reviewer_choose`] and [`may_review`] are the only ways to become
//! the reviewer of a grant), any deny wins, and a step is verified only by a complete reading that began after it was asked
//! for.

mod decision;
mod reviewer;
mod state;
mod step;

pub use decision::{ReviewDecision, ReviewNovelty, ReviewOutcome, review_outcome};
pub use reviewer::{ReviewerKey, ReviewerSource, may_review, reviewer_choose};
pub use state::{RemainingItems, ReviewState};
pub use step::{StepSight, StepState};
