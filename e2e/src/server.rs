//! A PostgreSQL server for one test, which may be taken away and given back. Others use the one that the run was given.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rolecall_testkit::port_aside;
use tempfile::TempDir;

/// Where Debian and its like put the programs, by version, and where others do.
const PLACES: [&str; 4] = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/// The account that Debian's package makes. The server refuses to run as root.
const ACCOUNT: &str = "postgres";

/// A server of a test's own. It stops, and its files go, when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Starts one with an empty database.
    ///
    /// # Panics
    /// When the programs are missing, which `cargo xtask test` installs, or it does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("rolecall-outage-").tempdir().expect("a folder for the server");
        let port = port_aside().expect("a free port");
        let server = Self { programs: programs().expect("PostgreSQL's programs"), folder, port };
        if is_root() {
            let given = Command::new("chown").arg(ACCOUNT).arg(server.folder.path()).status();
            assert!(given.is_ok_and(|status| status.success()), "{ACCOUNT} gets a folder");
        }
        server.run("initdb", &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        let settings = format!(
            "fsync = off\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n",
            server.folder.path().display()
        );
        let file = server.data().join("postgresql.auto.conf");
        fs::write(file, settings).expect("it can be configured");
        server.give_back();
        server
    }

    /// The address of its database.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://{ACCOUNT}@127.0.0.1:{}/postgres", self.port)
    }

    /// Takes it away, as a crash would: in the middle of whatever it does.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn take_away(&self) {
        self.run("pg_ctl", &["--mode=immediate", "--silent", "stop"]);
    }

    /// Gives it back with what was committed.
    ///
    /// # Panics
    /// When it does not start.
    pub fn give_back(&self) {
        self.run("pg_ctl", &["--wait", "--silent", "--log=server.log", "start"]);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let status = self.command(program, arguments).status().expect("PostgreSQL's programs can be run");
        let log = fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        assert!(status.success(), "{program} {arguments:?}: {status}\n{log}");
    }

    /// One of the server's programs on its data, as an account that may.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", ACCOUNT, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The server goes on after its starter, and must not hold on to our output.
        command.current_dir(self.folder.path()).arg("-D").arg(self.data()).args(arguments).stdout(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It may have been taken away already.
        let _ = self.command("pg_ctl", &["--mode=immediate", "--silent", "stop"]).stderr(Stdio::null()).status();
    }
}

/// The directory with `initdb` of the newest version that is installed.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = PLACES.iter().flat_map(|place| versions(Path::new(place))).collect();
    found.sort();
    found.pop().map(|(_, programs)| programs)
}

fn versions(place: &Path) -> Vec<(u32, PathBuf)> {
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let folders = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let version = name.strip_prefix("postgresql@").unwrap_or(&name).parse().ok()?;
        let programs = entry.path().join("bin");
        (version >= 15 && programs.join("initdb").is_file()).then_some((version, programs))
    });
    folders.collect()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
