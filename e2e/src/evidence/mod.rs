//! A second opinion on evidence packages: a verifier in Python that was written from the documents alone, and what makes
//! packages that are none of sound ones.
//!
//! Both need nothing but Python; the first lines of `verify.py` and `forge.py` say what is where.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What the verifier makes of a package.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Whether nothing is wrong with it.
    pub is_sound: bool,
    /// What is wrong, one thing after the other.
    pub faults: Vec<String>,
    /// What was looked at, and how much of it.
    pub said: String,
}

/// Verifies a package, which one of these keys has to have signed if there are any.
///
/// # Panics
/// When the verifier fails itself.
#[must_use]
pub fn verify_evidence(package: &Path, keys: &[&str]) -> Verdict {
    let mut verifying = program("verify.py");
    verifying.args(keys.iter().flat_map(|key| ["--key", key]));
    let output = verifying.arg(package).output().expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(complaint.is_empty(), "{} was too odd for the verifier\n{said}{complaint}", package.display());
    let faults: Vec<String> = said.lines().filter_map(|line| line.strip_prefix("fault ")).map(str::to_owned).collect();
    assert_eq!(output.status.success(), faults.is_empty(), "{said}");
    Verdict { is_sound: faults.is_empty(), faults, said }
}

/// The kinds of packages that can be forged: `shapes`, `signers`, `contradictions` and `verifications`.
///
/// # Panics
/// When there is no Python.
#[must_use]
pub fn evidence_forgeries() -> Value {
    let output = program("forge.py").arg("--list").output().expect("Python starts");
    serde_json::from_slice(&output.stdout).expect("Python writes JSON")
}

/// Writes a package of this kind, made of a sound one.
///
/// # Panics
/// When the sound one has nothing that could be made into that.
pub fn forge_evidence(kind: &str, package: &Path, target: &Path) {
    let output = program("forge.py").arg(kind).args([package, target]).output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{kind} was not forged\n{complaint}");
}

fn program(name: &str) -> Command {
    let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "src", "evidence", name].iter().collect();
    let mut command = Command::new("python3");
    // Nothing of this machine's own, and nothing compiled into the folder of sources.
    command.args(["-E", "-s", "-B"]).arg(file);
    command
}
