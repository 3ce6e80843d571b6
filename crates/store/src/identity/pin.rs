//! What people decided of accounts.

use rolecall_model::person::{PersonKey, Pinned};
use rolecall_model::{ResourceRef, Timestamp};
use serde_json::json;

use crate::db::{self, Connection, Row};
use crate::decision::decision_record;
use crate::error::Failure;
use crate::{ConnectorId, Decision, Store, StoreError};

/// An account, as its connector spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNamed {
    /// Whose account.
    pub connector: ConnectorId,
    /// Which.
    pub resource: ResourceRef,
}

/// What somebody decided of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityPin {
    /// Which account.
    pub account: AccountNamed,
    /// What it was decided to be.
    pub pinned: Pinned,
    /// Who decided, and why.
    pub decision: Decision,
    /// When.
    pub at: Timestamp,
}

/// Somebody said that an account is not a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRefusal {
    /// Which account.
    pub account: AccountNamed,
    /// Whose it is not.
    pub person: PersonKey,
    /// Who said so, and why.
    pub decision: Decision,
    /// When.
    pub at: Timestamp,
}

impl AccountNamed {
    /// The account in these columns: connector, type, id.
    pub(super) fn of(row: &Row) -> Result<Self, Failure> {
        let (kind, id): (String, String) = (row.try_get(1)?, row.try_get(2)?);
        Ok(Self { connector: ConnectorId(row.try_get(0)?), resource: ResourceRef::new(kind, id) })
    }
}

impl Store {
    /// Everything that was decided of accounts, by account.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_pin_list(&self) -> Result<Vec<IdentityPin>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, account, pinned, actor, reason, at from identity_pin \
                 order by connector_id, kind, account",
            );
            rows.fetch_all(&mut db).await?.iter().map(pin_of).collect()
        })
        .await
    }

    /// Whose accounts were said not to be.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_refusal_list(&self) -> Result<Vec<IdentityRefusal>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, account, person, actor, reason, at from identity_refusal \
                 order by connector_id, kind, account, person",
            );
            rows.fetch_all(&mut db).await?.iter().map(refusal_of).collect()
        })
        .await
    }

    /// Decides what accounts are, all of them or none. What was decided of them before gives way, and a person whose
    /// account one is can be refused no more.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn identity_pin_put(
        &self,
        accounts: &[AccountNamed],
        pinned: &Pinned,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(pinned).unwrap_or_default();
        self.answer(async {
            let mut tx = self.writing().await?;
            for account in accounts {
                unpin(&mut tx, account).await?;
                let insert = db::query(
                    "insert into identity_pin (connector_id, kind, account, pinned, actor, reason, at) \
                     values ($1, $2, $3, $4, $5, $6, $7)",
                );
                let insert = insert.bind(account.connector.0).bind(account.resource.kind.as_str());
                let insert = insert.bind(&*account.resource.id).bind(&text).bind(&decision.actor);
                insert.bind(&decision.reason).bind(now.0).execute(&mut tx).await?;
                if let Pinned::Person(person) = pinned {
                    accept(&mut tx, account, person).await?;
                }
                record(&mut tx, account, "identity.pinned", decision, now, Some(pinned)).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Takes decisions back, so that the rules say again what the accounts are. Says of how many there was one.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn identity_pin_remove(
        &self,
        accounts: &[AccountNamed],
        decision: &Decision,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let mut removed = 0;
            for account in accounts {
                if unpin(&mut tx, account).await? {
                    record(&mut tx, account, "identity.unpinned", decision, now, None).await?;
                    removed += 1;
                }
            }
            tx.commit().await?;
            Ok(removed)
        })
        .await
    }

    /// Says that accounts are not a person's, who is not proposed for them again. The later word counts: where somebody had
    /// said that they are, that is taken back with it.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn identity_refuse(
        &self,
        accounts: &[AccountNamed],
        person: &PersonKey,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            for account in accounts {
                accept(&mut tx, account, person).await?;
                unpin_from(&mut tx, account, person).await?;
                let insert = db::query(
                    "insert into identity_refusal (connector_id, kind, account, person, actor, reason, at) \
                     values ($1, $2, $3, $4, $5, $6, $7)",
                );
                let insert = insert.bind(account.connector.0).bind(account.resource.kind.as_str());
                let insert = insert.bind(&*account.resource.id).bind(person.as_str()).bind(&decision.actor);
                insert.bind(&decision.reason).bind(now.0).execute(&mut tx).await?;
                record(&mut tx, account, "identity.refused", decision, now, None).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}

async fn unpin(db: &mut Connection, account: &AccountNamed) -> Result<bool, Failure> {
    let delete = db::query("delete from identity_pin where connector_id = $1 and kind = $2 and account = $3");
    let delete = delete.bind(account.connector.0).bind(account.resource.kind.as_str()).bind(&*account.resource.id);
    Ok(delete.execute(db).await?.rows_affected() > 0)
}

/// The account is no longer said to be the person's, if it was.
async fn unpin_from(db: &mut Connection, account: &AccountNamed, person: &PersonKey) -> Result<(), Failure> {
    let pinned = serde_json::to_string(&Pinned::Person(person.clone())).unwrap_or_default();
    let delete =
        db::query("delete from identity_pin where connector_id = $1 and kind = $2 and account = $3 and pinned = $4");
    let delete = delete.bind(account.connector.0).bind(account.resource.kind.as_str()).bind(&*account.resource.id);
    delete.bind(pinned).execute(db).await?;
    Ok(())
}

/// The person is no longer said not to have the account.
async fn accept(db: &mut Connection, account: &AccountNamed, person: &PersonKey) -> Result<(), Failure> {
    let delete = db::query(
        "delete from identity_refusal where connector_id = $1 and kind = $2 and account = $3 and person = $4",
    );
    let delete = delete.bind(account.connector.0).bind(account.resource.kind.as_str()).bind(&*account.resource.id);
    delete.bind(person.as_str()).execute(db).await?;
    Ok(())
}

/// Who it is about stays out of the public part of the record: an account may be called like a person.
async fn record(
    db: &mut Connection,
    account: &AccountNamed,
    action: &'static str,
    decision: &Decision,
    now: Timestamp,
    pinned: Option<&Pinned>,
) -> Result<(), Failure> {
    let word = pinned.map(|pinned| match pinned {
        Pinned::Person(_) => "person",
        Pinned::Service { .. } => "service",
        Pinned::External => "external",
        Pinned::Protected { .. } => "protected",
    });
    let details = json!({ "type": account.resource.kind.as_str(), "as": word });
    decision_record(db, account.connector, action, decision, now, details).await
}

fn pin_of(row: &Row) -> Result<IdentityPin, Failure> {
    let text: String = row.try_get(3)?;
    let pinned = serde_json::from_str(&text)
        .map_err(|error| Failure::Corrupt(format!("what was decided of an account cannot be read: {error}")))?;
    Ok(IdentityPin { account: AccountNamed::of(row)?, pinned, decision: decision_of(row)?, at: at_of(row)? })
}

fn refusal_of(row: &Row) -> Result<IdentityRefusal, Failure> {
    let person: String = row.try_get(3)?;
    let person = PersonKey::from(person.as_str());
    Ok(IdentityRefusal { account: AccountNamed::of(row)?, person, decision: decision_of(row)?, at: at_of(row)? })
}

fn decision_of(row: &Row) -> Result<Decision, Failure> {
    Ok(Decision { actor: row.try_get(4)?, reason: row.try_get(5)? })
}

fn at_of(row: &Row) -> Result<Timestamp, Failure> {
    Ok(Timestamp(row.try_get(6)?))
}
