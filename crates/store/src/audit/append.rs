//! Writing a record, in the transaction of what it records.

use std::collections::BTreeMap;

use ring::rand::{SecureRandom as _, SystemRandom};
use rolecall_model::Timestamp;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::hash::{AuditHash, canonical};
use super::record::{AuditRecord, PersonalField, Salt};
use crate::ConnectorId;
use crate::db::{self, Connection};
use crate::error::Failure;

/// What happened. Whoever writes something that a person decided, configured or made current appends one of these in the
/// same transaction.
pub(crate) struct AuditEntry<'a> {
    /// When.
    pub(crate) at: Timestamp,
    /// One of [`super::AUDIT_ACTIONS`].
    pub(crate) action: &'static str,
    /// The uuid of what it was done to.
    pub(crate) subject: String,
    /// What else is to be said: nothing personal, nothing secret, nothing that a person wrote.
    pub(crate) details: Json,
    /// The fields that may have to be erased one day, by name; `actor` is who did it. What the program does by itself has
    /// none.
    pub(crate) personal: Vec<(&'static str, &'a str)>,
}

/// Begins the chain where there is none, and returns the database's uuid.
pub(crate) async fn chain_ensure(db: &mut Connection) -> Result<String, Failure> {
    db::query(
        "insert into audit_chain (id, database_uuid, sequence, hash) values (1, $1, 0, $2) on conflict (id) do nothing",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(AuditHash::NOTHING.to_vec())
    .execute(&mut *db)
    .await?;
    Ok(db::query_scalar("select database_uuid from audit_chain where id = 1").fetch_one(db).await?)
}

/// Appends a record and returns its number. `O(1)`; other writers wait for the end of this transaction.
pub(crate) async fn audit_append(db: &mut Connection, entry: &AuditEntry<'_>) -> Result<i64, Failure> {
    let end = "update audit_chain set sequence = sequence + 1 where id = 1 returning database_uuid, sequence, hash";
    let end = db::query(end).fetch_optional(&mut *db).await?;
    let end = end.ok_or_else(|| Failure::Corrupt("the end of the audit log is missing".to_owned()))?;
    let (database, previous): (String, Vec<u8>) = (end.try_get(0)?, end.try_get(2)?);
    let mut record = AuditRecord {
        sequence: end.try_get(1)?,
        at: entry.at,
        action: entry.action.to_owned(),
        subject: entry.subject.clone(),
        details: canonical(&entry.details),
        commitments: String::new(),
        previous: hash_of_end(&previous)?,
        hash: AuditHash::NOTHING,
        personal: BTreeMap::new(),
    };
    record.commitments = commit(&mut record.personal, &entry.personal)?;
    record.hash = record.hash_of(&database);
    insert(db, &record).await?;
    db::query("update audit_chain set hash = $1 where id = 1").bind(record.hash.to_vec()).execute(db).await?;
    Ok(record.sequence)
}

/// The uuid of a connector, for a record that is about it.
pub(crate) async fn connector_subject(db: &mut Connection, connector: ConnectorId) -> Result<String, Failure> {
    let uuid =
        db::query_scalar("select uuid from connector where id = $1").bind(connector.0).fetch_optional(db).await?;
    uuid.ok_or_else(|| Failure::Conflict(format!("connector {connector} is gone")))
}

pub(super) fn hash_of_end(bytes: &[u8]) -> Result<AuditHash, Failure> {
    AuditHash::from_bytes(bytes).ok_or_else(|| Failure::Corrupt("the end of the audit log is unreadable".to_owned()))
}

/// Salts the fields, and returns what they commit to.
fn commit(personal: &mut BTreeMap<String, PersonalField>, fields: &[(&str, &str)]) -> Result<String, Failure> {
    let mut commitments = Map::new();
    for (name, value) in fields {
        let mut salt = [0; 32];
        let random = SystemRandom::new().fill(&mut salt);
        random.map_err(|_| Failure::Inconsistent("the system has no random numbers for the audit log".to_owned()))?;
        commitments.insert((*name).to_owned(), AuditHash::of_salted(&salt, value).to_string().into());
        personal.insert((*name).to_owned(), PersonalField::Told { salt: Salt(salt), value: (*value).to_owned() });
    }
    Ok(canonical(&Json::Object(commitments)))
}

async fn insert(db: &mut Connection, record: &AuditRecord) -> Result<(), Failure> {
    db::query(
        "insert into audit_record (sequence, at, action, subject, details, commitments, previous_hash, hash) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(record.sequence)
    .bind(record.at.0)
    .bind(&record.action)
    .bind(&record.subject)
    .bind(&record.details)
    .bind(&record.commitments)
    .bind(record.previous.to_vec())
    .bind(record.hash.to_vec())
    .execute(&mut *db)
    .await?;
    for (name, field) in &record.personal {
        let PersonalField::Told { salt, value } = field else { continue };
        db::query("insert into audit_personal (sequence, field, salt, value) values ($1, $2, $3, $4)")
            .bind(record.sequence)
            .bind(name)
            .bind(salt.0.to_vec())
            .bind(value)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
