//! A file to which each message adds a line.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// Appends a line, and waits until it is on disk. A file that is missing is made for its owner alone.
pub(crate) fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // One write, so that lines of two processes never mix.
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()
}
