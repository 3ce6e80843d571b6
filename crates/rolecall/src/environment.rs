//! What this process finds around itself: the data directory, the user's `.npmrc`, who is running it.

use std::path::PathBuf;

use directories::ProjectDirs;
use rolecall_connect::npm::{Npmrc, setting_of_variable};
use rolecall_store::DatabaseAddress;

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

/// The user's own `.npmrc`, and what npm's variables say instead; an absent or unreadable file is an empty one. A project's
/// `.npmrc` is never looked at.
pub(crate) fn npmrc() -> Npmrc {
    let variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| setting_of_variable(name).is_some() && !value.is_empty())
        .collect();
    let named = variables.iter().find(|(name, _)| setting_of_variable(name).is_some_and(|key| key == "userconfig"));
    let path = named
        .map(|(_, path)| PathBuf::from(path))
        .or_else(|| directories::BaseDirs::new().map(|base| base.home_dir().join(".npmrc")));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    Npmrc::parse(&text, &|name| std::env::var(name).ok()).with_variables(variables)
}

/// Who is at the keyboard, for decisions on the record.
pub(crate) fn actor() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}
