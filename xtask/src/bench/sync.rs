//! What a sync and an answer cost: wall and processor time, memory, requests.
//!
//! The registry is simulated in a process of its own. Sizes are those at which JupiterOne's collector was measured
//! (`docs/BENCHMARKS.md`), so that the figures stand beside each other.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::Value as Json;
use wait4::Wait4;

use super::{Used, directory_empty, measured};
use crate::process::{self, Failure};

/// An organisation of exact size.
struct Size {
    name: &'static str,
    members: usize,
    teams: usize,
    team_size: usize,
    packages: usize,
}

const SIZES: [Size; 2] = [
    Size { name: "a", members: 2_000, teams: 100, team_size: 200, packages: 500 },
    Size { name: "b", members: 20_000, teams: 500, team_size: 1_000, packages: 2_000 },
];

/// How one kind of registry is served and read.
struct Kind {
    name: &'static str,
    /// Where the simulator announces its address, and the tokens for the parts.
    address: &'static str,
    tokens: &'static str,
    /// How a sync is told the address, and the token.
    flag: &'static str,
    variable: &'static str,
}

const NPM: Kind =
    Kind { name: "npm", address: "registry", tokens: "tokens", flag: "--registry", variable: "NPM_TOKEN" };
const CLOUDSMITH: Kind =
    Kind { name: "cloudsmith", address: "url", tokens: "keys", flag: "--api", variable: "CLOUDSMITH_API_KEY" };

/// Members, teams, repositories and services of the Cloudsmith organisation that is measured.
const WORKSPACE: [(&str, &str); 4] =
    [("--members", "20000"), ("--teams", "1000"), ("--repositories", "2000"), ("--services", "200")];

/// The first sync and one that finds nothing new.
const SYNCS: [&str; 2] = ["first", "unchanged"];

/// Members of the organisation that the simulator alone is measured with.
const LARGE: usize = 100_000;

/// Measures everything and prints a table.
pub(crate) fn run() -> Result<(), Failure> {
    process::run(process::cargo().args(["build", "--release", "--package", "rolecall"]))?;
    let binary = process::target().join("release").join("rolecall");
    println!("| what | requests | wall s | CPU s | memory MB |");
    println!("|---|---|---|---|---|");
    for size in &SIZES {
        for latency in [0, 30] {
            measure(&binary, size, latency, &["--membership-only"])?;
        }
    }
    // Everything, with each package's document, collaborators and visibility; and the membership at npm's pace.
    measure(&binary, &SIZES[0], 0, &[])?;
    measure(&binary, &SIZES[0], 0, &["--membership-only", "--rate", "2"])?;
    questions(&binary)?;
    cloudsmith(&binary)?;
    large(&binary)
}

/// A large Cloudsmith organisation, and what its questions cost.
fn cloudsmith(binary: &Path) -> Result<(), Failure> {
    for latency in [0, 30] {
        let late = format!("late-{latency} /**");
        let mut options = vec!["--seed", "1"];
        options.extend(WORKSPACE.iter().flat_map(|(name, number)| [*name, *number]));
        options.extend((latency > 0).then_some(["--fault", late.as_str()]).into_iter().flatten());
        let registry = Registry::serve(&CLOUDSMITH, binary, &options)?;
        let home = Home::new(binary)?;
        for sync in SYNCS {
            let used = home.rolecall(&registry, &registry.sync())?;
            let requests = used.answer["requests"].as_u64().unwrap_or_default();
            println!("| Cloudsmith {latency} ms, {sync} sync | {requests} | {} |", used.figures());
        }
        let repository = registry.announced["repository"].as_str().unwrap_or_default();
        let name = format!("{}/{repository}", registry.announced["organization"].as_str().unwrap_or_default());
        let questions = [&["who-can", "push", &name][..], &["who-can", "read", &name], &["check"], &["list", "users"]];
        for question in questions.into_iter().filter(|_| latency == 0) {
            let used = home.rolecall(&registry, &[question, &["--format", "json"]].concat())?;
            println!("| Cloudsmith `{}` | 0 | {} |", question.join(" "), used.figures());
        }
    }
    Ok(())
}

fn measure(binary: &Path, size: &Size, latency: u32, options: &[&str]) -> Result<(), Failure> {
    let registry = Registry::start(binary, size, latency)?;
    let home = Home::new(binary)?;
    for sync in SYNCS {
        let used = home.rolecall(&registry, &[&registry.sync()[..], options].concat())?;
        let what = format!("({}) {} ms, {sync} sync {}", size.name, latency, options.join(" "));
        let requests = used.answer["requests"].as_u64().unwrap_or_default();
        println!("| {what} | {requests} | {} |", used.figures());
    }
    Ok(())
}

/// What answers cost once everything is recorded.
fn questions(binary: &Path) -> Result<(), Failure> {
    for size in &SIZES {
        let registry = Registry::start(binary, size, 0)?;
        let home = Home::new(binary)?;
        home.rolecall(&registry, &[&registry.sync()[..], &["--membership-only"]].concat())?;
        for question in [&["who-can", "publish", "@measure/package-00007"][..], &["check"], &["list", "users"]] {
            let used = home.rolecall(&registry, &[question, &["--format", "json"]].concat())?;
            println!("| ({}) `{}` | 0 | {} |", size.name, question.join(" "), used.figures());
        }
    }
    Ok(())
}

/// The simulated registry itself with very many members: generating, and serving every listing's largest answer.
fn large(binary: &Path) -> Result<(), Failure> {
    let (members, teams, packages) = (LARGE.to_string(), "2000".to_owned(), "5000".to_owned());
    let started = Instant::now();
    let registry = Registry::serve(
        &NPM,
        binary,
        &["--seed", "1", "--members", &members, "--teams", &teams, "--packages", &packages],
    )?;
    let generated = started.elapsed();
    let home = Home::new(binary)?;
    home.rolecall(&registry, &[&registry.sync()[..], &["--membership-only"]].concat())?;
    let used = registry.stop()?;
    let memory = used.rusage.maxrss / (1024 * 1024);
    println!(
        "| simulator: {LARGE} members generated | | {:.2} | | {memory} after serving a sync |",
        generated.as_secs_f64()
    );
    Ok(())
}

/// A simulated registry in a process of its own.
struct Registry {
    kind: &'static Kind,
    /// Gone once it was stopped.
    child: Option<Child>,
    announced: Json,
    sync: Vec<String>,
}

impl Registry {
    fn start(binary: &Path, size: &Size, latency: u32) -> Result<Self, Failure> {
        let numbers = [size.members, size.teams, size.team_size, size.packages].map(|number| number.to_string());
        let mut options = vec!["--seed", "1"];
        for (name, number) in ["--members", "--teams", "--team-size", "--packages"].into_iter().zip(&numbers) {
            options.extend([name, number]);
        }
        let late = format!("late-{latency} /**");
        if latency > 0 {
            options.extend(["--fault", &late]);
        }
        Self::serve(&NPM, binary, &options)
    }

    fn serve(kind: &'static Kind, binary: &Path, options: &[&str]) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        command.args(["sim", kind.name]).args(options).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::io("start", binary, &error))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|error| Failure::io("read from", binary, &error))?;
        }
        let announced: Json = serde_json::from_str(&line)
            .map_err(|error| Failure::new(format!("the simulated registry did not announce itself: {error}")))?;
        let text = |name: &str| announced[name].as_str().unwrap_or_default().to_owned();
        let sync = ["sync", kind.name, "--format", "json", "--quiet", "--org"].map(str::to_owned).into_iter();
        let sync = sync.chain([text("organization"), kind.flag.to_owned(), text(kind.address)]).collect();
        Ok(Self { kind, child: Some(child), announced, sync })
    }

    fn sync(&self) -> Vec<&str> {
        self.sync.iter().map(String::as_str).collect()
    }

    fn token(&self) -> &str {
        self.announced[self.kind.tokens]["read-only"].as_str().unwrap_or_default()
    }

    fn stop(mut self) -> Result<wait4::ResUse, Failure> {
        let mut child = self.child.take().ok_or_else(|| Failure::new("the simulated registry is stopped already"))?;
        let _ = child.kill();
        child.wait4().map_err(|error| Failure::new(format!("the simulated registry cannot be awaited: {error}")))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// An empty home with a database.
struct Home {
    binary: PathBuf,
    directory: PathBuf,
}

impl Home {
    fn new(binary: &Path) -> Result<Self, Failure> {
        Ok(Self { binary: binary.to_owned(), directory: directory_empty()? })
    }

    fn rolecall(&self, registry: &Registry, arguments: &[&str]) -> Result<Used, Failure> {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear().env("HOME", &self.directory).env(registry.kind.variable, registry.token());
        command.env("ROLECALL_DATABASE", self.directory.join("rolecall.db")).stderr(Stdio::null());
        measured(&mut command)
    }
}
