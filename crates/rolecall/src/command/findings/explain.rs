//! `rolecall explain`: one finding, with what shows it, what to do about it, and its history.

use std::io;

use clap::Args;
use rolecall_engine::clock_system;
use rolecall_engine::findings::{FindingAnswer, finding_explain};
use serde_json::Value as Json;

use super::list::state;
use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line, paint_bold, paint_dim, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall explain owner-count-3f9a2c1b40
  rolecall explain owner-count-3f9a2c1b40 --format json")]
pub(crate) struct ExplainArgs {
    /// The finding's code, as rolecall findings shows it
    #[arg(value_name = "CODE")]
    code: String,
}

/// How many paths and resources are shown.
const SHOWN: usize = 10;

/// Explains it.
pub(super) async fn run(global: &Global, args: &ExplainArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_read(global).await?;
    let answer = finding_explain(&store, &args.code, clock_system()).await?.ok_or_else(|| unknown(&args.code))?;
    match format {
        Format::Json => print_json(&answer)?,
        _ => print(&answer)?,
    }
    Ok(Exit::Done)
}

/// That nothing has this code.
pub(super) fn unknown(code: &str) -> Failure {
    Failure::new(Exit::Name, format!("no finding is called {code:?}"))
        .hint("see their codes with: rolecall findings --state open --state resolved")
}

fn print(answer: &FindingAnswer) -> io::Result<()> {
    let finding = &answer.finding;
    line(&paint_bold(&format!("{}  {}", finding.severity.word().to_uppercase(), finding.title)))?;
    line(&paint_dim(&format!("{}  {}", finding.code, state(finding))))?;
    line("")?;
    let text = |name: &str| finding.detail.get(name).and_then(Json::as_str).unwrap_or_default();
    let controls: Vec<&str> = finding
        .detail
        .get("controls")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let decision = finding.decision.as_ref().map(|decision| {
        let over = if decision.is_over { ", which is over" } else { "" };
        format!("{} by {} on {}{over}: {}", decision.kind, decision.by, decision.at, decision.reason)
    });
    for (title, text) in [
        ("Rule", text("ruleTitle").to_owned()),
        ("Connector", finding.connector.clone()),
        ("Why it matters", text("why").to_owned()),
        ("What to do", finding.remediation.clone()),
        ("Since", finding.opened_at.clone()),
        ("Owner", finding.owner.clone()),
        ("Decided", decision.unwrap_or_default()),
        ("Controls", controls.join(", ")),
    ] {
        if !text.is_empty() {
            line(&format!("{}: {text}", paint_bold(title)))?;
        }
    }
    evidence_print(&finding.detail)?;
    line("")?;
    line(&paint_bold("What happened"))?;
    for event in &answer.history {
        let by = event.actor.as_deref().map(|actor| format!(" by {actor}")).unwrap_or_default();
        let why = event.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let details = if event.details.is_empty() { String::new() } else { format!(" ({})", event.details) };
        line(&format!("  {}  {}{by}{why}{details}", event.at, event.what))?;
    }
    Ok(())
}

/// What shows it: paths, and what it concerns; of a rule that somebody keeps, its row.
fn evidence_print(detail: &Json) -> io::Result<()> {
    let evidence = detail.get("evidence");
    let list =
        |name: &str| evidence.and_then(|all| all.get(name)).and_then(Json::as_array).cloned().unwrap_or_default();
    let text = |value: &Json, name: &str| value.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let paths: Vec<String> = list("paths").iter().map(|path| text(path, "text")).collect();
    let resources: Vec<String> =
        list("resources").iter().map(|one| format!("{} {}", text(one, "type"), text(one, "id"))).collect();
    for (title, all) in [("By which path", paths), ("What it concerns", resources)] {
        if all.is_empty() {
            continue;
        }
        line("")?;
        line(&paint_bold(title))?;
        all.iter().take(SHOWN).try_for_each(|one| line(&format!("  {one}")))?;
        if all.len() > SHOWN {
            line(&format!("  … and {} more (--format json shows all that is kept)", all.len() - SHOWN))?;
        }
    }
    let row = detail.get("row").and_then(Json::as_object);
    for (name, value) in row.into_iter().flatten().filter(|(name, _)| !name.starts_with('_')) {
        if !value.is_object() {
            line(&format!("  {name}: {value}"))?;
        }
    }
    Ok(())
}
