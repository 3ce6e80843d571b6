//! What files of baton's world cost: an organisation of 10,000 users, 500 teams and 100,000 memberships, whose 1,000 packages
//! five teams each may write. That is 1,105,000 grants with all that is passed on.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::{directory_empty, measured, programs};
use crate::process::Failure;

const USERS: usize = 10_000;
const TEAMS: usize = 500;
const TEAM_SIZE: usize = 200;
const PACKAGES: usize = 1_000;

/// Measures.
pub(super) fn run() -> Result<(), Failure> {
    let (binary, history) = programs()?;
    let folder = directory_empty()?;
    let bench = Bench { binary: &binary, folder: &folder };
    println!("| 1,105,000 grants | wall s | CPU s | memory MB | file MB |\n|---|---|---|---|---|");
    bench.load(&history)?;
    let file = |name: &str| folder.join(name);
    let (whole, bare, told) = (file("whole.c1z"), file("bare.c1z"), file("told.c1z"));
    let json = file("grants.json");
    bench.step("a whole file", &["export", "c1z", "-f"], &whole)?;
    bench.step("without indexes", &["export", "c1z", "--no-indexes", "-f"], &bare)?;
    bench.step("what is stated alone", &["export", "c1z", "--no-expand", "--plain", "-f"], &told)?;
    bench.step("all grants as JSON", &["export", "--view", "baton", "--expanded", "-o"], &json)?;
    bench.step("a file of ours comes in", &["--database", "brought.db", "import", "c1z"], &whole)?;
    bench.access()
}

struct Bench<'b> {
    binary: &'b Path,
    folder: &'b Path,
}

impl Bench<'_> {
    fn database(&self) -> PathBuf {
        self.folder.join("baton.db")
    }

    fn load(&self, history: &Path) -> Result<(), Failure> {
        let size = json!({ "members": USERS, "teams": TEAMS, "teamSize": TEAM_SIZE, "packages": PACKAGES });
        let task = json!({ "database": self.database(), "size": size, "step": { "sync": { "day": 0, "changes": 0 } } });
        let used = measured(Command::new(history).arg(task.to_string()))?;
        println!("| synced | {} | |", used.figures());
        Ok(())
    }

    fn step(&self, what: &str, arguments: &[&str], file: &Path) -> Result<(), Failure> {
        let mut command = Command::new(self.binary);
        command.current_dir(self.folder).env("ROLECALL_DATABASE", self.database()).args(arguments).arg(file);
        let used = measured(&mut command)?;
        let size = std::fs::metadata(file).map_err(|error| Failure::io("read", file, &error))?.len();
        println!("| {what} | {} | {} |", used.figures(), size / 1_000_000);
        Ok(())
    }

    fn access(&self) -> Result<(), Failure> {
        let mut command = Command::new(self.binary);
        command.arg("--database").arg(self.database()).args(["access", "member-00001", "--format", "json"]);
        println!("| access of one user, cold | {} | |", measured(&mut command)?.figures());
        Ok(())
    }
}
