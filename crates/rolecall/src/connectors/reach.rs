//! How a connector reaches its source: put together from its settings, what the registry's own client has set up on this
//! machine, and the environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rolecall_connect::{Network, Person};
use rolecall_http::{Credential, Observer};
use rolecall_store::NewConnector;
use url::Url;

use super::settings::{CA_FILE, PROXY, PUBLIC_ADDRESS, PUBLIC_PROXY, RATE, Settings, TIMEOUT};
use super::{Kind, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};

/// What every connector is built with, whatever its type.
#[derive(Default)]
pub(crate) struct Reach {
    pub(crate) credential: Option<Credential>,
    /// How requests travel.
    pub(crate) network: Network,
    /// Who is asked for what the registry shows only to a person.
    pub(crate) person: Option<Arc<dyn Person>>,
    /// Who is told of every answer.
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

/// What the registry's own client has set up for reaching the network.
#[derive(Debug, Default)]
pub(crate) struct ClientNetwork {
    /// Where: `your .npmrc`.
    pub(crate) from: &'static str,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) proxy: Option<String>,
}

impl Reach {
    /// What a connector of this kind with these settings is built with, but for its credential.
    pub(crate) fn new(kind: &dyn Kind, settings: &Settings) -> Result<Self, Failure> {
        let client = kind.client_network();
        let network = Network {
            requests_per_second: settings.number(&RATE),
            timeout: settings.count(&TIMEOUT).map(Duration::from_secs),
            ca_file: settings.text(&CA_FILE).map(PathBuf::from).or(client.ca_file),
            proxy: proxy(settings.text(&PROXY).or(client.proxy.as_deref()))?,
            public_hosts: Vec::new(),
        };
        Ok(Self { network, ..Self::default() })
    }

    /// What a connector that is configured so is built with, but for its credential. Addresses that came from a page
    /// reach nothing but the internet, unless the operator allows it.
    pub(crate) fn of(kind: &dyn Kind, config: &NewConnector) -> Result<Self, Failure> {
        let settings = settings_of(config);
        let mut reach = Self::new(kind, &settings)?;
        if environment::reach() == rolecall_notify::Reach::Public {
            let base = Url::parse(&config.base_url).ok().filter(|_| settings.is_set(&PUBLIC_ADDRESS));
            let proxy = reach.network.proxy.clone().filter(|_| settings.is_set(&PUBLIC_PROXY));
            let hosts = base.iter().chain(&proxy).filter_map(|url| url.host_str().map(str::to_owned));
            reach.network.public_hosts = hosts.collect();
        }
        Ok(reach)
    }
}

fn proxy(text: Option<&str>) -> Result<Option<Url>, Failure> {
    text.map(Url::parse)
        .transpose()
        .map_err(|error| Failure::new(Exit::Usage, format!("the proxy's address cannot be used: {error}")))
}

/// Which way requests leave, and who says so.
#[derive(Debug)]
pub(crate) struct Route {
    /// Where the proxy comes from, if there is one.
    pub(crate) proxy_from: Option<&'static str>,
    /// Where the extra certificates come from, if there are any.
    pub(crate) certificates_from: Option<&'static str>,
}

impl Route {
    /// The route of a connector that has these settings, of which the command line said some.
    pub(crate) fn new(kind: &dyn Kind, said: &Settings, settings: &Settings) -> Self {
        const VARIABLES: [&str; 6] =
            ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let client = kind.client_network();
        let given = |setting, flag: &'static str, is_clients: bool| {
            let (said, configured) = (said.get(setting).map(|_| flag), settings.get(setting).map(|_| CONFIGURED));
            said.or(configured).or_else(|| is_clients.then_some(client.from))
        };
        Self {
            proxy_from: given(&PROXY, "--proxy", client.proxy.is_some()).or_else(|| VARIABLES.into_iter().find(is_set)),
            certificates_from: given(&CA_FILE, "--ca-file", client.ca_file.is_some())
                .or_else(|| std::env::var_os("SSL_CERT_FILE").map(|_| "SSL_CERT_FILE")),
        }
    }

    /// The route, in words.
    pub(crate) fn sentence(&self) -> String {
        let proxy = self.proxy_from.map_or("directly".to_owned(), |from| format!("through the proxy of {from}"));
        match self.certificates_from {
            Some(from) => format!("{proxy}, trusting the certificates of {from} too"),
            None => proxy,
        }
    }
}

/// What a configured connector says.
pub(crate) const CONFIGURED: &str = "its configuration";
