//! How complete what a campaign is taken from is: a reviewer must not take what was not read for what is not there.

use rolecall_connect::is_brought;
use rolecall_model::Timestamp;
use rolecall_store::{Store, StoreError, SyncStatus};
use serde::{Deserialize, Serialize};

use crate::completeness::Gap;
use crate::moment::moment_text;
use crate::once::Support;
use crate::world::{ConnectorView, WorldView};

/// Older than this, what was read is stale; of what is brought, such as a list of people.
const STALE_SECONDS: i64 = 2 * 24 * 3600;
const STALE_BROUGHT_SECONDS: i64 = 7 * 24 * 3600;

/// How complete everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReviewAccuracy {
    /// When that was looked at.
    pub at: String,
    /// Each connector that grants are taken from, and each directory that says whose accounts are.
    pub connectors: Vec<ConnectorAccuracy>,
}

/// How complete what is known of a connector is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConnectorAccuracy {
    /// Its title: `npm:acme`.
    pub connector: String,
    /// Its id.
    pub id: String,
    /// The snapshot that grants are taken from, as the audit log numbers it: what became current after it is not among them.
    pub snapshot: Option<i64>,
    /// The sync whose result is current, and when it began.
    pub sync: Option<String>,
    /// When it began.
    pub synced_at: Option<String>,
    /// When the oldest of its listings was last read in full.
    pub read_in_full_since: Option<String>,
    /// What speaks against relying on it.
    pub flags: Vec<AccuracyFlag>,
    /// What was not read in full, one entry for each kind of listing and reason.
    pub gaps: Vec<Gap>,
}

/// What speaks against relying on what is known of a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccuracyFlag {
    /// A stable word: `never-read`, `stale`, `incomplete`, `failed`, `paused`, `removals-wait`, `sight-shrank`.
    pub code: String,
    /// It in a sentence.
    pub text: String,
}

impl ReviewAccuracy {
    /// How many connectors something speaks against.
    #[must_use]
    pub fn flagged(&self) -> usize {
        self.connectors.iter().filter(|connector| !connector.flags.is_empty()).count()
    }
}

/// How complete what is known of these connectors is; of all, where none is named. Directories always count.
///
/// # Errors
/// As of any reading: the file may be damaged or busy.
pub async fn review_accuracy(
    store: &Store,
    view: &WorldView,
    connectors: &[String],
    now: Timestamp,
) -> Result<ReviewAccuracy, StoreError> {
    let mut accuracy = ReviewAccuracy { at: moment_text(now), connectors: Vec::new() };
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        let is_wanted = connectors.is_empty()
            || rolecall_connect::is_directory(connector.declaration.name)
            || connectors.iter().any(|name| *name == connector.title() || *name == connector.record.config.name);
        if is_wanted {
            accuracy.connectors.push(of_connector(store, view, (connector, segment), now).await?);
        }
    }
    Ok(accuracy)
}

async fn of_connector(
    store: &Store,
    view: &WorldView,
    (connector, segment): (&ConnectorView, u32),
    now: Timestamp,
) -> Result<ConnectorAccuracy, StoreError> {
    let id = connector.record.id;
    let is_brought = is_brought(connector.declaration.name);
    let completeness = match rolecall_connect::is_directory(connector.declaration.name) {
        true => crate::rules::directory_completeness(connector),
        false => view.support(segment, Support::Whole).finish(),
    };
    let syncs = store.sync_list(id, 1).await?;
    let read_at = connector.states.iter().map(|state| state.read_at).max();
    let mut flags = Vec::new();
    let mut flag = |code: &str, text: String| flags.push(AccuracyFlag { code: code.to_owned(), text });
    let stale = if is_brought { STALE_BROUGHT_SECONDS } else { STALE_SECONDS };
    match read_at {
        None => flag("never-read", "it was never read".to_owned()),
        Some(at) if at.plus_seconds(stale) < now => {
            let days = stale / (24 * 3600);
            flag("stale", format!("it was last read {}, more than {days} days ago", moment_text(at)));
        }
        Some(_) => {}
    }
    if !completeness.gaps.is_empty() {
        let sentences: Vec<String> = completeness.gaps.iter().map(Gap::sentence).collect();
        flag("incomplete", format!("not everything was read in full: {}", sentences.join("; ")));
    }
    if syncs.iter().any(|sync| matches!(sync.status, SyncStatus::Failed | SyncStatus::Interrupted)) {
        flag("failed", "its last sync failed".to_owned());
    }
    if let Some(at) = connector.record.paused_at {
        flag("paused", format!("nobody reads it since {}", moment_text(at)));
    }
    let waiting = store.removals_pending(id).await?.iter().filter(|removal| !removal.discarded).count();
    if waiting > 0 {
        let what = crate::text::counted(waiting, "removal waits", "removals wait");
        flag(
            "removals-wait",
            format!("{what} for somebody to confirm: what they are about is shown as if it were there"),
        );
    }
    let prints = store.fingerprints(id).await?;
    let losses = prints.latest.zip(prints.reference).map(|(latest, before)| latest.seen.losses(&before.seen));
    if let Some(losses) = losses.filter(|losses| !losses.is_empty()) {
        flag("sight-shrank", format!("its credential sees less than before: {}", losses.join("; ")));
    }
    Ok(ConnectorAccuracy {
        connector: connector.title(),
        id: connector.record.uuid.to_string(),
        snapshot: connector.snapshot.map(|snapshot| snapshot.0),
        sync: syncs.first().map(|sync| sync.uuid.to_string()),
        synced_at: syncs.first().map(|sync| moment_text(sync.started_at)),
        read_in_full_since: completeness.read_in_full_since,
        flags,
        gaps: completeness.gaps,
    })
}
