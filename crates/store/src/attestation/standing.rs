//! What counts of all that was stated, now or at a past moment.

use std::collections::HashMap;
use std::sync::Arc;

use futures::TryStreamExt as _;
use rolecall_model::Timestamp;
use uuid::Uuid;

use crate::connector::uuid_read;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError};

/// Who stated something, when, and until when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedStatement {
    /// The id of what was stated.
    pub attestation: Uuid,
    /// Who stated it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// The first moment at which it holds no more.
    pub expires_at: Timestamp,
}

/// What was stated last of an account, and not taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedAccount {
    /// Whether two-factor authentication is on.
    pub two_factor: bool,
    /// Who said so.
    pub statement: Arc<AttestedStatement>,
}

/// What was stated last of everything in a connector, and not taken back. It may have expired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectorAttested {
    /// Of accounts, by name.
    pub two_factor: HashMap<String, AttestedAccount>,
    /// The day since which the organisation requires two-factor authentication, and who said so.
    pub two_factor_required: Option<(String, AttestedStatement)>,
}

/// Changes whenever what counts of all that was stated may have become another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttestationVersion {
    latest: i64,
    withdrawn: i64,
    expired: i64,
}

impl Store {
    /// What was stated last in a connector and not taken back, as it stands or as it stood at a past moment. `O(accounts)`,
    /// of a past moment all that there have ever been.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn attested(
        &self,
        connector: ConnectorId,
        at: Option<Timestamp>,
    ) -> Result<ConnectorAttested, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let at = at.unwrap_or(Timestamp(i64::MAX));
            let (statements, two_factor_required) = statements(&mut db, connector, at).await?;
            // Most organisations state nothing, and their answers are to cost nothing more.
            let two_factor = if statements.is_empty() {
                HashMap::new()
            } else {
                accounts(&mut db, connector, at, &statements).await?
            };
            Ok(ConnectorAttested { two_factor, two_factor_required })
        })
        .await
    }

    /// See [`AttestationVersion`].
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn attestation_version(&self, now: Timestamp) -> Result<AttestationVersion, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query(
                "select coalesce(max(id), 0), count(withdrawn_at), count(case when expires_at <= $1 then 1 end) \
                 from attestation",
            );
            let row = row.bind(now.0).fetch_one(&mut db).await?;
            Ok(AttestationVersion { latest: row.try_get(0)?, withdrawn: row.try_get(1)?, expired: row.try_get(2)? })
        })
        .await
    }
}

type Statements = HashMap<i64, Arc<AttestedStatement>>;

/// Those about accounts, by key, and the last that the organisation requires something.
async fn statements(
    db: &mut Connection,
    connector: ConnectorId,
    at: Timestamp,
) -> Result<(Statements, Option<(String, AttestedStatement)>), Failure> {
    let rows = db::query(
        "select id, uuid, actor, attested_at, expires_at, since from attestation where connector_id = $1 \
         and attested_at <= $2 and (superseded_at is null or superseded_at > $2) \
         and (withdrawn_at is null or withdrawn_at > $2) order by id",
    );
    let rows = rows.bind(connector.0).bind(at.0).fetch_all(db).await?;
    let (mut of_accounts, mut required) = (HashMap::new(), None);
    for row in &rows {
        let statement = statement_of(row)?;
        match row.try_get::<Option<String>, _>(5)? {
            Some(since) => required = Some((since, statement)),
            None => {
                of_accounts.insert(row.try_get(0)?, Arc::new(statement));
            }
        }
    }
    Ok((of_accounts, required))
}

async fn accounts(
    db: &mut Connection,
    connector: ConnectorId,
    at: Timestamp,
    statements: &Statements,
) -> Result<HashMap<String, AttestedAccount>, Failure> {
    let rows = db::query(
        "select s.attestation_id, s.account, s.two_factor from attestation a \
         join attestation_account s on s.attestation_id = a.id where a.connector_id = $1 and a.attested_at <= $2 \
         and (s.superseded_at is null or s.superseded_at > $2) and (a.withdrawn_at is null or a.withdrawn_at > $2)",
    );
    let mut rows = rows.bind(connector.0).bind(at.0).fetch(db);
    let mut found = HashMap::new();
    while let Some(row) = rows.try_next().await? {
        let Some(statement) = statements.get(&row.try_get(0)?) else { continue };
        let attested = AttestedAccount { two_factor: row.try_get(2)?, statement: Arc::clone(statement) };
        found.insert(row.try_get(1)?, attested);
    }
    Ok(found)
}

fn statement_of(row: &Row) -> Result<AttestedStatement, Failure> {
    Ok(AttestedStatement {
        attestation: uuid_read(row.try_get(1)?)?,
        actor: row.try_get(2)?,
        at: Timestamp(row.try_get(3)?),
        expires_at: Timestamp(row.try_get(4)?),
    })
}
