//! `rolecall sync`: read an organisation, or every configured one, and record what was seen.

use std::sync::Arc;

use rolecall_connect::Person;
use rolecall_connect::npm::{organization_parse, public_registry, registry_parse};
use rolecall_engine::agreement::AgreementAnswer;
use rolecall_engine::status::ConnectorStatus;
use rolecall_engine::{
    Context, SyncOptions, SyncReport, agreement, connector_title, first_steps, status, sync_run, world_load,
};
use rolecall_store::{Connector, DatabaseAddress, Mode, NewConnector, Store};
use serde_json::Value as Json;

use super::{sync_many, sync_report};
use crate::cli::{Global, NpmArgs, SyncArgs, SyncSource};
use crate::connectors::npm::{ATTEST_MEMBERS, ATTEST_USER, Npm};
use crate::connectors::place::TokenPlace;
use crate::connectors::settings::{
    CA_FILE, MEMBERSHIP_ONLY, MONTHLY_REQUESTS, PROXY, RATE, Setting, Settings, TIMEOUT, TOKEN_EXPIRES,
};
use crate::connectors::{Built, Kind as _, expiry, place_of, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{self, ANSWER, Format, note, paint_warning};
use crate::person::{OtpForm, person_find};
use crate::progress::ProgressLine;
use crate::stop;

/// What a sync can be reported as.
pub(super) const SYNC: &[Format] = &[Format::Table, Format::Json];

/// Reads what was asked for.
pub(crate) async fn run(global: &Global, args: &SyncArgs) -> Result<Exit, Failure> {
    match &args.source {
        Some(SyncSource::Npm(npm_args)) => npm(global, npm_args).await,
        None if args.all => {
            Format::among(global.format, ANSWER)?;
            sync_many::all(global, &args.run).await
        }
        None => Err(Failure::new(Exit::Usage, "nothing says what to read")
            .hint(format!("{}; every configured connector with: rolecall sync --all", first_steps("sync")))),
    }
}

/// Reads one npm organisation. A connector that is configured already is read as configured, but for what this command
/// line says; one that is not is recorded with defaults.
async fn npm(global: &Global, args: &NpmArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, SYNC)?;
    let address = environment::database(global.database.as_deref())?;
    let asked = asked(args)?;
    let known = known(&address, &asked).await?;
    let is_new = known.is_none();
    let mut config = known.map_or(asked, |known| known.config);
    let mut settings = settings_of(&config);
    if let Some(date) = args.token_expires {
        settings.set(&TOKEN_EXPIRES, date.to_string().into());
        config.settings = settings.to_json();
    }
    let person = args.with_trust.then(|| person_ask(args)).transpose()?;
    let built = Npm.build(&for_this_run(args, &config, settings), &place(args, &config)?, person)?;
    let store = Store::open(&address, Mode::Write).await?;
    if is_new {
        new_notes(args, &config, &store.connector_list().await?);
    }
    let record = store.connector_put(&config, &environment::actor(), rolecall_engine::clock_system()).await?;
    let settings = overlaid(args, settings_of(&config));
    let surroundings = Surroundings::new(global, store);
    let synced = surroundings.sync(record, built, options(&settings, args.with_trust), &settings).await?;
    match format {
        Format::Json => output::print_json(&synced.to_json())?,
        _ => synced.print()?,
    }
    surroundings.close().await;
    Ok(synced.exit(args.require_complete))
}

/// What a person may not expect of a connector that this command records.
fn new_notes(args: &NpmArgs, config: &NewConnector, known: &[Connector]) {
    let title = format!("{}:{}", config.connector_type, config.name);
    let is_same = |known: &&Connector| known.config.root == config.root && known.config.base_url == config.base_url;
    if let Some(other) = known.iter().find(is_same) {
        let other = connector_title(other);
        note(&printable(&format!("{other} reads the same organisation: this records another connector, {title}")));
    }
    if let Some(path) = &args.source.token_file {
        let edit = format!("rolecall connectors edit {title} --token-file {}", path.display());
        note(&printable(&format!("the token's file is used for this run; for later ones: {edit}")));
    }
}

/// The connector that the command line names, as it is recorded when there is none yet.
fn asked(args: &NpmArgs) -> Result<NewConnector, Failure> {
    let root = organization_parse(&args.source.org)?;
    Ok(NewConnector {
        connector_type: Npm.connector_type().declaration.name.to_owned(),
        name: args.name.clone().unwrap_or_else(|| root.clone()),
        base_url: registry_parse(args.source.registry.as_deref().unwrap_or(&public_registry()))?.to_string(),
        root,
        settings: Settings::default().to_json(),
        ..NewConnector::default()
    })
}

/// The connector of that name, if it is recorded, reads the same and may be read. No database is made to find out.
async fn known(address: &DatabaseAddress, asked: &NewConnector) -> Result<Option<Connector>, Failure> {
    if !address.path().exists() {
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
        let hint = "bring it back, with its history, with: rolecall connectors add npm --help";
        return Err(Failure::new(Exit::Usage, why).hint(hint));
    }
    if let Some(at) = record.paused_at {
        let why = format!("{title} is paused since {}", since(at));
        return Err(Failure::new(Exit::Usage, why).hint(format!("rolecall connectors resume {title}")));
    }
    Ok(())
}

fn person_ask(args: &NpmArgs) -> Result<Arc<dyn Person>, Failure> {
    if args.source.token_stdin && args.otp == Some(OtpForm::Stdin) {
        let message = "standard input cannot bring both the token and one-time passwords";
        return Err(Failure::new(Exit::Usage, message).hint("pass the token with --token-file FILE or NPM_TOKEN"));
    }
    person_find(args.otp)
}

fn place(args: &NpmArgs, config: &NewConnector) -> Result<TokenPlace, Failure> {
    match (&args.source.token_file, args.source.token_stdin) {
        (Some(path), _) => Ok(TokenPlace::File(path.clone())),
        (None, true) => Ok(TokenPlace::StandardInput),
        (None, false) => place_of(config),
    }
}

fn for_this_run(args: &NpmArgs, config: &NewConnector, settings: Settings) -> NewConnector {
    NewConnector { settings: overlaid(args, settings).to_json(), ..config.clone() }
}

/// What the command line says holds for this run only, so that a proxy's password may be in it.
fn overlaid(args: &NpmArgs, mut settings: Settings) -> Settings {
    let path = args.source.ca_file.as_ref().map(|path| Json::from(path.to_string_lossy().into_owned()));
    let said: [(&Setting, Option<Json>); 7] = [
        (&RATE, args.source.rate.map(Json::from)),
        (&TIMEOUT, args.source.timeout.map(Json::from)),
        (&MONTHLY_REQUESTS, args.monthly_requests.map(Json::from)),
        (&CA_FILE, path),
        (&PROXY, args.source.proxy.as_deref().map(Json::from)),
        (&ATTEST_USER, args.source.attest_user.as_deref().map(Json::from)),
        (&ATTEST_MEMBERS, args.source.attest_members.map(Json::from)),
    ];
    for (setting, value) in said {
        if let Some(value) = value {
            settings.set(setting, value);
        }
    }
    if args.membership_only {
        settings.set(&MEMBERSHIP_ONLY, Json::Bool(true));
    }
    settings
}

/// What every sync of this process shares.
pub(super) struct Surroundings {
    pub(super) context: Context,
    progress: Arc<ProgressLine>,
}

impl Surroundings {
    pub(super) fn new(global: &Global, store: Store) -> Self {
        let progress = Arc::new(ProgressLine::new(global.quiet));
        let clock = rolecall_engine::clock_system;
        Self { context: Context { store, clock, stop: stop::watch(), progress: progress.clone() }, progress }
    }

    /// Leaves one file behind instead of a database and its log.
    pub(super) async fn close(self) {
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
        let outcome = sync_run(&self.context, built.connector.as_ref(), &record, options).await;
        self.progress.finish();
        let report = outcome?;
        let view = world_load(&self.context.store, Some(&connector_title(&record))).await?;
        let compared = agreement::agreement(&view);
        let overview = status::status(&self.context.store, &view, self.context.now()).await?;
        Ok(Synced { record, report, compared, overview })
    }
}

/// How a connector with these settings is read; `with_person` also reads what a registry shows only to a person.
pub(super) fn options(settings: &Settings, with_person: bool) -> SyncOptions {
    let usual = SyncOptions::default();
    SyncOptions {
        monthly_requests: settings.count(&MONTHLY_REQUESTS).unwrap_or(usual.monthly_requests),
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
