//! Whether every secret can be opened.

use super::row::{key_current, secret_rows};
use super::{KeyId, Vault};
use crate::StoreError;

/// What a look at every secret found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretCheck {
    /// The master key in use; nothing while no secret was ever sealed.
    pub key: Option<KeyId>,
    /// How many secrets there are.
    pub secrets: usize,
    /// What is wrong, in sentences; nothing when every secret can be opened.
    pub problems: Vec<String>,
}

impl Vault {
    /// Opens every secret, and says which cannot be opened. What is opened is wiped at once.
    ///
    /// # Errors
    /// When the key itself is missing, wrong, exposed or unusable, and as of any reading.
    pub async fn check(&self) -> Result<SecretCheck, StoreError> {
        let store = self.store();
        let (key, rows) = store
            .answer(async {
                let mut db = store.reading().await?;
                Ok((key_current(&mut db).await?, secret_rows(&mut db).await?))
            })
            .await?;
        let Some(key) = key else {
            let problems = rows.iter().map(|row| format!("the {} has no master key", row.title())).collect();
            return Ok(SecretCheck { key: None, secrets: rows.len(), problems });
        };
        let master = self.place().key(&key)?;
        let problems = rows.iter().filter_map(|row| row.open(&master).err().map(|error| error.to_string())).collect();
        Ok(SecretCheck { key: Some(key), secrets: rows.len(), problems })
    }
}
