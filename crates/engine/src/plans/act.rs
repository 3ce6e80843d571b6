//! What people say of a step.

use rolecall_model::Timestamp;
use rolecall_store::{Decision, PlanStepAct, ReviewSource, StoredStep};

use super::list::plan_known;
use crate::Context;
use crate::reviews::ReviewError;

/// What somebody says of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepWish {
    /// It is done, as is said from there.
    Done(ReviewSource),
    /// Who does it; nobody, where the name is empty.
    Own(String),
    /// Until when it is to be done.
    Due(Timestamp),
}

/// Writes down what somebody says of a step. That it is done verifies nothing: a later reading does.
///
/// # Errors
/// When there is no such step, it cannot be done any more, or the database cannot be written.
pub async fn plan_step_act(
    context: &Context,
    plan: &str,
    number: i64,
    wish: &StepWish,
    decision: &Decision,
) -> Result<StoredStep, ReviewError> {
    let plan = plan_known(&context.store, plan).await?;
    let act = match wish {
        StepWish::Done(source) => PlanStepAct::Done(*source),
        StepWish::Own(owner) => PlanStepAct::Own(owner.trim().to_owned()),
        StepWish::Due(due) => PlanStepAct::Due(*due),
    };
    let done = context.store.plan_step_act(plan.id, number, &act, decision, context.now()).await?;
    done.ok_or_else(|| ReviewError::unknown("step", &number.to_string()))
}
