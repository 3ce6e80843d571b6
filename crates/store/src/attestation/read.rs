//! What was stated, and what became of it.

use rolecall_model::Timestamp;

use super::{Attestation, AttestationKind, AttestationState, AttestationWithdrawn, AttestedFile};
use crate::connector::uuid_read;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError};

/// An attestation with its counts, in columns that [`attestation_of`] reads.
pub(super) const COLUMNS: &str = "a.uuid, a.connector_id, a.kind, a.attested_at, a.actor, a.expires_at, a.since, \
     a.file_name, a.file_sha256, a.superseded_at, a.withdrawn_at, a.withdrawn_by, a.withdrawn_reason, \
     (select count(*) from attestation_account s where s.attestation_id = a.id) as accounts, \
     (select count(*) from attestation_account s where s.attestation_id = a.id and s.two_factor = 1) as with_two_factor, \
     (select count(s.superseded_at) from attestation_account s where s.attestation_id = a.id) as accounts_superseded";

/// What one of them stated of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatement {
    /// The whole of which it is a part.
    pub attestation: Attestation,
    /// The account, as the registry spells it.
    pub account: String,
    /// Whether two-factor authentication is on.
    pub two_factor: bool,
    /// When something else was stated of the account.
    pub superseded_at: Option<Timestamp>,
}

impl AccountStatement {
    /// What became of it until a moment, and when that began: of what is current, when it will end.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> (AttestationState, Timestamp) {
        self.attestation.state_with(self.superseded_at, now)
    }
}

impl Store {
    /// Everything that was ever stated, the latest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn attestation_list(&self) -> Result<Vec<Attestation>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows =
                db::query(format!("select {COLUMNS} from attestation a order by a.id desc")).fetch_all(&mut db).await?;
            rows.iter().map(attestation_of).collect()
        })
        .await
    }

    /// Everything that was ever stated of the accounts with this name, the latest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn attestation_account_history(&self, account: &str) -> Result<Vec<AccountStatement>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(format!(
                "select {COLUMNS}, t.account, t.two_factor, t.superseded_at from attestation a \
                 join attestation_account t on t.attestation_id = a.id where t.account = $1 order by a.id desc"
            ));
            rows.bind(account).fetch_all(&mut db).await?.iter().map(statement_of).collect()
        })
        .await
    }
}

pub(super) fn attestation_of(row: &Row) -> Result<Attestation, Failure> {
    let kind: String = row.try_get(2)?;
    let moment = |column: usize| -> Result<Option<Timestamp>, Failure> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp))
    };
    let sha256: Option<String> = row.try_get(8)?;
    let name: String = row.try_get(7)?;
    let number = |column: usize| -> Result<u64, Failure> { Ok(row.try_get::<i64, _>(column)?.cast_unsigned()) };
    let withdrawn = moment(10)?.map(|at| {
        Ok::<_, Failure>(AttestationWithdrawn {
            at,
            actor: row.try_get::<Option<String>, _>(11)?.unwrap_or_default(),
            reason: row.try_get::<Option<String>, _>(12)?.unwrap_or_default(),
        })
    });
    Ok(Attestation {
        uuid: uuid_read(row.try_get(0)?)?,
        connector: ConnectorId(row.try_get(1)?),
        kind: AttestationKind::read(&kind)
            .ok_or_else(|| Failure::Corrupt(format!("what is attested is of a kind that is not known: {kind}")))?,
        at: Timestamp(row.try_get(3)?),
        actor: row.try_get(4)?,
        expires_at: Timestamp(row.try_get(5)?),
        since: row.try_get(6)?,
        file: sha256.map(|sha256| AttestedFile { name, sha256 }),
        superseded_at: moment(9)?,
        withdrawn: withdrawn.transpose()?,
        accounts: number(13)?,
        with_two_factor: number(14)?,
        accounts_superseded: number(15)?,
    })
}

fn statement_of(row: &Row) -> Result<AccountStatement, Failure> {
    Ok(AccountStatement {
        attestation: attestation_of(row)?,
        account: row.try_get(16)?,
        two_factor: row.try_get(17)?,
        superseded_at: row.try_get::<Option<i64>, _>(18)?.map(Timestamp),
    })
}
