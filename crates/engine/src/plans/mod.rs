//! Plans: the exact steps that follow from what was denied, who does them, and whether later readings show that it is gone.
//!
//! | question | module |
//! |---|---|
//! | which steps follow? | `draw_up` |
//! | which must not be done? | `protect` |
//! | what do people say of a step? | `act` |
//! | what do readings say of it? | `seen` |
//! | what do lists and pages show? | `list` |
//!
//! *Architecture Invariant*: nobody's word verifies a step. It is done when somebody says so, and verified when a complete reading
//! that began later does not show it any more (`rolecall_store::Store::plan_step_seen`).

mod act;
mod draw_up;
mod list;
mod protect;
mod seen;

pub use act::{StepWish, plan_step_act};
pub(crate) use draw_up::{effect_of, plan_draw_up};
pub use list::{PlanAnswer, PlanRow, StepEventRow, StepReading, StepRow, plan_list, plan_show};
pub(crate) use seen::plan_steps_seen;
