//! A file to which each message adds a line.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::endpoint::{Form, SettingField, SettingProblem};
use crate::{DeliveryError, Notice, Receipt, plain};

/// What a file asks for.
pub(crate) const FIELDS: &[SettingField] = &[SettingField {
    name: "path",
    title: "Path",
    help: "The file, from the root of the machine that Rolecall runs on. It is made for its owner alone where it is missing.",
    required: true,
    example: "/var/log/rolecall/alerts.jsonl",
}];

/// A file of the machine that this program runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSettings {
    /// The file, from the root.
    pub path: PathBuf,
}

impl FileSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let path = form.checked("path", |text| {
            let path = PathBuf::from(text);
            let is_straight = path.components().all(|part| !matches!(part, Component::ParentDir));
            if path.is_absolute() && is_straight && path.file_name().is_some() && !text.ends_with('/') {
                Ok(path)
            } else {
                Err("it is no path of a file that begins with / and has no ..")
            }
        });
        form.finish(path.map(|path| Self { path }))
    }
}

pub(crate) fn deliver(settings: &FileSettings, notice: &Notice) -> Result<Receipt, DeliveryError> {
    append(&settings.path, &plain::json_line(&notice.json))?;
    Ok(Receipt::new(&["a line was written".to_owned()], None))
}

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
