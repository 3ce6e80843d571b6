//! `rolecall serve`: the hub, with its pages, its interface for programs, and the workers that sync.

mod address;
mod certificate;
mod commands;
mod first_run;
mod notices;
mod probe;
pub(super) mod running;
mod single_sign_on;
mod tls;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use rolecall_engine::connectors::ConnectorCatalog;
use rolecall_engine::hub::Hub;
use rolecall_engine::runner::{RunnerDesk, RunnerLimits};
use rolecall_engine::work::{Importing, SharedLock};
use rolecall_engine::{Context, Silent, clock_system};
use rolecall_store::{Mode, Store};
use rolecall_web::{Site, SiteOptions};
use url::Url;

use super::sync::options;
use crate::cli::Global;
use crate::connectors::catalog::HubCatalog;
use crate::connectors::settings_of;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{Format, print_json};
use crate::place::{Place, reaches_out};
use crate::stop;
use crate::telemetry::{HubTelemetry, LogArgs, METRICS, MetricsArgs, Telemetry, Voice, metrics_begin};
pub(super) use address::unusable;
pub(crate) use commands::{HubCommands, is_said};
use running::{Workers, serve_with};

#[derive(Debug, Args)]
#[command(
    after_help = "The hub listens to this machine alone unless --listen says otherwise; then --base-url says under which
address people open it, and TLS is spoken by it (--tls-certificate, --tls-key) or by a proxy before it
(--trusted-proxy). On its first run it prints a link, once, with which the first administrator is made. It also
reads connectors when they are due, as `rolecall work` does. Several hubs may share one PostgreSQL database.

Examples:
  rolecall serve
  rolecall serve --listen 0.0.0.0:8443 --base-url https://rolecall.example.com:8443 \\
                 --tls-certificate cert.pem --tls-key key.pem
  rolecall serve --listen 10.0.0.5:8480 --base-url https://rolecall.example.com --trusted-proxy 10.0.0.2
  rolecall serve certificate --host hub.example.com --out tls     makes a certificate for it
  rolecall serve --log-format json --metrics-listen 127.0.0.1:9480          to be watched over"
)]
pub(crate) struct ServeArgs {
    #[command(subcommand)]
    instead: Option<ServeCommand>,
    /// Listen here
    #[arg(long, env = "ROLECALL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// The address that people open [default: the one that is listened to, on this machine]
    #[arg(long, env = "ROLECALL_BASE_URL", value_name = "URL")]
    base_url: Option<Url>,
    /// Believe this proxy, or network of proxies, when it says for whom it asks; may be given several times
    #[arg(long, env = "ROLECALL_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',', value_parser = address::network)]
    trusted_proxy: Vec<IpNet>,
    /// Speak TLS with this certificate, and those that it needs, as PEM
    #[arg(long, env = "ROLECALL_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's key, as PEM
    #[arg(long, env = "ROLECALL_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Do so many jobs at the same time; 0 leaves them to other processes
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u16).range(0..=256))]
    workers: u16,
    /// Take files of runners that are no larger than this, in MiB
    #[arg(long, env = "ROLECALL_UPLOAD_LIMIT", value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=65536))]
    upload_limit: u32,
    /// Print every address with who may use it, as JSON, and end
    #[arg(long)]
    print_routes: bool,
    /// Print every metric with what it says, as JSON, and end
    #[arg(long)]
    print_metrics: bool,
    /// Ask the hub that listens here whether it is ready, and end with 0 if it is
    #[arg(long)]
    probe: bool,
    #[command(flatten)]
    single_sign_on: single_sign_on::SingleSignOnArgs,
    #[command(flatten)]
    pub(crate) log: LogArgs,
    #[command(flatten)]
    metrics: MetricsArgs,
}

/// What it does in place of serving.
#[derive(Debug, Subcommand)]
enum ServeCommand {
    /// Make a certificate for the hub, signed by an authority of your own
    Certificate(certificate::CertificateArgs),
}

impl ServeArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match self.instead {
            Some(ServeCommand::Certificate(_)) => Place::Here,
            None => reaches_out("the hub does so already"),
        }
    }
}

/// Serves until it is stopped.
pub(crate) async fn run(global: &Global, args: &ServeArgs, telemetry: &Telemetry) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    if let Some(ServeCommand::Certificate(args)) = &args.instead {
        return certificate::certificate(args);
    }
    if args.print_routes {
        print_json(&rolecall_web::route_table())?;
        return Ok(Exit::Done);
    }
    if args.print_metrics {
        print_json(&METRICS)?;
        return Ok(Exit::Done);
    }
    if args.probe {
        return probe::probe(args.listen, args.tls_certificate.is_some());
    }
    let tls = match (&args.tls_certificate, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(tls::configuration(certificate, key)?),
        _ => None,
    };
    let listener = TcpListener::bind(args.listen).map_err(|error| address::unusable(args.listen, &error))?;
    let metrics = args.metrics.listener()?;
    let voice = Voice { format: args.log.log_format, is_quiet: global.quiet };
    let listening = listener.local_addr()?;
    let base_url = address::base_url(args.base_url.as_ref(), listening, tls.is_some())?;
    let store = store_made(global).await?;
    let _hub = store.hub_lock("rolecall serve")?;
    let context =
        Context { store, clock: clock_system, stop: stop::watch_with_terminate(), progress: Arc::new(Silent) };
    let key_place = environment::key_place(context.store.address())?;
    voice.say(&format!("Rolecall {} is served at {base_url}", env!("CARGO_PKG_VERSION")));
    let catalog: Arc<dyn ConnectorCatalog> = Arc::new(HubCatalog::of_environment());
    let telemetry = HubTelemetry::new(telemetry, &context, Arc::clone(&catalog));
    if let Some(listener) = metrics {
        voice.say(&format!("Metrics are served at http://{}/metrics", listener.local_addr()?));
        metrics_begin(listener, &telemetry);
    }
    let hub = Hub::new(&context, key_place.clone());
    first_run::tell(&hub, &base_url, voice).await?;
    let lock = SharedLock::default();
    let limits = RunnerLimits { upload_bytes: u64::from(args.upload_limit) << 20, folder: None };
    let site = Site::new(SiteOptions {
        context: context.clone(),
        key_place,
        catalog,
        commands: Arc::new(HubCommands::new(context.store.address())),
        base_url,
        is_loopback: listening.ip().is_loopback(),
        trusted_proxies: args.trusted_proxy.clone(),
        single_sign_on: args.single_sign_on.configured()?,
        runners: RunnerDesk::new(context.clone(), limits, importing(&lock)),
        telemetry,
    });
    let workers = Workers { number: args.workers, command: "rolecall serve", voice, lock };
    serve_with(workers, (&context, hub, &site), (listener, tls)).await?;
    context.store.close().await;
    Ok(Exit::Done)
}

/// How what runners bring is made current.
pub(super) fn importing(lock: &SharedLock) -> Importing {
    Importing { lock: lock.clone(), options: |config| options(&settings_of(config), false) }
}

/// Opens the database, and makes it where it is a file that is not there yet.
async fn store_made(global: &Global) -> Result<Store, Failure> {
    let address = environment::database(global.database.as_deref())?;
    Ok(Store::open(&address, Mode::Write).await?)
}
