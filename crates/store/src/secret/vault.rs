//! Sealing and opening: the database's secrets together with the place of their master key.

use rolecall_model::Timestamp;
use secrecy::SecretString;

use super::row::{Owner, key_adopt, key_current, secret_row, secret_write};
use super::{CONNECTOR_TOKEN, KeyPlace, MasterKey, SecretError};
use crate::connector_change::Act;
use crate::db::Connection;
use crate::error::Failure;
use crate::{Connector, ConnectorChange, ConnectorGuard, ConnectorId, Store, StoreError};

/// The secrets of a database, and where the key is that opens them.
#[derive(Clone, Debug)]
pub struct Vault {
    store: Store,
    place: KeyPlace,
}

impl Store {
    /// The secrets of this database, with the place of their master key. Nothing is looked at yet.
    #[must_use]
    pub fn vault(&self, place: KeyPlace) -> Vault {
        Vault { store: self.clone(), place }
    }
}

impl Vault {
    pub(super) const fn store(&self) -> &Store {
        &self.store
    }

    pub(super) const fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// Opens the sealed token of a connector; nothing when it has none.
    ///
    /// # Errors
    /// [`StoreError::Secret`] when the key is missing, wrong, exposed or unusable, or the secret is not as it was
    /// sealed.
    pub async fn connector_token(&self, connector: ConnectorId) -> Result<Option<SecretString>, StoreError> {
        self.open(CONNECTOR_TOKEN, Owner::Connector(connector)).await
    }

    /// Opens what is sealed for this purpose.
    pub(super) async fn open(&self, purpose: &str, owner: Owner) -> Result<Option<SecretString>, StoreError> {
        let store = &self.store;
        let (row, key) = store
            .answer(async {
                let mut db = store.reading().await?;
                Ok((secret_row(&mut db, purpose, owner).await?, key_current(&mut db).await?))
            })
            .await?;
        let Some(row) = row else { return Ok(None) };
        let master = self.place.key(key.as_ref().unwrap_or(&row.key_id))?;
        Ok(Some(row.open(&master)?))
    }

    /// Makes changes of connectors as [`Store::connector_change`] does, and seals the token of the one that the last of
    /// them is about, all in one transaction. The first secret of a database makes the master key, where it is
    /// [`KeyPlace::Own`].
    ///
    /// # Errors
    /// As of [`Store::connector_change`], and [`StoreError::Secret`] when there is no usable master key.
    pub async fn connector_change_sealing(
        &self,
        changes: &[ConnectorChange],
        token: &SecretString,
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Connector>, StoreError> {
        self.connector_change_sealing_guarded(changes, ConnectorGuard::default(), token, actor, now).await
    }

    /// The same, if what the guard says holds in the very transaction.
    ///
    /// # Errors
    /// As of [`Self::connector_change_sealing`], and [`StoreError::Conflict`] when it does not hold.
    pub async fn connector_change_sealing_guarded(
        &self,
        changes: &[ConnectorChange],
        guard: ConnectorGuard,
        token: &SecretString,
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Connector>, StoreError> {
        let master = self.master().await?;
        let store = &self.store;
        store
            .answer(async {
                let mut tx = store.writing().await?;
                let act = Act { actor, now };
                let mut changed = act.change_all(&mut tx, changes, guard).await?;
                let last =
                    changed.last_mut().ok_or_else(|| Failure::Conflict("no connector to seal for".to_owned()))?;
                self.seal(&mut tx, act, last, &master, token).await?;
                last.version += 1;
                tx.commit().await?;
                Ok(changed)
            })
            .await
    }

    /// The key that is in use, or is to be the first.
    pub(super) async fn master(&self) -> Result<MasterKey, StoreError> {
        let store = &self.store;
        let current = store.answer(async { key_current(&mut *store.reading().await?).await }).await?;
        current.map_or_else(|| self.place.first(), |key| self.place.key(&key))
    }

    async fn seal(
        &self,
        db: &mut Connection,
        act: Act<'_>,
        connector: &Connector,
        master: &MasterKey,
        token: &SecretString,
    ) -> Result<(), Failure> {
        self.key_hold(db, master, act.now).await?;
        let owner = Owner::Connector(connector.id);
        let before = secret_row(db, CONNECTOR_TOKEN, owner).await?.map(|row| row.uuid);
        let after = secret_write(db, master, (CONNECTOR_TOKEN, owner), token, act.now).await?;
        act.sealed(db, connector, before.as_deref(), &after.to_string()).await
    }

    /// Makes sure that a key is the one in use, in the transaction that seals with it.
    pub(super) async fn key_hold(
        &self,
        db: &mut Connection,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<(), Failure> {
        match key_current(db).await? {
            None => key_adopt(db, master.id(), now).await,
            Some(current) if current == *master.id() => Ok(()),
            // It was rotated since the key was looked at.
            Some(wanted) => {
                let (place, found) = (self.place.to_string(), master.id().clone());
                Err(SecretError::KeyWrong { place, found, wanted }.into())
            }
        }
    }
}
