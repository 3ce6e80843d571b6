//! Adding and changing an endpoint.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use rolecall_engine::alerting::{EndpointError, EndpointWish, endpoint_put};
use rolecall_engine::clock_system;
use rolecall_notify::EndpointKind;
use rolecall_store::{Decision, StoreError};
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line, note};

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// What kind it is
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(EndpointKind::ALL.map(EndpointKind::word)))]
    kind: String,
    /// What to call it
    #[arg(value_name = "NAME")]
    name: String,
    /// A setting; can be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// The variable that holds its secret
    #[arg(long, value_name = "VARIABLE", conflicts_with = "secret_file")]
    secret_env: Option<String>,
    /// The file that holds its secret
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

/// Adds it.
pub(super) async fn run(global: &Global, args: &AddArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let wish = EndpointWish {
        name: args.name.clone(),
        kind: args.kind.clone(),
        settings: settings(&args.settings)?,
        secret: secret(args)?,
        may_be_local: true,
    };
    let store = store_write(global).await?;
    let vault = store.vault(environment::key_place(store.address())?);
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let (endpoint, made) =
        endpoint_put(&vault, &store, wish, &decision, clock_system()).await.map_err(|error| refused(error, args))?;
    line(&format!(
        "The endpoint {} is kept. Does it arrive? rolecall endpoints try {:?}",
        endpoint.name, endpoint.name
    ))?;
    if let Some(made) = made {
        note("its signing key, which is not shown again; whoever receives checks signatures with it:");
        line(made.expose_secret())?;
    }
    store.close().await;
    Ok(Exit::Done)
}

fn settings(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut settings = BTreeMap::new();
    for text in given {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| Failure::new(Exit::Usage, format!("{text:?} sets nothing; write NAME=VALUE")))?;
        if settings.insert(name.trim().to_owned(), value.to_owned()).is_some() {
            return Err(Failure::new(Exit::Usage, format!("{} is set twice", name.trim())));
        }
    }
    Ok(settings)
}

fn secret(args: &AddArgs) -> Result<Option<SecretString>, Failure> {
    let text = match (&args.secret_env, &args.secret_file) {
        (Some(name), _) => std::env::var(name)
            .map_err(|_| Failure::new(Exit::Credential, format!("the variable {name} is not set, or is no text")))?,
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| Failure::new(Exit::Credential, format!("{} cannot be read: {error}", file.display())))?,
        (None, None) => return Ok(None),
    };
    Ok(Some(SecretString::from(text.trim().to_owned())))
}

fn refused(error: EndpointError, args: &AddArgs) -> Failure {
    match error {
        EndpointError::Store(StoreError::Conflict(why)) => Failure::new(Exit::Usage, why),
        EndpointError::Store(error) => error.into(),
        other => Failure::new(Exit::Usage, other.to_string())
            .hint(format!("what a {} endpoint wants: rolecall endpoints kinds", args.kind)),
    }
}
