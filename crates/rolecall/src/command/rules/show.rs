//! Looking at rules.

use std::io;

use clap::Args;
use rolecall_engine::alerting::{Interval, PACK, RuleAnswer, RuleDefinition, RuleRowShown, rule_list, rule_show};
use rolecall_engine::{day_text, moment_text};
use rolecall_store::RuleEvaluation;
use serde::Serialize;
use serde_json::json;

use super::unknown;
use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, Table, line, paint_bold, paint_dim, paint_warning, print_json, print_rows};

/// How many rows and evaluations are shown.
const SHOWN: usize = 20;

#[derive(Debug, Default, Args)]
pub(super) struct ListArgs {
    /// Only those with an active alert
    #[arg(long)]
    active: bool,
    /// Only those that cannot be evaluated
    #[arg(long)]
    failing: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The rule's name or id
    #[arg(value_name = "NAME")]
    name: String,
}

/// Lists rules.
pub(super) async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let mut rules = rule_list(&store_read(global).await?).await?;
    rules.retain(|rule| !args.active || rule.alert == "active");
    rules.retain(|rule| !args.failing || rule.failure.is_some() || !rule.problems.is_empty());
    if rules.is_empty() && format == Format::Table {
        line("There is no such rule. Begin with the ready ones: rolecall rules enable-pack")?;
    } else {
        print_rows(format, &rules)?;
    }
    Ok(Exit::Done)
}

impl Row for RuleAnswer {
    const COLUMNS: &'static [&'static str] =
        &["rule", "severity", "evaluated", "alert", "since", "rows", "last evaluated", "trouble"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.definition.name.clone(),
            self.definition.severity.word().to_owned(),
            interval_text(self.definition.interval),
            if self.alert == "none" { String::new() } else { self.alert.clone() },
            self.alert_since.as_deref().map(day_text).unwrap_or_default(),
            if self.evaluated_at.is_some() { self.found.to_string() } else { String::new() },
            self.evaluated_at.clone().unwrap_or_default(),
            trouble(self),
        ]
    }
}

/// When a rule is evaluated, in words.
fn interval_text(interval: Interval) -> String {
    match interval {
        Interval::Disabled => "disabled".to_owned(),
        Interval::OnSnapshot => "on change".to_owned(),
        other => other.word().to_lowercase().replace('_', " "),
    }
}

/// What keeps it from telling.
fn trouble(rule: &RuleAnswer) -> String {
    let failure = rule.failure.as_ref().map(|(why, _)| why.clone());
    failure.or_else(|| rule.problems.first().cloned()).or_else(|| rule.undelivered.first().cloned()).unwrap_or_default()
}

/// Shows one.
pub(super) async fn show(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_read(global).await?;
    let (rule, rows) = rule_show(&store, &args.name).await.map_err(|_| unknown(&args.name))?;
    let stored = store.rule_list().await?.into_iter().find(|stored| stored.name == rule.definition.name);
    let evaluations = match stored {
        Some(stored) => store.rule_evaluations(stored.id, SHOWN).await?,
        None => Vec::new(),
    };
    if format == Format::Json {
        let evaluations: Vec<EvaluationRow> = evaluations.iter().map(EvaluationRow::of).collect();
        print_json(&json!({ "rule": rule, "rows": rows, "evaluations": evaluations }))?;
    } else {
        print(&rule, &rows, &evaluations)?;
    }
    Ok(Exit::Done)
}

/// An evaluation, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EvaluationRow {
    at: String,
    outcome: String,
    found: i64,
    appeared: i64,
    vanished: i64,
    changed: i64,
    told: i64,
    error: Option<String>,
}

impl EvaluationRow {
    fn of(of: &RuleEvaluation) -> Self {
        let RuleEvaluation { at, outcome, count, appeared, vanished, changed, told, error } = of.clone();
        Self { at: moment_text(at), outcome, found: count, appeared, vanished, changed, told, error }
    }
}

fn print(rule: &RuleAnswer, rows: &[RuleRowShown], evaluations: &[RuleEvaluation]) -> io::Result<()> {
    let RuleDefinition { name, description, severity, interval, remediation, .. } = &rule.definition;
    line(&paint_bold(&format!("{}  {name}", severity.word().to_uppercase())))?;
    let alert = rule.alert_since.as_deref().map(|since| format!(", alert {} since {since}", rule.alert));
    line(&paint_dim(&format!("{}{}", interval_text(*interval), alert.unwrap_or_default())))?;
    for text in [description, remediation].into_iter().filter(|text| !text.is_empty()) {
        line(text)?;
    }
    for problem in rule.problems.iter().chain(&rule.undelivered) {
        line(&paint_warning(problem))?;
    }
    if let Some((why, since)) = &rule.failure {
        line(&paint_warning(&format!("it cannot be evaluated since {since}: {why}")))?;
    }
    line("")?;
    match &rule.evaluated_at {
        None => line("It was not evaluated yet.")?,
        Some(at) => rows_print(rows, at, rule.complete)?,
    }
    let mut table = Table::new(&["evaluated", "rows", "new", "gone", "changed", "told", "trouble"]);
    for one in evaluations {
        let counts = [one.count, one.appeared, one.vanished, one.changed, one.told].map(|count| count.to_string());
        let mut cells = vec![moment_text(one.at)];
        cells.extend(counts);
        cells.push(one.error.clone().unwrap_or_default());
        table.row(&cells);
    }
    line("")?;
    table.print()
}

fn rows_print(rows: &[RuleRowShown], at: &str, complete: Option<bool>) -> io::Result<()> {
    let gap = if complete == Some(false) { "; not everything was read, so that there may be more" } else { "" };
    line(&paint_bold(&format!("{} at {at}{gap}", crate::output::text::count(rows.len(), "row", "rows"))))?;
    let mut table = Table::new(&["row", "since", "told"]);
    for row in rows.iter().take(SHOWN) {
        let told = if row.told { "yes" } else { "" };
        table.row(&[row.title.clone(), row.since.clone(), told.to_owned()]);
    }
    table.print()?;
    if rows.len() > SHOWN {
        line(&format!("… and {} more (--format json shows all)", rows.len() - SHOWN))
    } else {
        Ok(())
    }
}

/// Lists the ready rules.
pub(super) fn pack(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    print_rows(format, &PACK.iter().map(|rule| Ready { rule }).collect::<Vec<_>>())?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Ready<'r> {
    #[serde(flatten)]
    rule: &'r RuleDefinition,
}

impl Row for Ready<'_> {
    const COLUMNS: &'static [&'static str] = &["rule", "severity", "what it tells"];

    fn cells(&self) -> Vec<String> {
        let RuleDefinition { name, severity, description, .. } = self.rule;
        vec![name.clone(), severity.word().to_owned(), description.clone()]
    }
}
