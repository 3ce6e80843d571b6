//! A hub in a process of its own, and somebody who is signed in to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::process::Failure;

/// A session is of one program.
pub(super) const AGENT: &str = "bench/1.0";
const FORM: &str = "name=ada&password=four+plain+words+together";

/// A served hub.
pub(in crate::bench) struct Served {
    binary: PathBuf,
    directory: PathBuf,
    child: Child,
    started: Instant,
    url: String,
    cookie: String,
}

impl Served {
    /// The first start, which says how the first administrator signs in.
    pub(in crate::bench) fn first(binary: &Path, directory: &Path) -> Result<Self, Failure> {
        let (mut served, link) = Self::start(binary, directory, true)?;
        let path = link.strip_prefix(&served.url).unwrap_or_default().to_owned();
        let answer = served.ask("POST", &path, FORM)?;
        let cookie =
            answer.lines().find_map(|line| line.to_lowercase().starts_with("set-cookie:").then(|| line[11..].trim()));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        cookie.ok_or_else(|| Failure::new(format!("nobody could sign in: {answer}")))?.clone_into(&mut served.cookie);
        Ok(served)
    }

    /// Ends it, and starts it with the same database and session.
    pub(super) fn again(mut self) -> Result<Self, Failure> {
        self.stop();
        let (mut served, _) = Self::start(&self.binary, &self.directory, false)?;
        served.cookie = std::mem::take(&mut self.cookie);
        Ok(served)
    }

    /// How long after its start it was served, and how long until this page was there. Seconds.
    pub(super) fn started(&self, path: &str) -> Result<(f64, f64), Failure> {
        let served = self.started.elapsed().as_secs_f64();
        self.page(path)?;
        Ok((served, self.started.elapsed().as_secs_f64()))
    }

    fn start(binary: &Path, directory: &Path, is_first: bool) -> Result<(Self, String), Failure> {
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0"]).env_clear().env("HOME", directory);
        command
            .env("ROLECALL_DATABASE", directory.join("rolecall.db"))
            .env("ROLECALL_SECRET_KEY_FILE", directory.join("key"));
        let started = Instant::now();
        let piped = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = piped.spawn().map_err(|error| Failure::io("start", binary, &error))?;
        let stderr = child.stderr.take().ok_or_else(|| Failure::new("the hub says nothing"))?;
        let (mut url, mut said) = (None, String::new());
        let wanted = if is_first { "/invitation/" } else { "http://" };
        let mut lines = BufReader::new(stderr).lines();
        let link = loop {
            let Some(Ok(line)) = lines.next() else { return Err(Failure::new(format!("the hub ended: {said}"))) };
            said.push_str(&line);
            said.push('\n');
            let words = || line.split_whitespace().filter(|word| word.starts_with("http://"));
            url = url.or_else(|| words().find(|word| !word.contains("/invitation/")).map(trimmed));
            if let Some(found) = words().find(|word| word.contains(wanted)) {
                break trimmed(found);
            }
        };
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let url =
            url.or_else(|| origin(&link)).ok_or_else(|| Failure::new(format!("the hub has no address: {said}")))?;
        let (binary, directory) = (binary.to_owned(), directory.to_owned());
        Ok((Self { binary, directory, child, started, url, cookie: String::new() }, link))
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Opens a page that is there.
    pub(in crate::bench) fn page(&self, path: &str) -> Result<(), Failure> {
        let answer = self.ask("GET", path, "")?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        if status == "200" { Ok(()) } else { Err(Failure::new(format!("{path} is answered {status}: {answer}"))) }
    }

    fn ask(&self, method: &str, path: &str, form: &str) -> Result<String, Failure> {
        let host = self.url.trim_start_matches("http://");
        let failed = |error: std::io::Error| Failure::new(format!("the hub at {host} cannot be asked: {error}"));
        let mut stream = TcpStream::connect(host).map_err(failed)?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nuser-agent: {AGENT}\r\norigin: {}\r\n\
             cookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            self.url,
            self.cookie,
            form.len()
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(failed)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// The most memory it held so far, in bytes, as Linux counts it.
    pub(super) fn memory_peak(&self) -> Result<u64, Failure> {
        let path = PathBuf::from(format!("/proc/{}/status", self.child.id()));
        let status = std::fs::read_to_string(&path).map_err(|error| Failure::io("read", &path, &error))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.map(|number| number * 1024).ok_or_else(|| Failure::new("this system does not count memory like that"))
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn trimmed(word: &str) -> String {
    word.trim_end_matches(['/', '.', ',']).to_owned()
}

/// `http://127.0.0.1:8480` of an address there.
fn origin(link: &str) -> Option<String> {
    let host = link.strip_prefix("http://")?.split('/').next()?;
    Some(format!("http://{host}"))
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
    }
}
