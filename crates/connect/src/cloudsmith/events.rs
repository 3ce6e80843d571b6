//! The audit log: who did what, as far as Cloudsmith writes it down (`cloudsmith-api.md` §8). Changes of roles, of privileges
//! and of default privileges are not in it.

use std::collections::BTreeMap;

use jiff::Timestamp as Moment;
use rolecall_http::{Answer, Call, Client, ErrorKind, RequestError};
use rolecall_model::{Altered, ResourceRef, SourceEvent, Timestamp};

use super::declaration::{REPOSITORY, SERVICE, TEAM, USER};
use super::requests::{AUDIT_LOG, PAGE, PAGE_SIZE};
use super::row::Row;
use super::slug::is_slug;

const ROWS: usize = 500;
/// So many pages at most: half a million events between two readings.
const MOST_PAGES: usize = 1_000;
/// Events may be shown later than they happened.
const LATE_SECONDS: i64 = 3600;

/// What an event did, to a resource of which type.
const UNDERSTOOD: &[(&str, Altered, &str)] = &[
    ("org.member.added", Altered::Added, USER),
    ("org.member.removed", Altered::Removed, USER),
    ("user.service.created", Altered::Added, SERVICE),
    ("user.service.deleted", Altered::Removed, SERVICE),
    ("org.team.created", Altered::Added, TEAM),
    ("org.team.deleted", Altered::Removed, TEAM),
    ("org.team.member_added", Altered::HolderAdded, TEAM),
    ("org.team.member_removed", Altered::HolderRemoved, TEAM),
    ("repo.created", Altered::Added, REPOSITORY),
    ("repo.deleted", Altered::Removed, REPOSITORY),
];

/// What is kept of an event beside what it did; never the address or the place it came from.
const KEPT: &[&str] = &["actor_kind", "context", "object", "object_kind", "target", "target_kind"];

/// Reads the log back to a moment, newest first as it is listed, or as far back as it is shown.
pub(super) async fn read(
    client: &Client,
    organization: &str,
    since: Option<Timestamp>,
) -> Result<Vec<SourceEvent>, RequestError> {
    let since = since.map(|since| since.plus_seconds(-LATE_SECONDS));
    let mut events = Vec::new();
    for number in 1..=MOST_PAGES {
        let call = Call::new().path("org", organization.to_owned());
        let call = call.query(PAGE, number.to_string()).query(PAGE_SIZE, ROWS.to_string());
        let rows: Vec<Row> = match client.get(&AUDIT_LOG, call).await {
            Ok(Answer::Fresh(body)) => body.json()?,
            Ok(Answer::NotModified) => break,
            Err(error) if number > 1 && matches!(error.kind, ErrorKind::NotFound { .. }) => break,
            Err(error) => return Err(error),
        };
        let found: Vec<SourceEvent> = rows.iter().filter_map(|row| event(row, organization)).collect();
        // Whether the log is in order is not documented: it ends with a page on which everything is old.
        let is_old = since.is_some_and(|since| found.iter().all(|event| event.at < since));
        events.extend(found);
        if rows.len() < ROWS || is_old {
            break;
        }
    }
    Ok(events)
}

/// One row of the log; nothing of one without an id, an action or a moment.
fn event(row: &Row, organization: &str) -> Option<SourceEvent> {
    let action = row.text("event")?;
    let at = row.text("event_at")?.parse::<Moment>().ok()?;
    let understood = UNDERSTOOD.iter().find(|(known, _, _)| *known == action);
    let object = understood.and_then(|(_, _, kind)| object(row, kind, organization));
    let fields = KEPT.iter().filter_map(|name| Some(((*name).to_owned(), row.text(name)?.to_owned())));
    Some(SourceEvent {
        id: row.text("uuid")?.to_owned(),
        at: Timestamp(at.as_microsecond()),
        actor: row.text("actor").map(str::to_owned),
        action: action.to_owned(),
        altered: object.as_ref().and(understood).map(|(_, altered, _)| *altered),
        object,
        fields: fields.collect::<BTreeMap<_, _>>(),
    })
}

/// What was done to is the target. The kind of the target is not relied on: its words are not documented.
fn object(row: &Row, kind: &'static str, organization: &str) -> Option<ResourceRef> {
    let slug = row.text("target").filter(|slug| is_slug(slug))?;
    Some(match kind {
        TEAM | REPOSITORY => ResourceRef::new(kind, format!("{organization}/{slug}")),
        _ => ResourceRef::new(kind, slug),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(row: serde_json::Value) -> Option<SourceEvent> {
        event(&serde_json::from_value(row).unwrap(), "acme")
    }

    #[test]
    fn an_event_says_who_did_what_to_whom_and_not_where_from() {
        let added = read(json!({
            "uuid": "u-1", "event": "org.team.member_added", "event_at": "2026-11-26T10:00:00.000000Z",
            "actor": "olivia", "actor_kind": "user", "actor_ip_address": "203.0.113.7", "target": "core",
            "actor_location": { "city": "Bergen" }, "target_kind": "team", "object": "acme", "object_kind": "namespace",
        }))
        .unwrap();
        assert_eq!(
            (added.object, added.altered),
            (Some(ResourceRef::new(TEAM, "acme/core")), Some(Altered::HolderAdded))
        );
        assert_eq!((added.actor.as_deref(), added.at), (Some("olivia"), Timestamp(1_795_687_200_000_000)));
        let kept: Vec<&str> = added.fields.keys().map(String::as_str).collect();
        assert_eq!(kept, ["actor_kind", "object", "object_kind", "target", "target_kind"]);
    }

    #[test]
    fn what_is_not_understood_is_kept_and_explains_nothing() {
        let base = json!({ "uuid": "u-1", "event": "user.login", "event_at": "2026-11-26T10:00:00Z", "actor": null, "target": "dora" });
        let login = read(base.clone()).unwrap();
        assert_eq!((login.object, login.altered, login.actor), (None, None, None));
        let mut odd = base.clone();
        (odd["event"], odd["target"]) = (json!("org.member.added"), json!("dora/remove"));
        assert_eq!(read(odd).unwrap().altered, None);
        for missing in ["uuid", "event", "event_at"] {
            let mut row = base.clone();
            row[missing] = json!(null);
            assert_eq!(read(row), None, "{missing}");
        }
    }
}
