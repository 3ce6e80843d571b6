//! What happens, event by event, for whoever follows it: changes, and findings that were opened or resolved.
//!
//! **Architecture Invariant:** whoever goes on from the cursor of any event is told of everything behind it, once. Why nothing
//! can appear before a cursor is said in the store's `feed`.

mod cursor;

use std::collections::BTreeSet;

use rolecall_model::Timestamp;
use rolecall_store::{Change, ChangeFilter, ChangeKind, FeedHead, FindingNews, SnapshotId, Store, StoreError};
use serde::Serialize;

use cursor::Within;
pub use cursor::{CursorError, FeedCursor};

use crate::changes::{ChangeAnswer, News, change_answer, news_among};
use crate::moment::{moment_parse, moment_text};
use crate::world::{ConnectorView, WorldView, connector_is_named};

/// How many snapshots are looked at at once, and how many events of findings.
const SNAPSHOTS: i64 = 100;
const FINDINGS: u32 = 1_000;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedEvent {
    /// Where whoever was told of it goes on.
    pub cursor: String,
    /// When it became known.
    pub at: String,
    /// What it is.
    #[serde(flatten)]
    pub news: FeedNews,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FeedNews {
    /// A change, as `rolecall changes` tells it.
    Change(Box<ChangeAnswer>),
    /// A finding was opened, opened anew or resolved.
    Finding(FindingEventAnswer),
}

/// What happened to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingEventAnswer {
    /// `opened`, `reopened` or `resolved`.
    pub event: String,
    /// What people call the finding by.
    pub code: String,
    /// Its rule: a built-in one, or the uuid of one that people keep.
    pub rule: String,
    /// How bad it is.
    pub severity: String,
    /// It in one sentence.
    pub title: String,
    /// The connector that it is about, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
}

/// Some of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPart {
    /// In order.
    pub events: Vec<FeedEvent>,
    /// Behind all of it, and behind whatever else was looked at.
    pub reached: FeedCursor,
}

/// Why nothing can be followed from somewhere.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It is no place.
    #[error("{0:?} is neither a cursor nor a moment")]
    NoPlace(String),
    /// It is of another database, or of this one before it was restored.
    #[error("the cursor {0} is of something that is not recorded here")]
    Beyond(String),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a cursor or a moment is; the beginning of the record where neither is given.
///
/// # Errors
/// When it is neither, or is of another record.
pub async fn feed_place(store: &Store, since: Option<&str>, now: Timestamp) -> Result<FeedCursor, FeedError> {
    let Some(text) = since else { return Ok(FeedCursor::default()) };
    if let Ok(cursor) = text.parse::<FeedCursor>() {
        return match cursor.is_beyond(store.feed_head().await?) {
            true => Err(FeedError::Beyond(text.to_owned())),
            false => Ok(cursor),
        };
    }
    let at = moment_parse(text, now).map_err(|_| FeedError::NoPlace(text.to_owned()))?;
    Ok(FeedCursor::behind(store.feed_before(at).await?))
}

/// Behind all that is recorded.
///
/// # Errors
/// When the database cannot be read.
pub async fn feed_end(store: &Store) -> Result<FeedCursor, StoreError> {
    Ok(FeedCursor::behind(store.feed_head().await?))
}

/// What happened next, up to a head that was read before the view was loaded. Of a part of the connectors, where the view or
/// `only` is of a part. `O(changes of a hundred snapshots)`.
///
/// # Errors
/// When the database cannot be read.
pub async fn feed_read(
    store: &Store,
    view: &WorldView,
    from: FeedCursor,
    head: FeedHead,
    only: Option<&str>,
) -> Result<FeedPart, StoreError> {
    let changes = changes_read(store, view, from, head, only).await?;
    let snapshot = head.snapshot.0.min(from.snapshot.saturating_add(SNAPSHOTS)).max(from.snapshot);
    let findings = store.finding_news(from.finding_event, head.finding_event, FINDINGS).await?;
    let is_all = findings.len() < FINDINGS as usize;
    let last = findings.last().map_or(head.finding_event, |event| event.number);
    let finding_event = if is_all { head.finding_event } else { last }.max(from.finding_event);
    let findings = findings.into_iter().filter(|event| is_in_view(view, event, only));
    let events = told(from, changes, findings.map(|event| finding_news(view, event)).collect());
    Ok(FeedPart { events, reached: FeedCursor { snapshot, within: Within::All, finding_event } })
}

/// Something of one of both kinds, with what it moves the cursor to.
struct Told<P> {
    at: Timestamp,
    place: P,
    news: FeedNews,
}

/// A place among all changes.
type ChangePlace = (i64, Within);

/// Each in its own order, and both by when they became known.
fn told(from: FeedCursor, changes: Vec<Told<ChangePlace>>, findings: Vec<Told<i64>>) -> Vec<FeedEvent> {
    let (mut changes, mut findings) = (changes.into_iter().peekable(), findings.into_iter().peekable());
    let (mut cursor, mut events) = (from, Vec::new());
    loop {
        let is_change = match (changes.peek(), findings.peek()) {
            (Some(change), Some(finding)) => change.at <= finding.at,
            (change, _) => change.is_some(),
        };
        let (at, news) = if is_change {
            let Some(Told { at, place: (snapshot, within), news }) = changes.next() else { return events };
            cursor = FeedCursor { snapshot, within, ..cursor };
            (at, news)
        } else {
            let Some(Told { at, place, news }) = findings.next() else { return events };
            cursor.finding_event = place;
            (at, news)
        };
        events.push(FeedEvent { cursor: cursor.to_string(), at: moment_text(at), news });
    }
}

async fn changes_read(
    store: &Store,
    view: &WorldView,
    from: FeedCursor,
    head: FeedHead,
    only: Option<&str>,
) -> Result<Vec<Told<ChangePlace>>, StoreError> {
    // The snapshot that was told in part is read whole, so that what it repeats is known.
    let after = if from.within == Within::All { from.snapshot } else { from.snapshot.saturating_sub(1) };
    let up_to = head.snapshot.0.min(from.snapshot.saturating_add(SNAPSHOTS));
    let mut all = Vec::new();
    if after >= up_to {
        return Ok(all);
    }
    let segments = view.connectors.iter().zip(0_u32..);
    for (connector, segment) in segments.filter(|(connector, _)| is_meant(connector, only)) {
        let filter = ChangeFilter {
            connector: Some(connector.record.id),
            snapshots: Some((SnapshotId(after), SnapshotId(up_to))),
            ..ChangeFilter::default()
        };
        let mut changes = store.changes(&filter).await?;
        changes.sort_by_key(place);
        let title = connector.title();
        for News { change, actor } in news_among(store, view, (connector, segment), changes).await? {
            let (at, place) = (change.made_current_at, place(&change));
            if place > (from.snapshot, from.within) {
                let news = FeedNews::Change(Box::new(change_answer(&title, connector.declaration, change, actor)));
                all.push(Told { at, place, news });
            }
        }
    }
    all.sort_by_key(|told| told.place);
    Ok(all)
}

fn place(change: &Change) -> ChangePlace {
    let within = match change.kind {
        ChangeKind::Appeared | ChangeKind::Replaced { .. } => Within::Appeared(change.number),
        ChangeKind::Disappeared => Within::Disappeared(change.number),
    };
    (change.snapshot.0, within)
}

fn is_meant(connector: &ConnectorView, only: Option<&str>) -> bool {
    only.is_none_or(|only| connector_is_named(&connector.record, only))
}

/// What is about no connector is in every view.
fn is_in_view(view: &WorldView, event: &FindingNews, only: Option<&str>) -> bool {
    let meant: BTreeSet<_> = view
        .connectors
        .iter()
        .filter(|connector| is_meant(connector, only))
        .map(|connector| connector.record.id)
        .collect();
    event.connector.map_or(only.is_none(), |connector| meant.contains(&connector))
}

fn finding_news(view: &WorldView, event: FindingNews) -> Told<i64> {
    let of = |connector: &&ConnectorView| Some(connector.record.id) == event.connector;
    let connector = view.connectors.iter().find(of).map(ConnectorView::title);
    let FindingNews { number, at, what, code, rule, severity, title, .. } = event;
    let news = FindingEventAnswer { event: what, code, rule, severity, title, connector };
    Told { at, place: number, news: FeedNews::Finding(news) }
}
