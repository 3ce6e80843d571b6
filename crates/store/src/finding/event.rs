//! What happened to a finding, as its history keeps it.

use rolecall_model::Timestamp;

use crate::FindingId;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::feed::{NumberedTable, number_skipping};

/// Who did it and why, where it was a person.
pub(super) struct ByPerson<'p> {
    pub(super) actor: &'p str,
    pub(super) reason: &'p str,
    /// In JSON.
    pub(super) details: String,
}

/// Adds it.
pub(super) async fn event_insert(
    db: &mut Connection,
    finding: FindingId,
    at: Timestamp,
    what: &str,
    by: Option<ByPerson<'_>>,
) -> Result<(), Failure> {
    let number = number_skipping(db, NumberedTable::FindingEvent).await?;
    let insert = db::query(match number {
        None => {
            "insert into finding_event (finding_id, at, what, actor, reason, details) values ($1, $2, $3, $4, $5, $6)"
        }
        Some(_) => {
            "insert into finding_event (finding_id, at, what, actor, reason, details, id) \
             values ($1, $2, $3, $4, $5, $6, $7)"
        }
    });
    let insert = insert.bind(finding.0).bind(at.0).bind(what);
    let insert = insert.bind(by.as_ref().map(|by| by.actor)).bind(by.as_ref().map(|by| by.reason));
    let insert = insert.bind(by.as_ref().map(|by| by.details.as_str()));
    let insert = match number {
        None => insert,
        Some(number) => insert.bind(number),
    };
    insert.execute(db).await?;
    Ok(())
}
