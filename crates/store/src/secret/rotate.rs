//! Another master key: every data key is sealed anew, no secret is. A crash at any moment leaves every secret readable.
//!
//! 1. The new key is in a file of its own before anything is sealed with it.
//! 2. One transaction opens every data key with the old key and seals it with the new one.
//! 3. Only then does the new file take the old one's place. Until it does, both are looked at.

use std::path::Path;

use rolecall_model::Timestamp;
use serde_json::json;

use super::place::{key_file_make, key_file_read};
use super::row::{key_adopt, key_current, secret_rows, wrapped_write};
use super::{KeyId, MasterKey, Vault};
use crate::StoreError;
use crate::audit::{AuditEntry, audit_append, chain_ensure};
use crate::db::Connection;
use crate::error::Failure;

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The master key before; nothing when none was in use.
    pub from: Option<KeyId>,
    /// The one in use now.
    pub to: KeyId,
    /// How many secrets it seals.
    pub secrets: usize,
    /// Whether this only finished a rotation that was interrupted after it had sealed everything.
    pub finished: bool,
}

impl Vault {
    /// Seals everything with a new master key. It waits in a file beside the old one's, and takes its place in the end,
    /// unless another file is named: then that file is the place of the key from now on, it is made where it does not
    /// exist, and the old place is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Secret`] when the old key is missing or wrong, when a secret is not as it was sealed, when a new
    /// file has to be named, or when the new key was in use before. Then nothing is changed.
    pub async fn rotate(&self, new_file: Option<&Path>, now: Timestamp) -> Result<Rotation, StoreError> {
        let new = match new_file {
            Some(file) => next_key(file)?,
            None => next_key(&self.place().next_file()?)?,
        };
        let rotation = self.rewrap(&new, now).await?;
        if new_file.is_none() {
            self.place().next_adopt()?;
        }
        Ok(rotation)
    }

    async fn rewrap(&self, new: &MasterKey, now: Timestamp) -> Result<Rotation, StoreError> {
        let store = self.store();
        let current = store.answer(async { key_current(&mut *store.reading().await?).await }).await?;
        let old = current.as_ref().filter(|current| *current != new.id()).map(|current| self.place().key(current));
        let old = old.transpose()?;
        let secrets = store
            .answer(async {
                let mut tx = store.writing().await?;
                if key_current(&mut tx).await? != current {
                    return Err(Failure::Conflict("the master key was just rotated by somebody else".to_owned()));
                }
                let rewrapped = rows_rewrap(&mut tx, old.as_ref(), new, now).await?;
                if current.as_ref() != Some(new.id()) {
                    key_adopt(&mut tx, new.id(), now).await?;
                    rotation_record(&mut tx, new, rewrapped, now).await?;
                }
                tx.commit().await?;
                Ok(rewrapped)
            })
            .await?;
        let finished = current.as_ref() == Some(new.id());
        Ok(Rotation { from: current.filter(|_| !finished), to: new.id().clone(), secrets, finished })
    }
}

/// The key that waits in this file, from an earlier attempt or from somebody who made it; a new one otherwise.
fn next_key(file: &Path) -> Result<MasterKey, StoreError> {
    key_file_read(file)?.map_or_else(|| key_file_make(file), Ok)
}

async fn rotation_record(db: &mut Connection, new: &MasterKey, secrets: usize, now: Timestamp) -> Result<(), Failure> {
    let entry = AuditEntry {
        at: now,
        action: "secrets.rotated",
        subject: chain_ensure(db).await?,
        details: json!({ "key": new.id().to_string(), "secrets": secrets }),
        personal: Vec::new(),
    };
    audit_append(db, &entry).await.map(drop)
}

/// Seals every data key anew; only counts them when that was done already.
async fn rows_rewrap(
    db: &mut Connection,
    old: Option<&MasterKey>,
    new: &MasterKey,
    now: Timestamp,
) -> Result<usize, Failure> {
    let rows = secret_rows(db).await?;
    if let Some(old) = old {
        for row in &rows {
            // Opened to the end, so that what is damaged is not carried on unnoticed.
            row.open(old)?;
            let wrapped = row.data_key(old)?.wrap(row.label(), new, now.0)?;
            wrapped_write(db, row.id, new, &wrapped, now).await?;
        }
    }
    Ok(rows.len())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use secrecy::{ExposeSecret, SecretString};

    use super::super::{KeyPlace, SecretError};
    use super::*;
    use crate::{ConnectorChange, ConnectorId, DatabaseAddress, Mode, NewConnector, Store, db};

    const NOW: Timestamp = Timestamp(7);

    struct Sealed {
        directory: tempfile::TempDir,
        store: Store,
        connectors: Vec<ConnectorId>,
    }

    impl Sealed {
        /// A database with three sealed tokens.
        async fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
            let store = Store::open(&address, Mode::Write).await.unwrap();
            let mut sealed = Self { directory, store, connectors: Vec::new() };
            for name in ["acme", "umbrella", "initech"] {
                let config =
                    NewConnector { connector_type: "npm".into(), name: name.into(), ..NewConnector::default() };
                let token = SecretString::from(format!("token of {name}"));
                let change = [ConnectorChange::Put(config)];
                let made = sealed.vault().connector_change_sealing(&change, &token, "tester", NOW).await.unwrap();
                sealed.connectors.push(made[0].id);
            }
            sealed
        }

        fn key_file(&self) -> PathBuf {
            self.directory.path().join("rolecall.db.key")
        }

        /// As a process that starts now finds them.
        fn vault(&self) -> Vault {
            self.store.vault(KeyPlace::beside(self.store.address().path().unwrap()))
        }

        async fn is_readable(&self, vault: &Vault) {
            for (connector, name) in self.connectors.iter().zip(["acme", "umbrella", "initech"]) {
                let token = vault.connector_token(*connector).await.unwrap().unwrap();
                assert_eq!(token.expose_secret(), format!("token of {name}"));
            }
            assert_eq!(vault.check().await.unwrap().problems, Vec::<String>::new());
        }
    }

    #[tokio::test]
    async fn a_crash_at_any_step_of_a_rotation_leaves_every_secret_readable() {
        let sealed = Sealed::new().await;
        sealed.is_readable(&sealed.vault()).await;
        let first = sealed.vault().check().await.unwrap().key.unwrap();

        // Killed when the new key was written and nothing else.
        let next = sealed.vault().place().next_file().unwrap();
        let waiting = next_key(&next).unwrap();
        sealed.is_readable(&sealed.vault()).await;
        // Killed inside the transaction.
        {
            let old = sealed.vault().place().key(&first).unwrap();
            let mut tx = sealed.store.writing().await.unwrap();
            rows_rewrap(&mut tx, Some(&old), &waiting, NOW).await.unwrap();
            key_adopt(&mut tx, waiting.id(), NOW).await.unwrap();
        }
        sealed.is_readable(&sealed.vault()).await;
        assert_eq!(sealed.vault().check().await.unwrap().key, Some(first.clone()));
        // Killed after it.
        let rotation = sealed.vault().rewrap(&waiting, NOW).await.unwrap();
        assert_eq!((rotation.from.as_ref(), &rotation.to, rotation.secrets), (Some(&first), waiting.id(), 3));
        sealed.is_readable(&sealed.vault()).await;
        assert!(next.exists() && sealed.key_file().exists());

        // The next one finishes it, and makes no third key.
        let rotation = sealed.vault().rotate(None, NOW).await.unwrap();
        assert!(rotation.finished && rotation.to == *waiting.id(), "{rotation:?}");
        assert!(!next.exists());
        sealed.is_readable(&sealed.vault()).await;
        // And the one after that is an ordinary one.
        let rotation = sealed.vault().rotate(None, NOW).await.unwrap();
        assert!(!rotation.finished && rotation.from.as_ref() == Some(waiting.id()), "{rotation:?}");
        sealed.is_readable(&sealed.vault()).await;
    }

    #[tokio::test]
    async fn a_damaged_secret_stops_a_rotation_and_nothing_is_changed() {
        let sealed = Sealed::new().await;
        let first = sealed.vault().check().await.unwrap().key;
        let mut tx = sealed.store.writing().await.unwrap();
        db::query("update secret set ciphertext = $1 where id = 3").bind(vec![0_u8]).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let error = sealed.vault().rotate(None, NOW).await.unwrap_err();
        assert_eq!(error.code(), "secret-tampered");
        assert!(error.to_string().contains("npm:initech"), "{error}");
        let found = sealed.vault().check().await.unwrap();
        assert_eq!((found.key, found.problems.len()), (first, 1));
        assert!(sealed.vault().connector_token(sealed.connectors[0]).await.is_ok());
    }

    #[tokio::test]
    async fn a_key_in_a_variable_is_rotated_into_a_file_that_is_named() {
        let sealed = Sealed::new().await;
        let text = SecretString::from(fs::read_to_string(sealed.key_file()).unwrap());
        fs::remove_file(sealed.key_file()).unwrap();
        let in_variable = sealed.store.vault(KeyPlace::Variable("ROLECALL_SECRET_KEY", text));
        sealed.is_readable(&in_variable).await;
        assert_eq!(in_variable.rotate(None, NOW).await.unwrap_err().code(), "secret-key-place");
        let file = sealed.directory.path().join("next.key");
        let rotation = in_variable.rotate(Some(&file), NOW).await.unwrap();
        assert_eq!(rotation.secrets, 3);
        let in_file = sealed.store.vault(KeyPlace::File(file.clone()));
        sealed.is_readable(&in_file).await;
        // Said twice, it is done once.
        assert!(in_file.rotate(Some(&file), NOW).await.unwrap().finished);
        // The old key opens nothing now, and says what is needed.
        let error = in_variable.connector_token(sealed.connectors[0]).await.unwrap_err();
        let wanted =
            matches!(&error, StoreError::Secret(SecretError::KeyWrong { wanted, .. }) if *wanted == rotation.to);
        assert!(wanted, "{error:?}");
    }
}
