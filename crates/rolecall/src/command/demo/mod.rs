//! `rolecall demo`: the whole flow on an invented company, through the real connectors.
//!
//! Nothing here is prepared: simulated registries are started, the same `sync` and the same questions run as for a real
//! organisation, and what they print is what they found.

mod hub;
mod rules;
mod staff;

use std::io::{self, IsTerminal as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use rolecall_connect::cloudsmith::{CloudsmithConnector, CloudsmithOptions, KEY_HEADER, api_parse};
use rolecall_connect::npm::{NpmConnector, NpmOptions};
use rolecall_connect::{Connector, address_parse};
use rolecall_engine::changes::{ChangesQuestion, changes};
use rolecall_engine::people::{Identities, LeaverAnswer, LeaverKnown};
use rolecall_engine::rules::{CheckQuestion, RuleKnown, RuleSettings, check as rules_check};
use rolecall_engine::{
    Context, Silent, SyncOptions, SyncReport, WorldView, agreement, clock_system, connector_title, status, sync_run,
    world_load,
};
use rolecall_http::Credential;
use rolecall_model::Timestamp;
use rolecall_sim::{Registry, Server, cloudsmith, npm};
use rolecall_store::{Connector as ConnectorRecord, DatabaseAddress, Mode, NewConnector, Store};
use serde_json::json;

use super::{access, changes as changes_command, check, leaver, sync_report, who_can};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{line, paint_bold, paint_dim};
use crate::stop;
use crate::telemetry::Telemetry;

/// The package that the demo asks about, and an owner who left two years ago.
const PACKAGE: &str = "@acme/payments-sdk";
const LEAVER: &str = "Otto Brandt";
/// The repository that the demo asks about, and somebody whose account was switched off and keeps its rights.
const REPOSITORY: &str = "acme/production";
const SUSPENDED: &str = "cloudsmith:berit-left";

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Keep the database in this file, to ask further questions of it
    #[arg(long, value_name = "FILE")]
    keep: Option<std::path::PathBuf>,
    /// Serve the hub with the invented company afterwards, until it is stopped [default: in a terminal]
    #[arg(long, conflicts_with = "no_serve")]
    serve: bool,
    /// Serve it here, on this machine [default: 127.0.0.1:8480, or another port where that is taken]
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "no_serve", value_parser = hub::on_this_machine)]
    listen: Option<SocketAddr>,
    /// End once everything is printed
    #[arg(long)]
    no_serve: bool,
}

/// When the demo's organisations were first read, and then again: so long ago that there is a past to ask about.
fn five_weeks_ago() -> Timestamp {
    clock_system().plus_seconds(-36 * DAY)
}

/// The last reading before the week in which things change.
fn a_week_ago() -> Timestamp {
    clock_system().plus_seconds(-8 * DAY)
}

/// Seconds.
const DAY: i64 = 24 * 60 * 60;

/// Runs the demo.
pub(crate) async fn run(_global: &Global, args: &DemoArgs, telemetry: &Telemetry) -> Result<Exit, Failure> {
    if let Some(path) = args.keep.as_ref().filter(|path| path.exists()) {
        let why =
            format!("{} is there already, and the demo's invented organisation has no place in it", path.display());
        return Err(Failure::new(Exit::Usage, why).hint("name a file that does not exist yet"));
    }
    let directory = tempfile::tempdir()?;
    let path = args.keep.clone().unwrap_or_else(|| directory.path().join("demo.db"));
    let (packages, repositories) = (npm::story::world(), cloudsmith::story::world());
    let (token_of_npm, token_of_cloudsmith) = (packages.token.clone().into(), repositories.key.clone().into());
    let npm_server = served(packages.world).await?;
    let cloudsmith_server = served(repositories.world).await?;
    let mut demo = Demo::open(&path).await?;
    demo.add(npm_connector(&npm_server, packages.organization, packages.token)?, npm_server.url()).await?;
    let connector = cloudsmith_connector(&cloudsmith_server, repositories.organization, repositories.key)?;
    demo.add(connector, cloudsmith_server.url()).await?;

    title("1. Read a company's organisations")?;
    line(&paint_dim(&format!(
        "An npm registry and a Cloudsmith are simulated at {} and {}; the company acme is invented.",
        npm_server.url(),
        cloudsmith_server.url(),
    )))?;
    demo.context.clock = five_weeks_ago;
    demo.sync_and_print().await?;

    title("2. Ask who can publish, and who can push")?;
    let view = world_load(&demo.context.store, None, None).await?;
    who_can::print(&view.who_can("publish", PACKAGE)?)?;
    line("")?;
    who_can::print(&view.who_can("push", REPOSITORY)?)?;

    title("3. Bring a roster of people, and ask what leavers could still do")?;
    staff::imported(&demo.context).await?;
    let view = world_load(&demo.context.store, None, None).await?;
    leaver::print(&demo.leaver(&view, LEAVER).await?)?;
    line("")?;
    access::print(&view.account_access(SUSPENDED)?)?;

    title("4. Ask what is wrong with all of it")?;
    let question = CheckQuestion { rules: Vec::new(), settings: RuleSettings::default(), now: demo.context.now() };
    let known = Box::pin(RuleKnown::load(&demo.context.store, &view, question.now)).await?;
    check::print(&rules_check(&view, &known, &question)?)?;

    title("5. A few weeks later, read again: what changed?")?;
    demo.context.clock = a_week_ago;
    demo.sync().await?;
    rules::enabled(&demo.context).await?;
    demo.context.clock = clock_system;
    npm::story::a_week_later(&mut npm_server.world());
    cloudsmith::story::a_week_later(&mut cloudsmith_server.world());
    demo.sync().await?;
    staff::imported_later(&demo.context).await?;
    let view = world_load(&demo.context.store, None, None).await?;
    let question = ChangesQuestion { limit: 80, ..ChangesQuestion::default() };
    let (changed, pending) = changes(&demo.context.store, &view, &question).await?;
    changes_command::print(&changed, &pending)?;

    title("6. What do the ready rules tell of it?")?;
    rules::told(&demo.context).await?;

    title("7. And who can publish now?")?;
    who_can::print(&view.who_can("publish", PACKAGE)?)?;
    next_steps(args)?;
    if args.serve || args.listen.is_some() || (!args.no_serve && io::stdout().is_terminal()) {
        let tokens = [token_of_npm, token_of_cloudsmith];
        let sources = demo.sources.iter().map(|(_, record)| record.clone()).zip(tokens);
        hub::open(&demo.context, &sources.collect::<Vec<_>>(), args.listen, telemetry).await?;
    }
    npm_server.stop().await;
    cloudsmith_server.stop().await;
    Ok(Exit::Done)
}

async fn served<R: Registry>(world: R) -> Result<Server<R>, Failure> {
    let started = Server::start(world, (Ipv4Addr::LOCALHOST, 0).into()).await;
    started.map_err(|error| Failure::new(Exit::Failure, format!("the simulated registry did not start: {error}")))
}

fn npm_connector(server: &npm::Server, organization: &str, token: String) -> Result<Box<dyn Connector>, Failure> {
    let registry = address_parse(server.url()).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let options = NpmOptions::new(organization, registry, Some(Credential::bearer(token)));
    Ok(Box::new(NpmConnector::new(options)?))
}

fn cloudsmith_connector(
    server: &cloudsmith::Server,
    organization: &str,
    key: String,
) -> Result<Box<dyn Connector>, Failure> {
    let api = api_parse(server.url()).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let options = CloudsmithOptions::new(organization, api, Some(Credential::header(KEY_HEADER, key)));
    Ok(Box::new(CloudsmithConnector::new(options)?))
}

struct Demo {
    context: Context,
    sources: Vec<(Box<dyn Connector>, ConnectorRecord)>,
}

impl Demo {
    async fn open(path: &Path) -> Result<Self, Failure> {
        let store = Store::open(&DatabaseAddress::Sqlite(path.to_owned()), Mode::Write).await?;
        let context = Context { store, clock: clock_system, stop: stop::watch(), progress: Arc::new(Silent) };
        Ok(Self { context, sources: Vec::new() })
    }

    async fn add(&mut self, connector: Box<dyn Connector>, base_url: &str) -> Result<(), Failure> {
        let root = connector.root().id.to_string();
        let config = NewConnector {
            connector_type: connector.declaration().name.to_owned(),
            name: root.clone(),
            root,
            base_url: base_url.to_owned(),
            settings: json!({}),
            ..NewConnector::default()
        };
        let record = self.context.store.connector_put(&config, "the demo", five_weeks_ago()).await?;
        self.sources.push((connector, record));
        Ok(())
    }

    async fn leaver(&self, view: &WorldView, name: &str) -> Result<LeaverAnswer, Failure> {
        let store = &self.context.store;
        let identities = Identities::load(store, view).await?;
        let named = identities.person_named(name);
        let key = named.map_err(|error| Failure::new(Exit::Name, error.to_string()).hint(error.hint()))?;
        let known = LeaverKnown::load(store, view, Some((&identities, &key))).await?;
        Ok(view.leaver(&identities, &key, known)?)
    }

    async fn sync(&self) -> Result<Vec<SyncReport>, Failure> {
        let mut reports = Vec::with_capacity(self.sources.len());
        for (connector, record) in &self.sources {
            let _lock = self.context.store.writer_lock(record.id, "the demo").await?;
            reports.push(sync_run(&self.context, connector.as_ref(), record, SyncOptions::default()).await?);
        }
        Ok(reports)
    }

    async fn sync_and_print(&self) -> Result<(), Failure> {
        for (report, (_, record)) in self.sync().await?.iter().zip(&self.sources) {
            let view = world_load(&self.context.store, Some(&connector_title(record)), None).await?;
            let overview = status::status(&self.context.store, &view, self.context.now()).await?;
            sync_report::print(record, report, &agreement::agreement(&view), &overview)?;
        }
        Ok(())
    }
}

fn title(text: &str) -> io::Result<()> {
    line("")?;
    line(&paint_bold(&format!("== {text} ==")))?;
    line("")
}

/// The commands a person types next for their own organisation.
fn next_steps(args: &DemoArgs) -> io::Result<()> {
    title("Now for your own organisation")?;
    line("npm: make a granular access token as an owner or admin, read-only, with the organisation selected.")?;
    line("Cloudsmith: make an API key of an owner. Then:")?;
    line("")?;
    line("  NPM_TOKEN=npm_… rolecall sync npm --org YOUR-ORGANISATION")?;
    line("  CLOUDSMITH_API_KEY=… rolecall sync cloudsmith --org YOUR-WORKSPACE")?;
    line("  rolecall who-can publish @YOUR-ORGANISATION/PACKAGE")?;
    line("  rolecall who-can push YOUR-WORKSPACE/REPOSITORY")?;
    line("  rolecall access npm:SOMEBODY")?;
    line("  rolecall check")?;
    if let Some(path) = &args.keep {
        line("")?;
        line(&format!("The demo's data is kept: rolecall --database {} list users", path.display()))?;
    }
    Ok(())
}
