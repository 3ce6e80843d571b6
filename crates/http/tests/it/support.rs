//! A server that answers as it is told, byte by byte, and remembers what it was asked.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rolecall_http::{
    Answer, Body, Call, Client, ClientOptions, ErrorKind, Method, Pace, RequestError, RequestTemplate,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// The secret of every test. It must appear nowhere but in one request header.
pub(crate) const CANARY: &str = "npm_canary0123456789canary0123456789cana";

pub(crate) static ROSTER: RequestTemplate =
    RequestTemplate { name: "roster", method: Method::Get, path: "/-/org/{org}/user", query: &["format"] };
pub(crate) static DECLARED: [RequestTemplate; 1] = [ROSTER];

/// One answer: bytes, and whether the connection then stays open without a word.
#[derive(Clone)]
pub(crate) struct Reply {
    head: String,
    body: Vec<u8>,
    stalls: bool,
    length: Option<usize>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { head: format!("HTTP/1.1 {status} Status\r\n"), body: body.into(), stalls: false, length: None }
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::new(200, body).header("content-type", "application/json")
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::new(status, body).header("content-type", "text/html; charset=utf-8")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head += &format!("{name}: {value}\r\n");
        self
    }

    /// Sends what there is and then nothing, for ever, while more is promised.
    pub(crate) fn stalling(mut self) -> Self {
        self.stalls = true;
        self.promising(1_000)
    }

    /// Promises more bytes than it sends.
    pub(crate) fn promising(mut self, more: usize) -> Self {
        self.length = Some(self.body.len() + more);
        self
    }

    /// Sends the body in one chunk, and leaves the closing chunk out unless `whole`.
    pub(crate) fn chunked(mut self, whole: bool) -> Self {
        let chunk = std::mem::take(&mut self.body);
        let _ = write!(self.body, "{:x}\r\n", chunk.len());
        self.body.extend(chunk);
        self.body.extend(if whole { b"\r\n0\r\n\r\n".as_slice() } else { b"\r\n".as_slice() });
        self.length = Some(usize::MAX);
        self.header("transfer-encoding", "chunked")
    }

    fn into_bytes(self) -> Vec<u8> {
        let length = match self.length.unwrap_or(self.body.len()) {
            usize::MAX => String::new(),
            length => format!("content-length: {length}\r\n"),
        };
        let mut bytes = format!("{}{length}connection: close\r\n\r\n", self.head).into_bytes();
        bytes.extend(self.body);
        bytes
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Gives the replies in order, and the last one for ever.
    pub(crate) async fn with(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let seen = Arc::clone(&server.seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, replies) = (Arc::clone(&seen), replies.clone());
                tokio::spawn(answer(stream, replies, seen));
            }
        });
        server
    }

    /// The head of every request seen, in lower case but for the first line.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn options(&self) -> ClientOptions {
        quick(&format!("http://{}", self.address))
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.options()).unwrap()
    }
}

/// Reads one request and gives the reply whose turn it is.
pub(crate) async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    replies: Vec<Reply>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let turn = {
        let mut seen = seen.lock().unwrap();
        seen.push(String::from_utf8(request).unwrap());
        seen.len() - 1
    };
    let Some(reply) = replies.get(turn).or(replies.last()).cloned() else { return };
    let stalls = reply.stalls;
    let _ = stream.write_all(&reply.into_bytes()).await;
    let _ = stream.flush().await;
    if stalls {
        std::future::pending::<()>().await;
    }
    let _ = stream.shutdown().await;
}

/// Options that do not make a test wait.
pub(crate) fn quick(base: &str) -> ClientOptions {
    ClientOptions {
        pace: Pace::Unlimited,
        retry_base: Duration::from_millis(1),
        attempt_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(10),
        ..ClientOptions::new(base.parse().unwrap(), &DECLARED)
    }
}

pub(crate) fn acme() -> Call<'static> {
    Call::new().path("org", "acme")
}

pub(crate) async fn read(client: &Client) -> Result<Body, RequestError> {
    client.get(&ROSTER, acme()).await.map(|answer| match answer {
        Answer::Fresh(body) => body,
        Answer::NotModified => panic!("unasked-for 304"),
    })
}

/// The error of one call to a server that always gives this reply.
pub(crate) async fn error_of(reply: Reply) -> RequestError {
    read(&Server::with([reply]).await.client()).await.unwrap_err()
}

pub(crate) async fn kind_of(reply: Reply) -> ErrorKind {
    error_of(reply).await.kind
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
