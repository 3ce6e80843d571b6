//! An answer, and how it is given.

use std::fmt::Write as _;

use serde_json::Value;

/// What is sent over and over for a body that is large.
const FILL: &[u8] = &[b'x'; 4096];

/// What a receiver answers.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    pub(super) manner: Manner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As servers do.
    Whole,
    /// The connection ends without a word.
    Dropped,
    /// More is promised, and nothing more ever comes.
    Stalling,
    /// The body is of so many bytes.
    Huge(usize),
}

impl Reply {
    /// This status without a body.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), manner: Manner::Whole }
    }

    /// This status with JSON.
    #[must_use]
    pub fn json(status: u16, json: &Value) -> Self {
        Self::new(status).header("content-type", "application/json").body(&json.to_string())
    }

    /// None at all: the connection ends once the request was taken and kept.
    #[must_use]
    pub fn dropped() -> Self {
        Self { manner: Manner::Dropped, ..Self::new(0) }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        body.as_bytes().clone_into(&mut self.body);
        self
    }

    /// With a body that begins and never ends.
    #[must_use]
    pub fn stalling(self) -> Self {
        Self { manner: Manner::Stalling, ..self }
    }

    /// With a body of so many bytes.
    #[must_use]
    pub fn huge(self, bytes: usize) -> Self {
        Self { manner: Manner::Huge(bytes), ..self }
    }

    pub(super) fn head(&self) -> Vec<u8> {
        let promised = match self.manner {
            Manner::Stalling => self.body.len() + 1_000,
            _ => self.length(),
        };
        let mut head =
            format!("HTTP/1.1 {} Status\r\nconnection: close\r\ncontent-length: {promised}\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// How many bytes of a body are sent.
    pub(super) const fn length(&self) -> usize {
        match self.manner {
            Manner::Huge(bytes) => bytes,
            _ => self.body.len(),
        }
    }

    /// What is sent next, while so many bytes are left.
    pub(super) fn part(&self, left: usize) -> &[u8] {
        match self.manner {
            Manner::Huge(_) => &FILL[..left.min(FILL.len())],
            _ => &self.body,
        }
    }
}
