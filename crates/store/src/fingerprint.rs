//! What a connector's credential could see, and with which sight later readings are compared.

use rolecall_model::{Fingerprint, Timestamp};

use serde_json::json;

use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::decision::decision_record;
use crate::error::Failure;
use crate::{ConnectorId, Decision, Store, StoreError};

/// What a reading found its credential to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintWrite {
    /// What it sees.
    pub seen: Fingerprint,
    /// Whether later readings are compared with it: it sees no less than the one before.
    pub is_reference: bool,
}

/// What a credential saw for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintSeen {
    /// What it saw.
    pub seen: Fingerprint,
    /// The first reading that saw exactly this.
    pub first_at: Timestamp,
    /// The last reading that saw exactly this.
    pub last_at: Timestamp,
    /// Whether later readings are compared with it.
    pub is_reference: bool,
}

/// What a connector's credential sees, and what it is compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprints {
    /// What the last reading saw; `None` before the first that told.
    pub latest: Option<FingerprintSeen>,
    /// What the credential saw, or was accepted to see, when it last saw no less than before.
    pub reference: Option<FingerprintSeen>,
}

/// What a credential saw for a while, and whether somebody accepted that it is less than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintSpan {
    /// What it saw, and when.
    pub span: FingerprintSeen,
    /// When it was accepted, by whom and why.
    pub accepted: Option<(Timestamp, Decision)>,
}

impl Store {
    /// What a connector's credentials saw, from the first reading that told until a moment, the oldest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn fingerprint_history(
        &self,
        connector: ConnectorId,
        until: Timestamp,
    ) -> Result<Vec<FingerprintSpan>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select seen, first_at, last_at, is_reference, accepted_at, accepted_by, accepted_why from fingerprint \
                 where connector_id = $1 and first_at <= $2 order by id",
            );
            rows.bind(connector.0).bind(until.0).fetch_all(&mut db).await?.iter().map(span_of).collect()
        })
        .await
    }

    /// What a connector's credential sees, and what it is compared with.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn fingerprints(&self, connector: ConnectorId) -> Result<Fingerprints, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            Ok(Fingerprints {
                latest: latest(&mut db, connector, false).await?,
                reference: latest(&mut db, connector, true).await?,
            })
        })
        .await
    }

    /// Lets later readings be compared with what the credential sees now, although it is less than before. Says whether
    /// it was less; where it was not, nothing happens.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn fingerprint_accept(
        &self,
        connector: ConnectorId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let accepted = db::query(
                "update fingerprint set is_reference = 1, accepted_at = $1, accepted_by = $2, accepted_why = $3 \
                 where is_reference = 0 and id = (select max(id) from fingerprint where connector_id = $4)",
            )
            .bind(now.0)
            .bind(&decision.actor)
            .bind(&decision.reason)
            .bind(connector.0)
            .execute(&mut tx)
            .await?
            .rows_affected();
            if accepted > 0 {
                decision_record(&mut tx, connector, "sight.accepted", decision, now, json!({})).await?;
            }
            tx.commit().await?;
            Ok(accepted > 0)
        })
        .await
    }
}

async fn latest(
    db: &mut Connection,
    connector: ConnectorId,
    reference: bool,
) -> Result<Option<FingerprintSeen>, Failure> {
    let row = db::query(
        "select seen, first_at, last_at, is_reference from fingerprint \
         where connector_id = $1 and is_reference >= $2 order by id desc limit 1",
    )
    .bind(connector.0)
    .bind(i64::from(reference))
    .fetch_optional(db)
    .await?;
    row.as_ref().map(seen_of).transpose()
}

fn seen_of(row: &Row) -> Result<FingerprintSeen, Failure> {
    Ok(FingerprintSeen {
        seen: json_of(row, "seen")?,
        first_at: Timestamp(row.try_get(1)?),
        last_at: Timestamp(row.try_get(2)?),
        is_reference: row.try_get::<i64, _>(3)? == 1,
    })
}

fn span_of(row: &Row) -> Result<FingerprintSpan, Failure> {
    let text = |column| Ok::<_, Failure>(row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
    let at: Option<i64> = row.try_get(4)?;
    let decision = Decision { actor: text(5)?, reason: text(6)? };
    Ok(FingerprintSpan { span: seen_of(row)?, accepted: at.map(|at| (Timestamp(at), decision)) })
}

/// Writes down what a reading saw: a row of its own only where that is not what the last one saw.
pub(crate) async fn fingerprint_put(
    db: &mut Connection,
    connector: ConnectorId,
    write: &FingerprintWrite,
    at: Timestamp,
) -> Result<(), Failure> {
    let last = latest(db, connector, false).await?;
    if last.is_some_and(|last| last.seen == write.seen && last.is_reference == write.is_reference) {
        let again = "update fingerprint set last_at = $1 \
                     where id = (select max(id) from fingerprint where connector_id = $2)";
        db::query(again).bind(at.0).bind(connector.0).execute(db).await?;
        return Ok(());
    }
    let seen = serde_json::to_string(&write.seen)
        .map_err(|error| Failure::Inconsistent(format!("a fingerprint cannot be written: {error}")))?;
    db::query(
        "insert into fingerprint (connector_id, first_at, last_at, seen, is_reference) values ($1, $2, $2, $3, $4)",
    )
    .bind(connector.0)
    .bind(at.0)
    .bind(seen)
    .bind(i64::from(write.is_reference))
    .execute(db)
    .await?;
    Ok(())
}
