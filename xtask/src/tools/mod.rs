//! The foreign programs that tests need: installed below `target/e2e-tools`, kept between runs.
//!
//! | question | file |
//! |---|---|
//! | which browser? | [`browser`] |
//! | which npm clients and npm packages? | [`npm`] |
//! | which Python programs? | [`python`] |
//! | where does PostgreSQL come from, and how is it started? | [`postgres`] |
//!
//! Every tool has a folder and, written last, a stamp file that names what is in it. A folder
//! without its stamp was left by an installation that did not finish, and is made anew.
//!
//! A new kind of tool is one more module, whose function [`Tools::install`] calls.

mod browser;
mod npm;
pub(crate) mod postgres;
pub(crate) mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};

/// Where the tools are, once all of them are.
pub(crate) struct Tools {
    directory: PathBuf,
}

impl Tools {
    /// Installs whatever is missing; does nothing at all when nothing is.
    pub(crate) fn install() -> Result<Self, Failure> {
        let tools = Self { directory: process::target().join("e2e-tools") };
        npm::install(&tools)?;
        python::install(&tools)?;
        browser::install()?;
        need(on_path(&["script"]), &["bsdutils"], "a pseudo-terminal for npm to ask on")?;
        Ok(tools)
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The folder of this name with what is wanted in it. When it is not there yet, `fill` puts it into an
    /// empty folder and says which version it turned out to be.
    fn folder(
        &self,
        name: &str,
        wanted: &str,
        fill: impl FnOnce(&Path) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let folder = self.directory.join(name);
        let stamp = self.directory.join(format!("{name}.stamp"));
        let stamped = fs::read_to_string(&stamp).unwrap_or_default();
        if stamped.lines().next() == Some(wanted) && folder.is_dir() {
            return Ok(());
        }

        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::io("remove", &folder, &error))?;
        }
        fs::create_dir_all(&folder).map_err(|error| Failure::io("create", &folder, &error))?;
        let found = fill(&folder)?;
        fs::write(&stamp, format!("{wanted}\n{found}\n")).map_err(|error| Failure::io("write", &stamp, &error))
    }
}

/// Whether all these programs are on the search path.
fn on_path(programs: &[&str]) -> bool {
    programs.iter().all(|program| process::on_path(program))
}

/// What must be on the machine; installed where that can be done without asking anybody.
pub(crate) fn need(is_there: bool, packages: &[&str], purpose: &str) -> Result<(), Failure> {
    if is_there {
        return Ok(());
    }
    let root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !(root && process::on_path("apt-get")) {
        return Err(Failure::new(format!(
            "the end-to-end tests need {purpose}: install what Debian calls `{}` with your package manager, then \
             run `cargo xtask test` again",
            packages.join("` and `"),
        )));
    }
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet").args(arguments))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends", "ca-certificates"], packages].concat())
}
