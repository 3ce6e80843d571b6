//! Answers of a past moment: what was known then, and nothing that became known later.

use rolecall_model::Timestamp;
use rolecall_store::{Connector, SnapshotId, Store, StoreError};
use serde::Serialize;

use crate::moment::{moment_parse, moment_text};
use crate::world::connector_title;

const MICROSECONDS: i64 = 1_000_000;

/// The past moment that an answer is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AsOf {
    /// The moment asked about.
    pub moment: String,
    /// What was the latest then of each connector there was.
    pub connectors: Vec<KnownThen>,
}

/// What was known of a connector at a past moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownThen {
    /// The connector, as it was called then.
    pub connector: String,
    /// When the snapshot became current that was the latest then; absent when it had not been read yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_since: Option<String>,
    /// When it was first read, if only later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_known: Option<String>,
}

impl AsOf {
    pub(crate) fn new(at: Timestamp) -> Self {
        Self { moment: moment_text(at), connectors: Vec::new() }
    }

    /// What was not known then, one sentence for each connector that had not been read yet.
    #[must_use]
    pub fn unread(&self) -> Vec<String> {
        let unread = self.connectors.iter().filter(|known| known.current_since.is_none());
        let sentence = |known: &KnownThen| match &known.first_known {
            Some(first) => {
                format!("{} had not been read yet: its first reading became current at {first}", known.connector)
            }
            None => format!("{} had not been read yet, and was not since", known.connector),
        };
        unread.map(sentence).collect()
    }

    /// Whether anything at all was known then.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.connectors.iter().any(|known| known.current_since.is_some())
    }
}

/// A connector's latest snapshot at a moment, and what to say of it.
pub(crate) async fn known_then(
    store: &Store,
    record: &Connector,
    at: Timestamp,
) -> Result<(Option<SnapshotId>, KnownThen), StoreError> {
    let snapshots = store.snapshot_list(record.id, usize::MAX).await?;
    let latest = store.snapshot_at(record.id, at).await?;
    let current = snapshots.iter().find(|snapshot| Some(snapshot.id) == latest);
    let first = snapshots.last().filter(|_| latest.is_none());
    let known = KnownThen {
        connector: connector_title(record),
        current_since: current.map(|snapshot| moment_text(snapshot.made_current_at)),
        first_known: first.map(|snapshot| moment_text(snapshot.made_current_at)),
    };
    Ok((latest, known))
}

/// Reads the past moment that a person asks about. Moments are printed to the second, so that one written to the second
/// means all of it.
///
/// # Errors
/// A sentence that says what is understood, or that the moment is still to come.
pub fn past_parse(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let at = moment_parse(text, now)?;
    if at > now {
        return Err(format!("{} is still to come; nothing is known of it", moment_text(at)));
    }
    Ok(Timestamp(whole_second(at).0.min(now.0)))
}

/// A moment written to the second means all of it.
pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    if at.0.rem_euclid(MICROSECONDS) == 0 { Timestamp(at.0.saturating_add(MICROSECONDS - 1)) } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_all_of_it_and_the_future_is_refused() {
        let now = Timestamp("2026-11-23T10:00:00.5Z".parse::<jiff::Timestamp>().unwrap().as_microsecond());
        let read = |text: &str| past_parse(text, now);
        assert_eq!(read("2026-11-23T09:00:00Z").unwrap().0, now.0 - 3600 * MICROSECONDS + MICROSECONDS / 2 - 1);
        assert_eq!(read("2026-11-23T09:00:00.25Z").unwrap().0, now.0 - 3600 * MICROSECONDS - MICROSECONDS / 4);
        assert_eq!(read("2026-11-23T10:00:00Z"), Ok(now));
        assert!(read("2026-11-23T10:00:01Z").unwrap_err().contains("still to come"));
        assert!(read("2999-01-01").is_err() && read("soon").is_err());
    }
}
