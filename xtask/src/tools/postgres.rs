//! A PostgreSQL server for one run of the tests or benchmarks, thrown away afterwards.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::need;
use crate::process::{self, Failure};

/// Where Debian and its like put the programs, by version, and where others do.
const PLACES: [&str; 4] = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/// The account that Debian's package makes. The server refuses to run as root.
const ACCOUNT: &str = "postgres";

/// What makes a server quick that nobody will miss, and lets many tests use it at once.
const FOR_TESTS: &str = "
max_connections = 500
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '4GB'
autovacuum_naptime = '10s'
";

/// A running server; it stops, and its files go, with this.
pub(crate) struct Server {
    programs: PathBuf,
    directory: PathBuf,
    port: u16,
}

impl Server {
    /// A server for tests, whose files need not survive anything.
    pub(crate) fn start() -> Result<Self, Failure> {
        Self::start_with(FOR_TESTS)
    }

    /// A server as it is when nobody has configured it: what is committed is on the disk.
    pub(crate) fn start_as_shipped() -> Result<Self, Failure> {
        Self::start_with("")
    }

    /// Installs the server where it is missing, and starts one with an empty cluster on a free port.
    fn start_with(settings: &str) -> Result<Self, Failure> {
        need(programs().is_some(), &["postgresql"], "PostgreSQL 15 or newer")?;
        let programs = programs().ok_or_else(|| Failure::new("PostgreSQL's `initdb` is nowhere to be found"))?;
        let directory = std::env::temp_dir().join(format!("rolecall-postgres-{}", std::process::id()));
        fs::create_dir_all(&directory).map_err(|error| Failure::io("create", &directory, &error))?;
        let server = Self { programs, directory, port: free_port()? };
        if is_root() {
            process::run(Command::new("chown").arg(ACCOUNT).arg(&server.directory))?;
        }
        server.run("initdb", &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"])?;
        server.configure(settings)?;
        server.run("pg_ctl", &["--wait", "--silent", "--log=server.log", "start"])?;
        Ok(server)
    }

    /// The address of a database from which others can be made.
    pub(crate) fn address(&self) -> String {
        self.address_of(ACCOUNT)
    }

    /// The address of one of its databases.
    pub(crate) fn address_of(&self, database: &str) -> String {
        format!("postgres://{ACCOUNT}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs a statement in one of its databases. Says the value, where it gives one.
    pub(crate) fn query(&self, database: &str, statement: &str) -> Result<String, Failure> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--command", statement]);
        process::output(psql.arg(self.address_of(database)))
    }

    /// Seconds of processor time of those of its processes that have ended, each of which served one connection.
    /// `None` where the system does not tell.
    pub(crate) fn cpu(&self) -> Option<f64> {
        let lock = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let stat = fs::read_to_string(format!("/proc/{}/stat", lock.lines().next()?)).ok()?;
        // The name may hold spaces; after it come the state, twelve more numbers, and then those of the children.
        let (_, numbers) = stat.rsplit_once(')')?;
        let ticks: f64 =
            numbers.split_whitespace().skip(13).take(2).filter_map(|number| number.parse::<f64>().ok()).sum();
        let a_second: f64 = process::output(Command::new("getconf").arg("CLK_TCK")).ok()?.parse().ok()?;
        Some(ticks / a_second)
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn configure(&self, settings: &str) -> Result<(), Failure> {
        let file = self.data().join("postgresql.conf");
        let mut text = fs::read_to_string(&file).map_err(|error| Failure::io("read", &file, &error))?;
        text.push_str(settings);
        let (port, directory) = (self.port, self.directory.display());
        text.push_str(&format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{directory}'\n"
        ));
        fs::write(&file, text).map_err(|error| Failure::io("write", &file, &error))
    }

    /// Runs one of the server's programs on its data, as an account that may.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", ACCOUNT, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The server goes on after its starter, and must not hold on to our output.
        let quiet = std::process::Stdio::null();
        process::run(command.current_dir(&self.directory).arg("-D").arg(self.data()).args(arguments).stdout(quiet))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody can do anything about a server that does not stop.
        let _ = self.run("pg_ctl", &["--mode=immediate", "--silent", "stop"]);
        let _ = fs::remove_dir_all(&self.directory);
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
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, Failure> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| Failure::new(format!("no port is free: {error}")))
}
