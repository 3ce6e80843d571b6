//! What is told to whoever measures and traces: jobs, syncs, the listings of a sync, and loads of graphs, as spans.
//!
//! Spans hold kinds, numbers and outcomes. Names of people, accounts, packages and organisations are in none of them: they
//! leave this machine where somebody collects traces.

use rolecall_connect::ReadError;
use rolecall_model::{ListingKey, Outcome, Proof, Reading};
use rolecall_store::{Connector, Job, StoreError};
use tracing::{Span, field, info_span};

use crate::{SyncError, SyncReport, WorldView};

/// One attempt at a job.
pub(crate) fn job_span(job: &Job) -> Span {
    info_span!(
        target: "rolecall::measured",
        parent: None,
        "job",
        otel.name = format!("job {}", job.asked.kind),
        otel.status_code = field::Empty,
        kind = job.asked.kind,
        job = job.id.0,
        attempt = job.attempt,
        outcome = field::Empty,
    )
}

/// Says how the attempt under way ended.
pub(crate) fn job_ended(outcome: &'static str) {
    ended(&Span::current(), outcome, matches!(outcome, "failed" | "unrecorded"));
}

/// One sync of a connector.
pub(crate) fn sync_span(record: &Connector) -> Span {
    info_span!(
        target: "rolecall::measured",
        "sync",
        otel.name = format!("sync {}", record.config.connector_type),
        otel.status_code = field::Empty,
        source = record.config.connector_type,
        connector = %record.uuid,
        outcome = field::Empty,
    )
}

/// Says how a sync ended.
pub(crate) fn sync_ended(span: &Span, outcome: &Result<SyncReport, SyncError>) {
    let word = match outcome {
        Ok(_) => "finished",
        Err(SyncError::Stopped { .. }) => "interrupted",
        Err(SyncError::Busy { .. }) => "busy",
        Err(SyncError::Refused(_)) => "refused",
        Err(SyncError::NothingReadable { .. }) => "nothing-readable",
        Err(SyncError::Store(StoreError::LeaseLost { .. })) => "lost",
        Err(SyncError::Store(_)) => "database",
    };
    ended(span, word, outcome.is_err() && word != "interrupted");
}

/// One listing that is read from a source.
pub(crate) fn listing_span(source: &str, key: &ListingKey) -> Span {
    info_span!(
        target: "rolecall::measured",
        "listing",
        otel.name = format!("listing {}", key.kind.as_str()),
        otel.status_code = field::Empty,
        source,
        listing = key.kind.as_str(),
        outcome = field::Empty,
    )
}

/// Says how the reading of a listing ended.
pub(crate) fn listing_ended(span: &Span, reading: Result<&Reading, &ReadError>) {
    let word = match reading.map(|reading| &reading.outcome) {
        Ok(Outcome::Whole(Proof::Attested)) => "attested",
        Ok(Outcome::Whole(_)) => "whole",
        Ok(Outcome::Partial(_)) => "partial",
        Ok(Outcome::Unavailable(_)) => "unavailable",
        Ok(Outcome::NotModified) => "not-modified",
        Err(_) => "refused",
    };
    ended(span, word, word == "refused");
}

/// One load of a graph, of the present or of a past moment.
pub(crate) fn graph_span(is_past: bool) -> Span {
    info_span!(
        target: "rolecall::measured",
        "graph.load",
        otel.status_code = field::Empty,
        moment = if is_past { "past" } else { "present" },
        connectors = field::Empty,
        outcome = field::Empty,
    )
}

/// Says how the load of a graph ended.
pub(crate) fn graph_ended(span: &Span, view: Result<&WorldView, &StoreError>) {
    if let Ok(view) = view {
        span.record("connectors", view.connector_titles().len());
    }
    ended(span, if view.is_ok() { "loaded" } else { "database" }, view.is_err());
}

fn ended(span: &Span, outcome: &'static str, is_error: bool) {
    span.record("outcome", outcome);
    if is_error {
        span.record("otel.status_code", "ERROR");
    }
}
