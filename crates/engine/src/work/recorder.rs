//! Watches one sync, and writes down what happens for people who watch: the connector's log, and how far the sync is.
//!
//! What it is told it keeps until [`Recorder::run`], which is side by side with the sync, writes it down, a few times a second
//! at most. Nothing of it holds up the sync: what cannot be written is a line in the program's own log.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rolecall_model::{ListingKey, Stage, Timestamp, VerdictKind};
use rolecall_store::{Connector as ConnectorRecord, NewLogEntry, Store, StoredProgress};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::RequestWatch;
use crate::context::{ListingSettled, Progress};
use crate::world::declaration_of;
use crate::{SyncError, SyncReport};

/// How often what happened is written down.
const PAUSE: Duration = Duration::from_millis(500);
/// More than this in half a second is no log that anybody reads.
const MOST_AT_ONCE: usize = 500;

/// What a sync tells of itself.
pub(super) struct Recorder {
    store: Store,
    record: ConnectorRecord,
    clock: fn() -> Timestamp,
    job: Option<Uuid>,
    told: Mutex<Told>,
    /// Who else wants to know.
    other: Arc<dyn Progress>,
}

#[derive(Default)]
struct Told {
    sync: Option<Uuid>,
    stage: Option<Stage>,
    done: usize,
    known: usize,
    listing: String,
    has_moved: bool,
    entries: Vec<NewLogEntry>,
    /// What there was no room for.
    dropped: usize,
    /// Listings of the stage that were read in full, which are told together.
    complete: usize,
}

impl Recorder {
    pub(super) fn new(
        store: Store,
        record: ConnectorRecord,
        clock: fn() -> Timestamp,
        job: Option<Uuid>,
        other: Arc<dyn Progress>,
    ) -> Self {
        Self { store, record, clock, job, told: Mutex::default(), other }
    }

    /// Writes down what is told, until it is dropped.
    pub(super) async fn run(&self) {
        loop {
            tokio::time::sleep(PAUSE).await;
            self.flush().await;
        }
    }

    /// Writes down what was told until now.
    pub(super) async fn flush(&self) {
        let (entries, progress) = self.taken();
        if entries.is_empty() && progress.is_none() {
            return;
        }
        if let Err(error) = self.store.log_append(self.record.id, &entries, progress.as_ref()).await {
            tracing::warn!(connector = %self.record.uuid, %error, "a connector's log could not be written");
        }
    }

    /// Says how the sync ended.
    pub(super) fn ended(&self, outcome: &Result<SyncReport, SyncError>) {
        match outcome {
            Ok(report) => self.ended_well(report),
            Err(error) => {
                let (level, code) = match error {
                    SyncError::Stopped { .. } => (0, "sync-stopped"),
                    SyncError::Busy { .. } => (0, "sync-postponed"),
                    _ => (2, "sync-failed"),
                };
                self.say(level, code, &error.to_string(), json!({}));
            }
        }
    }

    /// What people call a listing.
    fn title(&self, key: &ListingKey) -> String {
        let declaration = declaration_of(&self.record.config);
        let declared = declaration.and_then(|declaration| declaration.listing(key.kind.as_str()));
        declared.map_or_else(|| key.to_string(), |declared| declared.title_of(&key.subject.id))
    }

    fn ended_well(&self, report: &SyncReport) {
        let (mut appeared, mut removed, mut held, mut troubles) = (0, 0, 0, 0);
        for stage in &report.stages {
            (appeared, removed) = (appeared + stage.appeared, removed + stage.removed);
            held += stage.held.iter().map(|listing| listing.facts).sum::<usize>();
            troubles += stage.troubles.len();
            for listing in &stage.held {
                let what = if listing.facts == 1 { "removal waits" } else { "removals wait" };
                let text = format!("{}: {} {what}: {}", self.title(&listing.key), listing.facts, listing.reason);
                self.say(
                    1,
                    "removals-wait",
                    &text,
                    json!({ "listing": listing.key.to_string(), "facts": listing.facts }),
                );
            }
            if let Some(shrunk) = &stage.shrunk {
                self.say(1, "sight-shrank", shrunk, json!({}));
            }
        }
        let text = format!(
            "read with {} requests: {appeared} facts appeared, {removed} went, {held} wait; {troubles} listings not read whole",
            report.requests
        );
        let fields = json!({ "requests": report.requests, "appeared": appeared, "removed": removed, "held": held,
                             "listingsNotWhole": troubles });
        self.say(0, "sync-ended", &text, fields);
    }

    /// Something that happened before there was a sync.
    pub(super) fn say(&self, level: u8, code: &'static str, text: &str, fields: Json) {
        let message = without_tokens(text);
        let (at, job) = ((self.clock)(), self.job);
        self.with(|told| {
            if told.entries.len() >= MOST_AT_ONCE {
                told.dropped += 1;
                return;
            }
            told.entries.push(NewLogEntry { at, level, code, message, fields, sync: told.sync, job });
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Told) -> T) -> T {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn taken(&self) -> (Vec<NewLogEntry>, Option<StoredProgress>) {
        let (at, job) = ((self.clock)(), self.job);
        self.with(|told| {
            let mut entries = std::mem::take(&mut told.entries);
            let dropped = std::mem::take(&mut told.dropped);
            if dropped > 0 {
                let message = format!("{dropped} more things happened than a log has room for");
                let (level, code, fields) = (1, "log-cut", json!({ "dropped": dropped }));
                entries.push(NewLogEntry { at, level, code, message, fields, sync: told.sync, job });
            }
            let is_new = std::mem::take(&mut told.has_moved);
            let progress = told.sync.filter(|_| is_new).map(|sync| StoredProgress {
                sync,
                job,
                stage: told.stage.map_or("membership", |stage| stage.word()).to_owned(),
                done: told.done as u64,
                known: told.known as u64,
                listing: told.listing.clone(),
                at,
            });
            (entries, progress)
        })
    }
}

impl Progress for Recorder {
    fn sync_begun(&self, sync: Uuid) {
        self.with(|told| (told.sync, told.has_moved) = (Some(sync), true));
        self.say(0, "sync-begun", "a sync begins", json!({}));
        self.other.sync_begun(sync);
    }

    fn stage_begun(&self, stage: Stage) {
        self.with(|told| {
            (told.stage, told.done, told.known, told.has_moved) = (Some(stage), 0, 0, true);
        });
        let text = match stage {
            Stage::Membership => "reading who is in what",
            Stage::Detail => "reading the detail of every resource",
        };
        self.say(0, "stage-begun", text, json!({ "stage": stage.word() }));
        self.other.stage_begun(stage);
    }

    fn person_needed(&self) {
        self.other.person_needed();
    }

    fn listing_read(&self, done: usize, known: usize, title: &str) {
        self.with(|told| {
            (told.done, told.known, told.has_moved) = (done, known, true);
            title.clone_into(&mut told.listing);
        });
        self.other.listing_read(done, known, title);
    }

    fn listing_settled(&self, listing: &ListingSettled<'_>) {
        let is_complete = listing.verdict.is_complete();
        // One line for each of ten thousand packages that are as they should be would be no log.
        if is_complete && listing.stage == Stage::Detail {
            self.with(|told| told.complete += 1);
        } else {
            let word = listing.verdict.kind().word();
            let reason = listing.verdict.reason();
            let why = reason.map(|reason| format!(": {}", reason.text)).unwrap_or_default();
            let level = match listing.verdict.kind() {
                _ if is_complete => 0,
                VerdictKind::Unavailable => 2,
                _ => 1,
            };
            let fields = json!({ "listing": listing.kind, "subject": listing.subject, "verdict": word,
                                 "reason": reason.map(|reason| reason.code.to_string()) });
            self.say(level, "listing-read", &format!("{}: {word}{why}", listing.title), fields);
        }
        self.other.listing_settled(listing);
    }

    fn stage_current(&self, stage: Stage) {
        let complete = self.with(|told| std::mem::take(&mut told.complete));
        let text = match complete {
            0 => format!("what the {} stage read is current", stage.word()),
            more => format!("what the {} stage read is current; {more} listings of it were read in full", stage.word()),
        };
        self.say(0, "stage-current", &text, json!({ "stage": stage.word(), "readInFull": complete }));
        self.other.stage_current(stage);
    }
}

impl RequestWatch for Recorder {
    fn request_failed(&self, request: &'static str, status: u16) {
        let text = format!("the request {request} was answered with {status}");
        let level = if status == 404 || status == 429 { 1 } else { 2 };
        self.say(level, "request-failed", &text, json!({ "request": request, "status": status }));
    }
}

/// What connectors say of failures is without secrets already; whatever looks like a token is taken out all the same.
fn without_tokens(text: &str) -> String {
    rolecall_connect::TYPES.iter().fold(text.to_owned(), |clean, known| known.tokens.shape.taken_out(&clean))
}
