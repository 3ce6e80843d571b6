//! What readings say of what a step takes away.

use std::collections::BTreeSet;

use rolecall_model::review::{StepSight, StepState};
use rolecall_model::{FactKind, Timestamp};
use serde::{Deserialize, Serialize};

use super::row::StoredStep;
use crate::db::{self, Connection, Row};
use crate::error::Failure;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepEvidence {
    /// The listings that stated it, and of those that are gone the ones that stated what they were of; and when each was last
    /// read in full.
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
    /// Its listing, and of what that is.
    of: (i64, i64),
    /// The sync that last read its listing in full.
    complete_sync: i64,
    listing: StepListing,
}

/// What readings that began after a step was asked for say of it: it is gone where nothing states it any more and each
/// listing that did was read in full since. A listing that is gone with what it was of is not read any more: of it speak
/// those that stated that.
pub(super) async fn step_sight(
    db: &mut Connection,
    step: &StoredStep,
    asked_sync: i64,
) -> Result<(StepSight, StepEvidence), Failure> {
    let statements = statements(db, step).await?;
    let is_stated = |one: &&Statement| one.is_current && !one.is_missing;
    // What was verified and is stated now is so since, however little else was read.
    let is_later = |one: &Statement| step.state == StepState::Verified || one.complete_sync > asked_sync;
    let is_held = statements.iter().filter(is_stated).any(is_later);
    // What is seen to be gone and waits for a person's word is current still, and nobody knows.
    let is_open = statements.is_empty() || statements.iter().any(|one| one.is_current);
    let stated: Vec<StepListing> = statements.iter().filter(is_stated).map(|one| one.listing.clone()).collect();
    let mut evidence = StepEvidence { listings: Vec::new() };
    let is_gone = !is_open && are_settled(db, statements, asked_sync, &mut evidence).await?;
    let sight = match (is_held, is_gone) {
        (true, _) => StepSight::Held,
        (false, true) => StepSight::Gone,
        (false, false) => StepSight::Unknown,
    };
    if is_held {
        evidence.listings.extend(stated);
    }
    // In whichever order they were read first.
    evidence.listings.sort_by(|left, right| (&left.kind, &left.subject).cmp(&(&right.kind, &right.subject)));
    evidence.listings.dedup();
    Ok((sight, evidence))
}

/// Whether each listing that stated something was read in full since, or that which stated what it was of. What they were is
/// put into the evidence.
async fn are_settled(
    db: &mut Connection,
    mut statements: Vec<Statement>,
    asked_sync: i64,
    evidence: &mut StepEvidence,
) -> Result<bool, Failure> {
    let (mut are_settled, mut looked_at) = (true, BTreeSet::new());
    while let Some(one) = statements.pop() {
        let (listing, subject) = one.of;
        if !looked_at.insert(listing) {
            continue;
        }
        if one.listing.is_retired {
            let of_subject = existence(db, subject).await?;
            are_settled &= !of_subject.is_empty() && of_subject.iter().all(|stated| !stated.is_current);
            statements.extend(of_subject);
        } else {
            are_settled &= one.complete_sync > asked_sync;
        }
        evidence.listings.push(one.listing);
    }
    Ok(are_settled)
}

const STATEMENT: &str = "select case when f.to_snapshot is null then 1 else 0 end, \
     case when f.missing_since is not null then 1 else 0 end, l.id, l.subject_id, coalesce(cs.id, 0), cs.uuid, k.word, s.wire_id, \
     l.complete_at, l.retired, f.kind from fact f \
     join listing l on l.id = f.listing_id join term k on k.id = l.kind_id join resource s on s.id = l.subject_id \
     left join sync cs on cs.id = l.complete_sync";

async fn statements(db: &mut Connection, step: &StoredStep) -> Result<Vec<Statement>, Failure> {
    let rows = db::query(format!(
        "{STATEMENT} join resource r on r.id = f.subject_id join connector c on c.id = r.connector_id \
         join term rt on rt.id = r.type_id \
         join resource p on p.id = f.object_id join term pt on pt.id = p.type_id \
         join term t on t.id = f.term_id \
         where f.kind in (3, 4) and c.uuid = $1 and rt.word = $2 and r.wire_id = $3 and pt.word = $4 and p.wire_id = $5 \
         and t.word = $6 order by f.id desc"
    ));
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

/// What stated that a resource exists.
async fn existence(db: &mut Connection, resource: i64) -> Result<Vec<Statement>, Failure> {
    let rows = db::query(format!("{STATEMENT} where f.kind = 1 and f.subject_id = $1 order by f.id desc"));
    rows.bind(resource).fetch_all(db).await?.iter().map(statement_of).collect()
}

fn statement_of(row: &Row) -> Result<Statement, Failure> {
    Ok(Statement {
        is_current: row.try_get::<i64, _>(0)? == 1,
        is_missing: row.try_get::<i64, _>(1)? == 1,
        is_evidence: FactKind::from_number(row.try_get(10)?) == Some(FactKind::Evidence),
        of: (row.try_get(2)?, row.try_get(3)?),
        complete_sync: row.try_get(4)?,
        listing: StepListing {
            kind: row.try_get(6)?,
            subject: row.try_get(7)?,
            complete_at: row.try_get::<Option<i64>, _>(8)?.map(Timestamp),
            sync: row.try_get(5)?,
            is_retired: row.try_get(9)?,
        },
    })
}
