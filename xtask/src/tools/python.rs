//! The Python programs that are tried, each in a virtual environment of its own.

use std::path::PathBuf;
use std::process::Command;

use super::{Tools, need};
use crate::process::{self, Failure};

/// Cloudsmith's clients as of what `cloudsmith-client-requests.md` tells: the command line, which contains the
/// server for assistants, and the library that both are built on.
const CLOUDSMITH: [&str; 2] = ["cloudsmith-cli>=1.30,<1.31", "cloudsmith-api>=2.0.42,<2.1"];

/// A fuzzer that reads an OpenAPI document and looks for answers outside it; and, beside it, the reference reader of metrics.
const SCHEMATHESIS: [&str; 2] = ["schemathesis>=4.32,<5", "prometheus-client>=0.22,<1"];

/// A suite that holds a SCIM server to its RFCs, and the client that it asks with.
const SCIM: [&str; 2] = ["scim2-tester>=0.5.2,<0.6", "scim2-client[httpx2]>=0.13.2,<0.14"];

/// What the second opinion on `.c1z` files needs beside its own lines, the compression of them; and for a hub of baton's world
/// Google's gRPC with its compiler of messages, signatures and certificates.
const BATON: [&str; 4] = ["zstandard>=0.25,<0.26", "grpcio>=1.80,<2", "grpcio-tools>=1.80,<2", "cryptography>=46,<60"];

/// Whether a Python new enough for all of these is here and can make environments: Debian splits off what
/// puts pip into them.
const PROBE: &str = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";

/// Installs whatever is missing.
pub(super) fn install(tools: &Tools) -> Result<(), Failure> {
    environment(tools, "cloudsmith", &CLOUDSMITH)?;
    environment(tools, "schemathesis", &SCHEMATHESIS)?;
    environment(tools, "scim", &SCIM)?;
    environment(tools, "baton", &BATON)
}

/// The Python of an environment with an engine that the benchmark asks beside ours; nothing but the benchmark needs it.
pub(crate) fn peer(name: &str, wanted: &str) -> Result<PathBuf, Failure> {
    let tools = Tools { directory: process::target().join("e2e-tools") };
    environment(&tools, name, &[wanted])?;
    Ok(tools.directory.join(name).join("bin").join("python"))
}

/// An environment of this name with these packages and what they need.
fn environment(tools: &Tools, name: &str, wanted: &[&str]) -> Result<(), Failure> {
    tools.folder(name, &wanted.join(" "), |folder| {
        let is_there = process::output(Command::new("python3").args(["-c", PROBE])).is_ok();
        need(is_there, &["python3", "python3-venv"], "Python 3.11 or newer with its `venv` module")?;
        process::run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let python = folder.join("bin").join("python");
        let quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
        process::run(Command::new(&python).args(["-m", "pip", "install"]).args(quiet).args(wanted))?;
        let listing = ["-m", "pip", "freeze", "--disable-pip-version-check"];
        process::output(Command::new(&python).args(listing))
    })
}
