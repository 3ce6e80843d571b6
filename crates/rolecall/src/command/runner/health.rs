//! Whether a connector that runs is well, for whoever looks after it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::said::Said;
use crate::exit::{Exit, Failure};
use crate::output::line;

const PATIENCE: Duration = Duration::from_secs(5);
/// How much of a question is read: its first line and more.
const LONGEST: usize = 4096;

/// Where it is asked.
fn address(said: &Said) -> Result<SocketAddr, Failure> {
    let host = said.text("health-check-bind-address").unwrap_or("127.0.0.1");
    let port = said.count("health-check-port", 65_535)?;
    let host = host.parse().map_err(|_| {
        Failure::new(Exit::Usage, format!("health-check-bind-address is {host:?}, and must be an address, not a name"))
    })?;
    Ok(SocketAddr::new(host, u16::try_from(port).unwrap_or_default()))
}

/// Answers for as long as what is returned is kept.
pub(super) async fn health_begin(said: &Said) -> Result<Option<Answering>, Failure> {
    if !said.switch("health-check")? {
        return Ok(None);
    }
    let address = address(said)?;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::new(Exit::Usage, format!("nobody can ask for its health at {address}: {error}"))
            .hint("choose another port with --health-check-port")
    })?;
    Ok(Some(Answering(tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(timeout(PATIENCE, answer(client)));
        }
    }))))
}

/// It ends with this.
pub(super) struct Answering(JoinHandle<()>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn answer(mut client: TcpStream) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") && asked.len() < LONGEST {
        let mut piece = [0; 1024];
        match client.read(&mut piece).await? {
            0 => break,
            count => asked.extend_from_slice(piece.get(..count).unwrap_or_default()),
        }
    }
    let asked = String::from_utf8_lossy(&asked);
    let path = asked.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match path {
        "/health" | "/live" | "/ready" => ("200 OK", "{\"status\":\"ok\"}\n"),
        _ => ("404 Not Found", "{\"status\":\"unknown\"}\n"),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    client.write_all(head.as_bytes()).await?;
    client.write_all(body.as_bytes()).await?;
    client.shutdown().await
}

/// Asks the one that runs here.
pub(super) async fn ask(said: &Said) -> Result<Exit, Failure> {
    let address = address(said)?;
    let asked = timeout(PATIENCE, async {
        let mut connection = TcpStream::connect(address).await?;
        connection.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        connection.take(LONGEST as u64).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    });
    let why = match asked.await {
        Ok(Ok(answer)) if answer.starts_with(b"HTTP/1.1 200 ") => {
            line("healthy")?;
            return Ok(Exit::Done);
        }
        Ok(Ok(_)) => "something else answers there".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "nothing answered in time".to_owned(),
    };
    Err(Failure::new(Exit::Source, format!("no connector is well at {address}: {why}"))
        .hint("it answers when it serves a hub and was started with --health-check"))
}
