//! What readings say of what a step takes away.

use rolecall_model::review::StepSight;
use rolecall_model::{FactKind, Timestamp};
use serde::{Deserialize, Serialize};

use super::row::StoredStep;
use crate::db::{self, Connection, Row};
use crate::error::Failure;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepEvidence {
    /// The listings that stated it, and when each was last read in full.
    pub listings: Vec<StepListing>,
}

/// A listing that stated what a step takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepListing {
    /// Its kind: `team-members`.
    pub kind: String,
    /// Of what it is.
    pub subject: String,
    /// When it was last read in full.
    pub complete_at: Option<Timestamp>,
    /// The sync that did.
    pub sync: Option<String>,
    /// Whether it is gone with what it was of.
    pub is_retired: bool,
}

/// A fact that stated it, and what has been read since.
struct Statement {
    is_current: bool,
    is_missing: bool,
    /// Whether it is a second list's, and no statement of the right itself.
    is_evidence: bool,
    /// The sync whose snapshot ended it, and the one that last read its listing in full.
    ended_sync: i64,
    complete_sync: i64,
    listing: StepListing,
}

/// What readings that began after a step was asked for say of it: it is gone where nothing states it any more and each
/// listing that did was read in full since, or ended it since.
pub(super) async fn step_sight(
    db: &mut Connection,
    step: &StoredStep,
    asked_sync: i64,
) -> Result<(StepSight, StepEvidence), Failure> {
    let statements = statements(db, step).await?;
    let later = |statement: &Statement| statement.complete_sync > asked_sync || statement.ended_sync > asked_sync;
    let current: Vec<&Statement> = statements.iter().filter(|statement| statement.is_current).collect();
    let sight = match (statements.is_empty(), current.is_empty()) {
        (true, _) => StepSight::Unknown,
        // What is seen to be gone and waits for a person's word is current still, and nobody knows.
        (_, false) if current.iter().all(|one| one.is_missing) => StepSight::Unknown,
        (_, false) if current.iter().any(|one| one.complete_sync > asked_sync) => StepSight::Held,
        (_, false) => StepSight::Unknown,
        (_, true) if statements.iter().all(later) => StepSight::Gone,
        (_, true) => StepSight::Unknown,
    };
    let mut listings: Vec<StepListing> = Vec::new();
    for statement in statements {
        if !listings.contains(&statement.listing) {
            listings.push(statement.listing);
        }
    }
    // In whichever order they were read first.
    listings.sort_by(|left, right| (&left.kind, &left.subject).cmp(&(&right.kind, &right.subject)));
    Ok((sight, StepEvidence { listings }))
}

async fn statements(db: &mut Connection, step: &StoredStep) -> Result<Vec<Statement>, Failure> {
    let rows = db::query(
        "select case when f.to_snapshot is null then 1 else 0 end, \
         case when f.missing_since is not null then 1 else 0 end, \
         coalesce(es.id, 0), coalesce(cs.id, 0), cs.uuid, k.word, s.wire_id, l.complete_at, l.retired, f.kind \
         from fact f \
         join resource r on r.id = f.subject_id join connector c on c.id = r.connector_id \
         join term rt on rt.id = r.type_id \
         join resource p on p.id = f.object_id join term pt on pt.id = p.type_id \
         join term t on t.id = f.term_id \
         join listing l on l.id = f.listing_id join term k on k.id = l.kind_id join resource s on s.id = l.subject_id \
         left join snapshot e on e.id = f.to_snapshot left join sync es on es.id = e.sync_id \
         left join snapshot cp on cp.id = l.complete_snapshot left join sync cs on cs.id = cp.sync_id \
         where f.kind in (3, 4) and c.uuid = $1 and rt.word = $2 and r.wire_id = $3 and pt.word = $4 and p.wire_id = $5 \
         and t.word = $6 order by f.id",
    );
    let resource = &step.entitlement.resource;
    let rows = rows.bind(step.connector.to_string()).bind(resource.kind.as_str()).bind(&*resource.id);
    let rows = rows.bind(step.principal.kind.as_str()).bind(&*step.principal.id).bind(step.entitlement.slug.as_str());
    let mut statements: Vec<Statement> =
        rows.fetch_all(db).await?.iter().map(statement_of).collect::<Result<_, Failure>>()?;
    // What nothing but a second list ever stated is looked for in that; beside the right itself it says nothing.
    if statements.iter().any(|statement| !statement.is_evidence) {
        statements.retain(|statement| !statement.is_evidence);
    }
    Ok(statements)
}

fn statement_of(row: &Row) -> Result<Statement, Failure> {
    Ok(Statement {
        is_current: row.try_get::<i64, _>(0)? == 1,
        is_missing: row.try_get::<i64, _>(1)? == 1,
        is_evidence: FactKind::from_number(row.try_get(9)?) == Some(FactKind::Evidence),
        ended_sync: row.try_get(2)?,
        complete_sync: row.try_get(3)?,
        listing: StepListing {
            kind: row.try_get(5)?,
            subject: row.try_get(6)?,
            complete_at: row.try_get::<Option<i64>, _>(7)?.map(Timestamp),
            sync: row.try_get(4)?,
            is_retired: row.try_get(8)?,
        },
    })
}
