//! A client on a terminal, as a person would use it: what it shows is read as it appears, and what
//! is typed goes to it.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Answer;

/// Longer than anything here takes, so that a client that waits for ever fails its test.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that runs on a pseudo-terminal of its own.
#[derive(Debug)]
pub struct Terminal {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: Receiver<Vec<u8>>,
    shown: String,
}

impl Terminal {
    /// Starts a program, given as its command line, its folder and its environment, on a terminal.
    /// `script` makes the terminal: it belongs to the base system of Debian and of macOS.
    pub(crate) fn start(command: &Command) -> Self {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
        let mut script = Command::new("script");
        match std::env::consts::OS {
            "macos" => script.args(["-q", "/dev/null"]).args(words),
            _ => script.args(["--quiet", "--return", "--command", &quoted(&words), "/dev/null"]),
        };
        script.env_clear();
        let settings = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        script.envs(settings).env("TERM", "xterm").env("SHELL", "/bin/sh");
        if let Some(folder) = command.get_current_dir() {
            script.current_dir(folder);
        }
        let mut child = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`script` starts: it is part of the package bsdutils");
        let keyboard = child.stdin.take();
        let output = child.stdout.take().expect("its output is piped");
        Self { child, keyboard, screen: listen(output), shown: String::new() }
    }

    /// Waits until the screen shows this text, after what was waited for before, and gives
    /// everything up to and with it.
    ///
    /// # Panics
    /// When the program ends or shows nothing more before it does.
    pub fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(place) = self.shown.find(text) {
                let rest = self.shown.split_off(place + text.len());
                return std::mem::replace(&mut self.shown, rest);
            }
            match self.screen.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.show(&bytes),
                Err(reason) => panic!("the terminal never showed {text:?} ({reason}), but\n{}", self.shown),
            }
        }
    }

    /// Types a line.
    ///
    /// # Panics
    /// When the program has ended.
    pub fn enter(&mut self, line: &str) {
        let keyboard = self.keyboard.as_mut().expect("a keyboard");
        writeln!(keyboard, "{line}").and_then(|()| keyboard.flush()).expect("the program reads its keyboard");
    }

    /// Waits for the end; what was shown since the last text that was waited for is in the answer.
    ///
    /// # Panics
    /// When the program does not end.
    #[must_use]
    pub fn end(mut self) -> Answer {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.screen.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.show(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the program did not end, but showed\n{}", self.shown),
            }
        }
        drop(self.keyboard.take());
        let code = self.child.wait().expect("the program ends").code();
        // A terminal shows both in one place.
        Answer { code, stdout: std::mem::take(&mut self.shown), stderr: String::new() }
    }

    fn show(&mut self, bytes: &[u8]) {
        self.shown.push_str(&String::from_utf8_lossy(bytes).replace('\r', ""));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads in a thread of its own, so that waiting can have an end.
fn listen(mut output: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, screen) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    screen
}

/// A command line for a shell.
fn quoted(words: &[String]) -> String {
    let words = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''")));
    words.collect::<Vec<_>>().join(" ")
}
