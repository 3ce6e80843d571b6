//! Cloudsmith's own clients against the simulated service: what they make of its answers, and what it lets
//! them do. What they should send, print and refuse is written down in `cloudsmith-client-requests.md`.
//!
//! The Python library is the strictest reader of them: its own checks are on unless a test says otherwise.
#![expect(clippy::expect_used, reason = "what helps the tests reports to them by panicking")]
#![expect(clippy::needless_pass_by_value, reason = "a call's arguments are written down where it is made")]

mod cli_entitlements;
mod cli_failures;
mod cli_identity;
mod cli_repositories;
mod document;
mod mcp;
mod names;
mod schema;
mod sdk_audit;
mod sdk_entitlements;
mod sdk_federation;
mod sdk_identity;
mod sdk_invitations;
#[cfg(test)]
mod sdk_leaver;
mod sdk_members;
mod sdk_privileges;
mod sdk_repositories;
mod sdk_services;
mod sdk_strictness;
mod sdk_teams;

use serde_json::{Value, json};

/// What the calls of the library call the organisation that most of them are about.
fn org(others: Value) -> Value {
    merged(json!({ "org": "acme" }), others)
}

/// The same where it is called the owner of what they are about.
fn owner(others: Value) -> Value {
    merged(json!({ "owner": "acme" }), others)
}

/// The arguments of both.
fn merged(mut arguments: Value, others: Value) -> Value {
    if let (Value::Object(arguments), Value::Object(others)) = (&mut arguments, others) {
        arguments.extend(others);
    }
    arguments
}
