//! Ids that came back after their holders were gone, and what people say of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use rolecall_model::{ResourceRef, Timestamp};

use serde_json::json;

use crate::db::{self, Connection, Row};
use crate::decision::decision_record;
use crate::error::Failure;
use crate::fact_row::FactRow;
use crate::names::Names;
use crate::{ConfirmedBy, ConnectorId, Decision, PastMoment, SnapshotId, Store, StoreError};

/// An id that stands for another holder than before, as far as anybody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reappearance {
    /// Who has the id now. The former holder is spelled alike.
    pub resource: ResourceRef,
    /// The snapshot that first had the present holder.
    pub snapshot: SnapshotId,
    /// When that became current.
    pub at: Timestamp,
    /// Whether the source tells that it is another. Otherwise nobody knows.
    pub is_another: bool,
    /// Who said that it is the same after all.
    pub confirmed: Option<ConfirmedBy>,
}

/// What became of a person's word that an account is the same as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameReport {
    /// It is written down.
    Confirmed,
    /// Nobody had the id before, or somebody said so already.
    NothingToConfirm,
    /// The source tells that it is another.
    IsAnother,
}

impl Store {
    /// The ids of a connector that came back, each with its present holder, as they are known now or were known at
    /// a past moment.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn reappearances(
        &self,
        connector: ConnectorId,
        at: Option<PastMoment>,
    ) -> Result<Vec<Reappearance>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = rows(&mut db, connector, at).await?;
            let former: HashSet<i64> = rows.iter().map(|row| row.former).collect();
            let names = Names::of(&mut db, rows.iter().map(|row| row.resource).collect::<BTreeSet<_>>()).await?;
            let present = rows.into_iter().filter(|row| !former.contains(&row.resource));
            present.map(|row| row.named(&names)).collect()
        })
        .await
    }

    /// Writes down that the present holder of an id is the one who had it before.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn reappearance_confirm(
        &self,
        connector: ConnectorId,
        resource: &ResourceRef,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<SameReport, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(open) = open(&mut tx, connector, resource).await? else {
                return Ok(SameReport::NothingToConfirm);
            };
            if open.is_another {
                return Ok(SameReport::IsAnother);
            }
            db::query("update reappearance set confirmed_at = $1, confirmed_by = $2, confirmed_why = $3 where id = $4")
                .bind(now.0)
                .bind(&decision.actor)
                .bind(&decision.reason)
                .bind(open.id)
                .execute(&mut tx)
                .await?;
            // Who it is stays out of the public part: an account may be called like a person.
            let details = json!({ "type": resource.kind.as_str(), "reappearance": open.id });
            decision_record(&mut tx, connector, "account.confirmed-same", decision, now, details).await?;
            tx.commit().await?;
            Ok(SameReport::Confirmed)
        })
        .await
    }
}

/// The holders that a moment knows to have followed others, and those that they followed, while nobody said that they
/// are the same.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    pub(crate) followers: HashSet<i64>,
    pub(crate) former: HashSet<i64>,
}

impl Followed {
    /// Whether a fact is of somebody who had an id that is another's now.
    pub(crate) fn is_of_former(&self, fact: &FactRow) -> bool {
        self.has_former(fact.resources())
    }

    /// Whether one of these is somebody who had an id that is another's now.
    pub(crate) fn has_former(&self, mut resources: impl Iterator<Item = i64>) -> bool {
        !self.former.is_empty() && resources.any(|id| self.former.contains(&id))
    }

    pub(crate) async fn load(
        db: &mut Connection,
        connector: ConnectorId,
        at: Option<PastMoment>,
    ) -> Result<Self, Failure> {
        let rows = rows(db, connector, at).await?;
        let before: HashMap<i64, i64> = rows.iter().map(|row| (row.resource, row.former)).collect();
        let mut followed = Self::default();
        for open in rows.iter().filter(|row| row.confirmed.is_none()) {
            followed.followers.insert(open.resource);
            // Who is not known to be the last holder is not known to be any of those before, the same or not.
            let mut former = Some(open.former);
            while let Some(id) = former.filter(|id| followed.former.insert(*id)) {
                former = before.get(&id).copied();
            }
        }
        Ok(followed)
    }
}

struct ReappearanceRow {
    resource: i64,
    former: i64,
    snapshot: i64,
    at: i64,
    is_another: bool,
    confirmed: Option<ConfirmedBy>,
}

async fn rows(
    db: &mut Connection,
    connector: ConnectorId,
    at: Option<PastMoment>,
) -> Result<Vec<ReappearanceRow>, Failure> {
    let until = match at {
        Some(at) => at.until(db).await?,
        None => i64::MAX,
    };
    let rows = db::query(
        "select a.resource_id, a.former_id, a.snapshot_id, s.made_current_at, a.is_another, \
         a.confirmed_by, a.confirmed_why, a.confirmed_at \
         from reappearance a join snapshot s on s.id = a.snapshot_id \
         where a.connector_id = $1 and a.snapshot_id <= $2 order by a.id",
    )
    .bind(connector.0)
    .bind(at.map_or(i64::MAX, |at| at.snapshot.0))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| row_of(row, until)).collect()
}

/// Reads a row as it was known at the moment `until`.
fn row_of(row: &Row, until: i64) -> Result<ReappearanceRow, Failure> {
    let confirmed_at: Option<i64> = row.try_get(7)?;
    let confirmed_at = confirmed_at.filter(|confirmed| *confirmed <= until);
    let confirmed = confirmed_at.map(|confirmed| {
        Ok::<_, sqlx::Error>(ConfirmedBy { actor: row.try_get(5)?, reason: row.try_get(6)?, at: Timestamp(confirmed) })
    });
    Ok(ReappearanceRow {
        resource: row.try_get(0)?,
        former: row.try_get(1)?,
        snapshot: row.try_get(2)?,
        at: row.try_get(3)?,
        is_another: row.try_get::<i64, _>(4)? == 1,
        confirmed: confirmed.transpose()?,
    })
}

impl ReappearanceRow {
    fn named(self, names: &Names) -> Result<Reappearance, Failure> {
        Ok(Reappearance {
            resource: names.resource(self.resource)?,
            snapshot: SnapshotId(self.snapshot),
            at: Timestamp(self.at),
            is_another: self.is_another,
            confirmed: self.confirmed,
        })
    }
}

/// A reappearance that nobody has confirmed yet.
struct Open {
    id: i64,
    is_another: bool,
}

/// The latest one of an id, if it is open.
async fn open(db: &mut Connection, connector: ConnectorId, resource: &ResourceRef) -> Result<Option<Open>, Failure> {
    let row = db::query(
        "select a.id, a.is_another, a.confirmed_at from reappearance a join resource r on r.id = a.resource_id \
         join term t on t.id = r.type_id where a.connector_id = $1 and t.word = $2 and r.wire_id = $3 \
         order by a.id desc limit 1",
    )
    .bind(connector.0)
    .bind(resource.kind.as_str())
    .bind(&*resource.id)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let confirmed: Option<i64> = row.try_get(2)?;
    Ok(match confirmed {
        Some(_) => None,
        None => Some(Open { id: row.try_get(0)?, is_another: row.try_get::<i64, _>(1)? == 1 }),
    })
}
