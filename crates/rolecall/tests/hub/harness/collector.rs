//! A collector of traces on this machine: it takes what is delivered by OTLP over HTTP, and reads the protocol's buffers by
//! their published description, with no code of the library that wrote them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// It listens for as long as the test runs.
pub(crate) struct Collector {
    pub(crate) url: String,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    refuses: AtomicBool,
    bodies: Mutex<Vec<Vec<u8>>>,
    headers: Mutex<String>,
}

/// A span, as it was delivered.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) name: String,
    pub(crate) trace: String,
    pub(crate) id: String,
    /// Empty where it is the first of its trace.
    pub(crate) parent: String,
    attributes: Vec<(String, String)>,
}

impl Span {
    /// Whether it is a part of the other, directly.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.trace == other.trace && self.parent == other.id
    }

    /// An attribute that is text; empty where it is absent.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Heard::default());
        let hears = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                hears.hear(stream);
            }
        });
        Self { url, heard }
    }

    /// From now on takes nothing.
    pub(crate) fn refuse(&self) {
        self.heard.refuses.store(true, Ordering::Relaxed);
    }

    /// Everything that was delivered, as it came.
    pub(crate) fn received(&self) -> Vec<u8> {
        self.heard.bodies.lock().unwrap().concat()
    }

    /// The headers of the last delivery.
    pub(crate) fn headers(&self) -> String {
        self.heard.headers.lock().unwrap().clone()
    }

    /// The spans that were delivered.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let bodies = self.heard.bodies.lock().unwrap();
        // A request holds resources, each of which holds scopes, each of which holds spans.
        let resources = bodies.iter().flat_map(|body| parts(body, 1));
        let scopes = resources.flat_map(|resource| parts(resource, 2));
        scopes.flat_map(|scope| parts(scope, 2)).map(span).collect()
    }
}

impl Heard {
    fn hear(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        let (mut head, mut line) = (String::new(), String::new());
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            head.push_str(&line.to_ascii_lowercase());
            line.clear();
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let is_taken = head.starts_with("post /v1/traces ") && !self.refuses.load(Ordering::Relaxed);
        let status = if is_taken { "200 OK" } else { "403 Forbidden" };
        if is_taken {
            self.bodies.lock().unwrap().push(body);
            *self.headers.lock().unwrap() = head;
        }
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let _ = reader.get_mut().write_all(answer.as_bytes());
    }
}

fn span(bytes: &[u8]) -> Span {
    let text = |number| parts(bytes, number).next().map(|part| String::from_utf8_lossy(part).into_owned());
    let hex =
        |number| parts(bytes, number).next().unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
    let attributes = parts(bytes, 9).filter_map(|attribute| {
        let name = parts(attribute, 1).next()?;
        let value = parts(parts(attribute, 2).next()?, 1).next()?;
        Some((String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(value).into_owned()))
    });
    assert_eq!(parts(bytes, 11).count(), 0, "a line of the log is in a trace");
    Span {
        name: text(5).unwrap_or_default(),
        trace: hex(1),
        id: hex(2),
        parent: hex(4),
        attributes: attributes.collect(),
    }
}

/// The parts of a message that have this number and a length.
fn parts(mut bytes: &[u8], wanted: u64) -> impl Iterator<Item = &[u8]> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = number(&mut bytes);
        let length = match key & 7 {
            0 => {
                number(&mut bytes);
                continue;
            }
            1 => 8,
            2 => usize::try_from(number(&mut bytes)).unwrap(),
            5 => 4,
            other => panic!("a part of kind {other}"),
        };
        let (part, rest) = bytes.split_at(length);
        if key >> 3 == wanted && key & 7 == 2 {
            found.push(part);
        }
        bytes = rest;
    }
    found.into_iter()
}

fn number(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return number;
        }
        shift += 7;
    }
}
