//! Reading the audit log back.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;

use super::hash::AuditHash;
use super::record::{AuditRecord, PersonalField, Salt};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::sync::limit_of;
use crate::{Store, StoreError};

/// How many records are held at once while all of them are read.
const PAGE: i64 = 1000;

/// Which records are asked for. The default asks for none: give a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this moment or later.
    pub since: Option<Timestamp>,
    /// Only this action.
    pub action: Option<String>,
    /// Only what this person did; what was erased is nobody's.
    pub actor: Option<String>,
    /// At most so many, the newest.
    pub limit: usize,
}

/// A record that holds something it never held when it was written.
pub(super) struct Unreadable {
    pub(super) sequence: i64,
    pub(super) why: String,
}

impl Store {
    /// Records of the audit log, newest first, with what they tell of people.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a record is unreadable; `audit_verify` says more.
    pub async fn audit_list(&self, filter: &AuditFilter) -> Result<Vec<AuditRecord>, StoreError> {
        self.audit_list_before(filter, None).await
    }

    /// The same, of those before this number: the next page.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn audit_list_before(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(LIST)
                .bind(filter.since.map_or(i64::MIN, |since| since.0))
                .bind(filter.action.as_deref().unwrap_or_default())
                .bind(filter.actor.as_deref().unwrap_or_default())
                .bind(before.unwrap_or(i64::MAX))
                .bind(limit_of(filter.limit))
                .fetch_all(&mut db)
                .await?;
            let records = rows.iter().map(|row| Ok(record_of(row)?));
            let mut records = records.collect::<Result<Vec<_>, Failure>>()?;
            for record in &mut records {
                for (_, name, field) in personal(&mut db, record.sequence, record.sequence).await? {
                    record.personal.insert(name, field);
                }
            }
            Ok(records)
        })
        .await
    }
}

const LIST: &str = "select r.* from audit_record r where r.at >= $1 and ($2 = '' or r.action = $2) \
     and ($3 = '' or exists (select 1 from audit_personal p where p.sequence = r.sequence \
     and p.field = 'actor' and p.value = $3)) and r.sequence < $4 order by r.sequence desc limit $5";

/// The records that come after a number, in their order, as many as are held at once.
pub(super) async fn page(db: &mut Connection, after: i64) -> Result<Vec<Result<AuditRecord, Unreadable>>, Failure> {
    let rows = db::query("select * from audit_record where sequence > $1 order by sequence limit $2")
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut *db)
        .await?;
    let mut records: Vec<_> = rows.iter().map(record_of).collect();
    let numbers = |record: &Result<AuditRecord, Unreadable>| {
        record.as_ref().map_or_else(|bad| bad.sequence, |good| good.sequence)
    };
    let (Some(first), Some(last)) = (records.first().map(numbers), records.last().map(numbers)) else {
        return Ok(records);
    };
    let mut told: BTreeMap<i64, BTreeMap<String, PersonalField>> = BTreeMap::new();
    for (sequence, name, field) in personal(db, first, last).await? {
        told.entry(sequence).or_default().insert(name, field);
    }
    for record in records.iter_mut().flatten() {
        record.personal = told.remove(&record.sequence).unwrap_or_default();
    }
    Ok(records)
}

/// The number of the last record that one page ended with.
pub(super) fn last_of(page: &[Result<AuditRecord, Unreadable>]) -> Option<i64> {
    page.last().map(|record| record.as_ref().map_or_else(|bad| bad.sequence, |good| good.sequence))
}

/// What is kept of people in some records: number, name and content.
async fn personal(db: &mut Connection, first: i64, last: i64) -> Result<Vec<(i64, String, PersonalField)>, Failure> {
    let rows = db::query(
        "select sequence, field, salt, value, erased from audit_personal where sequence >= $1 and sequence <= $2",
    )
    .bind(first)
    .bind(last)
    .fetch_all(db)
    .await?;
    rows.iter().map(personal_of).collect()
}

fn personal_of(row: &Row) -> Result<(i64, String, PersonalField), Failure> {
    let (sequence, name): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
    let (salt, value): (Option<Vec<u8>>, Option<String>) = (row.try_get(2)?, row.try_get(3)?);
    let is_erased = row.try_get::<i64, _>(4)? == 1;
    let field = match (salt.and_then(|salt| salt.try_into().ok()), value) {
        _ if is_erased => PersonalField::Erased,
        (Some(salt), Some(value)) => PersonalField::Told { salt: Salt(salt), value },
        // Neither whole nor erased: a value that nobody committed to, which no verification lets pass.
        _ => PersonalField::Told { salt: Salt([0; 32]), value: String::new() },
    };
    Ok((sequence, name, field))
}

fn record_of(row: &Row) -> Result<AuditRecord, Unreadable> {
    // The table's key is a number whatever else was done to it.
    let sequence = row.try_get("sequence").unwrap_or_default();
    let unreadable = |why: sqlx::Error| Unreadable { sequence, why: why.to_string() };
    let hash = |column| {
        let bytes: Vec<u8> = row.try_get(column).map_err(unreadable)?;
        AuditHash::from_bytes(&bytes).ok_or_else(|| Unreadable { sequence, why: format!("its {column} is no hash") })
    };
    Ok(AuditRecord {
        sequence,
        at: Timestamp(row.try_get("at").map_err(unreadable)?),
        action: row.try_get("action").map_err(unreadable)?,
        subject: row.try_get("subject").map_err(unreadable)?,
        details: row.try_get("details").map_err(unreadable)?,
        commitments: row.try_get("commitments").map_err(unreadable)?,
        previous: hash("previous_hash")?,
        hash: hash("hash")?,
        personal: BTreeMap::new(),
    })
}

impl From<Unreadable> for Failure {
    fn from(Unreadable { sequence, why }: Unreadable) -> Self {
        Self::Corrupt(format!("record {sequence} of the audit log is unreadable: {why}"))
    }
}
