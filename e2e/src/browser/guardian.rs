//! A program that lives no longer than the tests, however they end.

use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Waits for the end of its own input, then ends the group and removes the folder. The input is a pipe that the tests hold: it
/// ends with them, also when they are killed.
const GUARD: &str = r#"trap '' HUP INT TERM; read -r _; kill -KILL -"$1"; sleep 0.2; rm -rf "$2""#;

/// A guarded program. It ends, with everything it started and wrote, when this is dropped or this process is gone.
#[derive(Debug)]
pub(crate) struct Guarded {
    program: Child,
    guard: Child,
}

impl Guarded {
    /// Starts a program with a folder of its own for what it writes, and gives what it prints.
    ///
    /// # Panics
    /// When it cannot be started, or there is no shell.
    pub(crate) fn start(program: &str, arguments: &[&str]) -> (Self, impl Read + Send + 'static) {
        let folder = TempDir::new().expect("a folder for what it writes").keep();
        let mut command = Command::new(program);
        command.args(arguments).env("TMPDIR", &folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let started = command.spawn();
        let mut program =
            started.unwrap_or_else(|error| panic!("{program} does not start: {error}; `cargo xtask test` installs it"));
        let output = program.stdout.take().expect("its output is piped");
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard", &program.id().to_string()]).arg(&folder).process_group(0);
        let guard = guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        (Self { program, guard: guard.spawn().expect("a shell starts") }, output)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // The end of its input tells it to end the others.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
        let _ = self.program.wait();
    }
}
