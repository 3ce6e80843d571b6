//! Wishes to delete a connector's history, which another person has to agree to.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::audit::{AuditEntry, audit_append, connector_subject};
use crate::connector::{uuid_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Connector, ConnectorId, Store, StoreError};

/// Why a connector's history may be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurgeAgreement {
    /// Why, in a person's words.
    pub reason: String,
    /// The wish that another person agrees to; nothing where nobody else could.
    pub request: Option<Uuid>,
}

/// A wish that nobody has answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurgeWish {
    /// Its id.
    pub uuid: Uuid,
    /// The connector.
    pub connector: ConnectorId,
    /// The connector's id for the outside world.
    pub connector_uuid: Uuid,
    /// Its type and name: `npm`, `acme`.
    pub connector_title: (String, String),
    /// Who wants it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub asked_at: Timestamp,
}

const WAITING: &str = "select p.uuid, p.connector_id, p.actor, p.reason, p.asked_at, c.uuid as connector_uuid, \
     c.connector_type, c.name from purge_request p join connector c on c.id = p.connector_id where p.state = 'waiting'";

impl Store {
    /// Wishes for the deletion of a connector's history; a wish that waits already stays as it is.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn purge_ask(
        &self,
        connector: ConnectorId,
        actor: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<PurgeWish, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let asked = db::query(
                "insert into purge_request (uuid, connector_id, actor, reason, asked_at, state) \
                 values ($1, $2, $3, $4, $5, 'waiting') \
                 on conflict (connector_id) where state = 'waiting' do nothing",
            )
            .bind(Uuid::now_v7().to_string())
            .bind(connector.0)
            .bind(actor)
            .bind(reason)
            .bind(now.0)
            .execute(&mut tx)
            .await?
            .rows_affected();
            if asked > 0 {
                record(&mut tx, connector, "purge.requested", (actor, reason), now).await?;
            }
            let row =
                db::query(format!("{WAITING} and p.connector_id = $1")).bind(connector.0).fetch_one(&mut tx).await?;
            tx.commit().await?;
            wish_of(&row)
        })
        .await
    }

    /// Wishes that nobody has answered yet, oldest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn purge_wishes(&self) -> Result<Vec<PurgeWish>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(format!("{WAITING} order by p.id")).fetch_all(&mut db).await?;
            rows.iter().map(wish_of).collect()
        })
        .await
    }

    /// Withdraws or declines a wish; nothing when nobody waits for it any more.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn purge_withdraw(
        &self,
        request: Uuid,
        actor: &str,
        now: Timestamp,
    ) -> Result<Option<PurgeWish>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let row = db::query(format!("{WAITING} and p.uuid = $1"))
                .bind(request.to_string())
                .fetch_optional(&mut tx)
                .await?;
            let Some(wish) = row.as_ref().map(wish_of).transpose()? else { return Ok(None) };
            db::query(
                "update purge_request set state = 'withdrawn', ended_at = $1, ended_by = $2 \
                 where uuid = $3 and state = 'waiting'",
            )
            .bind(now.0)
            .bind(actor)
            .bind(request.to_string())
            .execute(&mut tx)
            .await?;
            record(&mut tx, wish.connector, "purge.withdrawn", (actor, ""), now).await?;
            tx.commit().await?;
            Ok(Some(wish))
        })
        .await
    }
}

/// Writes down why a history is deleted, and who had wanted it, in the transaction that deletes it.
pub(crate) async fn agreement_record(
    db: &mut Connection,
    connector: &Connector,
    actor: &str,
    agreement: &PurgeAgreement,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut personal = vec![("actor", actor), ("reason", agreement.reason.as_str())];
    let mut asked_by = None;
    if let Some(request) = agreement.request {
        let row =
            db::query(format!("{WAITING} and p.uuid = $1")).bind(request.to_string()).fetch_optional(&mut *db).await?;
        let wish = row.as_ref().map(wish_of).transpose()?.filter(|wish| wish.connector == connector.id);
        asked_by = Some(wish.ok_or_else(|| Failure::Conflict("the wish was withdrawn meanwhile".to_owned()))?.actor);
    }
    if let Some(asked_by) = &asked_by {
        personal.push(("asked-by", asked_by));
    }
    let entry = AuditEntry {
        at: now,
        action: "purge.approved",
        subject: connector.uuid.to_string(),
        details: json!({ "people": if asked_by.is_some() { 2 } else { 1 } }),
        personal,
    };
    audit_append(db, &entry).await.map(drop)
}

async fn record(
    db: &mut Connection,
    connector: ConnectorId,
    action: &'static str,
    (actor, reason): (&str, &str),
    now: Timestamp,
) -> Result<(), Failure> {
    let mut personal = vec![("actor", actor)];
    personal.extend((!reason.is_empty()).then_some(("reason", reason)));
    let subject = connector_subject(db, connector).await?;
    audit_append(db, &AuditEntry { at: now, action, subject, details: json!({}), personal }).await.map(drop)
}

fn wish_of(row: &Row) -> Result<PurgeWish, Failure> {
    Ok(PurgeWish {
        uuid: uuid_of(row)?,
        connector: ConnectorId(row.try_get("connector_id")?),
        connector_uuid: uuid_read(row.try_get("connector_uuid")?)?,
        connector_title: (row.try_get("connector_type")?, row.try_get("name")?),
        actor: row.try_get("actor")?,
        reason: row.try_get("reason")?,
        asked_at: Timestamp(row.try_get("asked_at")?),
    })
}
