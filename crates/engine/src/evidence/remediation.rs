//! What was denied and taken away, as it stood at a moment: who did it, when, and what was read before and after.

use std::io;

use rolecall_model::Timestamp;
use rolecall_store::{PlanFilter, PlanStepEvent, StepEvidence, StoreError, StoredPlan, StoredStep};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, text};
use super::separation::{Denial, Denials, separation};
use crate::moment::moment_text;

/// See [`Section`].
pub(super) struct Remediation {
    rows: Vec<Row>,
    open: usize,
}

/// What had happened to a step by a moment.
#[derive(Default)]
struct StepThen {
    state: Option<String>,
    state_at: Option<Timestamp>,
    done: Option<Done>,
    due: Option<Timestamp>,
    verified: Option<(Timestamp, Vec<String>)>,
    came_back: Option<Timestamp>,
}

/// That somebody said that a step is done.
struct Done {
    at: Timestamp,
    by: String,
    note: String,
    /// From where: `page`, `interface` or `terminal`.
    source: String,
}

impl Remediation {
    /// Reads them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let (mut rows, mut open) = (Vec::new(), 0);
        let plans = scope.store.plan_list().await?;
        let denials = Denials::load(scope).await?;
        for plan in plans.iter().rev().filter(|plan| plan.created_at <= scope.at) {
            let steps = scope.store.plan_steps(PlanFilter { plan: Some(plan.id), ..PlanFilter::default() }).await?;
            let events = scope.store.plan_step_events(plan.id).await?;
            for step in steps.iter().filter(|step| scope.has_connector(step.connector)) {
                let then = StepThen::of(&events, step.number, scope.at);
                open += usize::from(then.state.as_deref() != Some("verified"));
                rows.push(row(scope, plan, step, &then, &denials));
            }
        }
        Ok(Self { rows, open })
    }
}

impl StepThen {
    fn of(events: &[PlanStepEvent], number: i64, at: Timestamp) -> Self {
        let mut then = Self::default();
        for event in events.iter().filter(|event| event.number == number && event.at <= at) {
            if event.state.ends_with("-set") {
                let due = event.details.get("due").and_then(Json::as_i64);
                then.due = due.map(Timestamp).or(then.due);
                continue;
            }
            (then.state, then.state_at) = (Some(event.state.clone()), Some(event.at));
            match event.state.as_str() {
                "done" => {
                    let (by, note) =
                        (event.actor.clone().unwrap_or_default(), event.reason.clone().unwrap_or_default());
                    let source = event.details.get("source").and_then(Json::as_str).unwrap_or_default().to_owned();
                    then.done = Some(Done { at: event.at, by, note, source });
                }
                "verified" => {
                    let evidence: Option<StepEvidence> = serde_json::from_value(event.details.clone()).ok();
                    let listings = evidence.map(|evidence| evidence.listings).unwrap_or_default();
                    let read = listings.iter().map(|one| {
                        let at = one.complete_at.map_or_else(|| "never".to_owned(), moment_text);
                        format!("{} of {} read in full {at}", one.kind, one.subject)
                    });
                    then.verified = Some((event.at, read.collect()));
                }
                "came-back" => then.came_back = Some(event.at),
                _ => {}
            }
        }
        then
    }
}

fn row(scope: &Scope<'_>, plan: &StoredPlan, step: &StoredStep, then: &StepThen, denials: &Denials) -> Row {
    let review = plan.review.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
    let denied = step.item.and_then(|number| denials.of(&review, number));
    let (done_at, done_by, done_note) = match &then.done {
        Some(done) => (Some(moment_text(done.at)), Some(done.by.clone()), Some(done.note.clone())),
        None => (None, None, None),
    };
    let hours = then.verified.as_ref().map(|(at, _)| (at.0 - plan.created_at.0) / 3_600_000_000);
    let separate = match (&then.done, denied) {
        (None, _) => text(""),
        (Some(done), Some(denied)) => {
            separation(&scope.people, denied, (&done.by, &done.source)).map_or(Json::Null, text)
        }
        (Some(_), None) => Json::Null,
    };
    vec![
        text(review),
        step.number.into(),
        step.item.map_or_else(|| text(""), Into::into),
        text(&step.connector_title),
        text(format!("{} {}", step.principal.kind, step.principal.id)),
        text(step.entitlement.to_string()),
        text(&step.what),
        text(&step.how),
        text(then.state.clone().unwrap_or_default()),
        filled(then.state_at.map(moment_text)),
        filled(step.refused.clone()),
        text(moment_text(plan.created_at)),
        text(moment_text(then.due.unwrap_or(plan.due_at))),
        text(denied.map(Denial::names).unwrap_or_default()),
        filled(denied.map(|denied| moment_text(denied.at))),
        filled(done_by),
        filled(done_at),
        filled(done_note),
        separate,
        filled(then.verified.as_ref().map(|(at, _)| moment_text(*at))),
        text(then.verified.as_ref().map(|(_, read)| read.join("; ")).unwrap_or_default()),
        hours.map_or_else(|| text(""), Into::into),
        filled(then.came_back.map(moment_text)),
        text(&plan.digest),
    ]
}

impl Section for Remediation {
    fn name(&self) -> &'static str {
        "remediation"
    }

    fn title(&self) -> &'static str {
        "Remediation: what was denied, and that it is gone"
    }

    fn proves(&self) -> &'static str {
        "For each denied grant the exact step that takes it away, who denied it and who did it, whether that was the same person, \
         and the complete readings that began later and did not show it any more. Nobody's word verifies a step. What came back \
         says when."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "review",
            "step",
            "number",
            "connector",
            "holder",
            "entitlement",
            "what",
            "how",
            "state",
            "stateAt",
            "refusedBecause",
            "drawnUpAt",
            "dueAt",
            "deniedBy",
            "deniedAt",
            "doneBy",
            "doneAt",
            "note",
            "separation",
            "verifiedAt",
            "verifiedBy",
            "hours",
            "cameBackAt",
            "plan",
        ]
    }

    fn extent(&self) -> Extent {
        Extent::complete(format!("every step that was drawn up by then is a row; {} are not verified", self.open))
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
