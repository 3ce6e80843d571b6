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
    /// Gets an address of this machine without a credential.
    ///
    /// # Panics
    /// When it is no address of this machine or is not answered.
    #[must_use]
    pub fn open(address: &str) -> Self {
        Self::ask("GET", address, &[], "")
    }

    /// Asks an address of this machine with these headers and this body.
    ///
    /// # Panics
    /// When it is no address of this machine or is not answered.
    #[must_use]
    pub fn ask(method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let rest = address.strip_prefix("http://").expect("an address of this machine");
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(host).expect("somebody listens");
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let request = format!(
            "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("headers end");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
        found.next()
    }
}
