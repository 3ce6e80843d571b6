//! `cargo xtask lint`: formatting and clippy, both run even when the first complains.

use crate::process::{self, Failure};

pub(crate) fn run() -> Result<(), Failure> {
    let formatted = process::run(process::cargo().args(["fmt", "--all", "--check"]));
    let clean =
        process::run(process::cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]));
    formatted.and(clean)
}
