//! Whether a hub answers on this machine: for containers, which have no other program that could ask.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::exit::{Exit, Failure};

const PATIENCE: Duration = Duration::from_secs(4);

/// Asks whether it is ready. Of one that speaks TLS, only whether it listens.
pub(super) fn probe(listen: SocketAddr, is_tls: bool) -> Result<Exit, Failure> {
    let address = SocketAddr::new(here(listen.ip()), listen.port());
    let failure = |why: String| Failure::new(Exit::Failure, format!("the hub at {address} does not answer: {why}"));
    let answer = ask(address, is_tls).map_err(|error| failure(error.to_string()))?;
    let is_ready = is_tls || answer.starts_with("HTTP/1.1 200 ");
    if is_ready { Ok(Exit::Done) } else { Err(failure(answer.lines().next().unwrap_or_default().to_owned())) }
}

fn ask(address: SocketAddr, is_tls: bool) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    if is_tls {
        return Ok(String::new());
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Where a listener on any address of the machine is reached from the machine itself.
fn here(listening: IpAddr) -> IpAddr {
    match listening {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}
