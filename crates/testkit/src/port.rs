//! Ports that are named before they are listened on.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that systems hand out to whoever asks for any.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// A port of this machine that is free, and that nobody is given by chance before the program that is told it listens there.
///
/// # Errors
/// When none is free.
pub fn port_aside() -> io::Result<u16> {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Processes that run side by side begin at places of their own.
    let own = u16::try_from(std::process::id().wrapping_mul(61) % u32::from(COUNT)).unwrap_or_default();
    let ports = (0..COUNT).map(|_| FIRST + (own + TAKEN.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT);
    let mut free = ports.filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    free.next().ok_or_else(|| io::ErrorKind::AddrInUse.into())
}
