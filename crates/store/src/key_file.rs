//! Files of keys: whole or absent, and their owner's alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::lock::beside;

/// Makes a file that only its owner can read, whole or not at all, and its name to last.
///
/// # Errors
/// `AlreadyExists` when there is one, which is left as it is: where two processes make one at once, the first counts.
pub(crate) fn key_file_create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = beside(path, &format!(".{}.part", std::process::id()));
    let made = file_write(&unfinished, bytes).and_then(|()| fs::hard_link(&unfinished, path));
    // A file that could not be made need not be removed.
    let _ = fs::remove_file(&unfinished);
    made.and_then(|()| folder_sync(path))
}

fn file_write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a new name in a folder last.
pub(crate) fn folder_sync(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Whether others than its owner can read it. Asked of the open file, so that it is the one that is read.
pub(crate) fn is_exposed(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    return Ok(std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & 0o077 != 0);
    #[cfg(not(unix))]
    file.metadata().map(|_| false)
}
