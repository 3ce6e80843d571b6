//! Who a command is run for: whoever started this process, or a client of the hub that this process is.
//!
//! Everything that a command prints, everything that it is told on standard input, how wide the terminal is, which
//! database is read and when to stop comes from here.
//!
//! **Architecture Invariant:** a command that is run for a client reaches neither the streams nor the files of this
//! process, and never writes to the database: what would do so asks here first.

mod wait;
mod writer;

use std::path::Path;

use rolecall_store::DatabaseAddress;
use rolecall_web::{CommandPiece, CommandStop};
use tokio::sync::mpsc;

use crate::exit::{Exit, Failure};
pub(crate) use wait::wait;
pub(crate) use writer::{PieceWriter, Stdout};

tokio::task_local! {
    static CLIENT: Client;
}

/// Whoever has a hub run a command. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Takes what is printed.
    pub(crate) pieces: mpsc::Sender<CommandPiece>,
    /// What is on standard input there, or in a file that the arguments name.
    pub(crate) input: Option<String>,
    /// How wide the terminal is, where there is one.
    pub(crate) width: Option<u16>,
    /// The hub's own database.
    pub(crate) database: DatabaseAddress,
    /// When to stop.
    pub(crate) stop: CommandStop,
}

impl Client {
    /// Runs something for this client.
    pub(crate) async fn run<F: Future>(self, command: F) -> F::Output {
        CLIENT.scope(self, command).await
    }

    /// Says something. That nobody listens any more is told by [`PieceWriter`] alone.
    pub(crate) fn say(&self, piece: CommandPiece) {
        let _ = wait(self.pieces.send(piece));
    }
}

/// The client that is run for; nothing for whoever started this process.
pub(crate) fn client() -> Option<Client> {
    CLIENT.try_with(Clone::clone).ok()
}

/// Whether it is run for a client.
pub(crate) fn is_remote() -> bool {
    CLIENT.try_with(|_| ()).is_ok()
}

/// How wide the terminal is: nothing where standard output is none.
pub(crate) fn width() -> Option<u16> {
    match CLIENT.try_with(|client| client.width) {
        Ok(width) => width,
        Err(_) => comfy_table::Table::new().width(),
    }
}

/// The text of a file that the arguments name, or of standard input: from the client, where there is one, which has read
/// it already.
pub(crate) fn input(read: impl FnOnce() -> Result<String, Failure>) -> Result<String, Failure> {
    match client() {
        None => read(),
        Some(client) => client.input.ok_or_else(|| {
            Failure::new(Exit::Usage, "the client sent nothing of what the command is to read")
                .hint("send it as the input of the command")
        }),
    }
}

/// That a file of this machine is none of a client's.
pub(crate) fn own_file(path: &Path) -> Result<(), Failure> {
    if !is_remote() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        format!("{} would be a file of the hub, which reads none for others", path.display()),
    ))
}
