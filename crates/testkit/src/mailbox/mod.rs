//! A mail server on this machine: it keeps whatever it takes, and refuses at any step as it is told.

mod session;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A running mail server; it ends when it is dropped.
#[derive(Debug)]
pub struct Mailbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Whom it is from, by the envelope.
    pub from: String,
    /// Whom it is for, by the envelope: those who were not refused.
    pub to: Vec<String>,
    /// Headers and text as they came, without the dot at the end.
    pub content: String,
    /// Who proved to be somebody.
    pub user: Option<String>,
    /// Whether it came encrypted.
    pub is_encrypted: bool,
}

/// A step of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailStep {
    /// The first word of the server.
    Greeting,
    /// `AUTH`.
    Auth,
    /// `MAIL`.
    Sender,
    /// `RCPT` of this address.
    Recipient(String),
    /// `DATA`.
    Data,
    /// The end of the mail's text.
    Content,
}

/// How a mail server behaves. Its default takes everything from everybody, unencrypted.
#[derive(Default)]
pub struct MailboxOptions {
    /// The only user and the password; everybody may send without.
    pub user: Option<(String, String)>,
    /// How users prove who they are, as it is offered; `PLAIN LOGIN` where nothing is said.
    pub mechanisms: Option<&'static str>,
    /// TLS as soon as somebody connects.
    pub tls: Option<TlsAcceptor>,
    /// TLS when it is asked for.
    pub starttls: Option<TlsAcceptor>,
    /// What is answered at a step instead of taking it: `450 4.2.2 full`.
    pub refusals: Vec<(MailStep, String)>,
    /// How many of the first mails are kept without a word: the connection ends in place of the answer.
    pub lost_answers: usize,
}

struct Shared {
    options: MailboxOptions,
    mails: Mutex<Vec<Mail>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("mails", &self.mails).finish_non_exhaustive()
    }
}

impl Mailbox {
    /// One that behaves so, on a free port of the loopback interface.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(options: MailboxOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { options, mails: Mutex::default() });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                // A client that hangs up is the test's own.
                tokio::spawn(async move { session::run(stream, &shared).await });
            }
        });
        Ok(Self { address, shared, task })
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The mails that it took, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mail {
    /// A header as it came, folded lines put together.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.content.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let is_it = |line: &&str| line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        let line = head.split("\r\n").find(is_it)?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }
}
