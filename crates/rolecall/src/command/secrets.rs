//! `rolecall secrets`: which secrets are sealed, whether they can be opened, and another master key. Never a secret.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use rolecall_engine::hub::Permission;
use rolecall_engine::{clock_system, moment_text};
use rolecall_store::{KeyPlace, Rotation, Secret};
use serde::Serialize;
use serde_json::json;

use super::{store_read, store_write};
use crate::cli::Global;
use crate::environment::{self, SECRET_KEY, SECRET_KEY_FILE};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, LIST, Row, line, note, paint_warning, print_csv, print_json, print_rows};
use crate::place::{Place, files};

#[derive(Debug, Args)]
#[command(
    after_help = "A secret is sealed in the database with a key of its own, and that with the master key, which is not in the
database: in ROLECALL_SECRET_KEY (32 random bytes in base64), in the file that ROLECALL_SECRET_KEY_FILE names, or
in a file called like the database and then .key, which is made when the first secret is sealed. Keep a copy of
it apart from those of the database: without it, no secret can be opened. No command shows a secret.

Examples:
  rolecall connectors edit npm:acme --seal-token --token-stdin < token.txt
  rolecall secrets list
  rolecall secrets check
  rolecall secrets rotate
  rolecall secrets rotate --new-key-file /etc/rolecall/new.key"
)]
pub(crate) struct SecretsArgs {
    #[command(subcommand)]
    command: SecretsCommand,
}

#[derive(Debug, Subcommand)]
enum SecretsCommand {
    /// List what is sealed: whose, what for and since when, never what it is
    List,
    /// Open every secret, show none, and say which cannot be opened
    Check,
    /// Seal everything with a new master key; the old one is gone then, unless another file is named
    Rotate(RotateArgs),
}

impl SecretsArgs {
    /// Where it may be run: which secrets there are is for administrators, and no hub opens one to look at it.
    pub(crate) const fn place(&self) -> Place {
        match self.command {
            SecretsCommand::List => Place::Hub(Permission::Administer),
            SecretsCommand::Check | SecretsCommand::Rotate(_) => {
                files("run it on the hub's machine, which has the key")
            }
        }
    }
}

#[derive(Debug, Args)]
struct RotateArgs {
    /// Keep the new key in this file, which is made if it does not exist
    #[arg(long, value_name = "FILE")]
    new_key_file: Option<PathBuf>,
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &SecretsArgs) -> Result<Exit, Failure> {
    match &args.command {
        SecretsCommand::List => list(global).await,
        SecretsCommand::Check => check(global).await,
        SecretsCommand::Rotate(args) => rotate(global, args).await,
    }
}

/// A secret, as it is listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretRow {
    id: String,
    secret: String,
    connector: Option<String>,
    account: Option<String>,
    sealed_since: String,
    key: String,
    key_since: String,
}

impl SecretRow {
    fn of(secret: Secret) -> Self {
        Self {
            id: secret.uuid.to_string(),
            secret: secret.purpose,
            connector: secret.connector,
            account: secret.account,
            sealed_since: moment_text(secret.created_at),
            key: secret.key.to_string(),
            key_since: moment_text(secret.updated_at),
        }
    }
}

impl Row for SecretRow {
    const COLUMNS: &'static [&'static str] =
        &["secret", "connector", "sealed since", "key", "with it since", "account"];

    fn cells(&self) -> Vec<String> {
        let (connector, account) =
            (self.connector.clone().unwrap_or_default(), self.account.clone().unwrap_or_default());
        let Self { secret, sealed_since, key, key_since, .. } = self;
        vec![secret.clone(), connector, sealed_since.clone(), key.clone(), key_since.clone(), account]
    }
}

async fn list(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let secrets: Vec<SecretRow> =
        store_read(global).await?.secret_list().await?.into_iter().map(SecretRow::of).collect();
    if secrets.is_empty() && format == Format::Table {
        line("Nothing is sealed.")?;
    } else {
        print_rows(format, &secrets)?;
    }
    Ok(Exit::Done)
}

async fn check(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    let checked = store.vault(environment::key_place(store.address())?).check().await?;
    let key = checked.key.as_ref().map(ToString::to_string);
    match format {
        Format::Json => print_json(&json!({ "key": key, "secrets": checked.secrets, "problems": checked.problems }))?,
        Format::Csv => print_csv(&["problem"], checked.problems.iter().map(|problem| vec![problem.clone()]))?,
        _ => {
            for problem in &checked.problems {
                line(&paint_warning(&printable(problem)))?;
            }
            let opened = count(checked.secrets - checked.problems.len(), "secret", "secrets");
            match key {
                Some(key) => line(&format!("{opened} of {} can be opened with the key {key}.", checked.secrets))?,
                None => line("Nothing was ever sealed.")?,
            }
        }
    }
    Ok(if checked.problems.is_empty() { Exit::Done } else { Exit::Found })
}

async fn rotate(global: &Global, args: &RotateArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_write(global).await?;
    let place = environment::key_place(store.address())?;
    let vault = store.vault(place.clone());
    let new_file = args.new_key_file.as_deref().map(std::path::absolute).transpose()?;
    let rotation = vault.rotate(new_file.as_deref(), clock_system()).await?;
    let Rotation { from, to, secrets, finished } = &rotation;
    let from = from.as_ref().map(ToString::to_string);
    match format {
        Format::Json => {
            print_json(&json!({ "from": from, "to": to.to_string(), "secrets": secrets, "finished": finished }))?;
        }
        Format::Csv => {
            let row = vec![from.unwrap_or_default(), to.to_string(), secrets.to_string(), finished.to_string()];
            print_csv(&["from", "to", "secrets", "finished"], std::iter::once(row))?;
        }
        _ if *finished => line(&format!("Everything was sealed with the key {to} already; that is finished now."))?,
        _ => {
            let before = from.map(|from| format!(", and no longer with {from}")).unwrap_or_default();
            line(&format!("{} sealed with the key {to}{before}.", count(*secrets, "secret is", "secrets are")))?;
        }
    }
    if let Some(file) = new_file {
        place_note(&place, &file.display().to_string());
    }
    note("copies of the database made before need the key of before");
    Ok(Exit::Done)
}

/// The next command has to find the new key.
fn place_note(place: &KeyPlace, file: &str) {
    let unset =
        if matches!(place, KeyPlace::Variable(..)) { format!(" and unset {SECRET_KEY}") } else { String::new() };
    note(&paint_warning(&printable(&format!("from now on the key is in {file}: set {SECRET_KEY_FILE} to it{unset}"))));
}
