//! Signed heads: where the chain ended at some moment, in a form that can leave the machine.

use rolecall_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::append::hash_of_end;
use super::hash::{AuditHash, encoded};
use super::key::{AuditKey, AuditPublicKey};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::hex::{hex, unhex};
use crate::{Store, StoreError};

/// What the signed bytes begin with, and what a head says of its own form.
const TITLE: &str = "rolecall-audit-head-1";

/// The end of the chain at a moment, signed. Whoever holds one can tell that no earlier record was changed or lost since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditHead {
    /// `rolecall-audit-head-1`.
    format: String,
    /// The uuid of the database.
    pub database: String,
    /// The number of its last record.
    pub sequence: i64,
    /// The hash of that record.
    pub hash: AuditHash,
    /// When it was signed.
    pub at: Timestamp,
    /// The short name of the key.
    key_id: String,
    /// The key's public half.
    public_key: String,
    /// The signature, 128 small hexadecimal digits.
    signature: String,
}

impl AuditHead {
    fn new(database: String, sequence: i64, hash: AuditHash, at: Timestamp, key: AuditPublicKey) -> Self {
        let (key_id, public_key) = (key.id(), key.to_string());
        Self { format: TITLE.to_owned(), database, sequence, hash, at, key_id, public_key, signature: String::new() }
    }

    /// Signs that the chain of a database ends with this record.
    pub(super) fn signed(database: &str, (sequence, hash): (i64, AuditHash), at: Timestamp, key: &AuditKey) -> Self {
        let head = Self::new(database.to_owned(), sequence, hash, at, key.public());
        let signature = hex(&key.sign(&head.message()));
        Self { signature, ..head }
    }

    /// The key that signed it.
    ///
    /// # Errors
    /// A sentence that says why it is no head that such a key signed.
    pub fn signer(&self) -> Result<AuditPublicKey, String> {
        if self.format != TITLE {
            return Err(format!("it has the form {}, and this program knows {TITLE}", self.format));
        }
        let key: AuditPublicKey = self.public_key.parse()?;
        if self.key_id != key.id() {
            return Err("its key and the name of its key do not belong together".to_owned());
        }
        let signature = unhex::<64>(&self.signature);
        match signature {
            Some(signature) if key.is_signature(&self.message(), &signature) => Ok(key),
            _ => Err("its signature is not one of its key".to_owned()),
        }
    }

    /// What is signed.
    fn message(&self) -> Vec<u8> {
        let (sequence, hash, at) = (self.sequence.to_string(), self.hash.to_string(), self.at.0.to_string());
        encoded(TITLE, &[&self.database, &sequence, &hash, &at, &self.public_key])
    }
}

impl Store {
    /// Signs the present end of the chain, and keeps what was signed. It is no record itself: it would be out of date at
    /// once.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn audit_head_sign(&self, key: &AuditKey, now: Timestamp) -> Result<AuditHead, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let (database, sequence, hash) = end(&mut tx).await?;
            let head = AuditHead::signed(&database, (sequence, hash), now, key);
            let signature = unhex::<64>(&head.signature).unwrap_or([0; 64]).to_vec();
            let statement =
                "insert into audit_head (sequence, hash, at, public_key, signature) values ($1, $2, $3, $4, $5)";
            db::query(statement)
                .bind(sequence)
                .bind(hash.to_vec())
                .bind(now.0)
                .bind(key.public().0.to_vec())
                .bind(signature)
                .execute(&mut tx)
                .await?;
            tx.commit().await?;
            Ok(head)
        })
        .await
    }

    /// The heads that were signed here, oldest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn audit_heads(&self) -> Result<Vec<AuditHead>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let (database, ..) = end(&mut db).await?;
            kept(&mut db, &database).await
        })
        .await
    }
}

/// The database's uuid, and the number and hash of its last record.
pub(super) async fn end(db: &mut Connection) -> Result<(String, i64, AuditHash), Failure> {
    let row =
        db::query("select database_uuid, sequence, hash from audit_chain where id = 1").fetch_optional(db).await?;
    let row = row.ok_or_else(|| Failure::Corrupt("the end of the audit log is missing".to_owned()))?;
    let hash: Vec<u8> = row.try_get(2)?;
    Ok((row.try_get(0)?, row.try_get(1)?, hash_of_end(&hash)?))
}

/// The heads that were signed here, oldest first.
pub(super) async fn kept(db: &mut Connection, database: &str) -> Result<Vec<AuditHead>, Failure> {
    let rows = db::query("select sequence, hash, at, public_key, signature from audit_head order by id");
    rows.fetch_all(db).await?.iter().map(|row| head_of(row, database)).collect()
}

/// A row whose columns have other lengths than they were written with becomes a head that no key signed.
fn head_of(row: &Row, database: &str) -> Result<AuditHead, Failure> {
    let bytes = |column: usize| row.try_get::<Vec<u8>, _>(column);
    let hash = AuditHash::from_bytes(&bytes(1)?).unwrap_or(AuditHash::NOTHING);
    let key = AuditPublicKey(bytes(3)?.try_into().unwrap_or_default());
    let head = AuditHead::new(database.to_owned(), row.try_get(0)?, hash, Timestamp(row.try_get(2)?), key);
    Ok(AuditHead { signature: hex(&bytes(4)?), ..head })
}
