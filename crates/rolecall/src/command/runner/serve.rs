//! Answering the calls of baton's connector services, about a file that was written before.

use std::net::SocketAddr;
use std::path::Path;

use rolecall_baton::connector::{ConnectorFile, connector_serve};
use tokio::net::TcpListener;

use super::card::card;
use super::said::Said;
use crate::connectors::Kind;
use crate::exit::{Exit, Failure};
use crate::output::line;
use crate::stop;

/// Answers until it is stopped, and prints where.
pub(super) async fn serve(kind: &'static dyn Kind, said: &Said, listen: SocketAddr) -> Result<Exit, Failure> {
    let path = Path::new(said.text("file").unwrap_or("sync.c1z"));
    let file = std::fs::File::open(path).map_err(|error| {
        Failure::new(Exit::Name, format!("{} cannot be read: {error}", path.display())).hint(format!(
            "write it first, with: rolecall runner {} --file {}",
            kind.name(),
            path.display()
        ))
    })?;
    let folder = said.text("c1z-temp-dir").map_or_else(std::env::temp_dir, Into::into);
    let connector = ConnectorFile::open(card(kind.connector_type()), file, &folder).map_err(|error| {
        let failure = Failure::new(Exit::Usage, format!("{}: {error}", path.display()));
        error.hint().into_iter().fold(failure, |failure, hint| failure.hint(hint))
    })?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| Failure::new(Exit::Usage, format!("{listen} cannot be listened to: {error}")))?;
    line(&format!("calls are answered at {}, without TLS, to this machine alone", listener.local_addr()?))?;
    let mut stop = stop::watch_with_terminate();
    let stopped = async move {
        if stop.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    connector_serve(listener, connector, stopped).await?;
    Ok(Exit::Done)
}
