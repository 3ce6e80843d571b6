//! A receiver of requests on this machine: it keeps whatever it is sent, and answers as it is told, badly too.

mod received;
mod reply;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use received::Received;
use reply::Manner;
pub use reply::Reply;

type Answering = dyn Fn(&Received) -> Reply + Send + Sync;

/// A running receiver; it ends when it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// One that gives these replies in turn and the last one for ever, on a free port of the loopback interface; 204 where
    /// there is none.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let given = Mutex::new(0);
        Self::answering(move |_| {
            let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
            let reply = replies.get(*given).or(replies.last()).cloned();
            *given += 1;
            reply.unwrap_or_else(|| Reply::new(204))
        })
        .await
    }

    /// One that answers as this function says.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn answering(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(listener, Arc::clone(&received), Arc::new(answer)));
        Ok(Self { address, received, task })
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Where it listens, with this path: `http://127.0.0.1:PORT/path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request that came whole, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, received: Arc<Mutex<Vec<Received>>>, answer: Arc<Answering>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (received, answer) = (Arc::clone(&received), Arc::clone(&answer));
        // A client that hangs up is the test's own.
        tokio::spawn(async move { exchange(stream, &received, &*answer).await });
    }
}

/// Takes one request and answers it: a connection is used once.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    received: &Mutex<Vec<Received>>,
    answer: &Answering,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let request = Received::read(&mut stream).await?;
    let reply = answer(&request);
    received.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    if reply.manner == Manner::Dropped {
        return Ok(());
    }
    stream.write_all(&reply.head()).await?;
    let mut left = reply.length();
    while left > 0 {
        let part = reply.part(left);
        stream.write_all(part).await?;
        left -= part.len();
    }
    stream.flush().await?;
    if reply.manner == Manner::Stalling {
        std::future::pending::<()>().await;
    }
    stream.shutdown().await
}
