//! What is kept of an owner.

use rolecall_model::owner::{Owner, OwnerSource};
use rolecall_model::{ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, Decision, Store, StoreError};

/// Something that somebody answers for, as its connector spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedResource {
    /// Whose.
    pub connector: ConnectorId,
    /// Which.
    pub resource: ResourceRef,
}

/// Where it stands that somebody owns something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerEvidence {
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The pattern that matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// That somebody owns something, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRow {
    /// What.
    pub resource: OwnedResource,
    /// Whose word it is.
    pub source: OwnerSource,
    /// Of a CODEOWNERS file, the source repository that it is of; nothing otherwise.
    pub place: String,
    /// Who.
    pub owner: Owner,
    /// Where it stands.
    pub evidence: OwnerEvidence,
    /// Who said it or brought the list, and why.
    pub decision: Decision,
    /// Since when.
    pub since: Timestamp,
    /// When it ended, if it did.
    pub ended: Option<OwnerEnd>,
}

/// That it is said no longer that somebody owns something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerEnd {
    /// When.
    pub at: Timestamp,
    /// Who ended it, and why.
    pub decision: Decision,
}

/// A row with its number.
pub(super) struct Numbered {
    pub(super) id: i64,
    pub(super) row: OwnerRow,
}

const COLUMNS: &str = "id, connector_id, kind, resource, source, place, owner, evidence, actor, reason, since, until, \
                       coalesce(ended_by, ''), coalesce(ended_reason, '')";

impl Store {
    /// Who answers for everything, as it is said now, by resource. `O(owners)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn owner_list(&self) -> Result<Vec<OwnerRow>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let text = format!(
                "select {COLUMNS} from resource_owner where until is null order by connector_id, kind, resource, id"
            );
            let rows = db::query(text).fetch_all(&mut db).await?;
            rows.iter().map(|row| Ok(numbered(row)?.row)).collect()
        })
        .await
    }

    /// Of how many words on owners there is a record, and when the last one began and ended: while they are the same, so is
    /// all of it.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn owner_version(&self) -> Result<(i64, i64, i64), StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row =
                db::query("select count(*), coalesce(max(since), 0), coalesce(max(until), 0) from resource_owner");
            let row = row.fetch_one(&mut db).await?;
            Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
        })
        .await
    }

    /// Everything that was ever said of who answers for a resource, the newest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn owner_history(&self, resource: &OwnedResource) -> Result<Vec<OwnerRow>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let text = format!(
                "select {COLUMNS} from resource_owner where connector_id = $1 and kind = $2 and resource = $3 \
                 order by since desc, id desc"
            );
            let rows = db::query(text).bind(resource.connector.0).bind(resource.resource.kind.as_str());
            let rows = rows.bind(&*resource.resource.id).fetch_all(&mut db).await?;
            rows.iter().map(|row| Ok(numbered(row)?.row)).collect()
        })
        .await
    }
}

/// What one source says now.
pub(super) async fn current(db: &mut Connection, source: OwnerSource, place: &str) -> Result<Vec<Numbered>, Failure> {
    let text =
        format!("select {COLUMNS} from resource_owner where until is null and source = $1 and place = $2 order by id");
    let rows = db::query(text).bind(source.word()).bind(place).fetch_all(db).await?;
    rows.iter().map(numbered).collect()
}

/// What one source says now of one resource.
pub(super) async fn current_of(
    db: &mut Connection,
    source: OwnerSource,
    resource: &OwnedResource,
) -> Result<Vec<Numbered>, Failure> {
    let text = format!(
        "select {COLUMNS} from resource_owner where until is null and source = $1 and connector_id = $2 and kind = $3 \
         and resource = $4 order by id"
    );
    let rows = db::query(text).bind(source.word()).bind(resource.connector.0);
    let rows = rows.bind(resource.resource.kind.as_str()).bind(&*resource.resource.id).fetch_all(db).await?;
    rows.iter().map(numbered).collect()
}

/// Begins a span.
pub(super) async fn begin(db: &mut Connection, row: &OwnerRow) -> Result<(), Failure> {
    let insert = db::query(
        "insert into resource_owner (connector_id, kind, resource, source, place, owner, evidence, actor, reason, since) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    let insert = insert.bind(row.resource.connector.0).bind(row.resource.resource.kind.as_str());
    let insert = insert.bind(&*row.resource.resource.id).bind(row.source.word()).bind(&row.place);
    let insert = insert.bind(json_text(&row.owner)).bind(json_text(&row.evidence)).bind(&row.decision.actor);
    insert.bind(&row.decision.reason).bind(row.since.0).execute(db).await?;
    Ok(())
}

/// Ends a span.
pub(super) async fn end(db: &mut Connection, id: i64, decision: &Decision, now: Timestamp) -> Result<(), Failure> {
    let update = db::query("update resource_owner set until = $1, ended_by = $2, ended_reason = $3 where id = $4");
    update.bind(now.0).bind(&decision.actor).bind(&decision.reason).bind(id).execute(db).await?;
    Ok(())
}

/// The same stands elsewhere now.
pub(super) async fn evidence_put(db: &mut Connection, id: i64, evidence: &OwnerEvidence) -> Result<(), Failure> {
    let update = db::query("update resource_owner set evidence = $1 where id = $2");
    update.bind(json_text(evidence)).bind(id).execute(db).await?;
    Ok(())
}

fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn numbered(row: &Row) -> Result<Numbered, Failure> {
    let unread = |what: &str, why: String| Failure::Corrupt(format!("{what} of a resource cannot be read: {why}"));
    let (kind, resource): (String, String) = (row.try_get(2)?, row.try_get(3)?);
    let (source, owner, evidence): (&str, &str, &str) = (row.try_get(4)?, row.try_get(6)?, row.try_get(7)?);
    let until: Option<i64> = row.try_get(11)?;
    let (ended_by, ended_reason): (String, String) = (row.try_get(12)?, row.try_get(13)?);
    let id = row.try_get(0)?;
    let row = OwnerRow {
        resource: OwnedResource { connector: ConnectorId(row.try_get(1)?), resource: ResourceRef::new(kind, resource) },
        source: OwnerSource::read(source)
            .ok_or_else(|| unread("whose word the owner is", format!("{source:?} is no source")))?,
        place: row.try_get(5)?,
        owner: serde_json::from_str(owner).map_err(|error| unread("the owner", error.to_string()))?,
        evidence: serde_json::from_str(evidence).map_err(|error| unread("the evidence", error.to_string()))?,
        decision: Decision { actor: row.try_get(8)?, reason: row.try_get(9)? },
        since: Timestamp(row.try_get(10)?),
        ended: until.map(|until| OwnerEnd {
            at: Timestamp(until),
            decision: Decision { actor: ended_by, reason: ended_reason },
        }),
    };
    Ok(Numbered { id, row })
}
