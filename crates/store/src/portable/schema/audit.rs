//! The audit log.

use super::super::table::{Table, blob, born_filled, integer, key, or_null, table, text};

pub(super) const AUDIT: &[Table] = &[
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
];
