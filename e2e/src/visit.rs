//! Plain requests, where a person would use a browser and a test needs no client.

use std::collections::BTreeMap;
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

    /// Every value of a header.
    fn headers<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> + use<'p> {
        let name = name.to_owned();
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(move |(header, _)| header.eq_ignore_ascii_case(&name)).map(|(_, value)| value.trim())
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }
}

/// Somebody who visits places of this machine one after the other, with a browser's memory and no browser.
#[derive(Debug, Default)]
pub struct Visitor {
    /// Cookies by host and name. Paths do not matter here.
    cookies: BTreeMap<(String, String), String>,
}

impl Visitor {
    /// Gets an address.
    ///
    /// # Panics
    /// When it is no address of this machine or is not answered.
    pub fn open(&mut self, address: &str) -> Page {
        self.ask("GET", address, "")
    }

    /// Sends a form.
    ///
    /// # Panics
    /// When it is no address of this machine or is not answered.
    pub fn send(&mut self, address: &str, form: &str) -> Page {
        self.ask("POST", address, form)
    }

    fn ask(&mut self, method: &str, address: &str, form: &str) -> Page {
        let host = host_of(address);
        let own = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let cookies: Vec<String> = own.map(|((_, name), value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let headers = [("cookie", &*cookies), ("content-type", "application/x-www-form-urlencoded")];
        let page = Page::ask(method, address, &headers, form);
        for cookie in page.headers("set-cookie") {
            let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            let (name, value) = pair.expect("a cookie has a name");
            self.cookies.insert((host.clone(), name.to_owned()), value.to_owned());
        }
        page
    }

    /// Where a page leads, as an address.
    ///
    /// # Panics
    /// When it leads nowhere.
    #[must_use]
    pub fn next(from: &str, page: &Page) -> String {
        let location = page.header("location").unwrap_or_else(|| panic!("{from} leads nowhere: {page:?}"));
        if location.starts_with('/') { format!("http://{}{location}", host_of(from)) } else { location.to_owned() }
    }
}

fn host_of(address: &str) -> String {
    let rest = address.strip_prefix("http://").expect("an address of this machine");
    rest.split('/').next().unwrap_or_default().to_owned()
}
