//! Plain requests, where a person would use a browser and a test needs no client.

use std::io::{Read, Write};
use std::net::TcpStream;

/// An answer as it came over the wire.
#[derive(Debug)]
pub struct Page {
    /// The status code.
    pub status: u16,
    head: String,
    /// What was sent after the headers.
    pub body: String,
}

impl Page {
    /// Gets an address of the simulator without a credential.
    ///
    /// # Panics
    /// When it is no address of this machine or is not answered.
    #[must_use]
    pub fn open(address: &str) -> Self {
        let rest = address.strip_prefix("http://").expect("an address of the simulator");
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(host).expect("the simulator listens");
        write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("headers end");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(header, _)| *header == name).map(|(_, value)| value.trim());
        found.next()
    }
}
