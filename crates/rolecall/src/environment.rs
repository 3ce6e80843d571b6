//! What this process finds around itself: the data directory, the user's home, variables, who is running it.

use std::path::PathBuf;

use directories::{BaseDirs, ProjectDirs};
use rolecall_engine::GraphImages;
use rolecall_engine::work::every_parse;
use rolecall_notify::{Destination, Reach};
use rolecall_store::{AuditKey, DatabaseAddress, KeyPlace};
use secrecy::SecretString;

use crate::console;
use crate::exit::{Exit, Failure};

/// Where the database is: what the person said, or `rolecall.db` in the user's data directory.
pub(crate) fn database(chosen: Option<&str>) -> Result<DatabaseAddress, Failure> {
    // Whoever has a hub run something reads what the hub reads.
    if let Some(client) = console::client() {
        return Ok(client.database);
    }
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
///
/// # Errors
/// When both variables are set, or none for a server's database.
pub(crate) fn key_place(database: &DatabaseAddress) -> Result<KeyPlace, Failure> {
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    match (set(SECRET_KEY).map(SecretString::from), set(SECRET_KEY_FILE)) {
        (Some(_), Some(_)) => {
            Err(Failure::new(Exit::Credential, format!("both {SECRET_KEY} and {SECRET_KEY_FILE} are set"))
                .hint("only one of them can be meant: unset the other"))
        }
        (Some(key), None) => Ok(KeyPlace::Variable(SECRET_KEY, key)),
        (None, Some(path)) => Ok(KeyPlace::File(path.into())),
        (None, None) => database.path().map(KeyPlace::beside).ok_or_else(|| {
            Failure::new(Exit::Credential, "nobody said where the key is that seals secrets").hint(format!(
                "a server's database has no place for it: set {SECRET_KEY} or {SECRET_KEY_FILE}, the same for every hub"
            ))
        }),
    }
}

/// Where the queries are kept that were typed at a prompt, if there is a place for it.
pub(crate) fn query_history() -> Option<PathBuf> {
    let directories = ProjectDirs::from("", "", "rolecall")?;
    let state = directories.state_dir().unwrap_or_else(|| directories.data_local_dir());
    Some(state.join("query-history"))
}

/// The variable that says that graphs are always loaded from the database, when it is `off`.
pub(crate) const GRAPH_IMAGES: &str = "ROLECALL_GRAPH_IMAGES";

/// Where graph images are kept and read, unless a variable says that they are not.
pub(crate) fn graph_images(database: &DatabaseAddress) -> GraphImages {
    match variable(GRAPH_IMAGES).as_deref() {
        Some("off" | "0" | "false" | "no") => GraphImages::off(),
        _ => graph_images_place(database),
    }
}

/// Where graph images may be, whatever a variable says: beside the database, or among this user's state.
pub(crate) fn graph_images_place(database: &DatabaseAddress) -> GraphImages {
    let state = || {
        let directories = ProjectDirs::from("", "", "rolecall")?;
        let state = directories.state_dir().unwrap_or_else(|| directories.data_local_dir());
        Some(GraphImages::within(state))
    };
    database.path().map(GraphImages::beside).or_else(state).unwrap_or_default()
}

/// The user's home directory, if there is one.
pub(crate) fn home() -> Option<PathBuf> {
    BaseDirs::new().map(|base| base.home_dir().to_owned())
}

/// What an environment variable says, if it is set and text.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the audit log's signing key is: `ROLECALL_AUDIT_KEY`, or beside the database.
///
/// # Errors
/// For a server's database, whose hubs have to be told where their key is.
pub(crate) fn audit_key(database: &DatabaseAddress) -> Result<PathBuf, Failure> {
    if let Some(path) = variable("ROLECALL_AUDIT_KEY").filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let Some(database) = database.path() else {
        return Err(Failure::new(Exit::Usage, "nobody said where the key is that signs the audit log's heads").hint(
            "a server's database has no place for it: set ROLECALL_AUDIT_KEY to a file, the same for every hub",
        ));
    };
    Ok(AuditKey::beside(database))
}

/// Where signed heads of the audit log go after every sync: `ROLECALL_AUDIT_DELIVER`, parted by commas.
pub(crate) fn audit_destinations() -> Result<Vec<Destination>, Failure> {
    let text = variable("ROLECALL_AUDIT_DELIVER").unwrap_or_default();
    let parts = text.split(',').filter(|part| !part.trim().is_empty());
    // Not repeated: there may be a secret in it.
    parts
        .map(|part| part.parse().map_err(|why| Failure::new(Exit::Usage, format!("ROLECALL_AUDIT_DELIVER: {why}"))))
        .collect()
}

/// How often `rolecall work` lets a head leave, in seconds: `ROLECALL_AUDIT_EVERY`, an hour unless it says otherwise.
pub(crate) fn audit_every() -> Result<i64, Failure> {
    let text = variable("ROLECALL_AUDIT_EVERY").filter(|text| !text.trim().is_empty());
    every_parse(text.as_deref().unwrap_or("1h"))
        .map_err(|why| Failure::new(Exit::Usage, format!("ROLECALL_AUDIT_EVERY: {why}")))
}

/// The address of the hub that people open, for links in what is told: `ROLECALL_BASE_URL`, as `rolecall serve` has it.
pub(crate) fn base_url() -> Option<String> {
    variable("ROLECALL_BASE_URL").filter(|text| !text.trim().is_empty())
}

/// Which addresses may be delivered to: `ROLECALL_ALLOW_INTERNAL=1` allows those of one's own network.
pub(crate) fn reach() -> Reach {
    match variable("ROLECALL_ALLOW_INTERNAL").as_deref() {
        Some("1" | "true" | "yes") => Reach::Internal,
        _ => Reach::Public,
    }
}

/// This process, in words that help a person find it: `rolecall work, process 4711 on build-7`.
pub(crate) fn process(command: &str) -> String {
    let host = host_name().map(|host| format!(" on {host}")).unwrap_or_default();
    format!("{command}, process {}{host}", std::process::id())
}

/// What this machine is called.
pub(crate) fn host_name() -> Option<String> {
    let host = variable("HOSTNAME").or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok());
    host.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty())
}

/// This machine and who uses it, in words that tell a hub's people who asks: `ada on build-7`, or `rolecall on build-7` where
/// nobody is signed in there.
pub(crate) fn machine() -> String {
    let host = host_name().unwrap_or_else(|| "a machine without a name".to_owned());
    format!("{} on {host}", person().unwrap_or_else(|| "rolecall".to_owned()))
}

/// Who is at the keyboard, for decisions on the record.
pub(crate) fn actor() -> String {
    person().unwrap_or_else(|| "unknown".to_owned())
}

/// The same, where the system says it.
fn person() -> Option<String> {
    let mut said = ["USER", "LOGNAME", "USERNAME"].iter().filter_map(|name| variable(name));
    said.find(|value| !value.is_empty())
}
