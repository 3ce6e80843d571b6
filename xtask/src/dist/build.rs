//! The binary: for this platform, and without shared libraries where that can be had.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Failure};

/// How it is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// As people get it.
    Release,
    /// Quickly, for trying out.
    Dev,
}

/// A binary that runs here.
pub(super) struct Built {
    pub(super) binary: PathBuf,
    pub(super) target: String,
    /// Which libraries it needs, in words.
    pub(super) linkage: &'static str,
}

/// Builds it. Without shared libraries it runs on a Linux of any age and in an empty container. Where that does not link
/// or does not start, or is not wanted, it is built with them.
pub(super) fn build(profile: Profile, may_be_static: bool) -> Result<Built, Failure> {
    let version = process::output(Command::new(rustc()).arg("-vV"))?;
    let target = host(&version).ok_or_else(|| Failure::new("`rustc -vV` names no host"))?.to_owned();
    if may_be_static && target.contains("linux") {
        match attempt(profile, &target, true) {
            Ok(binary) => return Ok(Built { binary, target, linkage: "a binary without shared libraries" }),
            Err(failure) => eprintln!("xtask: no binary without shared libraries: {failure}"),
        }
    }
    let binary = attempt(profile, &target, false)?;
    Ok(Built { binary, target, linkage: "a binary that needs this system's shared libraries" })
}

fn attempt(profile: Profile, target: &str, is_static: bool) -> Result<PathBuf, Failure> {
    let name = match profile {
        Profile::Release => "release",
        Profile::Dev => "dev",
    };
    let build = ["build", "--locked", "--package", "rolecall", "--profile", name, "--target", target];
    // A named target keeps these flags away from build scripts and macros, which run here and must load as usual.
    process::run(process::cargo().args(build).env("CARGO_ENCODED_RUSTFLAGS", flags(is_static).join("\x1f")))?;
    let folder = if profile == Profile::Dev { "debug" } else { "release" };
    let binary = process::target().join(target).join(folder).join("rolecall");
    process::output(Command::new(&binary).arg("--version"))?;
    Ok(binary)
}

/// No path of this machine stays in the binary, so that another folder makes the same one.
fn flags(is_static: bool) -> Vec<String> {
    let home =
        std::env::var("CARGO_HOME").ok().or_else(|| std::env::var("HOME").ok().map(|home| format!("{home}/.cargo")));
    let remapped = [(Some(process::root().display().to_string()), "/rolecall"), (home, "/cargo")];
    let mut flags: Vec<String> =
        remapped.into_iter().filter_map(|(path, name)| Some(format!("--remap-path-prefix={}={name}", path?))).collect();
    if is_static {
        flags.extend(["-C".to_owned(), "target-feature=+crt-static".to_owned()]);
    }
    flags
}

fn rustc() -> std::ffi::OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn host(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("host: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_says_what_it_compiles_for() {
        assert_eq!(host("rustc 1.95.0\nhost: aarch64-apple-darwin\nrelease: 1.95.0"), Some("aarch64-apple-darwin"));
        assert_eq!(host("rustc 1.95.0"), None);
    }

    #[test]
    fn no_path_of_this_machine_stays_in_the_binary() {
        let flags = flags(false);
        assert!(flags.iter().any(|flag| flag.ends_with("=/rolecall")), "{flags:?}");
        assert!(!flags.contains(&"-C".to_owned()));
    }
}
