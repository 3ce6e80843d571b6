//! The hubs that somebody is signed in to with `rolecall login`: a file that only they can read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::HubAddress;
use crate::exit::{Exit, Failure};

/// What is kept of a hub.
#[derive(Debug)]
pub(crate) struct KeptHub {
    pub(crate) token: SecretString,
    /// The token's id there, by which it is revoked.
    pub(crate) id: String,
    /// Whose it is there.
    pub(crate) name: String,
    /// Until when it can be used.
    pub(crate) expires_at: Option<String>,
}

/// All hubs, by their addresses.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    hubs: BTreeMap<String, KeptHub>,
}

/// As it is written down.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    token: String,
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

impl Kept {
    /// Reads the file; there may be none.
    ///
    /// # Errors
    /// When others can read it, or it is not as it was written.
    pub(crate) fn open() -> Result<Self, Failure> {
        let directories = ProjectDirs::from("", "", "rolecall").ok_or_else(|| {
            Failure::new(Exit::Credential, "this user has no home directory to keep tokens of hubs in")
                .hint("give the token in ROLECALL_HUB_TOKEN or with --hub-token-file")
        })?;
        Self::read(directories.config_dir().join("hubs.json"))
    }

    fn read(path: PathBuf) -> Result<Self, Failure> {
        let unusable = |why: String| Failure::new(Exit::Credential, format!("{} {why}", path.display()));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self { path, hubs: BTreeMap::new() }),
            Err(error) => return Err(unusable(format!("cannot be read: {error}"))),
        };
        // Asked of the open file, so that it is the one that is read.
        if is_shared(&file).map_err(|error| unusable(format!("cannot be looked at: {error}")))? {
            return Err(unusable("holds tokens, and others on this machine can read it".to_owned())
                .hint(format!("chmod 600 {}, and revoke the tokens if somebody may have read it", path.display())));
        }
        let written: BTreeMap<String, Written> =
            serde_json::from_reader(io::BufReader::new(file)).map_err(|error| {
                // What it says about the content may be a token.
                unusable(format!("is not as rolecall login wrote it, in line {}", error.line()))
                    .hint("remove it, and sign in again with: rolecall login URL")
            })?;
        let hub = |Written { token, id, name, expires_at }| KeptHub { token: token.into(), id, name, expires_at };
        Ok(Self { hubs: written.into_iter().map(|(address, written)| (address, hub(written))).collect(), path })
    }

    /// Every hub.
    pub(crate) fn hubs(&self) -> impl Iterator<Item = (&str, &KeptHub)> {
        self.hubs.iter().map(|(address, hub)| (address.as_str(), hub))
    }

    /// What is kept of one, which is forgotten once this is written.
    pub(crate) fn take(&mut self, hub: &HubAddress) -> Option<KeptHub> {
        self.hubs.remove(&hub.to_string())
    }

    /// Keeps one. What was kept of it before is returned.
    pub(crate) fn put(&mut self, hub: &HubAddress, kept: KeptHub) -> Option<KeptHub> {
        self.hubs.insert(hub.to_string(), kept)
    }

    /// Writes the file, whole or not at all, for its owner alone.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        let written: BTreeMap<&str, Written> = self
            .hubs()
            .map(|(address, KeptHub { token, id, name, expires_at })| {
                let (token, id, name) = (token.expose_secret().to_owned(), id.clone(), name.clone());
                (address, Written { token, id, name, expires_at: expires_at.clone() })
            })
            .collect();
        let write = || -> io::Result<()> {
            let folder = self.path.parent().unwrap_or(Path::new("."));
            folder_make(folder)?;
            // A new file of this kind is its owner's alone.
            let mut file = NamedTempFile::new_in(folder)?;
            serde_json::to_writer_pretty(&mut file, &written)?;
            file.write_all(b"\n")?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map(drop).map_err(|error| error.error)
        };
        write().map_err(|error| {
            Failure::new(Exit::Failure, format!("{} cannot be written: {error}", self.path.display()))
                .hint("check that its folder can be written; what was kept before is as it was")
        })
    }
}

#[cfg(unix)]
fn is_shared(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_shared(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn folder_make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn folder_make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub(name: &str) -> KeptHub {
        KeptHub { token: "rolecall_secret".to_owned().into(), id: "1".into(), name: name.into(), expires_at: None }
    }

    #[test]
    fn what_is_kept_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rolecall/hubs.json");
        let address = HubAddress::read("https://r.example.com").unwrap();
        let mut kept = Kept::read(path.clone()).unwrap();
        assert!(kept.put(&address, hub("ada")).is_none());
        kept.write().unwrap();
        let mut again = Kept::read(path.clone()).unwrap();
        assert_eq!(again.take(&address).unwrap().name, "ada");
        assert!(again.take(&HubAddress::read("https://r.example.com:8443").unwrap()).is_none());
        assert!(!format!("{kept:?}").contains("rolecall_secret"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let refused = Kept::read(path.clone()).unwrap_err();
            assert!(refused.message.contains("others on this machine") && refused.hint.is_some());
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        fs::write(&path, "{\"https://r.example.com\": \"rolecall_secret\"}").unwrap();
        assert!(!Kept::read(path).unwrap_err().message.contains("secret"));
    }
}
