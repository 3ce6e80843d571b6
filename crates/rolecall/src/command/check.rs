//! `rolecall check`: what is wrong, by rules.

use std::io;

use clap::{Args, ValueEnum};
use rolecall_engine::rules::{
    CheckAnswer, CheckQuestion, Finding, Outcome, RULES, RuleAnswer, RuleDeclaration, RuleKnown, RuleSettings,
    Severity, check,
};
use rolecall_engine::{clock_system, day_text, first_steps, rules};

use super::answer::{as_of_note, as_of_print, not_shown_print};
use super::{check_list, past_of, store_read, view_load};
use crate::cli::{Global, QuestionArgs};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{
    ANSWER, Format, Row, Table, line, note, paint_bold, paint_dim, paint_warning, print_json, print_rows_as_of,
};

/// How many findings of a rule the table shows.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(
    after_help = "A rule answers found, nothing, or unknown when a listing behind the answer was not read in full.

Examples:
  rolecall check
  rolecall check --fail-on high --require-complete     for a pipeline: exit 9 when found, 5 when unknown
  rolecall check --rule dormant-publisher --set dormant-days=180
  rolecall check --format csv > findings.csv
  rolecall check --list                                what each rule means and what can be set"
)]
pub(crate) struct CheckArgs {
    /// Exit with 9 when there is a finding at least this severe
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Threshold>,
    /// Only this rule; can be given several times
    #[arg(long = "rule", value_name = "ID")]
    rules: Vec<String>,
    /// Change a threshold, such as dormant-days=180; can be given several times
    #[arg(long = "set", value_name = "NAME=NUMBER")]
    settings: Vec<String>,
    /// Show the rules with their settings instead of evaluating them
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    question: QuestionArgs,
}

/// Severities as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Threshold {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Threshold {
    pub(super) const fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
        }
    }
}

/// Evaluates the rules, or lists them.
pub(crate) async fn run(global: &Global, args: &CheckArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let mut settings = RuleSettings::default();
    args.settings.iter().try_for_each(|text| settings.set(text))?;
    if args.list {
        check_list::print(format, &rules::chosen(&args.rules)?, &settings)?;
        return Ok(Exit::Done);
    }
    let store = store_read(global).await?;
    let view = view_load(&store, &args.question).await?;
    if view.connector_titles().is_empty() {
        return Err(Failure::new(Exit::Name, "nothing was read yet, so nothing can be checked")
            .hint(format!("start with: {}", first_steps("sync"))));
    }
    let now = past_of(args.question.as_of.as_deref())?.unwrap_or_else(clock_system);
    let question = CheckQuestion { rules: args.rules.clone(), settings, now };
    let known = Box::pin(RuleKnown::load(&store, &view, now)).await?;
    let answer = check(&view, &known, &question)?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => csv_print(&answer)?,
        _ => print(&answer)?,
    }
    Ok(exit_of(args, &answer))
}

/// A finding outranks what could not be read: it is certain.
fn exit_of(args: &CheckArgs, answer: &CheckAnswer) -> Exit {
    match args.fail_on {
        Some(threshold) if answer.has_at_least(threshold.severity()) => Exit::Found,
        _ if args.question.require_complete && !answer.is_complete() => Exit::Incomplete,
        _ => Exit::Done,
    }
}

/// What is unknown is no finding, so in CSV it can only be said beside them.
fn csv_print(answer: &CheckAnswer) -> io::Result<()> {
    let as_of = answer.as_of.as_ref();
    print_rows_as_of(Format::Csv, &answer.findings, as_of.map(|as_of| &*as_of.moment))?;
    as_of_note(as_of);
    for rule in answer.rules.iter().filter(|rule| is_unread(rule)) {
        note(&printable(&format!(
            "{}: {} for {}: {}",
            word(rule),
            rule.rule,
            rule.connector,
            reasons(rule).join("; ")
        )));
    }
    Ok(())
}

impl Row for Finding {
    const COLUMNS: &'static [&'static str] = &[
        "severity",
        "rule",
        "case",
        "finding",
        "since",
        "last published",
        "remark",
        "connector",
        "subjects",
        "remediation",
        "key",
    ];

    fn cells(&self) -> Vec<String> {
        let subjects: Vec<String> = self.subjects.iter().map(|one| format!("{}:{}", one.kind, one.id)).collect();
        vec![
            self.severity.word().to_owned(),
            self.rule.to_owned(),
            self.case.to_owned(),
            self.title.clone(),
            self.since.as_deref().map(day_text).unwrap_or_default(),
            self.evidence.last_written.as_deref().map(day_text).unwrap_or_default(),
            remark(self),
            self.connector.clone(),
            subjects.join(" "),
            self.remediation.to_owned(),
            self.key.clone(),
        ]
    }
}

fn remark(finding: &Finding) -> String {
    if finding.removal_unconfirmed { "removal unconfirmed".to_owned() } else { String::new() }
}

/// Prints the findings for people: the worst first, each rule's together.
pub(crate) fn print(answer: &CheckAnswer) -> io::Result<()> {
    as_of_print(answer.as_of.as_ref())?;
    for severity in Severity::ALL {
        for rule in RULES {
            let found: Vec<&Finding> = of(answer, severity, rule).collect();
            if !found.is_empty() {
                findings_print(severity, rule, &found)?;
            }
        }
    }
    unknown_print(answer)?;
    nothing_print(answer)?;
    line(&paint_bold(&counts_text(answer)))?;
    not_shown_print(&answer.not_read, &answer.not_shown)
}

fn of<'a>(answer: &'a CheckAnswer, severity: Severity, rule: &RuleDeclaration) -> impl Iterator<Item = &'a Finding> {
    let id = rule.id;
    answer.findings.iter().filter(move |finding| finding.severity == severity && finding.rule == id)
}

fn findings_print(severity: Severity, rule: &RuleDeclaration, found: &[&Finding]) -> io::Result<()> {
    let number = count(found.len(), "finding", "findings");
    line(&paint_bold(&format!("{}  {} ({}, {number})", severity.word().to_uppercase(), rule.title, rule.id)))?;
    line("")?;
    table_print(&found.iter().take(SHOWN).map(|finding| table_cells(finding)).collect::<Vec<_>>())?;
    if found.len() > SHOWN {
        line(&format!("… and {} more (--format json or csv shows all)", found.len() - SHOWN))?;
    }
    line("")?;
    let mut remedies: Vec<&str> = Vec::new();
    for remedy in found.iter().map(|finding| finding.remediation) {
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    remedies.iter().try_for_each(|remedy| line(&format!("  What to do: {remedy}.")))?;
    line("")
}

const COLUMNS: [&str; 6] = ["finding", "by", "since", "last published", "connector", "remark"];

fn table_cells(finding: &Finding) -> [String; COLUMNS.len()] {
    [
        finding.title.clone(),
        finding.evidence.paths.first().map(|path| path.text.clone()).unwrap_or_default(),
        finding.since.as_deref().map(day_text).unwrap_or_default(),
        finding.evidence.last_written.as_deref().map(day_text).unwrap_or_default(),
        finding.connector.clone(),
        remark(finding),
    ]
}

/// Leaves out the columns in which no row has anything: most rules fill some of them.
fn table_print(rows: &[[String; COLUMNS.len()]]) -> io::Result<()> {
    let used = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let columns: Vec<usize> = (0..COLUMNS.len()).filter(|column| used(*column)).collect();
    let titles: Vec<&str> = columns.iter().filter_map(|column| COLUMNS.get(*column).copied()).collect();
    let mut table = Table::new(&titles);
    for row in rows {
        table.row(&columns.iter().filter_map(|column| row.get(*column).cloned()).collect::<Vec<_>>());
    }
    table.print()
}

/// Whether something behind the answer was not read, or is not told by the source.
fn is_unread(rule: &RuleAnswer) -> bool {
    rule.outcome != Outcome::NotApplicable && (!rule.completeness.complete || rule.undecided > 0)
}

/// What a rule that could not read everything says.
fn word(rule: &RuleAnswer) -> &'static str {
    if rule.outcome == Outcome::Found { "at least these" } else { "unknown" }
}

/// The listings that were not read; where all were, what the rule says of when it cannot know.
fn reasons(rule: &RuleAnswer) -> Vec<String> {
    let gaps: Vec<String> = rule.completeness.gaps.iter().map(rolecall_engine::Gap::sentence).collect();
    let declared = RULES.iter().find(|known| known.id == rule.rule).filter(|_| gaps.is_empty());
    declared.map_or(gaps, |declared| vec![format!("unknown when {}", declared.unknown_when)])
}

/// The rules that could not read everything, with the reason. Rules with the same reasons are named together.
fn unknown_print(answer: &CheckAnswer) -> io::Result<()> {
    let unread: Vec<&RuleAnswer> = answer.rules.iter().filter(|rule| is_unread(rule)).collect();
    if unread.is_empty() {
        return Ok(());
    }
    line(&paint_warning("UNKNOWN  not everything behind these answers was read in full, or is told"))?;
    line("")?;
    let mut said: Vec<Vec<String>> = Vec::new();
    for rule in &unread {
        let reasons = reasons(rule);
        if said.contains(&reasons) {
            continue;
        }
        for same in unread.iter().filter(|other| self::reasons(other) == reasons) {
            line(&printable(&format!("  {} of {}: {}", same.rule, same.connector, answer_text(same))))?;
        }
        reasons.iter().try_for_each(|reason| line(&printable(&format!("    - {reason}"))))?;
        said.push(reasons);
    }
    line("")
}

fn answer_text(rule: &RuleAnswer) -> String {
    let found = match rule.findings {
        0 => "unknown".to_owned(),
        some => format!("at least {}", count(some, "finding", "findings")),
    };
    match rule.undecided {
        0 => found,
        some => format!("{found}, {some} undecided"),
    }
}

fn nothing_print(answer: &CheckAnswer) -> io::Result<()> {
    let with = |outcome| answer.rules.iter().filter(move |rule| rule.outcome == outcome);
    let named = |rule: &RuleAnswer| format!("{} of {}", rule.rule, rule.connector);
    let nothing: Vec<String> = with(Outcome::Nothing).map(named).collect();
    if !nothing.is_empty() {
        line(&printable(&format!("Nothing found: {}.", nothing.join(", "))))?;
    }
    let mut reasons: Vec<&str> = with(Outcome::NotApplicable).filter_map(|rule| rule.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    for reason in reasons {
        let of: Vec<String> =
            with(Outcome::NotApplicable).filter(|rule| rule.reason == Some(reason)).map(named).collect();
        line(&paint_dim(&printable(&format!("Not applicable: {}: {reason}.", of.join(", ")))))?;
    }
    Ok(())
}

fn counts_text(answer: &CheckAnswer) -> String {
    let of = |severity: &Severity| format!("{} {}", answer.counts.of(*severity), severity.word());
    let counts: Vec<String> =
        Severity::ALL.iter().filter(|severity| answer.counts.of(**severity) > 0).map(of).collect();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let unknown = match answer.counts.incomplete {
        0 => String::new(),
        some => format!("; {} not complete", count(some, "answer is", "answers are")),
    };
    let checked = count(answer.rules.len(), "check", "checks");
    format!("{}: {found}{unknown}.", checked)
}
