//! `rolecall reviews decide`.

use std::io;

use clap::Args;
use rolecall_engine::reviews::{ChoiceWish, DecideReport, ReviewActor, review_decide};
use rolecall_model::review::ReviewDecision;
use rolecall_store::ReviewSource;

use super::Open;
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, paint_warning, print_csv, print_json};

#[derive(Debug, Args)]
pub(super) struct DecideArgs {
    /// The campaign: its name or id
    review: String,
    /// The numbers of grants, as rolecall reviews items shows them
    #[arg(required = true, value_name = "NUMBER")]
    numbers: Vec<i64>,
    /// They are still right
    #[arg(long, required_unless_present = "deny", conflicts_with = "deny")]
    certify: bool,
    /// They have to go
    #[arg(long)]
    deny: bool,
    /// Why; a deny needs it, and so does whoever decides otherwise than before
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Whose decision it is, where somebody else made it and I bring it
    #[arg(long, value_name = "WHO")]
    reviewer: Option<String>,
}

pub(super) async fn run(global: &Global, args: &DecideArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let name = environment::actor();
    let actor = match &args.reviewer {
        None => ReviewActor::themself(&open.people, &name, ReviewSource::Terminal),
        Some(who) => ReviewActor::brought(&open.people, who, &name, ReviewSource::Terminal)?,
    };
    let decision = if args.deny { ReviewDecision::Deny } else { ReviewDecision::Certify };
    let wish = |number: &i64| ChoiceWish { number: *number, decision: Some(decision), reason: args.reason.clone() };
    let wishes: Vec<ChoiceWish> = args.numbers.iter().map(wish).collect();
    let report = review_decide(&open.context, &open.view, &open.people, &args.review, &actor, &wishes, None).await?;
    match format {
        Format::Json => print_json(&report)?,
        Format::Csv => print_csv(&["number", "what", "why"], rows(&report))?,
        _ => print(&report)?,
    }
    open.close().await;
    Ok(exit_of(&report))
}

/// What was refused is not done.
pub(super) const fn exit_of(report: &DecideReport) -> Exit {
    if report.refused.is_empty() { Exit::Done } else { Exit::Usage }
}

pub(super) fn rows(report: &DecideReport) -> impl Iterator<Item = Vec<String>> {
    let row = |number: &i64, what: &str, why: &str| vec![number.to_string(), what.to_owned(), why.to_owned()];
    let certified = report.certified.iter().map(move |number| row(number, "certified", ""));
    let denied = report.denied.iter().map(move |number| row(number, "denied", ""));
    let repeated = report.repeated.iter().map(move |number| row(number, "as before", ""));
    let refused = report.refused.iter().map(move |(number, _, why)| row(number, "refused", why));
    certified.chain(denied).chain(repeated).chain(refused)
}

pub(super) fn print(report: &DecideReport) -> io::Result<()> {
    let said = |numbers: &[i64], what: &str| match numbers.len() {
        0 => Ok(()),
        some => line(&format!("{} {what}", count(some as u64, "grant", "grants"))),
    };
    said(&report.certified, "certified")?;
    said(&report.denied, "denied")?;
    said(&report.repeated, "decided so already")?;
    let refused = report.refused.iter();
    refused
        .map(|(number, _, why)| format!("grant {number}: {why}"))
        .try_for_each(|text| line(&paint_warning(&printable(&text))))
}
