//! What was decided, configured and made current in the period, from the audit log. The log itself goes with the package as a
//! file of its own, whole, so that it can be verified.

use std::io;

use rolecall_store::{AuditFilter, AuditRecord, PersonalField, StoreError};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, text};
use crate::moment::moment_text;

/// See [`Section`].
pub(super) struct Audit {
    rows: Vec<Row>,
}

impl Audit {
    /// Reads the records of the period.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let filter = AuditFilter { since: Some(scope.since), limit: usize::MAX, ..AuditFilter::default() };
        let records = scope.store.audit_list(&filter).await?;
        Ok(Self { rows: records.iter().rev().filter(|record| record.at <= scope.at).map(row).collect() })
    }
}

fn row(record: &AuditRecord) -> Row {
    vec![
        record.sequence.into(),
        text(moment_text(record.at)),
        text(&record.action),
        actor(record),
        text(&record.subject),
        filled(told(record, "reason")),
        text(&record.details),
        text(record.hash.to_string()),
    ]
}

/// What the program did by itself has none; one that was erased is unknown.
fn actor(record: &AuditRecord) -> Json {
    match record.personal.get("actor") {
        Some(PersonalField::Erased) => Json::Null,
        _ => filled(told(record, "actor")),
    }
}

fn told<'r>(record: &'r AuditRecord, name: &str) -> Option<&'r str> {
    match record.personal.get(name)? {
        PersonalField::Told { value, .. } => Some(value),
        PersonalField::Erased => None,
    }
}

impl Section for Audit {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn title(&self) -> &'static str {
        "Audit log of the period"
    }

    fn proves(&self) -> &'static str {
        "What was decided, configured and made current, by whom and why. The whole log is in audit-log.ndjson, hash for hash, \
         with a signed head: no record of it can be changed, dropped or moved unseen."
    }

    fn columns(&self) -> &'static [&'static str] {
        &["sequence", "at", "action", "actor", "subject", "reason", "details", "hash"]
    }

    fn extent(&self) -> Extent {
        Extent::complete("every record of the period is a row; an actor that is nothing is the program itself")
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
