//! When something was not seen: listings that were not complete, syncs that failed, spans without any.

use std::io;

use rolecall_model::Timestamp;
use rolecall_store::{ListingTurn, StoreError, Sync, SyncStatus};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, text};
use super::withdrawn::Withdrawn;
use crate::moment::moment_text;
use crate::world::ConnectorView;

/// A span without a sync that ended well is told from this on.
const LONG_SECONDS: i64 = 2 * 24 * 60 * 60;

/// The kind of gaps of listings.
const LISTING: &str = "listing";

/// See [`Section`].
pub(super) struct Gaps {
    rows: Vec<Row>,
    listings: usize,
}

/// A span in which something was not seen.
struct Span {
    kind: &'static str,
    what: String,
    from: Timestamp,
    /// Until when; still, where there is none.
    until: Option<Timestamp>,
    verdict: &'static str,
    reason: String,
    text: String,
}

impl Gaps {
    /// Finds them. `O(readings that changed something + syncs)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let (mut rows, mut listings) = (Vec::new(), 0);
        for connector in &scope.view.connectors {
            let mut spans = listing_spans(connector, &scope.store.listing_turns(connector.record.id, scope.at).await?);
            let syncs = scope.store.sync_list(connector.record.id, usize::MAX).await?;
            let syncs: Vec<Sync> = syncs.into_iter().rev().filter(|sync| sync.started_at <= scope.at).collect();
            spans.extend(failed(&syncs, scope.at));
            spans.extend(unseen(scope, connector, &syncs));
            spans.retain(|span| span.from <= scope.at && span.until.is_none_or(|until| until >= scope.since));
            spans.sort_by(|one, other| (one.from, one.kind, &one.what).cmp(&(other.from, other.kind, &other.what)));
            listings += spans.iter().filter(|span| span.kind == LISTING).count();
            rows.extend(spans.into_iter().map(|span| span.row(&connector.title())));
        }
        rows.extend(scope.withdrawn.iter().map(|one| withdrawn(scope, one).row(&one.title)));
        Ok(Self { rows, listings })
    }

    /// How many of them are of listings.
    pub(super) const fn listings(&self) -> usize {
        self.listings
    }
}

impl Span {
    fn row(self, title: &str) -> Row {
        vec![
            text(title),
            text(self.kind),
            text(self.what),
            text(moment_text(self.from)),
            text(self.until.map_or_else(|| "still so".to_owned(), moment_text)),
            text(self.verdict),
            text(self.reason),
            text(self.text),
        ]
    }
}

/// The spans in which a listing was not complete, from the first such reading to the next one that was.
fn listing_spans(connector: &ConnectorView, turns: &[ListingTurn]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for turns in turns.chunk_by(|one, other| one.listing == other.listing) {
        let mut open: Option<Span> = None;
        for turn in turns {
            let is_same = |span: &Span| span.verdict == turn.verdict.kind().word();
            if !turn.retired && !turn.verdict.is_complete() && open.as_ref().is_some_and(is_same) {
                continue;
            }
            spans.extend(open.take().map(|span| Span { until: Some(turn.read_at), ..span }));
            if !turn.retired && !turn.verdict.is_complete() {
                open = Some(span_of(connector, turn));
            }
        }
        spans.extend(open);
    }
    spans
}

fn span_of(connector: &ConnectorView, turn: &ListingTurn) -> Span {
    let declared = connector.declaration.listing(turn.key.kind.as_str());
    let reason = turn.verdict.reason();
    Span {
        kind: LISTING,
        what: declared.map_or_else(|| turn.key.to_string(), |declared| declared.title_of(&turn.key.subject.id)),
        from: turn.read_at,
        until: None,
        verdict: turn.verdict.kind().word(),
        reason: reason.map(|reason| reason.code.to_string()).unwrap_or_default(),
        text: reason.map(|reason| reason.text.clone()).unwrap_or_default(),
    }
}

/// What is missing of a connector that was removed: of one whose history was deleted, everything.
fn withdrawn(scope: &Scope<'_>, one: &Withdrawn) -> Span {
    let kind = if one.is_purged { "purged" } else { "removed" };
    Span {
        kind,
        what: one.title.clone(),
        from: scope.since,
        until: None,
        verdict: "unread",
        reason: kind.to_owned(),
        text: one.sentence(),
    }
}

/// Syncs that did not read what they set out to read.
fn failed(syncs: &[Sync], at: Timestamp) -> Vec<Span> {
    let ended = |sync: &&Sync| sync.finished_at.is_some_and(|end| end <= at);
    let unfinished = syncs.iter().filter(ended);
    let unfinished = unfinished.filter(|sync| matches!(sync.status, SyncStatus::Failed | SyncStatus::Interrupted));
    unfinished
        .map(|sync| {
            let said = |name: &str| {
                let error = sync.error.as_ref()?;
                error.get(name).and_then(Json::as_str).map(str::to_owned)
            };
            Span {
                kind: "sync",
                what: format!("sync {}", sync.uuid),
                from: sync.started_at,
                until: sync.finished_at,
                verdict: sync.status.word(),
                reason: said("code").unwrap_or_default(),
                text: said("message").unwrap_or_default(),
            }
        })
        .collect()
}

/// Spans without a sync that ended well, and what was before the first one.
fn unseen(scope: &Scope<'_>, connector: &ConnectorView, syncs: &[Sync]) -> Vec<Span> {
    let good = syncs.iter().filter(|sync| sync.status == SyncStatus::Finished);
    let mut good: Vec<Timestamp> = good.filter_map(|sync| sync.finished_at).filter(|end| *end <= scope.at).collect();
    good.sort();
    let span = |kind, (from, until): (Timestamp, Option<Timestamp>), text: &str| Span {
        kind,
        what: connector.title(),
        from,
        until,
        verdict: "unread",
        reason: kind.to_owned(),
        text: text.to_owned(),
    };
    let Some(first) = good.first().copied() else {
        return vec![span("never-read", (scope.since, None), "no sync had ended well by then")];
    };
    let before = (first > scope.since)
        .then(|| span("not-recorded", (scope.since, Some(first)), "what was before its first sync is not recorded"));
    let nexts = good.iter().skip(1).map(|next| Some(*next)).chain([None]);
    let pairs = good.iter().copied().zip(nexts);
    let long = pairs.filter(|(from, next)| next.unwrap_or(scope.at).0 - from.0 > LONG_SECONDS * 1_000_000);
    let long = long.map(|(from, next)| span("no-sync", (from, next), "no sync ended well for more than two days"));
    before.into_iter().chain(long).collect()
}

impl Section for Gaps {
    fn name(&self) -> &'static str {
        "gaps"
    }

    fn title(&self) -> &'static str {
        "Gaps: when something was not seen"
    }

    fn proves(&self) -> &'static str {
        "Every span of the period in which a listing was not read in full, every sync that failed or was stopped, every span \
         of more than two days without a sync that ended well, what was before the first one, and connectors that were \
         removed. What came and went inside a gap was not seen."
    }

    fn columns(&self) -> &'static [&'static str] {
        &["connector", "kind", "what", "from", "until", "verdict", "reason", "text"]
    }

    fn extent(&self) -> Extent {
        Extent::complete("every gap that is recorded of the period is a row")
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
