//! Listing findings.

use clap::Args;
use clap::builder::PossibleValuesParser;
use rolecall_engine::findings::{
    FINDING_COLUMNS, FindingListAnswer, FindingListQuestion, FindingRow, FindingState, finding_list, findings_ocsf,
    findings_sarif,
};
use rolecall_engine::rules::Severity;
use rolecall_engine::{clock_system, day_text};

use crate::cli::Global;
use crate::command::check::Threshold;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{
    Format, Row, line, note, paint_bold, paint_dim, paint_warning, print_json, print_ndjson, print_rows,
};

const FORMATS: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Ndjson, Format::Sarif, Format::Ocsf];

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those in this state; can be given several times. Open ones, where nothing is said
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(FindingState::ALL.map(FindingState::word)))]
    state: Vec<String>,
    /// Only those at least this severe
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<Threshold>,
    /// Only of this rule
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Only about this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// Only those that this person looks after
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only those with this word
    #[arg(long = "match", value_name = "WORD")]
    text: Option<String>,
    /// Exit with 9 when one that is open is at least this severe
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Threshold>,
    /// Exit with 5 when a rule could not read everything
    #[arg(long)]
    require_complete: bool,
}

impl ListArgs {
    fn question(&self) -> FindingListQuestion {
        FindingListQuestion {
            states: self.state.iter().filter_map(|word| FindingState::read(word)).collect(),
            severity: self.severity.map(Threshold::severity),
            rule: self.rule.clone(),
            connector: self.connector.clone(),
            owner: self.owner.clone(),
            text: self.text.clone(),
        }
    }

    /// What was found outranks what could not be read: it is certain.
    fn exit(&self, answer: &FindingListAnswer) -> Exit {
        let is_severe = |least: Threshold| answer.findings.iter().any(|finding| finding.is_open_and(least.severity()));
        match self.fail_on {
            Some(least) if is_severe(least) => Exit::Found,
            _ if self.require_complete && !answer.unsure.is_empty() => Exit::Incomplete,
            _ => Exit::Done,
        }
    }
}

/// Lists them.
pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, FORMATS)?;
    let store = store_read(global).await?;
    let answer = finding_list(&store, &args.question(), clock_system()).await?;
    if answer.evaluated_at.is_none() {
        note("rules were never evaluated here: sync a connector, or run: rolecall rules evaluate");
    }
    match format {
        Format::Json => print_json(&answer)?,
        Format::Sarif => print_json(&findings_sarif(&answer.findings, env!("CARGO_PKG_VERSION")))?,
        Format::Ocsf => print_ndjson(&findings_ocsf(&answer.findings, env!("CARGO_PKG_VERSION")))?,
        Format::Table => print(&answer)?,
        other => print_rows(other, &answer.findings)?,
    }
    if format != Format::Json {
        unsure_note(&answer);
    }
    Ok(args.exit(&answer))
}

fn print(answer: &FindingListAnswer) -> std::io::Result<()> {
    if !answer.findings.is_empty() {
        print_rows(Format::Table, &answer.findings.iter().map(Short).collect::<Vec<_>>())?;
        line("")?;
    }
    line(&paint_bold(&said(answer)))?;
    if let Some(at) = &answer.evaluated_at {
        line(&paint_dim(&format!("Evaluated {at}. More about one: rolecall explain CODE")))?;
    }
    Ok(())
}

fn said(answer: &FindingListAnswer) -> String {
    let counts = &answer.counts;
    let severe = counts.open_by_severity.iter().filter(|(_, count)| *count > 0);
    let severe: Vec<String> = severe.map(|(severity, count)| format!("{count} {}", severity.word())).collect();
    let others = [
        (counts.snoozed, "snoozed"),
        (counts.accepted, "accepted"),
        (counts.suppressed, "suppressed"),
        (counts.resolved, "resolved"),
    ];
    let others: Vec<String> =
        others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let severe = if severe.is_empty() { String::new() } else { format!(" ({})", severe.join(", ")) };
    let others = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
    format!("{}{severe}{others}", count(counts.open, "open finding", "open findings"))
}

/// What could not be told is no finding, so that it is said beside them.
fn unsure_note(answer: &FindingListAnswer) {
    for rule in &answer.unsure {
        let text = |name: &str| rule.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let word = if text("outcome") == "found" { "at least these" } else { "unknown" };
        note(&paint_warning(&printable(&format!(
            "{word}: {} for {}: not everything was read (rolecall check --rule {} says what)",
            text("rule"),
            text("connector"),
            text("rule")
        ))));
    }
}

/// As wide as a terminal can show.
#[derive(serde::Serialize)]
struct Short<'f>(&'f FindingRow);

impl Row for Short<'_> {
    const COLUMNS: &'static [&'static str] = &["severity", "finding", "since", "state", "owner", "code"];

    fn cells(&self) -> Vec<String> {
        let finding = self.0;
        vec![
            finding.severity.word().to_owned(),
            finding.title.clone(),
            day_text(&finding.opened_at),
            state(finding),
            finding.owner.clone(),
            finding.code.clone(),
        ]
    }
}

/// Where it stands, and until when.
pub(super) fn state(finding: &FindingRow) -> String {
    let until = finding.decision.as_ref().filter(|decision| !decision.is_over).and_then(|one| one.until.as_deref());
    let unsure = if finding.is_unsure { ", perhaps gone" } else { "" };
    match until {
        Some(until) if finding.resolved_at.is_none() => format!("{} until {}{unsure}", finding.state, day_text(until)),
        _ => format!("{}{unsure}", finding.state),
    }
}

impl Row for FindingRow {
    const COLUMNS: &'static [&'static str] = FINDING_COLUMNS;

    fn cells(&self) -> Vec<String> {
        self.cells(state(self))
    }
}

/// Whether somebody has to look at it, and it is at least so bad.
trait OpenAnd {
    fn is_open_and(&self, least: Severity) -> bool;
}

impl OpenAnd for FindingRow {
    fn is_open_and(&self, least: Severity) -> bool {
        self.state == FindingState::Open.word() && self.severity >= least
    }
}
