//! `rolecall demo`: the whole flow on an invented organisation, through the real connector.
//!
//! Nothing here is prepared: a simulated registry is started, the same `sync` and the same questions run as for a real
//! organisation, and what they print is what they found.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use rolecall_connect::npm::{NpmConnector, NpmOptions};
use rolecall_engine::changes::{ChangesQuestion, changes};
use rolecall_engine::rules::{self, CheckQuestion, RuleSettings};
use rolecall_engine::{
    Context, Silent, SyncOptions, SyncReport, agreement, clock_system, status, sync_run, world_load,
};
use rolecall_sim::npm::{Server, story};
use rolecall_store::{Connector, DatabaseAddress, Mode, NewConnector, Store};
use serde_json::json;
use url::Url;

use super::{access, changes as changes_command, check, sync_report, who_can};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{line, paint_bold, paint_dim};
use crate::stop;

/// The package that the demo asks about, and an owner who left two years ago.
const PACKAGE: &str = "@acme/payments-sdk";
const LEAVER: &str = "otto.brandt";

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Keep the database in this file, to ask further questions of it
    #[arg(long, value_name = "FILE")]
    keep: Option<std::path::PathBuf>,
}

/// Runs the demo.
pub(crate) async fn run(_global: &Global, args: &DemoArgs) -> Result<Exit, Failure> {
    if let Some(path) = args.keep.as_ref().filter(|path| path.exists()) {
        let why =
            format!("{} is there already, and the demo's invented organisation has no place in it", path.display());
        return Err(Failure::new(Exit::Usage, why).hint("name a file that does not exist yet"));
    }
    let directory = tempfile::tempdir()?;
    let path = args.keep.clone().unwrap_or_else(|| directory.path().join("demo.db"));
    let story = story::world();
    let server = Server::start(story.world, (Ipv4Addr::LOCALHOST, 0).into())
        .await
        .map_err(|error| Failure::new(Exit::Failure, format!("the simulated registry did not start: {error}")))?;
    let demo = Demo::open(&path, server.url(), story.organization, &story.token).await?;

    title("1. Read an organisation")?;
    line(&paint_dim(&format!(
        "An npm registry with the invented organisation {} is simulated at {}.",
        story.organization,
        server.url()
    )))?;
    demo.sync_and_print().await?;

    title("2. Ask who can publish")?;
    let view = world_load(&demo.context.store, None).await?;
    who_can::print(&view.who_can("publish", PACKAGE)?)?;

    title("3. Ask what a leaver could still do")?;
    access::print(&view.account_access(LEAVER)?)?;

    title("4. Ask what is wrong with all of it")?;
    let question = CheckQuestion { rules: Vec::new(), settings: RuleSettings::default(), now: clock_system() };
    check::print(&rules::check(&view, &question)?)?;

    title("5. A week later, read again: what changed?")?;
    story::a_week_later(&mut server.world());
    demo.sync().await?;
    let view = world_load(&demo.context.store, None).await?;
    let question = ChangesQuestion { limit: 40, ..ChangesQuestion::default() };
    let (changed, pending) = changes(&demo.context.store, &view, &question).await?;
    changes_command::print(&changed, &pending)?;

    title("6. And who can publish now?")?;
    who_can::print(&view.who_can("publish", PACKAGE)?)?;
    server.stop().await;
    next_steps(args)?;
    Ok(Exit::Done)
}

struct Demo {
    context: Context,
    connector: NpmConnector,
    record: Connector,
}

impl Demo {
    async fn open(path: &Path, registry: &str, organization: &str, token: &str) -> Result<Self, Failure> {
        let registry = Url::parse(registry).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
        let store = Store::open(&DatabaseAddress::Sqlite(path.to_owned()), Mode::Write).await?;
        let config = NewConnector {
            connector_type: "npm".to_owned(),
            name: organization.to_owned(),
            root: organization.to_owned(),
            base_url: registry.to_string(),
            settings: json!({}),
            ..NewConnector::default()
        };
        let record = store.connector_put(&config, "the demo", clock_system()).await?;
        let credential = rolecall_http::Credential::bearer(token.to_owned());
        let connector = NpmConnector::new(NpmOptions::new(organization, registry, Some(credential)))?;
        let context = Context { store, clock: clock_system, stop: stop::watch(), progress: Arc::new(Silent) };
        Ok(Self { context, connector, record })
    }

    async fn sync(&self) -> Result<SyncReport, Failure> {
        Ok(sync_run(&self.context, &self.connector, &self.record, SyncOptions::default()).await?)
    }

    async fn sync_and_print(&self) -> Result<(), Failure> {
        let report = self.sync().await?;
        let view = world_load(&self.context.store, None).await?;
        let overview = status::status(&self.context.store, &view, self.context.now()).await?;
        Ok(sync_report::print(&self.record, &report, &agreement::agreement(&view), &overview)?)
    }
}

fn title(text: &str) -> io::Result<()> {
    line("")?;
    line(&paint_bold(&format!("== {text} ==")))?;
    line("")
}

/// The three commands a person types next for their own organisation.
fn next_steps(args: &DemoArgs) -> io::Result<()> {
    title("Now for your own organisation")?;
    line("Make a granular access token as an owner or admin: read-only, with the organisation selected. Then:")?;
    line("")?;
    line("  NPM_TOKEN=npm_… rolecall sync npm --org YOUR-ORGANISATION")?;
    line("  rolecall who-can publish @YOUR-ORGANISATION/PACKAGE")?;
    line("  rolecall access npm:SOMEBODY")?;
    line("  rolecall check")?;
    if let Some(path) = &args.keep {
        line("")?;
        line(&format!("The demo's data is kept: rolecall --database {} list users", path.display()))?;
    }
    Ok(())
}
