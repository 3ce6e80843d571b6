//! Commands of the command line, run here for whoever has it elsewhere: so that what a client is told is what the hub's
//! own terminal would say.

mod told;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body as ResponseBody;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::post;
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

use self::told::Told;
use self::turns::Turns;
use crate::api::ApiAnswer;
use crate::api::input::{Body, Nothing, Parameters};
use crate::command::{CommandEnd, CommandPiece, CommandRefusal, CommandRunner, CommandStop, CommandWish};
use crate::error::WebError;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

/// How long a command may take, with everything that is read of it.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// How many pieces wait for a client that reads slowly; then the command waits.
const WAITING: usize = 16;

/// The exit code of what broke off here, as the command line has it.
const UNEXPECTED: u8 = 1;

/// What runs commands, and whose turn it is.
pub(crate) struct Commands {
    runner: Arc<dyn CommandRunner>,
    turns: Turns,
}

impl Commands {
    pub(crate) fn new(runner: Arc<dyn CommandRunner>) -> Self {
        Self { runner, turns: Turns::new() }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::ask("/api/v1/commands", Access::May(Permission::Read), post(command_run))]
}

/// A command line to be run.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "arguments": ["who-can", "publish", "@acme/core", "--format", "csv"] }))]
pub(crate) struct CommandAsked {
    /// What stands behind `rolecall` on the command line.
    arguments: Vec<String>,
    /// What is on standard input, or in the file of queries that the arguments name: the hub reads no file.
    input: Option<String>,
    /// The width of the terminal, where there is one: tables are fitted to it.
    width: Option<u16>,
}

/// Run a command
///
/// Only those that read what is recorded, of the hub's own database. The answer is a stream of JSON objects, one on each
/// line, each with one of these fields: `output` and `text` are of standard output (`text` has colours, for a terminal),
/// `file` of the file that the client was told to write and `fileEnd` says that it is complete, `note` is a line of
/// standard error; and `end` comes last, with the `exit` code and, of a failure, `error` and `hint`. Lines may be empty. A
/// stream without an end broke off. A command ends when its client is gone, and after ten minutes.
#[utoipa::path(post, operation_id = "commandRun", path = "/api/v1/commands", tag = "Commands", request_body = CommandAsked, responses(
    (status = 200, description = "What it printed, and how it ended.", content_type = "application/x-ndjson", body = String),
    (status = 403, description = "The command needs another role."),
    (status = 422, description = "It is no command line, or no command that only reads: `command-refused`."),
))]
pub(crate) async fn command_run(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(asked): Body<CommandAsked>,
) -> ApiAnswer {
    let CommandAsked { arguments, input, width } = asked;
    let commands = site.commands();
    let prepared = commands.runner.prepare(CommandWish { arguments, input, width }).map_err(refused)?;
    if !signed.may(prepared.needs()) {
        return Err(WebError::forbidden(crate::text::permission(prepared.needs())));
    }
    let turn = commands.turns.turn(signed.id()).await?;
    let (pieces, printed) = mpsc::channel(WAITING);
    let stop = CommandStop::default();
    let asked_to_stop = stop.clone();
    let running = spawn_blocking(move || {
        // The turn is over when the work is, although whoever asked may be gone.
        let _turn = turn;
        prepared.run(pieces, asked_to_stop)
    });
    let told = Told::new(printed, running, stop, site.context().stop.clone(), LONGEST);
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    Ok((kind, ResponseBody::from_stream(told.lines())).into_response())
}

fn refused(refusal: CommandRefusal) -> WebError {
    let error = WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "command-refused", sentence(refusal.message));
    match refusal.hint {
        Some(hint) => error.hint(sentence(hint)),
        None => error,
    }
}
