//! A runner: the name and the key by which it proves who it is, and what is known of it.

use rolecall_model::Timestamp;
use serde_json::json;

use super::RunnerRefusal;
use crate::connector::{self, connector_of};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::hub::turn_take;
use crate::job::runner_jobs_cancel;
use crate::{Connector, ConnectorId, HubAct, Store, StoreError};

/// A runner as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerClient {
    /// The key of the row.
    pub(crate) id: i64,
    /// Whose connector it reads.
    pub connector: ConnectorId,
    /// The name that it signs in with.
    pub client_id: String,
    /// The public part of its key.
    pub public_key: [u8; 32],
    /// When it first got a key.
    pub created_at: Timestamp,
    /// When it got its present one.
    pub key_made_at: Timestamp,
    /// From whom.
    pub key_made_by: Option<String>,
    /// Since when it may do nothing.
    pub revoked_at: Option<Timestamp>,
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// What it said of itself then.
    pub seen: RunnerSeen,
}

/// What a runner says of itself. None of it is proof of anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunnerSeen {
    /// The machine.
    pub host: Option<String>,
    /// The program.
    pub package: Option<String>,
    /// Its version.
    pub package_version: Option<String>,
    /// The operating system.
    pub system: Option<String>,
}

/// A key that a runner is to have.
#[derive(Clone, Copy, Debug)]
pub struct NewRunnerKey<'a> {
    /// The name for a runner that has none yet.
    pub client_id: &'a str,
    /// The public part.
    pub public_key: &'a [u8; 32],
}

const CLIENT: &str = "r.id, r.connector_id, r.client_id, r.public_key, r.created_at, r.key_made_at, r.key_made_by, \
     r.revoked_at, r.seen_at, r.host, r.package, r.package_version, r.system";

impl Store {
    /// Gives a connector's runner a key, in the place of any that it had, and a name if it has none. What it was given for
    /// the former key opens nothing from now on.
    ///
    /// # Errors
    /// [`StoreError::Runner`] when there is no such connector, or it was removed.
    pub async fn runner_key_put(
        &self,
        connector: ConnectorId,
        key: &NewRunnerKey<'_>,
        act: &HubAct<'_>,
    ) -> Result<RunnerClient, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let about = connector::by_id(&mut tx, connector).await?.filter(|about| about.removed_at.is_none());
            let about = about.ok_or(RunnerRefusal::ClientUnknown)?;
            let known = client_of_connector(&mut tx, connector).await?;
            match &known {
                Some(known) => {
                    tokens_delete(&mut tx, known.id).await?;
                    key_replace(&mut tx, known.id, key, act).await?;
                }
                None => client_insert(&mut tx, connector, key, act).await?,
            }
            let details = json!({ "again": known.is_some() });
            act.record(&mut tx, "runner.key-made", about.uuid, details).await?;
            let made = client_of_connector(&mut tx, connector).await?.ok_or(RunnerRefusal::ClientUnknown)?;
            tx.commit().await?;
            Ok(made)
        })
        .await
    }

    /// Lets a connector's runner do nothing more. What it was given opens nothing from now on, and what it does is
    /// cancelled.
    ///
    /// # Errors
    /// [`StoreError::Runner`] when it has no key that is in use.
    pub async fn runner_key_revoke(
        &self,
        connector: ConnectorId,
        act: &HubAct<'_>,
    ) -> Result<RunnerClient, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let about = connector::by_id(&mut tx, connector).await?.ok_or(RunnerRefusal::ClientUnknown)?;
            let known = client_of_connector(&mut tx, connector).await?.filter(|known| known.revoked_at.is_none());
            let known = known.ok_or(RunnerRefusal::ClientUnknown)?;
            tokens_delete(&mut tx, known.id).await?;
            db::query("update runner_client set revoked_at = $1 where id = $2")
                .bind(act.now.0)
                .bind(known.id)
                .execute(&mut tx)
                .await?;
            act.record(&mut tx, "runner.key-revoked", about.uuid, json!({})).await?;
            let actor = act.actor.unwrap_or("rolecall");
            runner_jobs_cancel(&mut tx, &about.uuid.to_string(), actor, act.now).await?;
            tx.commit().await?;
            Ok(RunnerClient { revoked_at: Some(act.now), ..known })
        })
        .await
    }

    /// The runner of a connector, whether it may do anything or not.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn runner_of(&self, connector: ConnectorId) -> Result<Option<RunnerClient>, StoreError> {
        self.answer(async { client_of_connector(&mut *self.reading().await?, connector).await }).await
    }

    /// The runner of this name and its connector, if it may do anything.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn runner_named(&self, client_id: &str) -> Result<Option<(RunnerClient, Connector)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = format!("select {CLIENT} from runner_client r where r.client_id = $1 and r.revoked_at is null");
            let row = db::query(query).bind(client_id).fetch_optional(&mut db).await?;
            let Some(row) = row else { return Ok(None) };
            with_connector(&mut db, client_of(&row)?).await
        })
        .await
    }

    /// Notes that a runner was heard of, and what it said of itself, if it did.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn runner_touch(
        &self,
        client: &RunnerClient,
        said: Option<&RunnerSeen>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            db::query("update runner_client set seen_at = $1 where id = $2 and coalesce(seen_at, 0) < $1")
                .bind(now.0)
                .bind(client.id)
                .execute(&mut tx)
                .await?;
            if let Some(RunnerSeen { host, package, package_version, system }) = said {
                db::query(
                    "update runner_client set host = $1, package = $2, package_version = $3, system = $4 where id = $5",
                )
                .bind(host.as_deref())
                .bind(package.as_deref())
                .bind(package_version.as_deref())
                .bind(system.as_deref())
                .bind(client.id)
                .execute(&mut tx)
                .await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// The runner with its connector, unless that was removed.
pub(super) async fn with_connector(
    db: &mut Connection,
    client: RunnerClient,
) -> Result<Option<(RunnerClient, Connector)>, Failure> {
    let row = db::query("select * from connector where id = $1 and removed_at is null")
        .bind(client.connector.0)
        .fetch_optional(db)
        .await?;
    Ok(row.as_ref().map(connector_of).transpose()?.map(|connector| (client, connector)))
}

async fn client_of_connector(db: &mut Connection, connector: ConnectorId) -> Result<Option<RunnerClient>, Failure> {
    let query = format!("select {CLIENT} from runner_client r where r.connector_id = $1");
    let row = db::query(query).bind(connector.0).fetch_optional(db).await?;
    row.as_ref().map(client_of).transpose()
}

/// The runner whose token this is.
pub(super) async fn client_by_token(
    db: &mut Connection,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<RunnerClient>, Failure> {
    let query = format!(
        "select {CLIENT} from runner_token t join runner_client r on r.id = t.runner_client_id \
         where t.token_hash = $1 and t.expires_at > $2 and r.revoked_at is null"
    );
    let row = db::query(query).bind(hash.to_vec()).bind(now.0).fetch_optional(db).await?;
    row.as_ref().map(client_of).transpose()
}

async fn tokens_delete(db: &mut Connection, client: i64) -> Result<(), Failure> {
    db::query("delete from runner_token where runner_client_id = $1").bind(client).execute(db).await?;
    Ok(())
}

async fn client_insert(
    db: &mut Connection,
    connector: ConnectorId,
    key: &NewRunnerKey<'_>,
    act: &HubAct<'_>,
) -> Result<(), Failure> {
    db::query(
        "insert into runner_client (connector_id, client_id, public_key, created_at, key_made_at, key_made_by) \
         values ($1, $2, $3, $4, $4, $5)",
    )
    .bind(connector.0)
    .bind(key.client_id)
    .bind(key.public_key.to_vec())
    .bind(act.now.0)
    .bind(act.actor)
    .execute(db)
    .await?;
    Ok(())
}

async fn key_replace(db: &mut Connection, id: i64, key: &NewRunnerKey<'_>, act: &HubAct<'_>) -> Result<(), Failure> {
    db::query(
        "update runner_client set public_key = $1, key_made_at = $2, key_made_by = $3, revoked_at = null where id = $4",
    )
    .bind(key.public_key.to_vec())
    .bind(act.now.0)
    .bind(act.actor)
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

fn client_of(row: &Row) -> Result<RunnerClient, Failure> {
    let moment = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    let public_key: Vec<u8> = row.try_get("public_key")?;
    Ok(RunnerClient {
        id: row.try_get("id")?,
        connector: ConnectorId(row.try_get("connector_id")?),
        client_id: row.try_get("client_id")?,
        public_key: public_key.try_into().map_err(|_| Failure::Corrupt("a runner's key is no key".to_owned()))?,
        created_at: Timestamp(row.try_get("created_at")?),
        key_made_at: Timestamp(row.try_get("key_made_at")?),
        key_made_by: row.try_get("key_made_by")?,
        revoked_at: moment("revoked_at")?,
        seen_at: moment("seen_at")?,
        seen: RunnerSeen {
            host: row.try_get("host")?,
            package: row.try_get("package")?,
            package_version: row.try_get("package_version")?,
            system: row.try_get("system")?,
        },
    })
}
