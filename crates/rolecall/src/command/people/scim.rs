//! `rolecall people scim`: which identity providers may push people and groups.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use rolecall_engine::hub::{Caller, Hub, Permission};
use rolecall_engine::people::scim::{DirectoryMade, ScimClient};
use rolecall_engine::{Context, Silent, clock_system, moment_text};
use rolecall_store::{KeyPlace, Store};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use crate::cli::Global;
use crate::command::{store_read, store_write};
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, LIST, Row, line, note, print_csv, print_json, print_rows};
use crate::place::{Place, changes};
use crate::{environment, stop};

#[derive(Debug, Args)]
#[command(
    after_help = "Each is a directory of its own, with a token that the identity provider sends to /scim/v2 of the hub.
docs/guides/scim.md says what to enter in Okta and Entra ID.

Examples:
  rolecall people scim add okta
  rolecall people scim list
  rolecall people scim revoke okta
  rolecall people scim add okta               after revoking: the same directory with another token"
)]
pub(crate) struct ScimArgs {
    #[command(subcommand)]
    command: ScimCommand,
}

#[derive(Debug, Subcommand)]
enum ScimCommand {
    /// Make a directory that an identity provider may fill, and print its token, once
    Add(NameArgs),
    /// List the directories, and when their tokens were last used
    List,
    /// Revoke the token of a directory; what the directory holds is kept
    Revoke(NameArgs),
}

#[derive(Debug, Args)]
struct NameArgs {
    /// What the directory is called, such as okta
    name: String,
}

impl ScimArgs {
    /// Where it may be run.
    pub(super) const fn place(&self) -> Place {
        match self.command {
            ScimCommand::List => Place::Hub(Permission::Administer),
            ScimCommand::Add(_) | ScimCommand::Revoke(_) => changes("run it on the hub's machine"),
        }
    }
}

/// Runs the chosen command.
pub(super) async fn run(global: &Global, args: &ScimArgs) -> Result<Exit, Failure> {
    let can = if matches!(args.command, ScimCommand::List) { LIST } else { ANSWER };
    let format = Format::among(global.format, can)?;
    match &args.command {
        ScimCommand::Add(args) => {
            let (hub, caller) = hub_of(store_write(global).await?);
            added(&hub.directory_add(&caller, &args.name).await?, format)
        }
        ScimCommand::List => {
            let (hub, caller) = hub_of(store_read(global).await?);
            list(&hub.directories(&caller).await?, format)
        }
        ScimCommand::Revoke(args) => {
            let (hub, caller) = hub_of(store_write(global).await?);
            revoked(&hub.directory_revoke(&caller, &args.name).await?, format)
        }
    }
}

fn hub_of(store: Store) -> (Hub, Caller) {
    // Nothing here is sealed or opened, so that no key is needed.
    let key = environment::key_place(store.address()).unwrap_or_else(|_| KeyPlace::File(PathBuf::new()));
    let context = Context { store, clock: clock_system, stop: stop::watch(), progress: Arc::new(Silent) };
    (Hub::new(&context, key), Caller::terminal(&environment::actor()))
}

/// Prints a token, alone where it is for people, so that it can be copied or piped.
fn added(made: &DirectoryMade, format: Format) -> Result<Exit, Failure> {
    let view = MadeView { token: made.secret.expose_secret().to_owned(), directory: DirectoryView::of(&made.client) };
    match format {
        Format::Json => print_json(&view)?,
        Format::Csv => print_csv(MadeView::COLUMNS, std::iter::once(view.cells()))?,
        _ => {
            line(&view.token)?;
            note(&printable(&format!("it fills the directory {}, and is shown no other time", view.directory.name)));
            note("give it to the identity provider, with the hub's address and /scim/v2 behind it");
        }
    }
    Ok(Exit::Done)
}

fn list(clients: &[ScimClient], format: Format) -> Result<Exit, Failure> {
    let views: Vec<DirectoryView> = clients.iter().map(DirectoryView::of).collect();
    if views.is_empty() && format == Format::Table {
        line("No identity provider may push people yet: rolecall people scim add NAME lets one.")?;
    } else {
        print_rows(format, &views)?;
    }
    Ok(Exit::Done)
}

fn revoked(client: &ScimClient, format: Format) -> Result<Exit, Failure> {
    let view = DirectoryView::of(client);
    match format {
        Format::Json => print_json(&view)?,
        Format::Csv => print_csv(DirectoryView::COLUMNS, std::iter::once(view.cells()))?,
        _ => line(&printable(&format!(
            "The token of {} opens nothing any more. What the directory holds is kept.",
            view.name
        )))?,
    }
    Ok(Exit::Done)
}

/// A directory, as it is listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DirectoryView {
    id: String,
    name: String,
    state: &'static str,
    created_at: String,
    created_by: Option<String>,
    last_used: Option<String>,
    revoked_at: Option<String>,
}

impl DirectoryView {
    fn of(client: &ScimClient) -> Self {
        Self {
            id: client.uuid.to_string(),
            name: client.name.clone(),
            state: if client.revoked_at.is_none() { "in use" } else { "revoked" },
            created_at: moment_text(client.created_at),
            created_by: client.created_by.clone(),
            last_used: client.used_at.map(moment_text),
            revoked_at: client.revoked_at.map(moment_text),
        }
    }
}

impl Row for DirectoryView {
    const COLUMNS: &'static [&'static str] = &["name", "state", "created at", "created by", "last used"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.state.to_owned(),
            self.created_at.clone(),
            self.created_by.clone().unwrap_or_default(),
            self.last_used.clone().unwrap_or_else(|| "never".to_owned()),
        ]
    }
}

/// A directory that was just made, with its token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MadeView {
    token: String,
    #[serde(flatten)]
    directory: DirectoryView,
}

impl Row for MadeView {
    const COLUMNS: &'static [&'static str] = &["id", "name", "token"];

    fn cells(&self) -> Vec<String> {
        vec![self.directory.id.clone(), self.directory.name.clone(), self.token.clone()]
    }
}
