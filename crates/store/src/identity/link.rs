//! What was known of accounts, and since when.

use rolecall_model::Timestamp;
use rolecall_model::person::LinkState;

use super::AccountNamed;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// What is known of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityLinkRow {
    /// Which account.
    pub account: AccountNamed,
    /// What it is.
    pub state: LinkState,
    /// Since when it is that.
    pub since: Timestamp,
}

/// What becomes known of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkWrite {
    /// It is something else now; what it was ends.
    Begin(AccountNamed, LinkState),
    /// It is the same, on other grounds or with other candidates.
    Update(AccountNamed, LinkState),
    /// It is not there any more.
    End(AccountNamed),
}

impl Store {
    /// What is known of all accounts, by account.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_link_list(&self) -> Result<Vec<IdentityLinkRow>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, account, state, since from identity_link where until is null \
                 order by connector_id, kind, account",
            );
            rows.fetch_all(&mut db).await?.iter().map(link_of).collect()
        })
        .await
    }

    /// What was known of all accounts at a moment, by account.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_link_list_at(&self, at: Timestamp) -> Result<Vec<IdentityLinkRow>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, account, state, since from identity_link \
                 where since <= $1 and (until is null or until > $1) order by connector_id, kind, account",
            );
            rows.bind(at.0).fetch_all(&mut db).await?.iter().map(link_of).collect()
        })
        .await
    }

    /// What was known of accounts once and is not any more, the newest first, with when it ended.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_link_list_ended(&self) -> Result<Vec<(IdentityLinkRow, Timestamp)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, account, state, since, until from identity_link where until is not null \
                 order by until desc, connector_id, kind, account",
            );
            let rows = rows.fetch_all(&mut db).await?;
            rows.iter().map(|row| Ok((link_of(row)?, Timestamp(row.try_get(5)?)))).collect()
        })
        .await
    }

    /// When something was last written down about whose accounts are: while it is the same, so is all of it.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_link_noted_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query("select max(noted_at) from identity_link").fetch_one(&mut db).await?;
            let noted: Option<i64> = row.try_get(0)?;
            Ok(noted.map(Timestamp))
        })
        .await
    }

    /// Everything that was ever known of an account, the newest first, with when it ended.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_link_history(
        &self,
        account: &AccountNamed,
    ) -> Result<Vec<(IdentityLinkRow, Option<Timestamp>)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, account, state, since, until from identity_link \
                 where connector_id = $1 and kind = $2 and account = $3 order by since desc",
            );
            let rows = rows.bind(account.connector.0).bind(account.resource.kind.as_str());
            let rows = rows.bind(&*account.resource.id).fetch_all(&mut db).await?;
            let ended = |row: &Row| -> Result<Option<i64>, Failure> { Ok(row.try_get(5)?) };
            rows.iter().map(|row| Ok((link_of(row)?, ended(row)?.map(Timestamp)))).collect()
        })
        .await
    }

    /// Writes down what became known, all of it or nothing.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn identity_link_write(&self, writes: &[LinkWrite], now: Timestamp) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            for write in writes {
                match write {
                    LinkWrite::Begin(account, state) => {
                        end(&mut tx, account, now).await?;
                        begin(&mut tx, account, state, now).await?;
                    }
                    LinkWrite::Update(account, state) => update(&mut tx, account, state, now).await?,
                    LinkWrite::End(account) => end(&mut tx, account, now).await?,
                }
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}

async fn begin(db: &mut Connection, account: &AccountNamed, state: &LinkState, now: Timestamp) -> Result<(), Failure> {
    let insert = db::query(
        "insert into identity_link (connector_id, kind, account, since, until, state, noted_at) \
         values ($1, $2, $3, $4, null, $5, $4)",
    );
    let insert = insert.bind(account.connector.0).bind(account.resource.kind.as_str()).bind(&*account.resource.id);
    insert.bind(now.0).bind(text_of(state)).execute(db).await?;
    Ok(())
}

async fn update(db: &mut Connection, account: &AccountNamed, state: &LinkState, now: Timestamp) -> Result<(), Failure> {
    let update = db::query(
        "update identity_link set state = $4, noted_at = $5 \
         where connector_id = $1 and kind = $2 and account = $3 and until is null",
    );
    let update = update.bind(account.connector.0).bind(account.resource.kind.as_str());
    update.bind(&*account.resource.id).bind(text_of(state)).bind(now.0).execute(db).await?;
    Ok(())
}

/// What began in this very moment leaves nothing behind: nobody saw it.
async fn end(db: &mut Connection, account: &AccountNamed, now: Timestamp) -> Result<(), Failure> {
    for statement in [
        "delete from identity_link where connector_id = $1 and kind = $2 and account = $3 and until is null \
         and since = $4",
        "update identity_link set until = $4, noted_at = $4 \
         where connector_id = $1 and kind = $2 and account = $3 and until is null",
    ] {
        let end = db::query(statement).bind(account.connector.0).bind(account.resource.kind.as_str());
        end.bind(&*account.resource.id).bind(now.0).execute(&mut *db).await?;
    }
    Ok(())
}

fn text_of(state: &LinkState) -> String {
    serde_json::to_string(state).unwrap_or_default()
}

fn link_of(row: &Row) -> Result<IdentityLinkRow, Failure> {
    let text: String = row.try_get(3)?;
    let state = serde_json::from_str(&text)
        .map_err(|error| Failure::Corrupt(format!("whose an account is cannot be read: {error}")))?;
    Ok(IdentityLinkRow { account: AccountNamed::of(row)?, state, since: Timestamp(row.try_get(4)?) })
}
