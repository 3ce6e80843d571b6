//! What this process finds around itself: the data directory, the user's home, variables, who is running it.

use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};
use rolecall_store::{DatabaseAddress, KeyPlace};
use secrecy::SecretString;

use crate::exit::{Exit, Failure};

/// Where the database is: what the person said, or `rolecall.db` in the user's data directory.
pub(crate) fn database(chosen: Option<&str>) -> Result<DatabaseAddress, Failure> {
    match chosen {
        Some(text) => Ok(text.parse()?),
        None => {
            let directories = ProjectDirs::from("", "", "rolecall").ok_or_else(|| {
                Failure::new(Exit::Database, "this user has no home directory to keep the database in")
                    .hint("say where it is with --database FILE or ROLECALL_DATABASE")
            })?;
            Ok(DatabaseAddress::Sqlite(directories.data_dir().join("rolecall.db")))
        }
    }
}

/// The variable that holds the master key of sealed secrets, and the one that names a file which holds it.
pub(crate) const SECRET_KEY: &str = "ROLECALL_SECRET_KEY";
pub(crate) const SECRET_KEY_FILE: &str = "ROLECALL_SECRET_KEY_FILE";

/// Where the master key of sealed secrets is: where a variable says, or beside the database.
pub(crate) fn key_place(database: &Path) -> Result<KeyPlace, Failure> {
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    match (set(SECRET_KEY).map(SecretString::from), set(SECRET_KEY_FILE)) {
        (Some(_), Some(_)) => {
            Err(Failure::new(Exit::Credential, format!("both {SECRET_KEY} and {SECRET_KEY_FILE} are set"))
                .hint("only one of them can be meant: unset the other"))
        }
        (Some(key), None) => Ok(KeyPlace::Variable(SECRET_KEY, key)),
        (None, Some(path)) => Ok(KeyPlace::File(path.into())),
        (None, None) => Ok(KeyPlace::beside(database)),
    }
}

/// The user's home directory, if there is one.
pub(crate) fn home() -> Option<PathBuf> {
    BaseDirs::new().map(|base| base.home_dir().to_owned())
}

/// What an environment variable says, if it is set and text.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Who is at the keyboard, for decisions on the record.
pub(crate) fn actor() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}
