//! Having a hub run a command, and printing what it says as if it had been run here.

use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use super::arguments::arguments;
use super::styled::styled;
use super::{Connection, HubAddress, failure, token};
use crate::cli::{Cli, Command};
use crate::console;
use crate::exit::{Exit, Failure};
use crate::output::{Destination, note};

/// How much of a line is waited for, in bytes. A hub sends far shorter ones.
const LONGEST: usize = 256 << 20;

/// How much of a refusal is read, in bytes.
const REFUSAL: usize = 1 << 20;

/// One line of what a hub says of a command. What this version does not know is of no matter to it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Line {
    output: Option<String>,
    text: Option<String>,
    file: Option<String>,
    file_end: bool,
    note: Option<String>,
    end: Option<End>,
}

#[derive(Debug, Deserialize)]
struct End {
    exit: u8,
    error: Option<String>,
    hint: Option<String>,
}

/// Has a hub run the command of this process.
pub(crate) async fn run(hub: HubAddress, cli: &Cli) -> Result<Exit, Failure> {
    let arguments = arguments(std::env::args_os().skip(1))?;
    let input = match &cli.command {
        Command::Query(args) => args.input().transpose()?,
        Command::Drift(args) => args.input().transpose()?,
        _ => None,
    };
    let token = token::token(&cli.global, &hub)?;
    // Opened before anything is asked, so that nothing is asked in vain.
    let file = output(&cli.command).map(|path| Destination::open(Some(path))).transpose()?;
    let connection = Connection::new(hub, Some(token))?;
    let body = json!({ "arguments": arguments, "input": input, "width": console::width() });
    let mut answer = connection.open("/api/v1/commands", &body).await?;
    if answer.status() != 200 {
        let mut said = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| connection.unanswered(&error))? {
            said.extend_from_slice(&chunk);
            if said.len() > REFUSAL {
                break;
            }
        }
        return Err(failure(&connection.address, answer.status(), &said));
    }
    let mut printer = Printer { file, gathered: Vec::new() };
    while let Some(chunk) = answer.chunk().await.map_err(|error| connection.unanswered(&error))? {
        if let Some(end) = printer.take(&chunk)? {
            return ended(end);
        }
    }
    let why = format!("the hub {} broke off before the command ended", connection.address);
    Err(Failure::new(Exit::Source, why).hint("what was printed is not everything: try again"))
}

/// The file that a command is to write, which is one of this machine.
fn output(command: &Command) -> Option<&Path> {
    match command {
        Command::Export(args) => args.output(),
        Command::Report(args) => args.output(),
        Command::Drift(args) => args.output(),
        Command::Audit(args) => args.output(),
        _ => None,
    }
}

fn ended(end: End) -> Result<Exit, Failure> {
    let exit = Exit::read(end.exit);
    match end.error {
        None => Ok(exit),
        Some(message) => Err(Failure { exit, message, hint: end.hint }),
    }
}

struct Printer {
    file: Option<Destination>,
    gathered: Vec<u8>,
}

impl Printer {
    /// Prints the lines that have come; the end, if it has.
    fn take(&mut self, chunk: &[u8]) -> Result<Option<End>, Failure> {
        self.gathered.extend_from_slice(chunk);
        let mut from = 0;
        while let Some(length) = self.gathered.iter().skip(from).position(|byte| *byte == b'\n') {
            let line = self.gathered.get(from..from + length).unwrap_or_default();
            from += length + 1;
            // Said so that nothing in between thinks that the connection is dead.
            if line.trim_ascii().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_slice(line).map_err(|_| foreign())?;
            if let Some(end) = line.end {
                return Ok(Some(end));
            }
            self.print(line)?;
        }
        self.gathered.drain(..from);
        if self.gathered.len() > LONGEST { Err(foreign()) } else { Ok(None) }
    }

    fn print(&mut self, line: Line) -> Result<(), Failure> {
        let Line { output, text, file, file_end, note: said, end: _ } = line;
        if let Some(output) = output {
            let mut out = io::stdout().lock();
            out.write_all(output.as_bytes())?;
            out.flush()?;
        }
        if let Some(text) = text {
            anstream::stdout().lock().write_all(styled(&text).as_bytes())?;
        }
        if let (Some(text), Some(file)) = (file, &mut self.file) {
            file.write_all(text.as_bytes())?;
        }
        if file_end && let Some(file) = self.file.take() {
            file.finish()?;
        }
        if let Some(said) = said {
            note(&styled(&said));
        }
        Ok(())
    }
}

fn foreign() -> Failure {
    Failure::new(Exit::Source, "what the hub says of the command cannot be read")
        .hint("it is of another version, or something in between changed it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_any_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut printer = Printer { file: Some(Destination::open(Some(&path)).unwrap()), gathered: Vec::new() };
        let said =
            "\n{\"file\":\"é1\\n\"}\n\n{\"later\":[]}\n{\"file\":\"2\"}\n{\"fileEnd\":true}\n{\"end\":{\"exit\":5}}\n";
        let mut end = None;
        for byte in said.as_bytes() {
            end = end.or(printer.take(&[*byte]).unwrap());
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "é1\n2");
        assert_eq!(ended(end.unwrap()).unwrap(), Exit::Incomplete);
        assert!(Printer { file: None, gathered: Vec::new() }.take(b"nonsense\n").is_err());
    }

    #[test]
    fn a_file_is_only_there_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut printer = Printer { file: Some(Destination::open(Some(&path)).unwrap()), gathered: Vec::new() };
        printer.take(b"{\"file\":\"half\"}\n{\"end\":{\"exit\":1,\"error\":\"no\",\"hint\":null}}\n").unwrap();
        drop(printer);
        assert!(!path.exists() && folder.path().read_dir().unwrap().next().is_none());
    }
}
