//! Messages for a system's log, in the form of RFC 5424.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use rolecall_model::Timestamp;
use tokio::net::{UdpSocket, UnixDatagram, lookup_host};

use crate::Message;

/// Facility 13 (log audit), severity 5 (notice): `13 * 8 + 5`.
const PRIORITY: u8 = 109;

/// Sends to a socket of this machine.
pub(crate) async fn send_local(path: &Path, message: &Message<'_>) -> io::Result<()> {
    UnixDatagram::unbound()?.send_to(line(message).as_bytes(), path).await.map(drop)
}

/// Sends to a log server, which never answers.
pub(crate) async fn send(host: &str, port: u16, message: &Message<'_>) -> io::Result<()> {
    let server = lookup_host((host, port)).await?.next();
    let server = server.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the log server has no address"))?;
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
}
