//! `rolecall sync`: read an organisation, or every configured one, and record what was seen.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use rolecall_connect::{Person, TokenPlace};
use rolecall_engine::agreement::AgreementAnswer;
use rolecall_engine::export::C1zExport;
use rolecall_engine::status::ConnectorStatus;
use rolecall_engine::work::{Doer, sync_inline};
use rolecall_engine::{
    Context, SyncError, SyncOptions, SyncReport, agreement, connector_title, first_steps, status, world_load,
};
use rolecall_notify::Destination;
use rolecall_store::{Connector, DatabaseAddress, Mode, NewConnector, Store, Takeover};
use serde_json::Value as Json;

use super::export::c1z::c1z_write;
use super::rules::evaluate_after_sync;
use super::sync_many::{self, RunArgs};
use super::{audit, sync_report};
use crate::cli::Global;
use crate::connectors::AT_ITS_RUNNER;
use crate::connectors::flags::{PlaceOnceArgs, ReachArgs};
use crate::connectors::form::{OfType, Purpose, Shared};
use crate::connectors::settings::{MEMBERSHIP_ONLY, MONTHLY_REQUESTS, Setting, Settings, TOKEN_EXPIRES};
use crate::connectors::{Built, expiry, kind, place_of, removals, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{self, ANSWER, Format, note, paint_warning};
use crate::person::{Asked, OtpForm, person_find};
use crate::progress::ProgressLine;
use crate::stop;

/// What a sync can be reported as.
pub(super) const SYNC: &[Format] = &[Format::Table, Format::Json];

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "A connector that fails does not stop the others; the exit code is that of the worst.

Examples:
  rolecall sync npm --org acme
  rolecall sync cloudsmith --org acme
  rolecall sync npm --org acme -f sync.c1z
  rolecall sync --all
  rolecall sync --all --require-complete --format json")]
pub(crate) struct SyncArgs {
    #[command(subcommand)]
    source: Option<OfType<OneArgs>>,
    /// Read every configured connector that is not paused, one after another
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    run: RunArgs,
}

/// How one organisation is read, whatever its type.
#[derive(Debug, Args)]
struct OneArgs {
    #[command(flatten)]
    token: PlaceOnceArgs,
    #[command(flatten)]
    reach: ReachArgs,
    /// What to call this connector [default: the organisation's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// When the token expires; remembered, and warned about (registries tell no one)
    #[arg(long, value_name = "DATE")]
    token_expires: Option<Date>,
    /// Requests this connector may send in a calendar month [default: 1000000]
    #[arg(long, value_name = "NUMBER")]
    monthly_requests: Option<u64>,
    /// Then write what is current to this .c1z file, as baton's connectors do
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
}

impl Shared for OneArgs {
    const PURPOSE: Purpose = Purpose::Sync;
}

/// Reads what was asked for.
pub(crate) async fn run(global: &Global, args: &SyncArgs) -> Result<Exit, Failure> {
    match &args.source {
        Some(source) => one(global, source).await,
        None if args.all => {
            Format::among(global.format, ANSWER)?;
            sync_many::all(global, &args.run).await
        }
        None => Err(Failure::new(Exit::Usage, "nothing says what to read")
            .hint(format!("{}; every configured connector with: rolecall sync --all", first_steps("sync")))),
    }
}

/// Reads one organisation. A connector that is configured already is read as configured, but for what this command line
/// says; one that is not is recorded with defaults.
async fn one(global: &Global, args: &OfType<OneArgs>) -> Result<Exit, Failure> {
    let OfType { kind, said, shared, .. } = args;
    let format = Format::among(global.format, SYNC)?;
    let address = environment::database(global.database.as_deref())?;
    let asked = args.config(shared.name.as_deref())?;
    let known = known(&address, &asked).await?;
    let (is_new, is_first) = (known.is_none(), address.is_missing());
    let mut config = known.map_or(asked, |known| known.config);
    remember(args, &mut config);
    let person = said.person.map(|asked| person_ask(args, asked)).transpose()?;
    let (with_person, settings) = (person.is_some(), overlaid(args, settings_of(&config)));
    let this_run = NewConnector { settings: settings.to_json(), ..config.clone() };
    let known = if is_new { None } else { Some(Store::open(&address, Mode::Read).await?) };
    let found = kind.token_find(&this_run, &place(args, &config)?, known.as_ref()).await?;
    let built = kind.build(&this_run, found, person).await?;
    let store = Store::open(&address, Mode::Write).await?;
    if is_new {
        new_notes(args, &config, &store.connector_list().await?);
    }
    let record = store.connector_put(&config, &environment::actor(), rolecall_engine::clock_system()).await?;
    let surroundings = Surroundings::new(global, store)?;
    let title = connector_title(&record);
    let synced = surroundings.sync(record, built, options(&settings, with_person), &settings).await;
    if is_first && synced.is_err() {
        note(&printable(&format!(
            "{address} was made for this: it holds {title} as it is configured, and nothing else"
        )));
    }
    let synced = synced?;
    if let Some(file) = &shared.file {
        c1z_current(&surroundings.context.store, &title, file).await?;
    }
    match format {
        Format::Json => output::print_json(&synced.to_json())?,
        _ => synced.print()?,
    }
    evaluate_after_sync(&surroundings.context.store).await;
    surroundings.close().await;
    Ok(synced.exit(shared.run.require_complete))
}

/// Writes what is current of a connector as a `.c1z` file.
async fn c1z_current(store: &Store, title: &str, file: &Path) -> Result<(), Failure> {
    let export = C1zExport::current(title);
    c1z_write(store, &export, file).await.map(drop)
}

/// Keeps what a person states of the source and of the token, which no later sync can find out by itself.
fn remember(args: &OfType<OneArgs>, config: &mut NewConnector) {
    let mut settings = settings_of(config);
    if let Some(date) = args.shared.token_expires {
        settings.set(&TOKEN_EXPIRES, date.to_string().into());
    }
    for (setting, value) in &args.said.stated {
        settings.set(setting, value.clone());
    }
    config.settings = settings.to_json();
}

/// What a person may not expect of a connector that this command records.
fn new_notes(args: &OfType<OneArgs>, config: &NewConnector, known: &[Connector]) {
    let title = format!("{}:{}", config.connector_type, config.name);
    let is_same = |known: &&Connector| known.config.root == config.root && known.config.base_url == config.base_url;
    if let Some(other) = known.iter().find(is_same) {
        let other = connector_title(other);
        note(&printable(&format!("{other} reads the same organisation: this records another connector, {title}")));
    }
    if let Some(path) = &args.shared.token.kept.token_file {
        let edit = format!("rolecall connectors edit {title} --token-file {}", path.display());
        note(&printable(&format!("the token's file is used for this run; for later ones: {edit}")));
    }
}

/// The connector of that name, if it is recorded, reads the same and may be read. No database is made to find out.
async fn known(address: &DatabaseAddress, asked: &NewConnector) -> Result<Option<Connector>, Failure> {
    if address.is_missing() {
        return Ok(None);
    }
    let store = Store::open(address, Mode::Write).await?;
    let Some(known) = store.connector_find(&asked.connector_type, &asked.name).await? else { return Ok(None) };
    let (title, config) = (connector_title(&known), &known.config);
    if config.base_url != asked.base_url || config.root != asked.root {
        return Err(Failure::new(
            Exit::Usage,
            format!("{title} is {} at {}, not {} at {}", config.root, config.base_url, asked.root, asked.base_url),
        )
        .hint(format!(
            "read it as it is configured with: rolecall connectors sync {title}; or record this one under another \
             name with --name NAME, or in another database with --database FILE"
        )));
    }
    readable(&known)?;
    Ok(Some(known))
}

/// A connector that somebody paused or removed is not read until somebody says so.
pub(super) fn readable(record: &Connector) -> Result<(), Failure> {
    let title = connector_title(record);
    let since = rolecall_engine::moment_text;
    if let Some(at) = record.removed_at {
        let why = format!("{title} was removed at {}", since(at));
        let hint = format!(
            "bring it back, with its history, with: rolecall connectors add {} --help",
            record.config.connector_type
        );
        return Err(Failure::new(Exit::Usage, why).hint(hint));
    }
    if let Some(at) = record.paused_at {
        let why = format!("{title} is paused since {}", since(at));
        return Err(Failure::new(Exit::Usage, why).hint(format!("rolecall connectors resume {title}")));
    }
    if record.config.is_by_runner() {
        return Err(Failure::new(Exit::Usage, format!("{title} is read by its runner, elsewhere")).hint(AT_ITS_RUNNER));
    }
    Ok(())
}

fn person_ask(args: &OfType<OneArgs>, asked: Asked) -> Result<Arc<dyn Person>, Failure> {
    if args.shared.token.token_stdin && asked.form == Some(OtpForm::Stdin) {
        let message = "standard input cannot bring both the token and one-time passwords";
        let hint = format!("pass the token with --token-file FILE or {}", args.kind.connector_type().tokens.variable);
        return Err(Failure::new(Exit::Usage, message).hint(hint));
    }
    person_find(args.kind.title(), asked)
}

/// Where the token is taken from this time.
fn place(args: &OfType<OneArgs>, config: &NewConnector) -> Result<TokenPlace, Failure> {
    match args.shared.token.place()?.or_else(|| args.said.place.clone()) {
        Some(place) => Ok(place),
        None => place_of(config),
    }
}

/// What the command line says holds for this run only, so that a proxy's password may be in it.
fn overlaid(args: &OfType<OneArgs>, mut settings: Settings) -> Settings {
    let shared = &args.shared;
    let said: [(&Setting, Option<Json>); 2] = [
        (&MONTHLY_REQUESTS, shared.monthly_requests.map(Json::from)),
        (&MEMBERSHIP_ONLY, shared.run.membership_only.then_some(Json::Bool(true))),
    ];
    let said = said.into_iter().filter_map(|(setting, value)| Some((setting, value?)));
    for (setting, value) in said.chain(shared.reach.settings()).chain(args.said.settings.iter().cloned()) {
        settings.set(setting, value);
    }
    settings
}

/// What every sync of this process shares.
pub(super) struct Surroundings {
    pub(super) context: Context,
    progress: Arc<ProgressLine>,
    heads: Vec<Destination>,
}

impl Surroundings {
    pub(super) fn new(global: &Global, store: Store) -> Result<Self, Failure> {
        let heads = environment::audit_destinations()?;
        let progress = Arc::new(ProgressLine::new(global.quiet));
        let clock = rolecall_engine::clock_system;
        Ok(Self { context: Context { store, clock, stop: stop::watch(), progress: progress.clone() }, progress, heads })
    }

    /// The line that says how far it is gives way to what is printed then.
    pub(super) fn finish(&self) {
        self.progress.finish();
    }

    /// Lets a signed head of the audit log leave the machine, where that is configured, and leaves one file behind
    /// instead of a database and its log.
    pub(super) async fn close(self) {
        audit::head_deliver_after_sync(&self.context.store, &self.heads).await;
        self.context.store.close().await;
    }

    /// Runs one sync, and looks at what is recorded then.
    pub(super) async fn sync(
        &self,
        record: Connector,
        built: Built,
        options: SyncOptions,
        settings: &Settings,
    ) -> Result<Synced, Failure> {
        note(&built.token);
        let expires = settings.date(&TOKEN_EXPIRES);
        if let Some(warning) = expires.and_then(|date| expiry::warning(date, expiry::today())) {
            note(&paint_warning(&warning));
        }
        let outcome = sync_inline(&self.context, built.connector.as_ref(), &record, options, &doer()).await;
        self.progress.finish();
        let report = outcome.map_err(|error| sync_failure(error, &record))?;
        let view = world_load(&self.context.store, Some(&connector_title(&record)), None).await?;
        let compared = agreement::agreement(&view);
        let overview = status::status(&self.context.store, &view, self.context.now()).await?;
        Ok(Synced { record, report, compared, overview })
    }
}

/// This process, which does its own jobs. The writer lock shows whether another syncs, so that any lease found is one
/// that a process left behind.
pub(super) fn doer() -> Doer {
    Doer { owner: environment::process("rolecall sync"), asked_by: environment::actor(), takeover: Takeover::Any }
}

/// A sync that failed. That nothing is shown is mostly a matter of the name or of the credential.
fn sync_failure(error: SyncError, record: &Connector) -> Failure {
    let is_nothing = matches!(error, SyncError::NothingReadable { .. });
    let failure = Failure::from(error);
    match kind(&record.config.connector_type) {
        Ok(kind) if is_nothing && failure.exit == Exit::Credential => failure.hint(format!(
            "check the spelling of {}, and that the token is {}; what was recorded before is unchanged",
            record.config.root,
            kind.connector_type().credential
        )),
        _ if is_nothing => failure.hint("try again later; what was recorded before is unchanged"),
        _ => failure,
    }
}

/// How a connector with these settings is read; `with_person` also reads what a registry shows only to a person.
pub(super) fn options(settings: &Settings, with_person: bool) -> SyncOptions {
    let usual = SyncOptions::default();
    SyncOptions {
        monthly_requests: settings.count(&MONTHLY_REQUESTS).unwrap_or(usual.monthly_requests),
        removals: removals::policies(settings),
        detail: !settings.is_set(&MEMBERSHIP_ONLY),
        with_person,
        ..usual
    }
}

/// A sync that was done, and what is recorded since.
pub(super) struct Synced {
    record: Connector,
    pub(super) report: SyncReport,
    compared: Vec<AgreementAnswer>,
    overview: Vec<ConnectorStatus>,
}

impl Synced {
    pub(super) fn print(&self) -> std::io::Result<()> {
        sync_report::print(&self.record, &self.report, &self.compared, &self.overview)
    }

    pub(super) fn to_json(&self) -> Json {
        sync_report::json(&self.record, &self.report, &self.compared, &self.overview)
    }

    /// Removals of this connector that wait for a person.
    pub(super) fn waiting(&self) -> usize {
        self.overview.iter().map(|connector| connector.state.removals_waiting).sum()
    }

    pub(super) fn exit(&self, require_complete: bool) -> Exit {
        let complete = self.overview.iter().all(|connector| connector.completeness.complete);
        let is_whole =
            self.report.is_membership_read() && !self.report.has_left_out() && self.report.is_read_with_person();
        if is_whole && (complete || !require_complete) { Exit::Done } else { Exit::Incomplete }
    }
}
