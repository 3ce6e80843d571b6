//! `rolecall reviews complete`, `cancel` and `upkeep`.

use clap::Args;
use rolecall_engine::clock_system;
use rolecall_engine::plans::plan_show;
use rolecall_engine::reviews::{CompleteWish, review_cancel, review_complete, review_upkeep};
use rolecall_model::review::RemainingItems;
use rolecall_store::Decision;
use serde_json::json;

use super::write::say;
use super::{Open, context_of};
use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, note, paint_warning, print_csv, print_json};

#[derive(Debug, Args)]
pub(super) struct CompleteArgs {
    /// The campaign: its name or id
    review: String,
    /// Why it ends now; needed where something is undecided
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// What becomes of what nobody decided about; what the campaign says, where nothing is said
    #[arg(long, value_name = "WHAT", value_parser = ["skip", "deny"])]
    remaining: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CancelArgs {
    /// The campaign: its name or id
    review: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) async fn complete(global: &Global, args: &CompleteArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let remaining = args.remaining.as_deref().and_then(RemainingItems::read);
    let wish = CompleteWish { remaining, reason: args.reason.clone() };
    let actor = environment::actor();
    let (review, plan) = review_complete(&open.context, &open.view, &args.review, &wish, &actor).await?;
    let undecided = open.context.store.review_progress(review.id).await?.undecided;
    if undecided > 0 {
        let undecided = count(u64::try_from(undecided).unwrap_or_default(), "grant", "grants");
        note(&format!("nobody decided about {undecided}"));
    }
    match (format, plan) {
        (Format::Table, Some(plan)) => {
            say(format, &review, "is completed")?;
            let plan = plan_show(&open.context.store, &plan.to_string(), clock_system()).await?;
            let refused = plan.steps.iter().filter(|step| step.refused.is_some()).count();
            let steps = count(plan.steps.len() as u64, "step follows", "steps follow");
            line(&printable(&format!("{steps}: rolecall reviews plan '{}'", review.name)))?;
            if refused > 0 {
                line(&paint_warning(&format!("{} must not be done yet", count(refused as u64, "of them", "of them"))))?;
            }
        }
        (Format::Json, plan) => {
            let state = review.state.word();
            print_json(
                &json!({ "id": review.uuid, "name": review.name, "state": state, "undecided": undecided, "plan": plan }),
            )?;
        }
        _ => say(format, &review, "is completed; nothing was denied")?,
    }
    open.close().await;
    Ok(Exit::Done)
}

pub(super) async fn cancel(global: &Global, args: &CancelArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let context = context_of(store_write(global).await?);
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let review = review_cancel(&context, &args.review, &decision).await?;
    say(format, &review, "is given up")?;
    context.store.close().await;
    Ok(Exit::Done)
}

pub(super) async fn upkeep(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let context = context_of(store_write(global).await?);
    let done = review_upkeep(&context, None).await?;
    let told = [("told", done.told), ("escalated", done.escalated), ("steps", done.steps)];
    match format {
        Format::Json => {
            let (told, escalated, steps) = (done.told, done.escalated, done.steps);
            let begun = &done.begun;
            print_json(
                &json!({ "begun": begun, "failed": done.failed, "told": told, "escalated": escalated, "steps": steps }),
            )?;
        }
        Format::Csv => {
            print_csv(&["what", "count"], told.iter().map(|(what, count)| vec![(*what).to_owned(), count.to_string()]))?
        }
        _ => {
            done.begun.iter().try_for_each(|name| line(&printable(&format!("begun: {name}"))))?;
            let (told, escalated, steps) = (done.told, done.escalated, done.steps);
            line(&format!("{told} reviewers told, {escalated} grants escalated, {steps} steps moved on"))?;
        }
    }
    done.failed.iter().for_each(|why| note(&printable(why)));
    context.store.close().await;
    Ok(if done.failed.is_empty() { Exit::Done } else { Exit::Failure })
}
