//! A conversation with a mail server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use rolecall_http::{OutwardError, Reach, TlsIssue, is_internal, provider_install};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::lookup_host;

use super::letter::Letter;
use super::{EmailSettings, MailSecurity};
use crate::{DeliveryError, plain};

/// The longest wait for a connection to one address of the server.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest wait for the server's farewell, which changes nothing.
const FAREWELL: Duration = Duration::from_secs(2);
/// The most of an answer that is repeated, in characters.
const SAID: usize = 500;

/// A connection that is ready for a mail.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    host: String,
}

impl Connection {
    /// Connects, encrypts and says who we are, as the settings want it.
    pub(super) async fn open(
        settings: &EmailSettings,
        letter: &Letter,
        password: Option<&SecretString>,
        reach: Reach,
    ) -> Result<Self, DeliveryError> {
        let host = settings.host.clone();
        if settings.security == MailSecurity::None && reach == Reach::Public {
            return Err(DeliveryError::settings(
                "mail leaves this network encrypted only: set security to starttls or tls",
            ));
        }
        let addresses = addresses(settings, reach).await?;
        let is_local = addresses.iter().all(|address| address.ip().to_canonical().is_loopback());
        if settings.security == MailSecurity::None && password.is_some() && !is_local {
            return Err(DeliveryError::settings(
                "the password would be sent unencrypted: set security to starttls or tls",
            ));
        }
        // Servers want a domain; the sender's is ours.
        let hello = ClientId::Domain(letter.from.domain().to_owned());
        let smtp = connect(settings, &addresses, &hello).await.map_err(|error| failed(&host, &error))?;
        let mut connection = Self { smtp, host };
        if let (Some(user), Some(password)) = (&settings.user, password) {
            connection.authenticate(user, password).await?;
        }
        Ok(connection)
    }

    /// What a server says to this may repeat what it was told, so that only its code is.
    async fn authenticate(&mut self, user: &str, password: &SecretString) -> Result<(), DeliveryError> {
        let credentials = Credentials::new(user.to_owned(), password.expose_secret().to_owned());
        let said = self.smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        let Err(error) = said else { return Ok(()) };
        Err(match error.status() {
            Some(code) => refused(&self.host, code.into(), "the user and the password were not accepted".to_owned()),
            None if error.is_client() => DeliveryError::Unexpected {
                host: self.host.clone(),
                reason: "it offers no way to say who we are: neither PLAIN nor LOGIN".to_owned(),
                is_transient: false,
            },
            None => failed(&self.host, &error),
        })
    }

    /// Sends the mail to whoever is not refused, and returns what was answered.
    pub(super) async fn send(&mut self, letter: &Letter) -> Result<Vec<String>, DeliveryError> {
        let sender = Mail::new(Some(letter.from.clone()), Vec::new());
        self.smtp.command(sender).await.map_err(|error| failed(&self.host, &error))?;
        let mut left_out = Vec::new();
        for address in &letter.to {
            match self.recipient(address).await {
                Ok(()) => {}
                Err(error @ DeliveryError::Refused { .. }) => left_out.push((address, error)),
                Err(error) => return Err(error),
            }
        }
        if left_out.len() == letter.to.len() {
            // One that is put off may be taken later.
            let place = left_out.iter().position(|(_, error)| error.is_transient()).unwrap_or_default();
            self.farewell().await;
            return Err(left_out.swap_remove(place).1);
        }
        let answer = self.content(letter).await?;
        self.farewell().await;
        let mut facts = vec![answer];
        facts.extend(left_out.iter().map(|(address, error)| {
            let how = if error.is_transient() { "put off, and not tried again" } else { "refused" };
            format!("{address} was {how}: {} {}", error.status().unwrap_or_default(), error.said().unwrap_or_default())
        }));
        Ok(facts)
    }

    async fn recipient(&mut self, address: &Address) -> Result<(), DeliveryError> {
        let said = self.smtp.command(Rcpt::new(address.clone(), Vec::new())).await;
        said.map(drop).map_err(|error| failed(&self.host, &error))
    }

    async fn content(&mut self, letter: &Letter) -> Result<String, DeliveryError> {
        self.smtp.command(Data).await.map_err(|error| failed(&self.host, &error))?;
        let said = self.smtp.message(&letter.bytes).await.map_err(|error| failed(&self.host, &error))?;
        Ok(line(&said))
    }

    /// The mail is taken, or not: what follows is politeness.
    async fn farewell(&mut self) {
        let _ = tokio::time::timeout(FAREWELL, self.smtp.quit()).await;
    }
}

/// What the server's name stands for now, as far as it may be reached. The connection is made to one of these and to nothing
/// that is looked up later, while the certificate is compared with the name.
async fn addresses(settings: &EmailSettings, reach: Reach) -> Result<Vec<SocketAddr>, DeliveryError> {
    let unreachable = |why: String| OutwardError::Unreachable { host: settings.host.clone(), why, tls: None };
    let found = lookup_host((settings.host.as_str(), settings.port)).await;
    let found: Vec<SocketAddr> = found.map_err(|error| unreachable(error.to_string()))?.collect();
    if found.is_empty() {
        return Err(unreachable("its name stands for no address".to_owned()).into());
    }
    let allowed = |address: &SocketAddr| reach == Reach::Internal || !is_internal(address.ip());
    let allowed: Vec<SocketAddr> = found.into_iter().filter(allowed).collect();
    if allowed.is_empty() {
        return Err(OutwardError::Internal { host: settings.host.clone() }.into());
    }
    Ok(allowed)
}

async fn connect(
    settings: &EmailSettings,
    addresses: &[SocketAddr],
    hello: &ClientId,
) -> Result<AsyncSmtpConnection, Error> {
    let tls = match settings.security {
        MailSecurity::None => None,
        MailSecurity::Tls | MailSecurity::Starttls => Some(trust(&settings.host)?),
    };
    let (at_once, later) = if settings.security == MailSecurity::Tls { (tls, None) } else { (None, tls) };
    let mut smtp = AsyncSmtpConnection::connect_tokio1(addresses, Some(CONNECT), hello, at_once, None).await?;
    if let Some(tls) = later {
        smtp.starttls(tls, hello).await?;
    }
    Ok(smtp)
}

/// Whom the system trusts, and on macOS, which knows no such variable, whom `SSL_CERT_FILE` names.
fn trust(host: &str) -> Result<TlsParameters, Error> {
    provider_install();
    let named = std::env::var_os("SSL_CERT_FILE").filter(|_| cfg!(target_vendor = "apple")).map(PathBuf::from);
    let mut building = TlsParameters::builder(host.to_owned());
    if let Some(pem) = named.and_then(|path| std::fs::read(path).ok()) {
        building = building.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    building.build_rustls()
}

/// What a server or the network did instead. Nothing that was sent at these steps is a secret.
fn failed(host: &str, error: &Error) -> DeliveryError {
    if let Some(code) = error.status() {
        let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        return refused(host, code.into(), plain::line(&said, SAID));
    }
    let (host, why) = (host.to_owned(), plain::line(&cause(error), SAID));
    if error.is_timeout() {
        return OutwardError::TimedOut { host }.into();
    }
    if error.is_client() || error.is_response() {
        // An answer that ends too early is a connection that broke off.
        return DeliveryError::Unexpected { host, reason: why, is_transient: error.is_response() };
    }
    let tls = TlsIssue::of(error);
    let why = if tls.is_some() { format!("the connection cannot be encrypted: {why}") } else { why };
    OutwardError::Unreachable { host, why, tls }.into()
}

/// The first cause, which says most.
fn cause(error: &Error) -> String {
    let first = std::error::Error::source(error);
    std::iter::successors(first, |error| error.source()).last().map(ToString::to_string).unwrap_or_default()
}

fn refused(host: &str, status: u16, said: String) -> DeliveryError {
    let said = (!said.is_empty()).then_some(said);
    let is_transient = (400..500).contains(&status);
    DeliveryError::Refused { host: host.to_owned(), status, said, retry_after: None, is_transient }
}

/// `250 2.0.0 queued as 1`.
fn line(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    plain::line(&format!("{} {}", response.code(), text.join(" ")), SAID)
}
