//! Commands that the hub runs for clients, as the hub's pages learn of them: which there are and what they say is the
//! command line's business.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rolecall_engine::hub::Permission;
use tokio::sync::{mpsc, watch};

/// A command line to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandWish {
    /// What stands behind the program's name, as the client was told it.
    pub arguments: Vec<String>,
    /// What the client has on standard input, or in a file that the arguments name.
    pub input: Option<String>,
    /// The width of the client's terminal, where it is one.
    pub width: Option<u16>,
}

/// Why a command is not run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRefusal {
    /// What is refused and why.
    pub message: String,
    /// What to do instead.
    pub hint: Option<String>,
}

/// Part of what a command prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandPiece {
    /// Of standard output, as it is.
    Output(String),
    /// Of standard output, for people: whoever prints it takes the colours out where there is no terminal.
    Text(String),
    /// Of the file that the client was told to write.
    File(String),
    /// The file is complete.
    FileEnd,
    /// A line of standard error.
    Note(String),
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandEnd {
    /// The exit code.
    pub exit: u8,
    /// What failed and why.
    pub error: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
}

/// A wish that a command ends before it is done.
#[derive(Clone, Debug)]
pub struct CommandStop {
    flag: Arc<AtomicBool>,
    asked: Arc<watch::Sender<bool>>,
}

impl Default for CommandStop {
    fn default() -> Self {
        Self { flag: Arc::default(), asked: Arc::new(watch::channel(false).0) }
    }
}

impl CommandStop {
    /// Wishes it.
    pub fn stop(&self) {
        self.flag.store(true, Ordering::Relaxed);
        self.asked.send_replace(true);
    }

    /// For what works without waiting.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// For what waits.
    #[must_use]
    pub fn receiver(&self) -> watch::Receiver<bool> {
        self.asked.subscribe()
    }
}

/// What reads command lines.
pub trait CommandRunner: Send + Sync {
    /// Reads one, and says whether it is one that a hub runs. Nothing is done yet.
    ///
    /// # Errors
    /// [`CommandRefusal`] for what is no command line, and for a command that does more than read what is recorded.
    fn prepare(&self, wish: CommandWish) -> Result<Box<dyn PreparedCommand>, CommandRefusal>;
}

/// A command that may be run by whoever has a permission.
pub trait PreparedCommand: Send {
    /// What its caller has to be permitted.
    fn needs(&self) -> Permission;

    /// Runs it to its end, on a thread that may block, within the runtime. What it prints goes to `pieces`, and waits
    /// there; when nobody takes it any more, the command ends.
    fn run(self: Box<Self>, pieces: mpsc::Sender<CommandPiece>, stop: CommandStop) -> CommandEnd;
}
