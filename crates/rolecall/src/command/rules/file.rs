//! Rules from files and into files.

use std::path::PathBuf;

use clap::Args;
use rolecall_engine::alerting::file::{ReadRule, RemarkSeverity, RuleFile, rule_write, rules_read};
use rolecall_engine::alerting::{rule_list, rule_put};
use rolecall_engine::clock_system;
use rolecall_store::Decision;
use serde::Serialize;

use super::change::refused;
use crate::cli::Global;
use crate::command::{store_read, store_write};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::count;
use crate::output::{Format, LIST, Row, line, paint_warning, print_json, print_rows};

#[derive(Debug, Args)]
#[command(
    after_help = "A rule that cannot run is kept, is disabled, and says why. What is secret in a file, such as the
address of a chat's webhook, is not taken over: add an endpoint of the name that is told.

Examples:
  rolecall rules import rules.json --dry-run
  rolecall rules import rule-packs/npm.json
  rolecall rules import rules.yaml --disabled --format json"
)]
pub(super) struct ImportArgs {
    /// The file: JSON or YAML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Show what would be kept, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Keep them without evaluating them
    #[arg(long)]
    disabled: bool,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Only these rules, by name; all of them where none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// What became of a rule of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Imported {
    name: String,
    interval: &'static str,
    can_run: bool,
    remarks: Vec<String>,
}

/// Imports rules.
pub(super) async fn import(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", args.file.display())))?;
    let RuleFile { rules, remarks } = rules_read(&text);
    if rules.is_empty() {
        let why: Vec<String> = remarks.into_iter().map(|remark| remark.text).collect();
        return Err(Failure::new(Exit::Usage, format!("{} has no rules: {}", args.file.display(), why.join("; "))));
    }
    if !args.dry_run {
        let store = store_write(global).await?;
        let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
        for ReadRule { definition, .. } in &rules {
            let mut definition = definition.clone();
            if args.disabled {
                definition.interval = rolecall_engine::alerting::Interval::Disabled;
            }
            rule_put(&store, &definition, "file", None, &decision, clock_system()).await.map_err(refused)?;
        }
        store.close().await;
    }
    let imported: Vec<Imported> = rules.iter().map(imported).collect();
    print(format, &imported, args.dry_run)?;
    remarks.iter().try_for_each(|remark| line(&paint_warning(&remark.text)))?;
    Ok(if imported.iter().all(|one| one.can_run) { Exit::Done } else { Exit::Incomplete })
}

fn imported(rule: &ReadRule) -> Imported {
    let word = |severity| match severity {
        RemarkSeverity::Note => "note",
        RemarkSeverity::Wrong => "odd",
        RemarkSeverity::CannotRun => "cannot run",
    };
    Imported {
        name: rule.definition.name.clone(),
        interval: rule.definition.interval.word(),
        can_run: rule.can_run(),
        remarks: rule.remarks.iter().map(|remark| format!("{}: {}", word(remark.severity), remark.text)).collect(),
    }
}

fn print(format: Format, imported: &[Imported], is_dry: bool) -> std::io::Result<()> {
    print_rows(format, imported)?;
    if format == Format::Table {
        let kept = if is_dry { "would be kept" } else { "kept" };
        let cannot = imported.iter().filter(|one| !one.can_run).count();
        let cannot =
            if cannot == 0 { String::new() } else { format!("; {cannot} of them cannot run and are disabled") };
        line("")?;
        line(&format!("{} {kept}{cannot}.", count(imported.len(), "rule", "rules")))?;
    }
    Ok(())
}

impl Row for Imported {
    const COLUMNS: &'static [&'static str] = &["rule", "evaluated", "remarks"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.interval.to_owned(), self.remarks.join("\n")]
    }
}

/// Writes rules as JupiterOne has them.
pub(super) async fn export(global: &Global, args: &ExportArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Json])?;
    let rules = rule_list(&store_read(global).await?).await?;
    if let Some(name) = args.names.iter().find(|name| !rules.iter().any(|rule| rule.definition.name == **name)) {
        return Err(super::unknown(name));
    }
    let is_wanted = |name: &String| args.names.is_empty() || args.names.contains(name);
    let written: Vec<_> =
        rules.iter().filter(|rule| is_wanted(&rule.definition.name)).map(|rule| rule_write(&rule.definition)).collect();
    print_json(&written)?;
    Ok(Exit::Done)
}
