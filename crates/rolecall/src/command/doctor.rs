//! `rolecall doctor`: what a token can see, what it cannot, why, and what to change.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rolecall_connect::{
    Check, CheckState, Connector, Examination, ExaminationOptions, Recorder, RequestNote, TokenPlace, Trouble,
};
use rolecall_engine::connector_title;
use rolecall_http::{MAX_ATTEMPTS, Observer};
use rolecall_store::{Connector as ConnectorRecord, Mode, NewConnector, Store};
use serde_json::{Value as Json, json};

use super::bundle::{self, Configuration};
use crate::cli::Global;
use crate::connectors::flags::{PlaceOnceArgs, ReachArgs};
use crate::connectors::form::{OfType, Purpose, Shared};
use crate::connectors::reach::{Reach, Route};
use crate::connectors::settings::Settings;
use crate::connectors::{Kind, place_of, settings_of, token_text};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{
    Destination, Format, LIST, Row, line, note, paint_bold, paint_dim, paint_warning, print_json, print_rows,
};

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(subcommand)]
    source: OfType<ExamineArgs>,
}

/// How one organisation is examined, whatever its type.
#[derive(Debug, Args)]
pub(super) struct ExamineArgs {
    #[command(flatten)]
    token: PlaceOnceArgs,
    #[command(flatten)]
    reach: ReachArgs,
    /// Which connector, where several are configured for the organisation
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// List every request that doctor and sync may send, and send none
    #[arg(long, conflicts_with_all = ["transcript", "bundle"])]
    requests: bool,
    /// Write the registry's answers to this file, without tokens, mail addresses and names, a line of JSON each
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Write a report for whoever helps you: the same, with versions, configuration and what is recorded
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

impl Shared for ExamineArgs {
    const PURPOSE: Purpose = Purpose::Doctor;
}

/// Examines, or lists what an examination would send.
pub(crate) async fn run(global: &Global, args: &DoctorArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    if args.source.shared.requests {
        return requests_print(args.source.kind, format);
    }
    examine(global, &args.source, format).await
}

async fn examine(global: &Global, args: &OfType<ExamineArgs>, format: Format) -> Result<Exit, Failure> {
    let OfType { kind, shared, .. } = args;
    let subject = Subject::find(global, args).await?;
    let Subject { config, said, place, .. } = &subject;
    let settings = settings_of(config);
    let route = Route::new(*kind, said, &settings);
    let reach = Reach::new(*kind, &settings)?;
    // A database that cannot be read has no token to give, and that is said of the token.
    let store = Store::open(&environment::database(global.database.as_deref())?, Mode::Read).await.ok();
    let token = kind.token_find(config, place, store.as_ref()).await;
    let found_in = token.as_ref().ok().map(|found| found.place.clone());
    let token = match token {
        Ok(found) => {
            let text = token_text(&found);
            kind.credential(config, found, &reach).await.map(|credential| (text, credential))
        }
        Err(failure) => Err(failure),
    };
    let (token, token_hint, credential) = match token {
        Ok((text, credential)) => (Ok(text), None, Some(credential)),
        Err(failure) => (Err(failure.message), failure.hint, None),
    };
    let recorder = Arc::new(Recorder::default());
    let observer = Some(recorder.clone() as Arc<dyn Observer>);
    let connector = kind.connector(config, Reach { credential: credential.clone(), observer, ..reach })?;
    let options = ExaminationOptions {
        credential: credential.as_ref(),
        token,
        token_hint,
        route: route.sentence(),
        now: jiff::Timestamp::now(),
        thorough: shared.transcript.is_some() || shared.bundle.is_some(),
    };
    let examination = connector.examine(&options, &recorder).await;
    print(format, *kind, &config.base_url, connector.as_ref(), &examination)?;
    let transcript = connector.transcript(&recorder);
    if let Some(path) = &shared.transcript {
        transcript_write(path, *kind, &transcript.lines)?;
    }
    if let Some(path) = &shared.bundle {
        let base_from = args.base_from();
        let is_configured = subject.is_configured;
        let configuration =
            Configuration { kind: *kind, config, base_from, said, route: &route, found_in, is_configured };
        bundle::write(path, global, &configuration, &examination, transcript).await?;
    }
    Ok(exit_of(&examination))
}

/// What is examined.
struct Subject {
    /// As it is configured, or as it would be read by default, with what the command line says.
    config: NewConnector,
    /// What the command line says.
    said: Settings,
    /// Where the token is taken from.
    place: TokenPlace,
    is_configured: bool,
}

impl Subject {
    async fn find(global: &Global, args: &OfType<ExamineArgs>) -> Result<Self, Failure> {
        let asked = args.config(args.shared.name.as_deref())?;
        let configured = configured(global, args, &asked).await?;
        if let Some(record) = &configured {
            note(&printable(&format!("{} is examined as it is configured", connector_title(record))));
        }
        let is_configured = configured.is_some();
        let config = configured.map_or(asked, |record| record.config);
        let (mut said, mut settings) = (Settings::default(), settings_of(&config));
        let own = args.said.settings.iter().chain(&args.said.stated);
        for (setting, value) in args.shared.reach.settings().iter().chain(own) {
            said.set(setting, value.clone());
            settings.set(setting, value.clone());
        }
        let place = match args.shared.token.place()?.or_else(|| args.said.place.clone()) {
            Some(place) => place,
            None => place_of(&config)?,
        };
        Ok(Self { config: NewConnector { settings: settings.to_json(), ..config }, said, place, is_configured })
    }
}

/// The connector that is configured for this organisation, at the address that is said if one is. No database is made to
/// find out, and one that cannot be read is no reason not to examine.
async fn configured(
    global: &Global,
    args: &OfType<ExamineArgs>,
    asked: &NewConnector,
) -> Result<Option<ConnectorRecord>, Failure> {
    let Ok(store) = Store::open(&environment::database(global.database.as_deref())?, Mode::Read).await else {
        return Ok(None);
    };
    let Ok(mut records) = store.connector_list().await else { return Ok(None) };
    let is_meant = |record: &ConnectorRecord| {
        let config = &record.config;
        let is_there = args.base_from().is_none() || config.base_url == asked.base_url;
        config.connector_type == asked.connector_type && config.root == asked.root && is_there
    };
    records.retain(is_meant);
    // Without an address, the type's own comes first, and then the name that a connector has by itself.
    records.sort_by_key(|record| (record.config.base_url != asked.base_url, record.config.name != asked.name));
    match &args.shared.name {
        Some(name) => match records.into_iter().find(|record| record.config.name == *name) {
            Some(record) => Ok(Some(record)),
            None => Err(Failure::new(Exit::Name, format!("no connector called {name:?} reads {}", asked.root))
                .hint("see what is configured with: rolecall connectors list")),
        },
        None => Ok(records.into_iter().next()),
    }
}

fn exit_of(examination: &Examination) -> Exit {
    match examination.trouble() {
        None => Exit::Done,
        Some(Trouble::Credential) => Exit::Credential,
        Some(Trouble::Source) => Exit::Source,
        Some(Trouble::Sight) => Exit::Incomplete,
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

fn print(
    format: Format,
    kind: &dyn Kind,
    base: &str,
    connector: &dyn Connector,
    examination: &Examination,
) -> io::Result<()> {
    match format {
        Format::Json => print_json(&json!({
            "type": kind.name(),
            "organization": &*connector.root().id,
            "registry": base,
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

fn requests_print(kind: &dyn Kind, format: Format) -> Result<Exit, Failure> {
    print_rows(format, &(kind.connector_type().request_list)())?;
    if format == Format::Table {
        line("")?;
        line("These and no others can leave, all of them to the one registry; none was sent now.")?;
        line(&format!("When {} is busy, each is tried up to {MAX_ATTEMPTS} times.", kind.title()))?;
    }
    Ok(Exit::Done)
}

fn transcript_write(path: &Path, kind: &dyn Kind, lines: &[Json]) -> Result<(), Failure> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    file_write(path, &text)?;
    note(&format!(
        "wrote {}: {} of {}'s answers, without token, mail addresses and names (user-1 stands for somebody)",
        path.display(),
        lines.iter().filter(|line| line.get("status").is_some()).count(),
        kind.title(),
    ));
    Ok(())
}

/// Writes a file that nobody but its owner can read, whole or not at all.
pub(super) fn file_write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut destination = Destination::open(Some(path))?;
    destination.write_all(text.as_bytes())?;
    destination.finish()
}
