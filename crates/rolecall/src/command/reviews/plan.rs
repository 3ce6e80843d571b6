//! `rolecall reviews plan`, `plans`, `done` and `step`: what follows from what was denied.

use std::io;

use clap::Args;
use rolecall_engine::plans::{PlanAnswer, PlanRow, StepRow, StepWish, plan_list, plan_show, plan_step_act};
use rolecall_engine::{clock_system, day_text, moment_parse, moment_text};
use rolecall_store::{Decision, ReviewSource, StoredStep};
use serde_json::json;

use super::context_of;
use crate::cli::Global;
use crate::command::{store_read, store_write};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{
    ANSWER, Format, LIST, Row, line, paint_bold, paint_dim, paint_warning, print_csv, print_json, print_rows,
};

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The campaign, or the plan: its name or id
    review: String,
    /// Only steps that somebody has to do something about
    #[arg(long)]
    open: bool,
    /// Exit with 9 when a step is not verified
    #[arg(long)]
    fail_on_open: bool,
}

#[derive(Debug, Args)]
pub(super) struct DoneArgs {
    /// The campaign, or the plan: its name or id
    review: String,
    /// The number of the step
    step: i64,
    /// What was done, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct StepArgs {
    /// The campaign, or the plan: its name or id
    review: String,
    /// The number of the step
    step: i64,
    /// Who does it; '' for nobody
    #[arg(long, value_name = "WHO", required_unless_present = "due")]
    owner: Option<String>,
    /// Until when: 2026-12-20
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

pub(super) async fn show(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let mut plan = plan_show(&store, &args.review, clock_system()).await?;
    let is_open = plan.steps.iter().any(|step| step.state != "verified");
    if args.open {
        plan.steps.retain(StepRow::is_open);
    }
    match format {
        Format::Json => print_json(&plan)?,
        Format::Table => print(&plan)?,
        other => print_rows(other, &plan.steps)?,
    }
    Ok(if args.fail_on_open && is_open { Exit::Found } else { Exit::Done })
}

fn print(plan: &PlanAnswer) -> io::Result<()> {
    let row = &plan.row;
    let review = row.review.as_deref().unwrap_or("no review");
    let title = format!("Plan of {review}, drawn up {} by {}", day_text(&row.created_at), row.created_by);
    line(&paint_bold(&printable(&title)))?;
    let states: Vec<String> = row.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
    line(&format!("{}; due {}; digest {}", states.join(", "), day_text(&row.due_at), row.digest))?;
    plan.steps.iter().try_for_each(step_print)
}

fn step_print(step: &StepRow) -> io::Result<()> {
    line("")?;
    let number = step.number;
    line(&printable(&format!("{number:>3}. [{}] {} ({})", step.state, step.what, step.connector)))?;
    match &step.refused {
        Some(why) => line(&paint_warning(&printable(&format!("     not to be done: {why}"))))?,
        None => {
            if let Some(first) = &step.first {
                line(&paint_warning(&printable(&format!("     first {first}"))))?;
            }
            line(&printable(&format!("     {}", step.how)))?;
            line(&printable(&format!("     needs {}", step.needs)))?;
        }
    }
    let owner = if step.owner.is_empty() { "nobody yet" } else { &step.owner };
    let over = if step.is_overdue { ", which is over" } else { "" };
    line(&paint_dim(&printable(&format!("     done by {owner} until {}{over}", day_text(&step.due_at)))))?;
    if let (Some(at), Some(by)) = (&step.done_at, &step.done_by) {
        line(&paint_dim(&printable(&format!("     {by} said {at} that it is done"))))?;
    }
    for reading in &step.readings {
        let at = reading.complete_at.as_deref().unwrap_or("never");
        line(&paint_dim(&printable(&format!(
            "     {} since {}: {} was read in full {at}",
            step.state, step.state_at, reading.listing
        ))))?;
    }
    Ok(())
}

impl Row for StepRow {
    const COLUMNS: &'static [&'static str] = &[
        "number",
        "grant",
        "state",
        "since",
        "connector",
        "holder",
        "entitlement",
        "what",
        "how",
        "needs",
        "first",
        "refused",
        "owner",
        "due",
        "done at",
        "done by",
        "verified by",
    ];

    fn cells(&self) -> Vec<String> {
        let readings: Vec<String> = self
            .readings
            .iter()
            .map(|one| format!("{} read in full {}", one.listing, one.complete_at.as_deref().unwrap_or("never")))
            .collect();
        vec![
            self.number.to_string(),
            self.grant.map(|number| number.to_string()).unwrap_or_default(),
            self.state.to_owned(),
            self.state_at.clone(),
            self.connector.clone(),
            self.holder.clone(),
            self.entitlement.clone(),
            self.what.clone(),
            self.how.clone(),
            self.needs.clone(),
            self.first.clone().unwrap_or_default(),
            self.refused.clone().unwrap_or_default(),
            self.owner.clone(),
            self.due_at.clone(),
            self.done_at.clone().unwrap_or_default(),
            self.done_by.clone().unwrap_or_default(),
            readings.join("; "),
        ]
    }
}

pub(super) async fn list(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let rows = plan_list(&store).await?;
    if rows.is_empty() && format == Format::Table {
        line("There is no plan: one follows from what a review denies.")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for PlanRow {
    const COLUMNS: &'static [&'static str] = &["review", "drawn up", "by", "due", "steps", "id"];

    fn cells(&self) -> Vec<String> {
        let states: Vec<String> = self.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        vec![
            self.review.clone().unwrap_or_default(),
            self.created_at.clone(),
            self.created_by.clone(),
            self.due_at.clone(),
            states.join(", "),
            self.id.clone(),
        ]
    }
}

pub(super) async fn done(global: &Global, args: &DoneArgs) -> Result<Exit, Failure> {
    let said = "is said to be done; the next complete reading shows whether it is";
    act(global, (&args.review, args.step), &[(StepWish::Done(ReviewSource::Terminal), said)], &args.reason).await
}

pub(super) async fn step(global: &Global, args: &StepArgs) -> Result<Exit, Failure> {
    let mut wishes = Vec::new();
    if let Some(owner) = &args.owner {
        let said = if owner.trim().is_empty() { "has nobody who does it" } else { "has somebody who does it" };
        wishes.push((StepWish::Own(owner.clone()), said));
    }
    if let Some(due) = &args.due {
        let due = moment_parse(due, clock_system()).map_err(|why| Failure::new(Exit::Usage, why))?;
        wishes.push((StepWish::Due(due), "has another day"));
    }
    act(global, (&args.review, args.step), &wishes, &args.reason).await
}

/// Does what is wished of a step, one after the other, and says once what it is then.
async fn act(
    global: &Global,
    (review, number): (&str, i64),
    wishes: &[(StepWish, &str)],
    reason: &str,
) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let context = context_of(store_write(global).await?);
    let decision = Decision { actor: environment::actor(), reason: reason.to_owned() };
    let mut step = None;
    for (wish, _) in wishes {
        step = Some(plan_step_act(&context, review, number, wish, &decision).await?);
    }
    if let Some(step) = step {
        say(format, &step, wishes)?;
    }
    context.store.close().await;
    Ok(Exit::Done)
}

fn say(format: Format, step: &StoredStep, wishes: &[(StepWish, &str)]) -> io::Result<()> {
    let (number, state, due) = (step.number, step.state.word(), moment_text(step.due_at));
    match format {
        Format::Json => print_json(&json!({ "step": number, "state": state, "owner": step.owner, "due": due })),
        Format::Csv => {
            let row = vec![number.to_string(), state.to_owned(), step.owner.clone(), due];
            print_csv(&["step", "state", "owner", "due"], std::iter::once(row))
        }
        _ => {
            let said: Vec<&str> = wishes.iter().map(|(_, said)| *said).collect();
            line(&format!("step {number} {}", said.join(" and ")))
        }
    }
}
