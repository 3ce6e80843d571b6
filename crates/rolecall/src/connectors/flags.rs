//! Flags about a connector that every type shares, whatever the command.

use std::path::PathBuf;

use clap::Args;
use rolecall_connect::TokenPlace;
use serde_json::Value as Json;

use super::settings::{CA_FILE, PROXY, RATE, Setting, TIMEOUT};
use crate::exit::{Exit, Failure};

/// Where the token is found.
#[derive(Clone, Debug, Args)]
pub(crate) struct PlaceArgs {
    /// Read the token from this environment variable [default: the usual places]
    #[arg(long, value_name = "NAME", group = "token_place")]
    token_env: Option<String>,
    /// Read the token from this file
    #[arg(long, value_name = "FILE", group = "token_place")]
    pub(crate) token_file: Option<PathBuf>,
}

impl PlaceArgs {
    /// The place that was said.
    pub(crate) fn place(&self) -> Result<Option<TokenPlace>, Failure> {
        let place = match (&self.token_env, &self.token_file) {
            (Some(name), _) => TokenPlace::variable(name).map(Some),
            (None, Some(path)) => TokenPlace::file(path).map(Some),
            (None, None) => Ok(None),
        };
        place.map_err(|why| Failure::new(Exit::Usage, why))
    }
}

/// Where the token is found this time.
#[derive(Clone, Debug, Args)]
pub(crate) struct PlaceOnceArgs {
    #[command(flatten)]
    pub(crate) kept: PlaceArgs,
    /// Read the token from standard input
    #[arg(long, group = "token_place")]
    pub(crate) token_stdin: bool,
}

impl PlaceOnceArgs {
    /// The place that was said.
    pub(crate) fn place(&self) -> Result<Option<TokenPlace>, Failure> {
        if self.token_stdin { Ok(Some(TokenPlace::StandardInput)) } else { self.kept.place() }
    }
}

/// How the source is reached.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReachArgs {
    /// Requests per second [default: the type's own pace towards its own host, no limit elsewhere]
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    rate: Option<f64>,
    /// Give up on an attempt that takes longer; there are up to four [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: Option<u64>,
    /// Trust the certificates in this file too (for networks that inspect TLS)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Use this proxy [default: HTTPS_PROXY, or that of the registry's own client]
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
}

impl ReachArgs {
    /// What was said, as settings that are not checked yet.
    pub(crate) fn settings(&self) -> Vec<(&'static Setting, Json)> {
        let path = self.ca_file.as_ref().map(|path| Json::from(path.to_string_lossy().into_owned()));
        let said: [(&'static Setting, Option<Json>); 4] = [
            (&RATE, self.rate.map(Json::from)),
            (&TIMEOUT, self.timeout.map(Json::from)),
            (&CA_FILE, path),
            (&PROXY, self.proxy.as_deref().map(Json::from)),
        ];
        said.into_iter().filter_map(|(setting, value)| Some((setting, value?))).collect()
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && (0.001..=10_000.0).contains(&rate) => Ok(rate),
        _ => Err("it must be a number of requests per second, such as 2 or 0.5".to_owned()),
    }
}
