//! What is exported: every table, in an order in which each comes after those it refers to, and its columns.
//!
//! A test compares this with the schema, so that a migration that adds a table or a column changes this file too.

use crate::db::places;

/// A table, and its columns in the order of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    /// Written by migrations already, so that rows of it do not make a database one that is in use.
    pub(super) is_born_filled: bool,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// Part of the primary key, whose parts are in the order of the columns.
    pub(super) is_key: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Text,
    Blob,
}

/// Tables that belong to one database file and not to what it holds: who is signed in there, is about to be, or failed to.
#[cfg(test)]
pub(super) const NOT_EXPORTED: &[&str] = &[
    "schema_version",
    "import_progress",
    "hub_session",
    "hub_login",
    "hub_device_login",
    "hub_attempt",
    // What happened while connectors were read where this file is; it is bounded, and nothing is derived from it.
    "connector_log",
    "sync_progress",
    // What runners show with their calls, for a quarter of an hour.
    "runner_token",
    // Worked out anew from what is current.
    "connector_tally",
    "identity_seen",
];

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false, is_key: false }
}

const fn integer(name: &'static str) -> Column {
    column(name, Kind::Integer)
}

const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}

const fn blob(name: &'static str) -> Column {
    column(name, Kind::Blob)
}

const fn or_null(column: Column) -> Column {
    Column { nullable: true, ..column }
}

const fn key(column: Column) -> Column {
    Column { is_key: true, ..column }
}

const fn table(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, is_born_filled: false }
}

const fn born_filled(table: Table) -> Table {
    Table { is_born_filled: true, ..table }
}

/// Every table of the schema but [`NOT_EXPORTED`].
pub(super) const TABLES: &[Table] = &[
    born_filled(table("audit_chain", &[key(integer("id")), text("database_uuid"), integer("sequence"), blob("hash")])),
    born_filled(table(
        "audit_record",
        &[
            key(integer("sequence")),
            integer("at"),
            text("action"),
            text("subject"),
            text("details"),
            text("commitments"),
            blob("previous_hash"),
            blob("hash"),
        ],
    )),
    born_filled(table(
        "audit_personal",
        &[
            key(integer("sequence")),
            key(text("field")),
            or_null(blob("salt")),
            or_null(text("value")),
            integer("erased"),
        ],
    )),
    table(
        "audit_head",
        &[key(integer("id")), integer("sequence"), blob("hash"), integer("at"), blob("public_key"), blob("signature")],
    ),
    table("term", &[key(integer("id")), text("word")]),
    table(
        "connector",
        &[
            key(integer("id")),
            text("uuid"),
            text("connector_type"),
            text("name"),
            text("root"),
            text("base_url"),
            text("settings"),
            or_null(text("secret_source")),
            integer("created_at"),
            text("description"),
            text("owners"),
            or_null(integer("paused_at")),
            or_null(integer("removed_at")),
            integer("version"),
        ],
    ),
    table(
        "connector_event",
        &[
            key(integer("id")),
            text("connector_uuid"),
            integer("at"),
            text("actor"),
            text("action"),
            or_null(text("before")),
            or_null(text("after")),
        ],
    ),
    table(
        "resource",
        &[key(integer("id")), integer("connector_id"), integer("type_id"), text("wire_id"), integer("incarnation")],
    ),
    table(
        "sync",
        &[
            key(integer("id")),
            text("uuid"),
            integer("connector_id"),
            integer("started_at"),
            or_null(integer("finished_at")),
            text("status"),
            or_null(text("error")),
            integer("requests"),
        ],
    ),
    table(
        "snapshot",
        &[
            key(integer("id")),
            integer("connector_id"),
            or_null(integer("sync_id")),
            text("stage"),
            integer("made_current_at"),
            text("counts"),
        ],
    ),
    table(
        "listing",
        &[
            key(integer("id")),
            integer("connector_id"),
            integer("kind_id"),
            integer("subject_id"),
            text("verdict"),
            or_null(text("reason_code")),
            or_null(text("reason_text")),
            integer("read_at"),
            or_null(integer("whole_at")),
            or_null(integer("complete_at")),
            or_null(blob("digest")),
            or_null(text("validator")),
            text("diagnostics"),
            integer("first_snapshot"),
            integer("retired"),
            or_null(integer("complete_sync")),
        ],
    ),
    table(
        "listing_read",
        &[
            key(integer("id")),
            integer("listing_id"),
            integer("snapshot_id"),
            integer("read_at"),
            or_null(integer("not_before")),
            text("verdict"),
            or_null(text("reason_code")),
            or_null(text("reason_text")),
            or_null(integer("whole_at")),
            or_null(integer("complete_at")),
            or_null(integer("certain_before")),
            integer("retired"),
        ],
    ),
    table(
        "hold",
        &[key(integer("id")), integer("connector_id"), integer("listing_id"), integer("snapshot_id"), text("reason")],
    ),
    table(
        "decision",
        &[
            key(integer("id")),
            integer("connector_id"),
            or_null(integer("snapshot_id")),
            integer("at"),
            text("actor"),
            text("reason"),
            text("action"),
            integer("facts"),
        ],
    ),
    table(
        "fact",
        &[
            key(integer("id")),
            integer("listing_id"),
            integer("kind"),
            integer("subject_id"),
            or_null(integer("object_id")),
            or_null(integer("term_id")),
            or_null(text("value")),
            integer("from_snapshot"),
            or_null(integer("to_snapshot")),
            integer("baseline"),
            or_null(integer("replaces_id")),
            or_null(integer("missing_since")),
            or_null(integer("hold_id")),
            integer("discarded"),
            or_null(integer("discarded_at")),
        ],
    ),
    table("reading_unchanged", &[key(integer("snapshot_id")), blob("readings")]),
    table(
        "mark_past",
        &[
            key(integer("id")),
            integer("fact_id"),
            integer("from_snapshot"),
            integer("to_snapshot"),
            or_null(integer("hold_id")),
            or_null(integer("discarded_at")),
        ],
    ),
    table(
        "staged",
        &[
            key(integer("connector_id")),
            key(text("stage")),
            key(text("listing_kind")),
            key(text("subject_type")),
            key(text("subject_id")),
            integer("read_at"),
            text("reading"),
            or_null(integer("sync_id")),
        ],
    ),
    table("requests_used", &[key(integer("connector_id")), key(text("month")), integer("count")]),
    table(
        "job",
        &[
            key(integer("id")),
            text("uuid"),
            text("kind"),
            text("key"),
            text("payload"),
            text("asked_by"),
            text("state"),
            integer("run_at"),
            integer("attempt"),
            integer("max_attempts"),
            or_null(text("lease_owner")),
            or_null(integer("lease_until")),
            or_null(integer("started_at")),
            or_null(text("last_error")),
            or_null(text("result")),
            integer("created_at"),
            or_null(integer("finished_at")),
            integer("by_runner"),
        ],
    ),
    table(
        "runner_client",
        &[
            key(integer("id")),
            integer("connector_id"),
            text("client_id"),
            blob("public_key"),
            integer("created_at"),
            integer("key_made_at"),
            or_null(text("key_made_by")),
            or_null(integer("revoked_at")),
            or_null(integer("seen_at")),
            or_null(text("host")),
            or_null(text("package")),
            or_null(text("package_version")),
            or_null(text("system")),
        ],
    ),
    table(
        "fingerprint",
        &[
            key(integer("id")),
            integer("connector_id"),
            integer("first_at"),
            integer("last_at"),
            text("seen"),
            integer("is_reference"),
            or_null(integer("accepted_at")),
            or_null(text("accepted_by")),
            or_null(text("accepted_why")),
        ],
    ),
    table(
        "reappearance",
        &[
            key(integer("id")),
            integer("connector_id"),
            integer("snapshot_id"),
            integer("resource_id"),
            integer("former_id"),
            integer("is_another"),
            or_null(integer("confirmed_at")),
            or_null(text("confirmed_by")),
            or_null(text("confirmed_why")),
        ],
    ),
    table(
        "source_event",
        &[
            key(integer("id")),
            integer("connector_id"),
            text("wire_id"),
            integer("at"),
            or_null(text("actor")),
            text("action"),
            or_null(text("object_type")),
            or_null(text("object_id")),
            or_null(text("altered")),
            text("fields"),
        ],
    ),
    table(
        "hub_user",
        &[
            key(integer("id")),
            text("uuid"),
            text("name"),
            text("name_key"),
            text("display_name"),
            or_null(text("email")),
            text("role"),
            or_null(text("password_hash")),
            integer("created_at"),
            or_null(integer("disabled_at")),
            or_null(integer("signed_in_at")),
            or_null(integer("totp_at")),
            or_null(integer("totp_step")),
        ],
    ),
    table(
        "hub_recovery_code",
        &[key(integer("id")), integer("hub_user_id"), blob("hash"), or_null(integer("used_at"))],
    ),
    table(
        "hub_link",
        &[
            key(integer("id")),
            text("uuid"),
            text("kind"),
            blob("token_hash"),
            text("role"),
            or_null(text("email")),
            or_null(integer("hub_user_id")),
            integer("created_at"),
            integer("expires_at"),
            or_null(integer("used_at")),
            or_null(integer("voided_at")),
        ],
    ),
    table(
        "hub_token",
        &[
            key(integer("id")),
            text("uuid"),
            integer("hub_user_id"),
            text("name"),
            text("role"),
            blob("token_hash"),
            integer("created_at"),
            or_null(integer("expires_at")),
            or_null(integer("used_at")),
            or_null(integer("revoked_at")),
        ],
    ),
    table(
        "hub_identity",
        &[
            key(integer("id")),
            text("uuid"),
            integer("hub_user_id"),
            text("issuer"),
            text("subject"),
            integer("created_at"),
            or_null(integer("used_at")),
        ],
    ),
    table(
        "hub_notice",
        &[
            key(integer("id")),
            text("uuid"),
            or_null(integer("hub_user_id")),
            or_null(text("role")),
            text("kind"),
            text("about"),
            text("body"),
            integer("created_at"),
        ],
    ),
    table("hub_notice_read", &[key(integer("notice_id")), key(integer("hub_user_id")), integer("read_at")]),
    table(
        "scim_client",
        &[
            key(integer("id")),
            text("uuid"),
            text("name"),
            text("name_key"),
            blob("token_hash"),
            integer("created_at"),
            or_null(text("created_by")),
            or_null(integer("used_at")),
            or_null(integer("revoked_at")),
        ],
    ),
    table(
        "scim_resource",
        &[
            key(integer("id")),
            integer("client_id"),
            text("uuid"),
            text("kind"),
            integer("version"),
            or_null(text("external_id")),
            text("name_key"),
            text("document"),
            integer("created_at"),
            integer("modified_at"),
            or_null(integer("deleted_at")),
        ],
    ),
    table(
        "scim_change",
        &[
            key(integer("id")),
            integer("client_id"),
            integer("resource_id"),
            integer("version"),
            integer("at"),
            or_null(text("document_before")),
            or_null(text("document_after")),
        ],
    ),
    table("secret_key", &[key(integer("id")), text("key_id"), integer("created_at"), or_null(integer("retired_at"))]),
    table(
        "endpoint",
        &[
            key(integer("id")),
            text("uuid"),
            text("name"),
            text("kind"),
            text("settings"),
            integer("version"),
            integer("created_at"),
            integer("updated_at"),
            or_null(integer("failing_since")),
            or_null(integer("disabled_at")),
            or_null(text("disabled_why")),
            or_null(integer("removed_at")),
        ],
    ),
    table(
        "secret",
        &[
            key(integer("id")),
            text("uuid"),
            text("purpose"),
            or_null(integer("connector_id")),
            text("key_id"),
            blob("wrapped_key"),
            blob("wrap_nonce"),
            blob("nonce"),
            blob("ciphertext"),
            integer("created_at"),
            integer("updated_at"),
            or_null(integer("hub_user_id")),
            or_null(integer("endpoint_id")),
        ],
    ),
    table(
        "decision_pending",
        &[
            key(integer("id")),
            text("uuid"),
            integer("connector_id"),
            text("action"),
            or_null(integer("listing_id")),
            integer("seen_snapshot"),
            text("actor"),
            text("reason"),
            integer("made_at"),
            integer("due_at"),
            text("state"),
            or_null(integer("ended_at")),
            or_null(text("ended_by")),
        ],
    ),
    table(
        "purge_request",
        &[
            key(integer("id")),
            text("uuid"),
            integer("connector_id"),
            text("actor"),
            text("reason"),
            integer("asked_at"),
            text("state"),
            or_null(integer("ended_at")),
            or_null(text("ended_by")),
        ],
    ),
    table(
        "identity_pin",
        &[
            key(integer("connector_id")),
            key(text("kind")),
            key(text("account")),
            text("pinned"),
            text("actor"),
            text("reason"),
            integer("at"),
        ],
    ),
    table(
        "identity_refusal",
        &[
            key(integer("connector_id")),
            key(text("kind")),
            key(text("account")),
            key(text("person")),
            text("actor"),
            text("reason"),
            integer("at"),
        ],
    ),
    table(
        "identity_link",
        &[
            key(integer("connector_id")),
            key(text("kind")),
            key(text("account")),
            key(integer("since")),
            or_null(integer("until")),
            text("state"),
            integer("noted_at"),
        ],
    ),
    table("identity_setting", &[key(integer("id")), text("settings"), integer("at")]),
    table(
        "resource_owner",
        &[
            key(integer("id")),
            integer("connector_id"),
            text("kind"),
            text("resource"),
            text("source"),
            text("place"),
            text("owner"),
            text("evidence"),
            text("actor"),
            text("reason"),
            integer("since"),
            or_null(integer("until")),
            or_null(text("ended_by")),
            or_null(text("ended_reason")),
        ],
    ),
    table(
        "attestation",
        &[
            key(integer("id")),
            text("uuid"),
            integer("connector_id"),
            text("kind"),
            integer("attested_at"),
            text("actor"),
            integer("expires_at"),
            or_null(text("since")),
            text("file_name"),
            or_null(text("file_sha256")),
            or_null(integer("superseded_at")),
            or_null(integer("withdrawn_at")),
            or_null(text("withdrawn_by")),
            or_null(text("withdrawn_reason")),
        ],
    ),
    table(
        "attestation_account",
        &[
            key(integer("attestation_id")),
            key(text("account")),
            integer("two_factor"),
            or_null(integer("superseded_at")),
        ],
    ),
    table(
        "finding",
        &[
            key(integer("id")),
            text("code"),
            text("key"),
            text("rule"),
            or_null(integer("connector_id")),
            text("severity"),
            text("title"),
            text("content"),
            integer("first_at"),
            integer("opened_at"),
            or_null(integer("resolved_at")),
            integer("is_unsure"),
            or_null(text("decision")),
            or_null(integer("decided_until")),
            or_null(integer("decided_at")),
            or_null(text("decided_by")),
            or_null(text("reason")),
            or_null(text("approver")),
            text("owner"),
        ],
    ),
    table(
        "finding_event",
        &[
            key(integer("id")),
            integer("finding_id"),
            integer("at"),
            text("what"),
            or_null(text("actor")),
            or_null(text("reason")),
            or_null(text("details")),
        ],
    ),
    table("finding_evaluation", &[key(integer("id")), integer("turn"), integer("at"), text("seen"), text("summary")]),
    table(
        "rule",
        &[
            key(integer("id")),
            text("uuid"),
            text("name"),
            text("definition"),
            integer("version"),
            integer("created_at"),
            integer("updated_at"),
            text("updated_by"),
            text("source"),
            or_null(integer("removed_at")),
        ],
    ),
    table(
        "rule_standing",
        &[
            key(integer("rule_id")),
            integer("turn"),
            integer("begun_at"),
            or_null(integer("evaluated_at")),
            text("seen"),
            text("outcome"),
            or_null(text("error")),
            or_null(integer("failing_since")),
            text("alert"),
            or_null(integer("alert_since")),
            text("alert_level"),
            text("digest"),
            integer("result_count"),
            text("outputs"),
        ],
    ),
    table("rule_row", &[key(integer("rule_id")), key(text("key")), text("content"), integer("since")]),
    table(
        "rule_evaluation",
        &[
            key(integer("id")),
            integer("rule_id"),
            integer("at"),
            text("outcome"),
            integer("result_count"),
            integer("appeared"),
            integer("vanished"),
            integer("changed"),
            integer("told"),
            or_null(text("error")),
        ],
    ),
    table(
        "delivery",
        &[
            key(integer("id")),
            text("uuid"),
            integer("endpoint_id"),
            or_null(integer("rule_id")),
            integer("created_at"),
            text("notice"),
            text("subject"),
            text("state"),
            integer("attempts"),
            integer("next_at"),
            or_null(integer("finished_at")),
            or_null(text("reference")),
        ],
    ),
    table(
        "delivery_attempt",
        &[key(integer("id")), integer("delivery_id"), integer("at"), integer("is_delivered"), text("answer")],
    ),
    table(
        "saved_question",
        &[key(integer("id")), text("question_id"), text("content"), integer("updated_at"), text("updated_by")],
    ),
    table(
        "entity_tag",
        &[
            key(integer("connector_id")),
            key(text("kind")),
            key(text("resource")),
            key(text("name")),
            text("value"),
            or_null(integer("rule_id")),
            integer("since"),
        ],
    ),
    table(
        "review",
        &[
            key(integer("id")),
            text("uuid"),
            text("name"),
            text("definition"),
            text("state"),
            integer("version"),
            text("origin"),
            integer("created_at"),
            text("created_by"),
            or_null(integer("staged_at")),
            or_null(integer("started_at")),
            or_null(integer("due_at")),
            or_null(integer("ended_at")),
            or_null(text("ended_by")),
            or_null(text("ended_reason")),
            integer("items"),
            text("population"),
            text("accuracy"),
        ],
    ),
    table(
        "review_item",
        &[
            key(integer("id")),
            integer("review_id"),
            integer("number"),
            text("connector"),
            text("connector_title"),
            text("principal_kind"),
            text("principal_id"),
            text("resource_kind"),
            text("resource_id"),
            text("slug"),
            text("grant_key"),
            text("content"),
            text("shown"),
            text("holding"),
            text("novelty"),
            or_null(text("previous")),
            or_null(text("reviewer")),
            text("reviewer_name"),
            text("reviewer_why"),
            text("outcome"),
            or_null(integer("decided_at")),
        ],
    ),
    table("review_holder", &[key(integer("review_id")), key(text("holding")), key(text("reviewer"))]),
    table(
        "review_assignment",
        &[
            key(integer("id")),
            integer("item_id"),
            integer("at"),
            or_null(text("actor")),
            or_null(text("from_reviewer")),
            text("from_name"),
            or_null(text("reviewer")),
            text("reviewer_name"),
            text("reason"),
        ],
    ),
    table(
        "review_mark",
        &[key(integer("item_id")), key(text("reviewer")), text("decision"), text("reason"), integer("at")],
    ),
    table(
        "review_submission",
        &[
            key(integer("id")),
            text("uuid"),
            integer("review_id"),
            integer("at"),
            text("reviewer"),
            text("reviewer_name"),
            text("source"),
            text("brought_by"),
            or_null(text("file_name")),
            or_null(text("file_sha256")),
            integer("certified"),
            integer("denied"),
        ],
    ),
    table(
        "review_decision",
        &[
            key(integer("id")),
            integer("item_id"),
            integer("submission_id"),
            text("reviewer"),
            text("decision"),
            text("reason"),
            integer("at"),
        ],
    ),
    table(
        "review_event",
        &[
            key(integer("id")),
            integer("review_id"),
            integer("at"),
            text("what"),
            or_null(text("actor")),
            or_null(text("reason")),
            text("details"),
        ],
    ),
    table(
        "review_delegate",
        &[
            key(integer("id")),
            text("uuid"),
            text("reviewer"),
            text("reviewer_name"),
            text("delegate"),
            text("delegate_name"),
            integer("from_at"),
            integer("until_at"),
            text("reason"),
            integer("set_at"),
            text("set_by"),
            or_null(integer("ended_at")),
            or_null(text("ended_by")),
        ],
    ),
    table(
        "review_request",
        &[
            key(integer("id")),
            or_null(integer("rule_id")),
            integer("at"),
            text("content"),
            or_null(integer("review_id")),
        ],
    ),
    table(
        "plan",
        &[
            key(integer("id")),
            text("uuid"),
            or_null(integer("review_id")),
            integer("created_at"),
            text("created_by"),
            integer("due_at"),
            text("digest"),
        ],
    ),
    table(
        "plan_step",
        &[
            key(integer("id")),
            integer("plan_id"),
            integer("number"),
            or_null(integer("item_number")),
            text("connector"),
            text("connector_title"),
            text("principal_kind"),
            text("principal_id"),
            text("resource_kind"),
            text("resource_id"),
            text("slug"),
            text("effect"),
            text("what"),
            text("how"),
            text("needs"),
            or_null(text("first")),
            or_null(text("refused")),
            text("owner"),
            integer("due_at"),
            text("state"),
            integer("state_at"),
            integer("asked_sync"),
            or_null(integer("done_at")),
            or_null(text("done_by")),
            or_null(text("seen")),
        ],
    ),
    table(
        "plan_step_event",
        &[
            key(integer("id")),
            integer("step_id"),
            integer("at"),
            text("state"),
            or_null(text("actor")),
            or_null(text("reason")),
            text("details"),
        ],
    ),
    table("number_given", &[key(text("what")), integer("number")]),
    table("notice_told", &[key(text("key")), integer("connector_id"), integer("at")]),
];

impl Kind {
    /// As the file's header spells it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Blob => "blob",
        }
    }
}

impl Table {
    fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }

    /// Every row, in the order of the file: both engines compare texts byte by byte.
    pub(super) fn select(&self) -> String {
        let keys: Vec<&str> = self.columns.iter().filter(|column| column.is_key).map(|column| column.name).collect();
        format!("select {} from {} order by {}", self.names().join(", "), self.name, keys.join(", "))
    }

    /// Adds so many rows at once.
    pub(super) fn insert(&self, rows: usize) -> String {
        let width = self.columns.len();
        let rows: Vec<String> = (0..rows).map(|row| format!("({})", places(row * width + 1, width))).collect();
        format!("insert into {} ({}) values {}", self.name, self.names().join(", "), rows.join(", "))
    }

    /// The key by which the engine numbers rows itself, if it does.
    pub(super) fn numbered(&self) -> Option<&'static str> {
        let mut keys = self.columns.iter().filter(|column| column.is_key);
        match (keys.next(), keys.next()) {
            (Some(key), None) if key.kind == Kind::Integer => Some(key.name),
            _ => None,
        }
    }

    pub(super) fn count(&self) -> String {
        format!("select count(*) from {}", self.name)
    }

    pub(super) fn clear(&self) -> String {
        format!("delete from {}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{DatabaseAddress, Mode, Store, db};

    #[tokio::test]
    async fn every_table_and_every_column_of_the_schema_is_exported() {
        let directory = tempfile::tempdir().unwrap();
        let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let mut db = store.reading().await.unwrap();
        let tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
        let tables: BTreeSet<String> = db::query_scalar(tables).fetch_all(&mut db).await.unwrap().into_iter().collect();
        let known: BTreeSet<String> =
            TABLES.iter().map(|table| table.name).chain(NOT_EXPORTED.iter().copied()).map(str::to_owned).collect();
        assert_eq!(tables, known, "add what is new to TABLES, after what it refers to, or to NOT_EXPORTED");

        for table in TABLES {
            let columns = "select name, type, \"notnull\", pk from pragma_table_info($1) order by cid";
            let rows = db::query(columns).bind(table.name).fetch_all(&mut db).await.unwrap();
            let found: Vec<(String, String, bool, bool)> = rows
                .iter()
                .map(|row| {
                    let is_key = row.try_get::<i64, _>("pk").unwrap() > 0;
                    let nullable = row.try_get::<i64, _>("notnull").unwrap() == 0 && !is_key;
                    let kind: String = row.try_get("type").unwrap();
                    (row.try_get("name").unwrap(), kind.to_lowercase(), nullable, is_key)
                })
                .collect();
            let known: Vec<(String, String, bool, bool)> = table
                .columns
                .iter()
                .map(|column| (column.name.to_owned(), column.kind.word().to_owned(), column.nullable, column.is_key))
                .collect();
            assert_eq!(found, known, "the columns of {}", table.name);
        }
    }

    #[test]
    fn statements_name_every_column_and_are_portable() {
        let table = TABLES.iter().find(|table| table.name == "requests_used").unwrap();
        assert_eq!(
            table.insert(2),
            "insert into requests_used (connector_id, month, count) values ($1, $2, $3), ($4, $5, $6)"
        );
        let select = table.select();
        assert!(
            select.starts_with("select connector_id, month, count from requests_used order by connector_id, month")
        );
    }
}
