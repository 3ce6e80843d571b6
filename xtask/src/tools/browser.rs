//! The browser that pages are opened with, and the program through which tests drive it.

use std::path::Path;

use super::{need, on_path};
use crate::process::Failure;

/// Where the tests look for the browser beside the search path.
const MACOS: &str = "/Applications/Chromium.app";

/// Installs both where they are missing.
pub(super) fn install() -> Result<(), Failure> {
    let is_there = on_path(&["chromedriver"]) && (on_path(&["chromium"]) || Path::new(MACOS).exists());
    if std::env::consts::OS == "macos" && !is_there {
        let what = "the end-to-end tests need Chromium and its driver: `brew install --cask chromium chromedriver`, \
                    then run `cargo xtask test` again";
        return Err(Failure::new(what));
    }
    need(is_there, &["chromium", "chromium-driver", "fonts-dejavu-core"], "Chromium and its driver")
}
