//! `rolecall doctor`: what a token can see, what it cannot, why, and what to change.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use rolecall_connect::npm::{
    ExaminationOptions, NpmConnector, NpmOptions, Pseudonyms, Recorder, is_public, request_list, transcript,
};
use rolecall_connect::{Check, CheckState, Connector as _, Examination, RequestNote, Trouble};
use rolecall_http::MAX_ATTEMPTS;
use serde_json::{Value as Json, json};

use super::bundle;
use super::npm_source::{NpmSource, npm_source};
use crate::cli::{Global, NpmSourceArgs};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{
    Destination, Format, LIST, Row, line, note, paint_bold, paint_dim, paint_warning, print_json, print_rows,
};

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(subcommand)]
    source: DoctorSource,
}

#[derive(Debug, Subcommand)]
enum DoctorSource {
    /// Examine one npm organisation, with the token that a sync would use
    #[command(
        after_help = "It only reads, and records nothing. Exit codes: 0 everything needed can be seen, 3 the token is missing, refused
or shows nothing, 4 the registry cannot be reached or read, 5 part of what is needed cannot be seen.

Examples:
  rolecall doctor npm --org acme
  rolecall doctor npm --org acme --requests            what would be sent, without sending it
  rolecall doctor npm --org acme --bundle report.json  for whoever helps you: no token, mail address or name in it"
    )]
    Npm(Box<DoctorNpmArgs>),
}

#[derive(Debug, Args)]
struct DoctorNpmArgs {
    #[command(flatten)]
    source: NpmSourceArgs,
    /// List every request that doctor and sync may send, and send none
    #[arg(long, conflicts_with_all = ["transcript", "bundle"])]
    requests: bool,
    /// Write npm's answers to this file, without tokens, mail addresses and names, a line of JSON each
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Write a report for whoever helps you: the same, with versions, configuration and what is recorded
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

/// Examines, or lists what an examination would send.
pub(crate) async fn run(global: &Global, args: &DoctorArgs) -> Result<Exit, Failure> {
    let DoctorSource::Npm(args) = &args.source;
    if args.requests {
        return requests_print(Format::among(global.format, LIST)?);
    }
    npm(global, args).await
}

async fn npm(global: &Global, args: &DoctorNpmArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let source = npm_source(&args.source)?;
    let recorder = Arc::new(Recorder::default());
    let route = route(&source);
    let configuration = bundle::configuration(global, &args.source, &source);
    let NpmSource { options, token, .. } = source;
    let (token_found, token_hint) = match &token {
        Ok(found) => (Ok(format!("{} from {}", found.credential.masked_tail(), found.source)), None),
        Err(error) => (Err(error.to_string()), Some(error.hint())),
    };
    let credential = token.ok().map(|found| found.credential);
    let connector =
        NpmConnector::new(NpmOptions { credential: credential.clone(), observer: Some(recorder.clone()), ..options })?;
    let examination = connector
        .examine(
            &ExaminationOptions {
                credential: credential.as_ref(),
                token: token_found,
                token_hint,
                route,
                now: jiff::Timestamp::now(),
                thorough: args.transcript.is_some() || args.bundle.is_some(),
            },
            &recorder,
        )
        .await;
    print(format, &connector, &examination)?;
    let mut names = Pseudonyms::default();
    if !is_public(connector.base()) {
        names.other("host", connector.host());
    }
    let lines = transcript(&recorder, &connector.root().id, &mut names);
    if let Some(path) = &args.transcript {
        transcript_write(path, &lines)?;
    }
    if let Some(path) = &args.bundle {
        bundle::write(path, global, &configuration, &examination, lines, &names).await?;
    }
    Ok(exit_of(&examination))
}

fn exit_of(examination: &Examination) -> Exit {
    match examination.trouble() {
        None => Exit::Done,
        Some(Trouble::Credential) => Exit::Credential,
        Some(Trouble::Source) => Exit::Source,
        Some(Trouble::Sight) => Exit::Incomplete,
    }
}

/// Which way requests leave, in words.
fn route(source: &NpmSource) -> String {
    let proxy = source.proxy_from.map_or("directly".to_owned(), |from| format!("through the proxy of {from}"));
    match source.certificates_from {
        Some(from) => format!("{proxy}, trusting the certificates of {from} too"),
        None => proxy,
    }
}

impl Row for Check {
    const COLUMNS: &'static [&'static str] = &["check", "of", "state", "found", "means", "change"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.to_owned(),
            self.subject.clone().unwrap_or_default(),
            self.state.word().to_owned(),
            self.found.clone(),
            self.means.clone().unwrap_or_default(),
            self.change.clone().unwrap_or_default(),
        ]
    }
}

fn print(format: Format, connector: &NpmConnector, examination: &Examination) -> io::Result<()> {
    match format {
        Format::Json => print_json(&json!({
            "organization": &*connector.root().id,
            "registry": connector.base().as_str(),
            "trouble": examination.trouble(),
            "checks": examination.checks,
            "requests": connector.requests_sent(),
        })),
        Format::Csv | Format::Ndjson => print_rows(format, &examination.checks),
        _ => {
            let title = format!("What this token sees of {} at {}", connector.root().id, connector.host());
            line(&paint_bold(&printable(&title)))?;
            line("")?;
            examination.checks.iter().try_for_each(check_print)?;
            line("")?;
            line(conclusion(examination.trouble()))?;
            line(&paint_dim(&format!(
                "{} sent; nothing was recorded.",
                count(connector.requests_sent(), "request", "requests")
            )))
        }
    }
}

/// A finding takes a line, and what to make of it the lines below: a table would be too wide to read.
fn check_print(check: &Check) -> io::Result<()> {
    let subject = check.subject.as_ref().map(|subject| format!(" of {subject}")).unwrap_or_default();
    let text = printable(&format!("{:<9} {}{subject}: {}", check.state.word(), check.name, check.found));
    line(&match check.state {
        CheckState::Ok => text,
        CheckState::NotTried => paint_dim(&text),
        CheckState::Limited | CheckState::Failed => paint_warning(&text),
    })?;
    let below = |label: &str, text: &Option<String>| match text {
        Some(text) => line(&printable(&format!("          {label}{text}"))),
        None => Ok(()),
    };
    if check.state != CheckState::Ok {
        below("so: ", &check.means)?;
    }
    below("do: ", &check.change)
}

const fn conclusion(trouble: Option<Trouble>) -> &'static str {
    match trouble {
        None => "Everything that is needed can be seen: answers can be complete.",
        Some(Trouble::Credential) => {
            "A sync would fail: the token is missing, refused, or shows nothing of the organisation."
        }
        Some(Trouble::Source) => {
            "A sync would fail or be incomplete: the registry cannot be reached, or its answers cannot be used."
        }
        Some(Trouble::Sight) => {
            "A sync would work, and its answers be lower bounds: part of what is needed cannot be seen."
        }
    }
}

impl Row for RequestNote {
    const COLUMNS: &'static [&'static str] = &["by", "method", "path", "query", "why", "how many"];

    fn cells(&self) -> Vec<String> {
        let texts = [self.by, self.method.as_str(), self.path, self.query, self.why, self.count];
        texts.into_iter().map(str::to_owned).collect()
    }
}

fn requests_print(format: Format) -> Result<Exit, Failure> {
    print_rows(format, &request_list())?;
    if format == Format::Table {
        line("")?;
        line("These and no others can leave, all of them to the one registry; none was sent now.")?;
        line(&format!("When npm is busy, each is tried up to {MAX_ATTEMPTS} times."))?;
    }
    Ok(Exit::Done)
}

fn transcript_write(path: &Path, lines: &[Json]) -> Result<(), Failure> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    file_write(path, &text)?;
    note(&format!(
        "wrote {}: {} of npm's answers, without token, mail addresses and names (user-1 stands for somebody)",
        path.display(),
        lines.iter().filter(|line| line.get("status").is_some()).count(),
    ));
    Ok(())
}

/// Writes a file that nobody but its owner can read, whole or not at all.
pub(super) fn file_write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut destination = Destination::open(Some(path))?;
    destination.write_all(text.as_bytes())?;
    destination.finish()
}
