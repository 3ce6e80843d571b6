//! Messages for a system's log, in the form of RFC 5424.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rolecall_http::{OutwardError, Reach, is_internal};
use rolecall_model::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::net::{UdpSocket, UnixDatagram, lookup_host};

use crate::endpoint::{Form, SettingField, SettingProblem};
use crate::{DeliveryError, Message, Notice, Receipt, plain};

/// Facility 13 (log audit), severity 5 (notice): `13 * 8 + 5`.
const PRIORITY: u8 = 109;
/// The socket that system logs listen on.
const SYSTEM_LOG: &str = "/dev/log";
/// The port that log servers listen on.
const PORT: u16 = 514;

/// What a log asks for.
pub(crate) const FIELDS: &[SettingField] = &[SettingField {
    name: "server",
    title: "Log server",
    help: "A log server and its port, which gets datagrams, or the path of a socket of the machine that Rolecall runs on. \
           Without it, that machine's own log.",
    required: false,
    example: "logs.example.test:514",
}];

/// A log: this machine's own where nothing is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyslogSettings {
    /// `HOST`, `HOST:PORT` or the path of a socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

impl SyslogSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let server = form.checked("server", |text| text.parse::<Log>().map(|_| text.to_owned()));
        form.finish(Some(Self { server }))
    }
}

/// Where a log listens.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Log {
    /// A socket of this machine.
    Local(PathBuf),
    /// A server, which never answers.
    Server { host: String, port: u16 },
}

pub(crate) async fn deliver(
    settings: &SyslogSettings,
    notice: &Notice,
    reach: Reach,
) -> Result<Receipt, DeliveryError> {
    let log: Log = settings.server.as_deref().unwrap_or_default().parse().map_err(DeliveryError::settings)?;
    let (kind, json) = (word(&notice.kind), plain::json_line(&notice.json));
    let message = Message { kind: &kind, at: notice.at, json: &json };
    match &log {
        Log::Local(path) => send_local(path, &message).await?,
        Log::Server { host, port } => {
            let allowed = |server: &SocketAddr| reach == Reach::Internal || !is_internal(server.ip());
            let found = servers(host, *port).await?;
            let server = found.into_iter().find(allowed);
            let server = server.ok_or_else(|| OutwardError::Internal { host: host.clone() })?;
            send_to(server, &message).await?;
        }
    }
    Ok(Receipt::new(&["it was sent; logs do not answer".to_owned()], None))
}

/// A kind as the form of messages has it: at most 32 visible characters of ASCII.
fn word(kind: &str) -> String {
    let word: String = kind.chars().filter(char::is_ascii_graphic).take(32).collect();
    if word.is_empty() { "-".to_owned() } else { word }
}

impl Log {
    /// Sends a message; whether it is taken is not told by any log.
    pub(crate) async fn send(&self, message: &Message<'_>) -> io::Result<()> {
        match self {
            Self::Local(path) => send_local(path, message).await,
            Self::Server { host, port } => send(host, *port, message).await,
        }
    }
}

/// Nothing, the path of a socket, `host`, `host:port` or `[::1]:port`.
impl FromStr for Log {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::Local(SYSTEM_LOG.into()));
        }
        if text.starts_with('/') {
            return Ok(Self::Local(text.into()));
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, port.parse().map_err(|_| "the log server's port is no number from 1 to 65535")?)
            }
            _ => (text, PORT),
        };
        Ok(Self::Server { host: host.trim_matches(['[', ']']).to_owned(), port })
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => write!(f, "{}", path.display()),
            Self::Server { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

async fn send_local(path: &Path, message: &Message<'_>) -> io::Result<()> {
    UnixDatagram::unbound()?.send_to(line(message).as_bytes(), path).await.map(drop)
}

async fn send(host: &str, port: u16, message: &Message<'_>) -> io::Result<()> {
    match servers(host, port).await?.first() {
        Some(server) => send_to(*server, message).await,
        None => Ok(()),
    }
}

/// What a log server's name stands for, which is something.
async fn servers(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<SocketAddr> = lookup_host((host, port)).await?.collect();
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the log server has no address"));
    }
    Ok(found)
}

async fn send_to(server: SocketAddr, message: &Message<'_>) -> io::Result<()> {
    let own: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    UdpSocket::bind(own).await?.send_to(line(message).as_bytes(), server).await.map(drop)
}

/// `<109>1 TIME - rolecall PID KIND - JSON`; the log server knows our host's name better than we do.
fn line(message: &Message<'_>) -> String {
    let process = std::process::id();
    format!("<{PRIORITY}>1 {} - rolecall {process} {} - {}", moment(message.at), message.kind, message.json)
}

fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0)
        .map_or_else(|_| "-".to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: Message<'static> =
        Message { kind: "audit-head", at: Timestamp(1_700_000_000_000_001), json: r#"{"sequence":1}"# };

    fn expected() -> String {
        let process = std::process::id();
        format!(r#"<109>1 2023-11-14T22:13:20.000001Z - rolecall {process} audit-head - {{"sequence":1}}"#)
    }

    #[tokio::test]
    async fn a_log_server_and_a_socket_get_the_same_line() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        send("127.0.0.1", server.local_addr().unwrap().port(), &MESSAGE).await.unwrap();
        let mut bytes = [0; 512];
        let length = server.recv(&mut bytes).await.unwrap();
        assert_eq!(std::str::from_utf8(&bytes[..length]).unwrap(), expected());

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let socket = UnixDatagram::bind(&path).unwrap();
        send_local(&path, &MESSAGE).await.unwrap();
        let length = socket.recv(&mut bytes).await.unwrap();
        assert_eq!(std::str::from_utf8(&bytes[..length]).unwrap(), expected());
        assert!(send_local(&directory.path().join("none"), &MESSAGE).await.is_err());
    }

    #[test]
    fn a_kind_is_a_word() {
        assert_eq!(word("alert"), "alert");
        assert_eq!(word("a b\r\nc"), "abc");
        assert_eq!(word(" \n"), "-");
        assert_eq!(word(&"x".repeat(50)).len(), 32);
    }
}
