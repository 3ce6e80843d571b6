//! The hub of the demo: the same as `rolecall serve`, on the invented company.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use rolecall_engine::Context;
use rolecall_engine::connectors::ConnectorCatalog;
use rolecall_engine::hub::{Caller, Hub, NewAccount, Peer, SecretKeyPlace};
use rolecall_engine::runner::{RunnerDesk, RunnerLimits};
use rolecall_engine::work::SharedLock;
use rolecall_store::{Connector, ConnectorChange, NewConnector, SEALED};
use rolecall_web::{Site, SiteOptions};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::title;
use crate::command::serve::running::{Workers, serve_with};
use crate::command::serve::{HubCommands, importing, unusable};
use crate::connectors::catalog::HubCatalog;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::line;
use crate::telemetry::{HubTelemetry, LogFormat, Telemetry, Voice};

/// Where it is served if nobody else is there.
const PORT: u16 = 8480;

/// Who signs in.
const NAME: &str = "demo";

/// How long a password is made.
const PASSWORD_LENGTH: usize = 16;

/// Serves the hub until it is stopped.
pub(super) async fn open(
    context: &Context,
    sources: &[(Connector, SecretString)],
    listen: Option<SocketAddr>,
    telemetry: &Telemetry,
) -> Result<(), Failure> {
    let listener = listener(listen)?;
    let key_place = environment::key_place(context.store.address())?;
    seal(context, &key_place, sources).await?;
    let hub = Hub::new(context, key_place.clone());
    let password = administrator(&hub).await?;
    let address = listener.local_addr()?;
    let catalog = Arc::new(HubCatalog::new(true, None));
    let telemetry = HubTelemetry::new(telemetry, context, Arc::clone(&catalog) as Arc<dyn ConnectorCatalog>);
    let lock = SharedLock::default();
    let limits = RunnerLimits { upload_bytes: 1 << 30, folder: None };
    let site = Site::new(SiteOptions {
        context: context.clone(),
        key_place,
        catalog,
        commands: Arc::new(HubCommands::new(context.store.address())),
        base_url: base_url(address)?,
        is_loopback: true,
        trusted_proxies: Vec::new(),
        single_sign_on: None,
        runners: RunnerDesk::new(context.clone(), limits, importing(&lock)),
        telemetry,
    });
    title("See it in a browser")?;
    line(&format!("  http://{address}"))?;
    if listen.is_none() && address.port() != PORT {
        line(&format!("  ({PORT} is in use, so that it is at {}; choose with --listen)", address.port()))?;
    }
    line("")?;
    line(&format!("  name      {NAME}"))?;
    line(&format!("  password  {}", password.expose_secret()))?;
    line("")?;
    line("The simulated registries go on: change something there, or press Sync now. Ctrl-C ends all of it.")?;
    let voice = Voice { format: LogFormat::Text, is_quiet: true };
    let workers = Workers { number: 2, command: "rolecall demo", voice, lock };
    serve_with(workers, (context, hub, &site), (listener, None)).await
}

/// Reads where the demo's hub is to be: its password is printed, and goes over plain HTTP.
pub(super) fn on_this_machine(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "it must be an address and a port, such as 127.0.0.1:8481")?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err("the demo is for this machine alone: say 127.0.0.1:PORT; a hub for others is rolecall serve".to_owned())
}

/// Where it was said, or where it is served if nobody else is there, or anywhere on this machine.
fn listener(said: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    let Some(said) = said else {
        let usual = TcpListener::bind((Ipv4Addr::LOCALHOST, PORT));
        return Ok(usual.or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?);
    };
    TcpListener::bind(said).map_err(|error| unusable(said, &error))
}

fn base_url(address: SocketAddr) -> Result<Url, Failure> {
    let parsed = Url::parse(&format!("http://{address}"));
    parsed.map_err(|error| Failure::new(Exit::Failure, format!("the hub has no address: {error}")))
}

/// Keeps the tokens of the simulated registries sealed, as a hub keeps those of real ones.
async fn seal(
    context: &Context,
    key_place: &SecretKeyPlace,
    sources: &[(Connector, SecretString)],
) -> Result<(), Failure> {
    let vault = context.store.vault(key_place.clone());
    for (record, token) in sources {
        let config = NewConnector {
            secret_source: Some(SEALED.to_owned()),
            owners: vec![NAME.to_owned()],
            ..record.config.clone()
        };
        vault.connector_change_sealing(&[ConnectorChange::Put(config)], token, NAME, context.now()).await?;
    }
    Ok(())
}

/// Makes the first administrator, and returns the password.
async fn administrator(hub: &Hub) -> Result<SecretString, Failure> {
    let failure = |error: rolecall_engine::hub::HubError| Failure::new(Exit::Failure, error.to_string());
    let missing = || Failure::new(Exit::Failure, "the demo's hub has an administrator already");
    // A link that the next one voids opens nothing: what is left of it is a text that nobody can guess.
    let void = hub.first_run(&Caller::program()).await.map_err(failure)?.ok_or_else(missing)?;
    let password: String = void.token.expose_secret().chars().take(PASSWORD_LENGTH).collect();
    let link = hub.first_run(&Caller::program()).await.map_err(failure)?.ok_or_else(missing)?;
    let account = NewAccount {
        name: NAME.to_owned(),
        display_name: "Demo".to_owned(),
        email: None,
        password: password.clone().into(),
    };
    let joined = hub.link_join(&link.token, &account, &Peer::default()).await.map_err(failure)?;
    // Nobody sits at the session that this began.
    hub.sign_out(&joined.caller).await.map_err(failure)?;
    Ok(password.into())
}
