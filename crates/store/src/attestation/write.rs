//! Stating something, and taking it back.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::read::{COLUMNS, attestation_of};
use super::{Attestation, AttestationWithdrawn, NewAttestation, Stated};
use crate::audit::{AuditEntry, audit_append, connector_subject};
use crate::db::{self, Argument, Connection, Rows};
use crate::decision::decision_record;
use crate::error::Failure;
use crate::{Decision, Store, StoreError};

/// What became of a wish to take a statement back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is taken back.
    Done(Attestation),
    /// Somebody took it back before.
    Already(Attestation),
    /// Nothing has this id.
    Unknown,
}

impl Store {
    /// States something, all of it or nothing. What was stated of the same before is superseded. `O(accounts)`.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when the connector is gone.
    pub async fn attestation_add(&self, new: &NewAttestation, now: Timestamp) -> Result<Attestation, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let uuid = Uuid::now_v7();
            let id = insert(&mut tx, uuid, new, now).await?;
            if let Stated::TwoFactor(accounts) = &new.stated {
                accounts_insert(&mut tx, id, accounts).await?;
                accounts_supersede(&mut tx, id, new, now).await?;
            } else {
                requirements_supersede(&mut tx, id, new, now).await?;
            }
            added_record(&mut tx, uuid, new, now).await?;
            let added = by_uuid(&mut tx, uuid).await?;
            tx.commit().await?;
            added.ok_or_else(|| Failure::Conflict("what was stated is gone again".to_owned()))
        })
        .await
    }

    /// Takes a statement back. It stays on record and counts no more; what it superseded does not come back.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn attestation_withdraw(
        &self,
        attestation: Uuid,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Withdrawal, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = by_uuid(&mut tx, attestation).await? else { return Ok(Withdrawal::Unknown) };
            if known.withdrawn.is_some() {
                return Ok(Withdrawal::Already(known));
            }
            let update = db::query(
                "update attestation set withdrawn_at = $1, withdrawn_by = $2, withdrawn_reason = $3 where uuid = $4",
            );
            let update = update.bind(now.0).bind(&decision.actor).bind(&decision.reason);
            update.bind(attestation.to_string()).execute(&mut tx).await?;
            let details = json!({ "attestation": attestation, "kind": known.kind.word() });
            decision_record(&mut tx, known.connector, "attestation.withdrawn", decision, now, details).await?;
            tx.commit().await?;
            let Decision { actor, reason } = decision.clone();
            Ok(Withdrawal::Done(Attestation {
                withdrawn: Some(AttestationWithdrawn { at: now, actor, reason }),
                ..known
            }))
        })
        .await
    }
}

async fn by_uuid(db: &mut Connection, uuid: Uuid) -> Result<Option<Attestation>, Failure> {
    let row = db::query(format!("select {COLUMNS} from attestation a where a.uuid = $1"));
    row.bind(uuid.to_string()).fetch_optional(db).await?.as_ref().map(attestation_of).transpose()
}

async fn insert(db: &mut Connection, uuid: Uuid, new: &NewAttestation, now: Timestamp) -> Result<i64, Failure> {
    let since = match &new.stated {
        Stated::TwoFactorRequired { since } => Some(since.as_str()),
        Stated::TwoFactor(_) => None,
    };
    let row = db::query(
        "insert into attestation (uuid, connector_id, kind, attested_at, actor, expires_at, since, file_name, \
         file_sha256) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
    )
    .bind(uuid.to_string())
    .bind(new.connector.0)
    .bind(new.stated.kind().word())
    .bind(now.0)
    .bind(&new.actor)
    .bind(new.expires_at.0)
    .bind(since)
    .bind(new.file.as_ref().map_or("", |file| file.name.as_str()))
    .bind(new.file.as_ref().map(|file| file.sha256.as_str()))
    .fetch_one(db)
    .await?;
    Ok(row.try_get(0)?)
}

async fn accounts_insert(db: &mut Connection, id: i64, accounts: &[(String, bool)]) -> Result<(), Failure> {
    let mut rows = Rows::new("attestation_account", &["attestation_id", "account", "two_factor"]);
    for (account, two_factor) in accounts {
        let row: [Argument<'_>; 3] = [id.into(), account.as_str().into(), i64::from(*two_factor).into()];
        rows.row(db, row).await?;
    }
    Ok(rows.finish(db).await?)
}

/// Marks what was stated of the same accounts before, and the statements of which nothing else is left.
async fn accounts_supersede(db: &mut Connection, id: i64, new: &NewAttestation, now: Timestamp) -> Result<(), Failure> {
    db::query(
        "update attestation_account set superseded_at = $1 where superseded_at is null and attestation_id in \
         (select id from attestation where connector_id = $2 and id <> $3 and superseded_at is null) \
         and account in (select account from attestation_account where attestation_id = $3)",
    )
    .bind(now.0)
    .bind(new.connector.0)
    .bind(id)
    .execute(&mut *db)
    .await?;
    db::query(
        "update attestation set superseded_at = $1 where connector_id = $2 and id <> $3 and superseded_at is null \
         and kind = $4 and not exists (select 1 from attestation_account s where s.attestation_id = attestation.id \
         and s.superseded_at is null)",
    )
    .bind(now.0)
    .bind(new.connector.0)
    .bind(id)
    .bind(new.stated.kind().word())
    .execute(db)
    .await?;
    Ok(())
}

async fn requirements_supersede(
    db: &mut Connection,
    id: i64,
    new: &NewAttestation,
    now: Timestamp,
) -> Result<(), Failure> {
    db::query(
        "update attestation set superseded_at = $1 where connector_id = $2 and id <> $3 and superseded_at is null \
         and kind = $4",
    )
    .bind(now.0)
    .bind(new.connector.0)
    .bind(id)
    .bind(new.stated.kind().word())
    .execute(db)
    .await?;
    Ok(())
}

/// The accounts stay out of the public part of the record: they may be called like people. So does the file's name.
async fn added_record(db: &mut Connection, uuid: Uuid, new: &NewAttestation, now: Timestamp) -> Result<(), Failure> {
    let mut details = json!({
        "attestation": uuid,
        "kind": new.stated.kind().word(),
        "expires": new.expires_at.0,
        "sha256": new.file.as_ref().map(|file| file.sha256.as_str()),
    });
    match &new.stated {
        Stated::TwoFactor(accounts) => {
            details["accounts"] = json!(accounts.len());
            details["withTwoFactor"] = json!(accounts.iter().filter(|(_, is_on)| *is_on).count());
        }
        Stated::TwoFactorRequired { since } => details["since"] = json!(since),
    }
    let entry = AuditEntry {
        at: now,
        action: "attestation.recorded",
        subject: connector_subject(db, new.connector).await?,
        details,
        personal: vec![("actor", &new.actor)],
    };
    audit_append(db, &entry).await.map(drop)
}
