//! A connector that serves a hub: it says who it is, asks for tasks, and does them.
//!
//! | question | file |
//! |---|---|
//! | who asks, and with which key? | `credential.rs`, `assertion.rs`, `token.rs` |
//! | where is the hub, and what is the way there? | `hub_place.rs`, `wire.rs` |
//! | which calls are made? | `hub.rs`; what of the machine is told: `host.rs` |
//! | how is it begun, and how are tasks taken? | `service.rs` |
//! | what is asked for, and how does it end? | `task.rs`, `sync.rs`, `heartbeat.rs` |
//! | how does a file get there? | `upload.rs` |
//!
//! It knows no source: whoever runs it gives a [`RunnerHandler`] that reads one.

mod assertion;
mod backoff;
mod credential;
mod heartbeat;
mod host;
mod hub;
mod hub_place;
mod service;
mod sync;
mod task;
mod token;
mod upload;
mod wire;

use std::path::PathBuf;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::connector::ConnectorCard;

pub use credential::{ClientId, ClientSecret, CredentialError};
pub use host::RunnerHost;
pub use hub_place::{HubPlace, HubPlaceError};
pub use service::{Runner, RunnerError};
pub use task::{SyncWish, TaskError};
pub use tonic::body::Body as WireBody;
pub use wire::{Wire, WireError};

/// What reads a source for a hub.
#[async_trait]
pub trait RunnerHandler: Send + Sync {
    /// What it says of itself.
    fn card(&self) -> ConnectorCard;

    /// Reads everything and writes it to a `.c1z` file. It ends soon after `stop` becomes true.
    async fn sync_full(&self, wish: &SyncWish, stop: watch::Receiver<bool>) -> Result<SyncedFile, TaskError>;
}

/// A file that was written for one task; what it is in goes with it.
#[derive(Debug)]
pub struct SyncedFile {
    /// The file.
    pub path: PathBuf,
    /// The folder that it vanishes with.
    pub folder: tempfile::TempDir,
}
