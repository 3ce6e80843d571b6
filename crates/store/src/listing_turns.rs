//! How the verdicts of listings changed over time: since when each was read in full, and when it was not.

use rolecall_model::{ListingKey, Reason, ResourceRef, Term, Timestamp, Verdict};

use crate::db::{self, Row};
use crate::error::Failure;
use crate::{ConnectorId, ListingId, Store, StoreError};

/// A reading after which a listing stood as it stands here, until the next one of the same listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingTurn {
    /// Which listing.
    pub listing: ListingId,
    /// What it is.
    pub key: ListingKey,
    /// How far the reading can be trusted.
    pub verdict: Verdict,
    /// When it was read.
    pub read_at: Timestamp,
    /// When what it read became current.
    pub made_current_at: Timestamp,
    /// Whether its subject was gone from then on.
    pub retired: bool,
}

const TURNS: &str = "select l.id, k.word, t.word, w.wire_id, r.verdict, r.reason_code, r.reason_text, r.read_at, \
     s.made_current_at, r.retired \
     from listing l join term k on k.id = l.kind_id join resource w on w.id = l.subject_id \
     join term t on t.id = w.type_id join listing_read r on r.listing_id = l.id \
     join snapshot s on s.id = r.snapshot_id \
     where l.connector_id = $1 and s.made_current_at <= $2 \
     order by k.word, t.word, w.wire_id, l.id, r.snapshot_id";

impl Store {
    /// Every reading that changed how a listing of a connector stands or what it states, and was current by a moment: by kind
    /// and subject of the listing, and then the oldest first. Readings that changed nothing stood as the one before.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listing_turns(
        &self,
        connector: ConnectorId,
        until: Timestamp,
    ) -> Result<Vec<ListingTurn>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(TURNS).bind(connector.0).bind(until.0);
            rows.fetch_all(&mut db).await?.iter().map(turn_of).collect()
        })
        .await
    }
}

fn turn_of(row: &Row) -> Result<ListingTurn, Failure> {
    let (kind, subject_type): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    let (code, text): (Option<String>, Option<String>) = (row.try_get(5)?, row.try_get(6)?);
    let subject = ResourceRef::new(Term::from(subject_type), row.try_get::<&str, _>(3)?);
    Ok(ListingTurn {
        listing: ListingId(row.try_get(0)?),
        key: ListingKey { kind: kind.into(), subject },
        verdict: Verdict::from_parts(row.try_get(4)?, code.map(|code| Reason::new(code, text.unwrap_or_default()))),
        read_at: Timestamp(row.try_get(7)?),
        made_current_at: Timestamp(row.try_get(8)?),
        retired: row.try_get(9)?,
    })
}
