//! What a person says of a connector on the command line, whatever its type.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use rolecall_store::NewConnector;
use serde_json::Value as Json;

use crate::cli::rate;
use crate::connectors::place::TokenPlace;
use crate::connectors::settings::{CA_FILE, MEMBERSHIP_ONLY, MONTHLY_REQUESTS, PROXY, RATE, Setting, TOKEN_EXPIRES};
use crate::connectors::{Kind, settings_of};
use crate::exit::{Exit, Failure};

/// Options of `add` and `edit`.
#[derive(Clone, Debug, Args)]
pub(super) struct SaidArgs {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Who answers for it: an address or a name; may be given several times
    #[arg(long, value_name = "WHO")]
    owner: Vec<String>,
    /// The environment variable that holds the token [default: the usual places]
    #[arg(long, value_name = "NAME", conflicts_with = "token_file")]
    token_env: Option<String>,
    /// The file that holds the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// When the token expires; warned about, because registries tell no one
    #[arg(long, value_name = "DATE")]
    token_expires: Option<Date>,
    /// Requests per second [default: 2 towards npm's own host, no limit elsewhere]
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    rate: Option<f64>,
    /// Requests it may send in a calendar month [default: 1000000]
    #[arg(long, value_name = "NUMBER")]
    monthly_requests: Option<u64>,
    /// Read who is in what and what groups may do, not the detail of every resource
    #[arg(long)]
    membership_only: bool,
    /// Trust the certificates in this file too (for networks that inspect TLS)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Use this proxy [default: the environment's]
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
}

/// What only one type knows.
pub(super) struct Own {
    pub(super) settings: Vec<(&'static Setting, Json)>,
    pub(super) place: Option<TokenPlace>,
}

impl SaidArgs {
    /// Changes what was said, and leaves everything else.
    pub(super) fn apply(&self, kind: &dyn Kind, own: Own, config: &mut NewConnector) -> Result<(), Failure> {
        if let Some(description) = &self.description {
            description.trim().clone_into(&mut config.description);
        }
        if !self.owner.is_empty() {
            config.owners = self.owner.iter().map(|owner| owner.trim().to_owned()).collect();
        }
        if let Some(place) = self.place().map_err(usage)?.or(own.place) {
            if !kind.has_place(&place) {
                return Err(usage(format!("a token of {} is not looked for in {place}", kind.name())));
            }
            config.secret_source = place.source();
        }
        let mut settings = settings_of(config);
        for (setting, value) in self.settings().into_iter().chain(own.settings) {
            if !kind.settings().any(|known| known.name == setting.name) {
                return Err(usage(format!("{} has no setting --{}", kind.name(), setting.flag())));
            }
            settings.set(setting, setting.value(&value).map_err(usage)?);
        }
        config.settings = settings.to_json();
        Ok(())
    }

    fn place(&self) -> Result<Option<TokenPlace>, String> {
        match (&self.token_env, &self.token_file) {
            (Some(name), _) => TokenPlace::variable(name).map(Some),
            (None, Some(path)) => TokenPlace::file(path).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn settings(&self) -> Vec<(&'static Setting, Json)> {
        let path = self.ca_file.as_ref().map(|path| Json::from(path.to_string_lossy().into_owned()));
        let said: [(&'static Setting, Option<Json>); 6] = [
            (&TOKEN_EXPIRES, self.token_expires.map(|date| date.to_string().into())),
            (&RATE, self.rate.map(Json::from)),
            (&MONTHLY_REQUESTS, self.monthly_requests.map(Json::from)),
            (&MEMBERSHIP_ONLY, self.membership_only.then_some(Json::Bool(true))),
            (&CA_FILE, path),
            (&PROXY, self.proxy.as_deref().map(Json::from)),
        ];
        said.into_iter().filter_map(|(setting, value)| Some((setting, value?))).collect()
    }
}

/// A mistake in what was said.
pub(super) fn usage(why: String) -> Failure {
    Failure::new(Exit::Usage, why)
}
