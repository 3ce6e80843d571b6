//! Tests that need foreign programs live in this package; `cargo xtask test` installs the programs
//! and runs them. This library is their harness: it starts Rolecall and drives the clients.
//!
//! | question | file |
//! |---|---|
//! | how does a test get a registry? | [`Simulator`] |
//! | how does a test run a real npm? | [`Npm`] |
//! | how does a test type at one? | [`Terminal`] |
//! | how does a test call Cloudsmith's Python library? | [`Sdk`] |
//! | how does a test run Cloudsmith's command line, or its server for assistants? | [`Cli`], [`Mcp`] |
//! | how does a test get a hub? | [`Hub`] |
//! | how does a test get an OpenID provider? | [`Issuer`] |
//! | how does a test use pages as a person does? | [`Browser`] |
//! | how does a test get an address without a browser? | [`Page`]; with cookies: [`Visitor`] |
//! | how does a test look for answers that a document does not allow? | [`Fuzzer`] |
//! | how does a test hold the SCIM server to its RFCs? | [`scim_suite`] |
//! | how does a test get a hub of baton's world, or call a connector? | [`BatonHub`], [`baton_call`] |
//! | how does a test take a database's server away? | [`Postgres`] |
//! | how does a test read YAML, or metrics? | [`python_yaml`], [`openmetrics_families`] |
//! | how does a test apply JupiterOne's schemas? | [`schema_violations`] |
//! | how does a test ask for a second opinion on a `.c1z` file? | [`read_c1z`] |
//! | and on an evidence package, or forge one? | [`verify_evidence`], [`forge_evidence`] |
#![expect(clippy::expect_used, clippy::panic, reason = "a harness reports to the test by panicking")]

mod answer;
mod baton;
mod baton_peer;
mod browser;
mod cloudsmith;
mod data_model;
mod evidence;
mod fuzzer;
mod hub;
mod issuer;
mod npm;
mod openmetrics;
mod scim;
mod server;
mod simulator;
mod terminal;
mod visit;
mod yaml;

use std::path::{Path, PathBuf};
use std::process::Command;

pub use answer::Answer;
pub use baton::{read_c1z, try_c1z_reader};
pub use baton_peer::{BatonHub, baton_call};
pub use browser::{Browser, Look};
pub use cloudsmith::{Cli, Mcp, Outcome, Sdk, Told};
pub use data_model::schema_violations;
pub use evidence::{Verdict, evidence_forgeries, forge_evidence, verify_evidence};
pub use fuzzer::{Findings, Fuzzer};
pub use hub::Hub;
pub use issuer::Issuer;
pub use npm::Npm;
pub use openmetrics::openmetrics_families;
pub use scim::{ScimCheck, scim_suite};
pub use server::Postgres;
pub use simulator::Simulator;
pub use terminal::Terminal;
pub use visit::{Page, Visitor};
pub use yaml::python_yaml;

/// Where `cargo xtask test` puts the foreign programs: the environment's variable, and the folder otherwise.
const TOOLS: (&str, &str) = ("ROLECALL_E2E_TOOLS", "target/e2e-tools");

/// The `rolecall` binary.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn binary() -> PathBuf {
    provided("ROLECALL_BINARY", "target/debug/rolecall", "")
}

/// What `rolecall` prints about a database, with nothing of this machine's own settings.
///
/// # Panics
/// When it fails, with everything it said.
pub fn rolecall(database: &Path, arguments: &[&str]) -> String {
    let output = rolecall_command(database, arguments).output().expect("rolecall starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "rolecall {arguments:?} failed\n{complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The program with a database of its own, for what may also end otherwise than well.
#[must_use]
pub fn rolecall_command(database: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.env_clear().env("HOME", database.parent().unwrap_or(database)).env("ROLECALL_DATABASE", database);
    command.args(arguments);
    command
}

/// Whether every case is wanted (`cargo xtask test --deep`), and not only a selection.
#[must_use]
pub fn is_deep() -> bool {
    std::env::var("ROLECALL_TEST_LEVEL").is_ok_and(|level| level == "deep")
}

/// A file that `cargo xtask test` provides: named by the environment, or where it puts it.
fn provided(variable: &str, otherwise: &str, within: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.parent().unwrap_or(package);
    let place = std::env::var_os(variable).map_or_else(|| root.join(otherwise), PathBuf::from);
    let place = if within.is_empty() { place } else { place.join(within) };
    assert!(place.exists(), "{} is missing: run `cargo xtask test`, which makes it", place.display());
    place
}
