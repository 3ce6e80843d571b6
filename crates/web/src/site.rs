//! What every request can reach.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use rolecall_engine::Context;
use rolecall_engine::connectors::ConnectorCatalog;
use rolecall_engine::hub::{Hub, SecretKeyPlace};
use rolecall_engine::runner::{RunnerAddress, RunnerDesk};
use url::{Host, Url};

use crate::api::Commands;
use crate::command::CommandRunner;
use crate::live::Pulse;
use crate::overview::OverviewKept;
use crate::review::PeopleKept;
use crate::single_sign_on::{self, Provider, SingleSignOn};
use crate::telemetry::Telemetry;
use crate::world::Graphs;

/// How a hub is served.
pub struct SiteOptions {
    /// Store, clock, and the wish to stop.
    pub context: Context,
    /// Where the key of sealed secrets is.
    pub key_place: SecretKeyPlace,
    /// The connector types, and how connectors are built.
    pub catalog: Arc<dyn ConnectorCatalog>,
    /// What runs commands for clients.
    pub commands: Arc<dyn CommandRunner>,
    /// The address that people open. Links, cookies and checks of where requests come from go by it.
    pub base_url: Url,
    /// Whether this machine's own names (`localhost`, `127.0.0.1`) are names of the hub too.
    pub is_loopback: bool,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// The identity provider that people may sign in with.
    pub single_sign_on: Option<SingleSignOn>,
    /// Where programs ask that read connectors elsewhere.
    pub runners: RunnerDesk,
    /// Whoever measures and traces.
    pub telemetry: Arc<dyn Telemetry>,
}

/// A hub as it is served: what every request can reach. Clones share everything.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    context: Context,
    key_place: SecretKeyPlace,
    hub: Hub,
    catalog: Arc<dyn ConnectorCatalog>,
    commands: Commands,
    base_url: Url,
    is_loopback: bool,
    trusted_proxies: Vec<IpNet>,
    provider: Option<Provider>,
    pulse: Pulse,
    graphs: Graphs,
    overview: OverviewKept,
    review_people: PeopleKept,
    runners: Arc<RunnerDesk>,
    telemetry: Arc<dyn Telemetry>,
}

impl Site {
    /// A hub of these options. Nothing is served yet.
    #[must_use]
    pub fn new(options: SiteOptions) -> Self {
        let SiteOptions {
            context,
            key_place,
            catalog,
            commands,
            base_url,
            is_loopback,
            trusted_proxies,
            single_sign_on,
            runners,
            telemetry,
        } = options;
        let hub = Hub::new(&context, key_place.clone());
        let pulse = Pulse::new(&context, &catalog);
        let graphs = Graphs::new(&context, catalog.graph_images(context.store.address()));
        let back = base_url.join(single_sign_on::BACK).unwrap_or_else(|_| base_url.clone());
        let commands = Commands::new(commands);
        let provider = single_sign_on.map(|sign_on| Provider::new(sign_on, back));
        Self(Arc::new(Inner {
            context,
            key_place,
            hub,
            catalog,
            commands,
            base_url,
            is_loopback,
            trusted_proxies,
            provider,
            pulse,
            graphs,
            overview: OverviewKept::default(),
            review_people: PeopleKept::default(),
            runners: Arc::new(runners),
            telemetry,
        }))
    }

    pub(crate) fn context(&self) -> &Context {
        &self.0.context
    }

    /// Where the key of sealed secrets is.
    pub(crate) fn key_place(&self) -> &SecretKeyPlace {
        &self.0.key_place
    }

    /// The people who use it.
    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub(crate) fn catalog(&self) -> &dyn ConnectorCatalog {
        self.0.catalog.as_ref()
    }

    /// What runs commands for clients.
    pub(crate) fn commands(&self) -> &Commands {
        &self.0.commands
    }

    /// What tells that something changed.
    pub(crate) fn pulse(&self) -> &Pulse {
        &self.0.pulse
    }

    /// What questions are asked of.
    pub(crate) fn graphs(&self) -> &Graphs {
        &self.0.graphs
    }

    /// The overview of the present.
    pub(crate) fn overview_kept(&self) -> &OverviewKept {
        &self.0.overview
    }

    /// Everybody who may review or hold something now.
    pub(crate) fn review_people_kept(&self) -> &PeopleKept {
        &self.0.review_people
    }

    /// Where programs ask that read connectors elsewhere.
    pub(crate) fn runners(&self) -> &Arc<RunnerDesk> {
        &self.0.runners
    }

    /// Where those programs reach it: its host, and its port where that is not the usual one.
    pub(crate) fn runner_address(&self) -> RunnerAddress {
        let base = self.base_url();
        let host = base.host_str().unwrap_or_default();
        RunnerAddress(base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    /// Whoever measures and traces.
    pub(crate) fn telemetry(&self) -> &dyn Telemetry {
        self.0.telemetry.as_ref()
    }

    /// The identity provider, where there is one.
    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.0.provider.as_ref()
    }

    /// The address that people open.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.0.base_url
    }

    /// The address of a path of this hub, for people to open from elsewhere.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url().as_str().trim_end_matches('/'))
    }

    /// Whether people reach it over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.base_url().scheme() == "https"
    }

    /// Whether this host is one of its names.
    pub(crate) fn is_named(&self, host: &Host<String>) -> bool {
        let own = self.base_url().host().is_some_and(|own| own.to_owned() == *host);
        own || self.0.is_loopback && is_this_machine(host)
    }

    /// Whether an address is that of a proxy that is believed.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.trusted_proxies.iter().any(|network| network.contains(&address))
    }
}

fn is_this_machine(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
