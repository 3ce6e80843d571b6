//! A proxy that inspects TLS, as many companies run one: it ends the client's TLS with a certificate of its own
//! authority, and passes what was in it on to one server of this machine.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::Authority;

/// A running proxy; it ends when it is dropped.
#[derive(Debug)]
pub struct InspectingProxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl InspectingProxy {
    /// A proxy in front of `server`, which it shows as `host`, on a free port of the loopback interface.
    ///
    /// # Errors
    /// When no port can be had, or no certificate made.
    pub async fn start(authority: &Authority, host: &str, server: SocketAddr) -> std::io::Result<Self> {
        let acceptor = authority.acceptor(host)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(listener, acceptor, server, Arc::clone(&asked)));
        Ok(Self { address, asked, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The head of every request for a tunnel, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for InspectingProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, server: SocketAddr, asked: Arc<Mutex<Vec<String>>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (acceptor, asked) = (acceptor.clone(), Arc::clone(&asked));
        // A client that does not trust the certificate hangs up, which is its right.
        tokio::spawn(async move { inspect(client, &acceptor, server, &asked).await });
    }
}

async fn inspect(
    client: TcpStream,
    acceptor: &TlsAcceptor,
    server: SocketAddr,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let head = head(&mut client).await?;
    let is_tunnel = head.starts_with("CONNECT ");
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(head);
    if !is_tunnel {
        return client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n").await;
    }
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let mut inside = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut inside, &mut server).await.map(drop)
}

/// The first line and the headers of a request.
async fn head(client: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if client.read_line(&mut head).await? == 0 {
            break;
        }
    }
    Ok(head)
}
