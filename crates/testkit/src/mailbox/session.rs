//! A conversation with one client, by RFC 5321.

use std::io;
use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::{Mail, MailStep, Shared};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

struct Session<'s> {
    shared: &'s Shared,
    stream: BufReader<Box<dyn Stream>>,
    mail: Mail,
}

pub(super) async fn run(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let (stream, is_encrypted): (Box<dyn Stream>, bool) = match &shared.options.tls {
        Some(acceptor) => (Box::new(acceptor.accept(stream).await?), true),
        None => (Box::new(stream), false),
    };
    let mail = Mail { is_encrypted, ..empty() };
    let mut session = Session { shared, stream: BufReader::new(stream), mail };
    session.answer(&MailStep::Greeting, "220 mail.test ready").await?;
    loop {
        let line = session.line().await?;
        let (verb, rest) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => session.hello().await?,
            "STARTTLS" => session = session.encrypt().await?,
            "AUTH" => session.auth(rest).await?,
            "MAIL" => session.sender(rest).await?,
            "RCPT" => session.recipient(rest).await?,
            "DATA" => session.data().await?,
            "RSET" | "NOOP" => session.say("250 2.0.0 fine").await?,
            "QUIT" => return session.say("221 2.0.0 bye").await,
            _ => session.say("500 5.5.1 no such command").await?,
        }
    }
}

impl Session<'_> {
    async fn hello(&mut self) -> io::Result<()> {
        let options = &self.shared.options;
        self.say("250-mail.test").await?;
        if options.starttls.is_some() && !self.mail.is_encrypted {
            self.say("250-STARTTLS").await?;
        }
        if options.user.is_some() {
            self.say(&format!("250-AUTH {}", options.mechanisms.unwrap_or("PLAIN LOGIN"))).await?;
        }
        self.say("250 SIZE 1000000").await
    }

    async fn encrypt(mut self) -> io::Result<Self> {
        let Some(acceptor) = &self.shared.options.starttls else {
            self.say("502 5.5.1 not offered").await?;
            return Ok(self);
        };
        self.say("220 2.0.0 go ahead").await?;
        let inside: Box<dyn Stream> = Box::new(acceptor.accept(self.stream.into_inner()).await?);
        let mail = Mail { is_encrypted: true, ..empty() };
        Ok(Self { stream: BufReader::new(inside), mail, ..self })
    }

    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        let given = match rest.split_once(' ').unwrap_or((rest, "")) {
            ("PLAIN", first) => {
                let plain = decoded(first);
                let mut words = plain.split('\0').skip(1).map(str::to_owned);
                (words.next().unwrap_or_default(), words.next().unwrap_or_default())
            }
            ("LOGIN", _) => {
                self.say(&format!("334 {}", STANDARD.encode("Username:"))).await?;
                let user = decoded(&self.line().await?);
                self.say(&format!("334 {}", STANDARD.encode("Password:"))).await?;
                (user, decoded(&self.line().await?))
            }
            _ => return self.say("504 5.5.4 no such mechanism").await,
        };
        if self.shared.options.user.as_ref() != Some(&given) {
            return self.say(&format!("535 5.7.8 {} with {} is nobody: {rest}", given.0, given.1)).await;
        }
        self.mail.user = Some(given.0);
        self.answer(&MailStep::Auth, "235 2.7.0 welcome").await
    }

    async fn sender(&mut self, rest: &str) -> io::Result<()> {
        if self.shared.options.user.is_some() && self.mail.user.is_none() {
            return self.say("530 5.7.0 authentication required").await;
        }
        self.mail.from = address(rest);
        self.mail.to.clear();
        self.answer(&MailStep::Sender, "250 2.1.0 fine").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let address = address(rest);
        let step = MailStep::Recipient(address.clone());
        if self.refusal(&step).is_none() {
            self.mail.to.push(address);
        }
        self.answer(&step, "250 2.1.5 fine").await
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.mail.to.is_empty() {
            return self.say("554 5.5.1 no valid recipients").await;
        }
        if self.refusal(&MailStep::Data).is_some() {
            return self.answer(&MailStep::Data, "").await;
        }
        self.say("354 go ahead").await?;
        let mut content = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                break;
            }
            content.push_str(line.strip_prefix('.').unwrap_or(&line));
            content.push_str("\r\n");
        }
        if self.refusal(&MailStep::Content).is_some() {
            return self.answer(&MailStep::Content, "").await;
        }
        let kept = self.keep(content);
        if kept <= self.shared.options.lost_answers {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.say(&format!("250 2.0.0 queued as {kept}")).await
    }

    /// Returns how many mails there are then.
    fn keep(&self, content: String) -> usize {
        let mut mails = self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push(Mail { content, ..self.mail.clone() });
        mails.len()
    }

    async fn answer(&mut self, step: &MailStep, otherwise: &str) -> io::Result<()> {
        let refusal = self.refusal(step).map(str::to_owned);
        self.say(refusal.as_deref().unwrap_or(otherwise)).await
    }

    fn refusal(&self, step: &MailStep) -> Option<&str> {
        let known = self.shared.options.refusals.iter().find(|(known, _)| known == step);
        known.map(|(_, text)| text.as_str())
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.strip_suffix("\r\n").unwrap_or(&line).to_owned())
    }
}

const fn empty() -> Mail {
    Mail { from: String::new(), to: Vec::new(), content: String::new(), user: None, is_encrypted: false }
}

/// `FROM:<me@acme.test> SIZE=1` is `me@acme.test`.
fn address(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(text).unwrap_or_default()).into_owned()
}
