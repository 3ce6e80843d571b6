//! The audit log.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::audit::{AUDIT_ACTIONS, AuditQuestion, AuditRow, audit_list};
use rolecall_engine::hub::Permission;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Answer, Frame, encoded, moment, shown};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::capital;

/// How many records a page, and a file, has at most.
const ROWS: usize = 200;
const FILE_ROWS: usize = 100_000;

pub(super) fn routes() -> Vec<Route> {
    let audit = Access::May(Permission::Audit);
    vec![Route::get("/audit", audit, get(list)), Route::get("/audit.csv", audit, get(csv))]
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    rows: Vec<AuditRow>,
    action: String,
    actor: String,
}

impl AuditPage {
    fn query(&self) -> String {
        format!("action={}&actor={}", encoded(&self.action), encoded(&self.actor))
    }
}

/// What was done, in words: `connector.added` is *Connector added*. What is done to the hub itself goes without saying so.
fn action_words(action: impl AsRef<str>) -> String {
    let action = action.as_ref();
    capital(action.strip_prefix("hub.").unwrap_or(action).replace(['.', '-'], " "))
}

/// To what. What has no name is called by the kind of thing it is; its id is among what is unfolded.
fn subject_words(row: &AuditRow) -> &str {
    if Uuid::parse_str(&row.subject).is_err() {
        return &row.subject;
    }
    match row.action.split(['.', '-']).nth(1) {
        _ if row.action == "database.migrated" => "the database",
        _ if row.action.starts_with("job.") => "a job",
        _ if row.action.starts_with("review.delegate") => "a delegation",
        _ if row.action.starts_with("review.") => "a review",
        _ if row.action.starts_with("plan.") => "a plan",
        Some("first" | "link") => "a link",
        Some("user") if row.action == "hub.user-invited" => "a link",
        Some("credential") => "this hub",
        Some("token") => "a token",
        Some("session") => "a session",
        Some("login") => "a log-in",
        _ => "something without a name",
    }
}

/// What else is recorded, as `name: value`, without what it stands within.
fn details_words(details: impl AsRef<str>) -> String {
    let mut words = Vec::new();
    if let Ok(Json::Object(members)) = serde_json::from_str(details.as_ref()) {
        members.iter().for_each(|(name, value)| leaves(name, value, &mut words));
    }
    words.join(", ")
}

fn leaves(name: &str, value: &Json, words: &mut Vec<String>) {
    match value {
        Json::Null => (),
        Json::Object(members) => members.iter().for_each(|(name, value)| leaves(name, value, words)),
        Json::Array(values) => {
            // What was changed is called by the names of settings.
            let word = |value: &Json| if name == "changed" { apart(&scalar(value)) } else { scalar(value) };
            let values: Vec<String> = values.iter().map(word).collect();
            words.push(format!("{}: {}", apart(name), values.join(" and ")));
        }
        // What is known by such an id alone says nothing to anybody.
        Json::String(text) if Uuid::parse_str(text).is_ok() => (),
        value => words.push(format!("{}: {}", apart(name), scalar(value))),
    }
}

/// `secondFactor` as two words.
fn apart(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 2);
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn question(query: &Form, limit: usize) -> AuditQuestion {
    let given = |name| query.given(name).map(str::to_owned);
    AuditQuestion { since: None, action: given("action"), actor: given("actor"), limit }
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let rows =
        audit_list(site.context(), &question(&query, ROWS)).await.map_err(|error| WebError::from_store(&error))?;
    let frame = Frame::new(&signed, "Audit log", "/audit");
    let text = |name| query.text(name).to_owned();
    shown(&AuditPage { frame, rows, action: text("action"), actor: text("actor") })
}

async fn csv(State(site): State<Site>, Query(query): Query) -> Answer {
    let rows = audit_list(site.context(), &question(&query, FILE_ROWS)).await;
    let rows = rows.map_err(|error| WebError::from_store(&error))?;
    let titles =
        ["number", "at", "action", "subject", "actor", "reason", "details", "hash"].map(str::to_owned).to_vec();
    let cells = |row: AuditRow| {
        let at = jiff::Timestamp::from_microsecond(row.at.0).unwrap_or_default().to_string();
        let (actor, reason) = (row.actor.unwrap_or_default(), row.reason.unwrap_or_default());
        vec![row.sequence.to_string(), at, row.action, row.subject, actor, reason, row.details, row.hash]
    };
    spreadsheet::file("audit.csv", std::iter::once(titles).chain(rows.into_iter().map(cells)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_in_words() {
        assert_eq!(action_words("snapshot.made-current"), "Snapshot made current");
        assert_eq!(action_words("hub.signed-in"), "Signed in");
        let details = r#"{"counts":{"appeared":5,"removed":0},"changed":["sealedToken","owners"],"secondFactor":"none","was":null}"#;
        let words = "changed: sealed token and owners, appeared: 5, removed: 0, second factor: none";
        assert_eq!(details_words(details), words);
        assert_eq!(details_words("{}"), "");
    }
}
