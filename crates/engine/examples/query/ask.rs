//! The engine that is measured: what it keeps of a database, and how it is asked.

use rolecall_engine::WorldView;
use rolecall_store::Store;

use crate::Failure;

/// What is kept in memory between questions.
pub(crate) struct Engine {
    view: WorldView,
}

/// Rows as the engine gives them.
pub(crate) enum Answer {}

impl Engine {
    /// Everything that has to happen before the first question; this is what loading takes.
    pub(crate) async fn load(store: &Store) -> Result<Self, Failure> {
        Ok(Self { view: rolecall_engine::world_load(store, None, None).await? })
    }

    /// From the text of a query to its rows; this is what a question takes.
    pub(crate) fn ask(&self, text: &str) -> Result<Answer, Failure> {
        let connectors = self.view.connector_titles().len();
        Err(format!("no query engine is connected that could answer `{text}` from {connectors} connectors").into())
    }
}

impl Answer {
    /// The rows' values as text. This is for comparing answers and is not timed.
    pub(crate) fn into_rows(self) -> Vec<Vec<String>> {
        match self {}
    }
}
