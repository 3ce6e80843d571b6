//! `rolecall report`: a page for somebody without a terminal.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::report::{Governor, ListingSummary, Outsider, PackagePublishers, PublishPath, Report, reports};
use rolecall_engine::rules::{CheckAnswer, CheckQuestion, RuleKnown, RuleSettings, check};
use rolecall_engine::{clock_system, day_text, moment_parse};

use super::answer::counted;
use super::list::remark;
use super::{exit_of, past_of, store_read, view_load};
use crate::cli::{Global, QuestionArgs};
use crate::document::{Document, html, markdown};
use crate::exit::{Exit, Failure};
use crate::output::text::count;
use crate::output::{Destination, Format, Row, note};

const FORMATS: &[Format] = &[Format::Markdown, Format::Html];
/// How many changes a page lists. A page of thousands is read by nobody.
const CHANGES: usize = 500;

#[derive(Debug, Args)]
#[command(after_help = "An HTML report is one file that needs nothing else: no script, no picture, no request.

Examples:
  rolecall report --output report.html
  rolecall report --format markdown --connector npm:acme
  rolecall report --since 90d --output quarter.html")]
pub(crate) struct ReportArgs {
    /// List changes since then: 2026-11-23, 7d
    #[arg(long, value_name = "WHEN", default_value = "30d")]
    since: String,
    /// Write to this file, whole or not at all; its ending may say the format
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    question: QuestionArgs,
}

impl ReportArgs {
    /// The file that is written, where it is.
    pub(crate) fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }
}

/// Writes it.
pub(crate) async fn run(global: &Global, args: &ReportArgs) -> Result<Exit, Failure> {
    let named = args.output.as_deref().and_then(Format::of_file);
    let format = Format::among(global.format.or(named), FORMATS)?;
    let now = clock_system();
    let at = past_of(args.question.as_of.as_deref())?.unwrap_or(now);
    let since = moment_parse(&args.since, at).map_err(|error| Failure::new(Exit::Usage, error))?;
    let store = store_read(global).await?;
    let view = view_load(&store, &args.question).await?;
    let reports = reports(&store, &view, since, now).await?;
    let question = CheckQuestion { rules: Vec::new(), settings: RuleSettings::default(), now: at };
    let known = Box::pin(RuleKnown::load(&store, &view, at)).await?;
    let checked = check(&view, &known, &question).map_err(Failure::from)?;
    let document = document_of(&reports, &checked);
    let mut out = Destination::open(args.output.as_deref())?;
    match format {
        Format::Html => html::write(&mut out, &document)?,
        _ => markdown::write(&mut out, &document)?,
    }
    out.flush()?;
    out.finish()?;
    if let Some(path) = args.output.as_deref().filter(|_| !global.quiet) {
        note(&format!("report of {} in {}", count(reports.len(), "connector", "connectors"), path.display()));
    }
    Ok(exit_of(&args.question, reports.iter().all(|report| report.status.completeness.complete)))
}

/// The answer first, then what it rests on.
fn document_of(reports: &[Report], checked: &CheckAnswer) -> Document {
    let titles: Vec<&str> = reports.iter().map(|report| report.status.connector.as_str()).collect();
    let mut page = Document::new(format!("Who can publish: {}", titles.join(", ")));
    for report in reports {
        let several = if reports.len() > 1 { format!("{}: ", report.status.connector) } else { String::new() };
        opening(&mut page, &several, report);
        findings(&mut page, &several, report, checked);
        packages(&mut page, &several, report);
        people(&mut page, &several, report);
        changes(&mut page, &several, report);
        tokens(&mut page, &several, report);
        read(&mut page, &several, report);
        limits(&mut page, &several, report);
    }
    page
}

/// Of what and when it is, and what has to be known before any of it is believed.
fn opening(page: &mut Document, of: &str, report: &Report) {
    let status = &report.status;
    page.heading(format!("{of}In short"));
    page.paragraph(format!(
        "Made on {} by Rolecall {} from what was recorded of {}.",
        report.made_at,
        env!("CARGO_PKG_VERSION"),
        status.source
    ));
    if let Some(moment) = &report.as_of {
        page.warning(format!("This is as of {moment}: what was known then, and nothing that became known later."));
    }
    page.completeness(&status.connector, &status.completeness);
    if status.state.removals_waiting > 0 {
        let waiting = count(status.state.removals_waiting, "removal waits", "removals wait");
        page.warning(format!("{waiting} for a person's word; what they are about still counts as current here."));
    }
}

/// What the rules found, the worst first.
fn findings(page: &mut Document, of: &str, report: &Report, checked: &CheckAnswer) {
    page.heading(format!("{of}What is wrong"));
    let own = checked.findings.iter().filter(|finding| finding.connector == report.status.connector);
    let rows: Vec<Vec<String>> = own
        .map(|finding| vec![finding.severity.word().to_owned(), finding.title.clone(), finding.remediation.to_owned()])
        .collect();
    if rows.is_empty() {
        let as_far = if report.status.completeness.complete { "" } else { ", as far as it could be read" };
        page.paragraph(format!("No rule found anything{as_far}."));
    } else {
        page.cells("Findings, the worst first", &["severity", "finding", "what to do"], rows);
    }
}

fn read(page: &mut Document, of: &str, report: &Report) {
    let status = &report.status;
    page.heading(format!("{of}What was read, and how completely"));
    page.table("Listings, by kind", ListingSummary::COLUMNS, &report.listings);
    let counts = status.counts.iter().map(|(what, number)| vec![what.clone(), number.to_string()]);
    page.cells("Numbers", &["what", "recorded"], counts);
}

fn people(page: &mut Document, of: &str, report: &Report) {
    let complete = report.status.completeness.complete;
    page.heading(format!("{of}Owners and admins"));
    page.paragraph(format!(
        "{} can change who may publish. What they could give themselves they do not have.",
        counted(report.governors.len(), complete, "account", "accounts")
    ));
    page.table("Accounts that govern the organisation", Governor::COLUMNS, &report.governors);
    page.heading(format!("{of}Outside collaborators"));
    if report.outsiders.is_empty() {
        page.paragraph("No account outside the organisation is known to hold a right.");
    } else {
        page.table("What accounts outside the organisation hold", Outsider::COLUMNS, &report.outsiders);
    }
}

fn packages(page: &mut Document, of: &str, report: &Report) {
    page.heading(format!("{of}Who can publish each package"));
    page.paragraph("A team stands for all its members, who are listed below.");
    page.table("Packages and the accounts that can publish them", PackagePublishers::COLUMNS, &report.packages);
    let teams = report.teams.iter().map(|team| {
        vec![team.team.clone(), team.members.len().to_string(), team.writes.to_string(), team.members.join(", ")]
    });
    page.cells("Teams", &["team", "members", "publishes", "who"], teams);
}

fn tokens(page: &mut Document, of: &str, report: &Report) {
    page.heading(format!("{of}Access tokens of the account that reads"));
    if report.tokens.is_empty() {
        page.paragraph("None is recorded. The registry shows no tokens of other accounts.");
    } else {
        page.paragraph("The registry shows no tokens of other accounts.");
        page.table(
            "Tokens, by their key, which is no secret",
            rolecall_engine::list::TokenRow::COLUMNS,
            &report.tokens,
        );
    }
}

fn changes(page: &mut Document, of: &str, report: &Report) {
    page.heading(format!("{of}Changes since {}", day_text(&report.changes_since)));
    if report.changes.is_empty() {
        page.paragraph("None is recorded.");
    } else {
        let shown = report.changes.len().min(CHANGES);
        page.paragraph("The registry does not tell who did it.");
        page.table("Changes, newest first", rolecall_engine::changes::ChangeAnswer::COLUMNS, &report.changes[..shown]);
        if report.changes.len() > shown {
            page.warning(format!(
                "{} older ones are left out; rolecall changes lists them.",
                report.changes.len() - shown
            ));
        }
    }
    let waiting = report.pending.iter().filter(|removal| !removal.discarded);
    page.list(waiting.map(|removal| format!("Waits for confirmation: {} ({})", removal.text, removal.reason)));
}

fn limits(page: &mut Document, of: &str, report: &Report) {
    page.heading(format!("{of}How far this can be trusted"));
    for answer in &report.agreement {
        page.paragraph(format!(
            "computed = {} for {} of {} {}",
            answer.listing, answer.agree, answer.compared, answer.plural
        ));
        page.list(answer.exceptions.iter().map(|exception| {
            let said = |what: &str, names: &[String]| match names {
                [] => String::new(),
                names => format!("; only {what}: {}", names.join(", ")),
            };
            let (stated, computed) =
                (said("the registry says", &exception.only_stated), said("computed", &exception.only_computed));
            format!("{}{stated}{computed}", exception.resource.id)
        }));
    }
    page.paragraph("No interface of the registry shows:");
    page.list(report.not_shown.iter().cloned());
}

impl Row for ListingSummary {
    const COLUMNS: &'static [&'static str] = &["listing", "expected", "read in full", "oldest reading"];

    fn cells(&self) -> Vec<String> {
        let oldest = self.oldest.clone().unwrap_or_else(|| "never".to_owned());
        vec![self.kind.clone(), self.expected.to_string(), self.complete.to_string(), oldest]
    }
}

impl Row for Governor {
    const COLUMNS: &'static [&'static str] =
        &["account", "role", "publishes", "could take", "last published", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.account.clone(),
            self.role.clone(),
            self.publishes.to_string(),
            self.can_take.to_string(),
            self.last_published.as_deref().map(day_text).unwrap_or_else(|| "unknown".to_owned()),
            remark(self.suspended == Some(true), self.removal_unconfirmed),
        ]
    }
}

impl Row for Outsider {
    const COLUMNS: &'static [&'static str] = &["account", "holds", "on", "by", "known since"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.account.clone(),
            self.entitlement.clone(),
            self.resource.clone(),
            self.paths.join("; "),
            day_text(&self.since),
        ]
    }
}

impl Row for PackagePublishers {
    const COLUMNS: &'static [&'static str] = &["package", "visibility", "publishers", "by"];

    fn cells(&self) -> Vec<String> {
        let visibility = match self.public {
            Some(true) => "public",
            Some(false) => "private",
            None => "unknown",
        };
        let apart =
            |words: &str, names: &[String]| (!names.is_empty()).then(|| format!("{words}: {}", names.join(", ")));
        let apart = [
            apart("without an account", &self.credentials),
            apart("suspended", &self.suspended),
            apart("not known whether", &self.might),
        ];
        let paths: Vec<String> = self.paths.iter().map(path_text).chain(apart.into_iter().flatten()).collect();
        let number = if self.complete { self.count.to_string() } else { format!("at least {}", self.count) };
        vec![self.package.clone(), visibility.to_owned(), number, paths.join("; ")]
    }
}

/// A team with the number of its members, or the accounts themselves.
fn path_text(path: &PublishPath) -> String {
    if path.through_team {
        return format!("{} ({})", path.text, path.accounts.len());
    }
    format!("{}: {}", path.text, path.accounts.join(", "))
}
