//! Evaluating rules without a hub.

use std::sync::Arc;

use clap::Args;
use rolecall_engine::alerting::{PassError, PassReport, Passing, RuleOutcome, Which, rules_evaluate};
use rolecall_engine::{Context, Silent, clock_system};
use rolecall_store::Store;
use serde_json::{Value as Json, json};

use super::unknown;
use crate::cli::Global;
use crate::command::store_write;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, line, note, print_json};
use crate::stop;

#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// Only these rules, by name; all that are not disabled where none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// Evaluates them.
pub(super) async fn run(global: &Global, args: &EvaluateArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_write(global).await?;
    let which = if args.names.is_empty() { Which::All } else { Which::Named(args.names.clone()) };
    let context = context(store);
    let report = rules_evaluate(&context, &Passing::default(), &which).await.map_err(refused)?;
    match format {
        Format::Json => print_json(&report_json(&report))?,
        _ => print(&report)?,
    }
    context.store.close().await;
    let is_failed = report.rules.values().any(|outcome| matches!(outcome, RuleOutcome::Failed(_)));
    Ok(if is_failed { Exit::Incomplete } else { Exit::Done })
}

/// Evaluates what is due after something became current, and says what is new. What fails is no failure of the sync: it is
/// evaluated the next time.
pub(crate) async fn evaluate_after_sync(store: &Store) {
    let context = context(store.clone());
    match rules_evaluate(&context, &Passing::default(), &Which::Due).await {
        Ok(report) => {
            let new = report.findings.as_ref().map_or(0, |findings| findings.opened.len() + findings.reopened.len());
            if new > 0 {
                note(&format!("{}: rolecall findings", count(new, "new finding", "new findings")));
            }
            if !report.deliveries.is_empty() {
                let waiting = count(report.deliveries.len(), "message waits", "messages wait");
                note(&format!("{waiting} to be sent: a hub does so, or rolecall work --once"));
            }
        }
        Err(error) => note(&printable(&format!("rules could not be evaluated: {error}"))),
    }
}

fn context(store: Store) -> Context {
    Context { store, clock: clock_system, stop: stop::watch_with_terminate(), progress: Arc::new(Silent) }
}

fn refused(error: PassError) -> Failure {
    match error {
        PassError::Unknown(name) => unknown(&name),
        PassError::Store(error) => error.into(),
        other @ PassError::Load(_) => Failure::new(Exit::Failure, other.to_string()),
    }
}

fn report_json(report: &PassReport) -> Json {
    let outcome = |outcome: &RuleOutcome| match outcome {
        RuleOutcome::Evaluated { found, told, deliveries } => {
            json!({ "outcome": "evaluated", "found": found, "told": told, "messages": deliveries })
        }
        RuleOutcome::Failed(why) => json!({ "outcome": "failed", "error": why }),
        RuleOutcome::Overtaken => json!({ "outcome": "overtaken" }),
    };
    let rules: serde_json::Map<String, Json> =
        report.rules.iter().map(|(name, one)| (name.clone(), outcome(one))).collect();
    let findings = report.findings.as_ref().map(|findings| {
        json!({
            "opened": findings.opened,
            "reopened": findings.reopened,
            "changed": findings.changed,
            "resolved": findings.resolved,
        })
    });
    json!({ "findings": findings, "rules": rules, "messages": report.deliveries.len() })
}

fn print(report: &PassReport) -> std::io::Result<()> {
    if let Some(findings) = &report.findings {
        let (opened, reopened) = (findings.opened.len(), findings.reopened.len());
        let (changed, resolved) = (findings.changed, findings.resolved);
        line(&format!("Findings: {opened} new, {reopened} again, {changed} changed, {resolved} resolved."))?;
    }
    for (name, outcome) in &report.rules {
        let said = match outcome {
            RuleOutcome::Evaluated { found, told, deliveries } => {
                let found = count(usize::try_from(*found).unwrap_or_default(), "row", "rows");
                format!("{found}, {told} told in {}", count(*deliveries, "message", "messages"))
            }
            RuleOutcome::Failed(why) => format!("it cannot be evaluated: {why}"),
            RuleOutcome::Overtaken => "somebody else evaluated it at the same moment".to_owned(),
        };
        line(&format!("{name}: {said}."))?;
    }
    if report.rules.is_empty() {
        line("There are no rules to evaluate. Begin with the ready ones: rolecall rules enable-pack")?;
    }
    Ok(())
}
