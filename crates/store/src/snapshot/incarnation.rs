//! Ids that stand for somebody else than before.
//!
//! Some sources give an id anew once its holder is gone. What comes back under such an id after it was gone for certain is
//! taken for another holder: a new incarnation of the resource, to which nothing that was known of the former one belongs.

use std::collections::{BTreeMap, HashMap};

use rolecall_model::{Fact, IdReuse, ResourceRef, Term, Value};

use super::dictionary::Dictionary;
use super::{ListingChange, ListingDelta, SnapshotWrite};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::fact_row::FactRow;
use crate::{ConnectorId, SnapshotId};

/// The incarnations that a write begins.
pub(super) struct Incarnations<'w> {
    pub(super) write: &'w SnapshotWrite,
    pub(super) snapshot: SnapshotId,
}

/// What a write says of an id that may be another's now.
#[derive(Clone, Copy, Default)]
struct Sign<'w> {
    /// It is stated to exist, which it was not before.
    appears: bool,
    /// The property that stays with its holder was another than now.
    is_another: bool,
    /// That property as it is now.
    told: Option<(&'w Term, &'w Value)>,
}

impl<'w> Incarnations<'w> {
    /// Begins an incarnation of every id that stands for another holder now, and lets the dictionary name that one.
    ///
    /// `O(facts that appear)`, and one pass over the connector's facts when there is any.
    pub(super) async fn begin(&self, db: &mut Connection, dictionary: &mut Dictionary<'w>) -> Result<(), Failure> {
        if self.write.reused_ids.is_empty() {
            return Ok(());
        }
        let mut signs = BTreeMap::new();
        for listing in &self.write.listings {
            if let ListingChange::Changed(delta) = &listing.change {
                self.signs_add(delta, &mut signs);
            }
        }
        let mut known = Vec::new();
        for (resource, sign) in signs {
            let id = dictionary.resource(resource)?;
            if dictionary.is_known(id) && (sign.appears || sign.is_another) {
                known.push((resource, id, sign));
            }
        }
        let gone = gone(db, known.iter().map(|(_, id, _)| *id).collect()).await?;
        let mut has_any = false;
        for (resource, former, sign) in known {
            let is_back = sign.appears && gone.contains(&former);
            let is_another = match sign.told {
                _ if sign.is_another => Some(true),
                Some((name, value)) if is_back => told_another(db, former, dictionary.term(name)?, value).await?,
                _ => None,
            };
            if is_another.unwrap_or(is_back) {
                let id = self.incarnation_insert(db, former, is_another == Some(true)).await?;
                dictionary.resource_put(resource, id);
                has_any = true;
            }
        }
        if has_any { listings_reread(db, self.snapshot).await } else { Ok(()) }
    }

    fn signs_add(&self, delta: &'w ListingDelta, signs: &mut BTreeMap<&'w ResourceRef, Sign<'w>>) {
        for fact in &delta.appear {
            let Some(reuse) = self.reuse(fact.subject()) else { continue };
            match fact {
                Fact::Resource { resource, .. } => signs.entry(resource).or_default().appears = true,
                Fact::Property { resource, name, value } if reuse.is_told_by(name.as_str()) => {
                    signs.entry(resource).or_default().told = Some((name, value));
                }
                _ => {}
            }
        }
        for replaced in &delta.replace {
            if let Fact::Property { resource, name, .. } = &replaced.new
                && self.reuse(resource).is_some_and(|reuse| reuse.is_told_by(name.as_str()))
            {
                signs.entry(resource).or_default().is_another = true;
            }
        }
    }

    fn reuse(&self, resource: &ResourceRef) -> Option<IdReuse> {
        self.write.reused_ids.iter().find(|(name, _)| resource.kind == *name).map(|(_, reuse)| *reuse)
    }

    async fn incarnation_insert(&self, db: &mut Connection, former: i64, is_another: bool) -> Result<i64, Failure> {
        let id: i64 = db::query_scalar(
            "insert into resource (id, connector_id, type_id, wire_id, incarnation) \
             select (select max(id) + 1 from resource), connector_id, type_id, wire_id, incarnation + 1 \
             from resource where id = $1 returning id",
        )
        .bind(former)
        .fetch_one(&mut *db)
        .await?;
        db::query(
            "insert into reappearance (connector_id, snapshot_id, resource_id, former_id, is_another) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(self.write.connector.0)
        .bind(self.snapshot.0)
        .bind(id)
        .bind(former)
        .bind(i64::from(is_another))
        .execute(db)
        .await?;
        Ok(id)
    }
}

/// Those of the resources that once existed and do not any more.
async fn gone(db: &mut Connection, ids: Vec<i64>) -> Result<Vec<i64>, Failure> {
    let mut exists: HashMap<i64, bool> = HashMap::new();
    for row in db::rows_by_id(db, EXISTENCES, &ids).await? {
        let end: Option<i64> = row.try_get(1)?;
        *exists.entry(row.try_get(0)?).or_default() |= end.is_none();
    }
    Ok(exists.into_iter().filter(|(_, exists)| !exists).map(|(id, _)| id).collect())
}

const EXISTENCES: &str = "select subject_id, to_snapshot from fact where kind = 1 and subject_id in";

/// Whether the property that stays with its holder tells another than before; `None` when it was never told.
async fn told_another(db: &mut Connection, former: i64, name: i64, value: &Value) -> Result<Option<bool>, Failure> {
    let last: Option<String> = db::query_scalar(
        "select value from fact where kind = 2 and subject_id = $1 and term_id = $2 order by id desc limit 1",
    )
    .bind(former)
    .bind(name)
    .fetch_optional(db)
    .await?;
    Ok(last.map(|last| last != value.as_json()))
}

/// Lets the listings that name a former holder be read and compared anew, so that what they still say of the id becomes
/// known of its new holder.
async fn listings_reread(db: &mut Connection, snapshot: SnapshotId) -> Result<(), Failure> {
    db::query(
        "update listing set digest = null, validator = null where id in (\
         select f.listing_id from fact f where f.to_snapshot is null and \
         (f.subject_id in (select former_id from reappearance where snapshot_id = $1) \
         or f.object_id in (select former_id from reappearance where snapshot_id = $1)))",
    )
    .bind(snapshot.0)
    .execute(db)
    .await?;
    Ok(())
}

/// For every id that was given anew, by the key of a former holder: the key of the present one.
pub(super) struct Newest(HashMap<i64, i64>);

impl Newest {
    pub(super) async fn load(db: &mut Connection, connector: ConnectorId) -> Result<Self, Failure> {
        let rows: Vec<(i64, i64)> =
            db::query_as("select former_id, resource_id from reappearance where connector_id = $1 order by id desc")
                .bind(connector.0)
                .fetch_all(db)
                .await?;
        let mut newest = HashMap::with_capacity(rows.len());
        // The latest come first, so that whoever followed the follower is known already.
        for (former, follower) in rows {
            let last = newest.get(&follower).copied().unwrap_or(follower);
            newest.insert(former, last);
        }
        Ok(Self(newest))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lets a fact name the present holders of its ids, and says whether it named a former one.
    pub(super) fn name(&self, row: &mut FactRow) -> bool {
        let former = row.clone();
        let present = |id: i64| self.0.get(&id).copied().unwrap_or(id);
        (row.subject, row.object) = (present(row.subject), row.object.map(present));
        *row != former
    }
}
