//! What people call what there is in reviews and plans, and its colours.

use rolecall_engine::reviews::{EventRow, ItemShown, ReviewRow};
use serde_json::Value as Json;

use crate::text::{count, grouped};

/// What people call where a campaign stands, and its colour.
pub(super) fn state_words(state: impl AsRef<str>) -> (&'static str, &'static str) {
    match state.as_ref() {
        "draft" => ("Draft", "still"),
        "staged" => ("Staged", "warn"),
        "running" => ("Running", "busy"),
        "completed" => ("Completed", "good"),
        _ => ("Cancelled", "still"),
    }
}

/// The same of what was decided about a grant.
pub(super) fn outcome_words(outcome: impl AsRef<str>) -> (&'static str, &'static str) {
    match outcome.as_ref() {
        "certified" => ("Certified", "good"),
        "denied" => ("Denied", "bad"),
        _ => ("Undecided", "still"),
    }
}

/// The same of what a grant is beside what was certified before.
pub(super) fn novelty_words(novelty: impl AsRef<str>) -> (&'static str, &'static str) {
    match novelty.as_ref() {
        "new" => ("New", "busy"),
        "changed" => ("Changed", "warn"),
        _ => ("Unchanged", "still"),
    }
}

/// The same of a step of a plan.
pub(super) fn step_words(state: impl AsRef<str>) -> (&'static str, &'static str) {
    match state.as_ref() {
        "requested" => ("Requested", "warn"),
        "done" => ("Done", "busy"),
        "verified" => ("Verified", "good"),
        "failed" => ("Failed", "bad"),
        "came-back" => ("Came back", "bad"),
        _ => ("Refused", "still"),
    }
}

/// `54 of 175 decided`.
pub(super) fn progress_words(row: &ReviewRow) -> String {
    format!("{} of {} decided", number(row.certified + row.denied), number(row.grants))
}

/// A count that is never negative.
pub(super) fn number(count: impl std::borrow::Borrow<i64>) -> String {
    grouped(u64::try_from(*count.borrow()).unwrap_or_default())
}

/// `3 grants`.
pub(super) fn grants(count: impl std::borrow::Borrow<i64>) -> String {
    self::count_of(*count.borrow())
}

fn count_of(number: i64) -> String {
    count(u64::try_from(number).unwrap_or_default(), "grant", "grants")
}

/// What people call where reviewers are found.
pub(super) const SOURCES: [(&str, &str); 3] = [
    ("resource-owner", "Whoever answers for the resource"),
    ("manager", "Whoever manages the person"),
    ("account-owner", "Whoever answers for the account"),
];

/// Whether reviewers are found there; otherwise it is what somebody is called.
pub(super) fn is_source(word: &str) -> bool {
    SOURCES.iter().any(|(known, _)| *known == word)
}

/// Where a reviewer is found, in words.
pub(super) fn source_words(word: &str) -> &str {
    SOURCES.iter().find(|(known, _)| *known == word).map_or(word, |(_, words)| words)
}

/// What became of a person's employment, and its colour.
pub(super) fn employment_words(employment: &str) -> (&'static str, &'static str) {
    match employment {
        "active" => ("works here", "good"),
        "on-leave" => ("on leave", "still"),
        "departed" => ("left", "bad"),
        _ => ("employment unknown", "warn"),
    }
}

/// Whose an account is, where that is nobody who is known.
pub(super) fn account_words(shown: &ItemShown) -> String {
    let owner = shown.account_owner.as_deref();
    match shown.account_state.as_deref() {
        Some("service") => match owner {
            Some(owner) => format!("A service's; {owner} answers for it."),
            None => "A service's; nobody answers for it.".to_owned(),
        },
        Some("protected") => match owner {
            Some(owner) => format!("Protected; {owner} answers for it."),
            None => "Protected.".to_owned(),
        },
        Some("external") => "Somebody's from elsewhere.".to_owned(),
        Some("suggested" | "ambiguous") => "Whose it is is not certain.".to_owned(),
        _ => "Nobody knows whose it is.".to_owned(),
    }
}

/// How much can be written, in a sentence; *at least* where not everything was read.
pub(super) fn radius_words(shown: &ItemShown) -> String {
    let Some(radius) = shown.blast_radius.as_ref() else { return "not known".to_owned() };
    let at_least = if shown.is_complete { "" } else { "at least " };
    let mut words = format!(
        "can {} {at_least}{} of {} in all",
        radius.action,
        grouped(u64::try_from(radius.writes).unwrap_or(u64::MAX)),
        grouped(u64::try_from(radius.of).unwrap_or(u64::MAX))
    );
    if radius.alone > 0 {
        words += &format!(", {} of them alone", radius.alone);
    }
    match radius.fetched {
        Some(fetched) => words += &format!("; fetched {} times a month", grouped(fetched)),
        None => words += "; how often that is fetched is unknown",
    }
    words
}

/// Since when a grant is known.
pub(super) fn since_words(shown: &ItemShown) -> String {
    let day = rolecall_engine::day_text(&shown.since);
    if shown.or_earlier { format!("{day} or earlier") } else { day }
}

/// What a grant itself gives.
pub(super) fn gives_words(shown: &ItemShown) -> Option<String> {
    let gives = &shown.gives;
    if gives.writes == 0 {
        return None;
    }
    let at_least = if shown.is_complete { "" } else { "at least " };
    let mut words = format!("{} {at_least}{} of {}", gives.action, gives.writes, gives.of);
    if !gives.examples.is_empty() {
        let more = if gives.writes > gives.examples.len() { ", …" } else { "" };
        words += &format!(": {}{more}", gives.examples.join(", "));
    }
    if gives.kept > 0 {
        words += &format!(". {} would stay by another way", gives.kept);
    }
    Some(words)
}

/// What happened in a campaign, in a sentence.
pub(super) fn event_words(event: &EventRow) -> String {
    let details = &event.details;
    let text = |name: &str| details.get(name).and_then(Json::as_str).unwrap_or_default();
    let length = |name: &str| details.get(name).and_then(Json::as_array).map_or(0, Vec::len) as u64;
    let value = |name: &str| details.get(name).and_then(Json::as_i64).unwrap_or_default();
    match event.what.as_str() {
        "created" => "Written as a draft".to_owned(),
        "changed" => "Changed; what was staged was taken back".to_owned(),
        "staged" => format!("Staged with {}", count_of(value("grants"))),
        "started" => "Started".to_owned(),
        "submitted" => {
            let by = match text("source") {
                "file" => ", in a file",
                "completion" => ", by the end of the campaign",
                "terminal" => ", at a terminal",
                "interface" => ", by a program",
                _ => "",
            };
            format!("Submitted: {} certified, {} denied{by}", grouped(length("certified")), grouped(length("denied")))
        }
        "refused" => format!("Not taken: {}", count(length("grants"), "decision", "decisions")),
        "reassigned" => format!("{} reassigned", count(length("grants"), "grant", "grants")),
        "escalated" => format!("{} given to somebody else by the hub", count(length("grants"), "grant", "grants")),
        "reminded" => {
            let (name, grants, occasion) = (text("name"), count_of(value("grants")), text("occasion"));
            if details.get("sent").and_then(Json::as_bool) == Some(true) {
                format!("{name} was told that {grants} wait ({occasion})")
            } else {
                format!("{grants} wait for {name} ({occasion}); no endpoint tells them")
            }
        }
        "connector-removed" => format!("The connector {} is not there any more", text("connector")),
        "completed" => format!(
            "Completed: {} certified, {} denied, {} undecided",
            number(value("certified")),
            number(value("denied")),
            number(value("undecided"))
        ),
        "cancelled" => "Cancelled".to_owned(),
        "clock-back" => "The clock went back".to_owned(),
        other => crate::text::capital(other.replace('-', " ")),
    }
}

/// What happened to a step, in a few words.
pub(super) fn step_event_words(what: &str) -> &str {
    match what {
        "requested" => "requested",
        "done" => "said to be done",
        "verified" => "verified by a reading",
        "failed" => "still there, by a reading",
        "came-back" => "there again, by a reading",
        "refused" => "refused",
        "owner-set" => "owner set",
        "due-set" => "due date set",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use rolecall_engine::reviews::ItemGives;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_in_full_is_at_least() {
        let radius = ItemGives { action: "publish".to_owned(), writes: 1200, of: 3000, ..ItemGives::default() };
        let mut shown = ItemShown { blast_radius: Some(radius), ..ItemShown::default() };
        assert_eq!(
            radius_words(&shown),
            "can publish at least 1,200 of 3,000 in all; how often that is fetched is unknown"
        );
        shown.is_complete = true;
        assert!(radius_words(&shown).starts_with("can publish 1,200 of"));
        assert_eq!(radius_words(&ItemShown::default()), "not known");
        assert_eq!(gives_words(&shown), None);
    }

    #[test]
    fn events_are_told_in_words() {
        let event = |what: &str, details| EventRow {
            at: String::new(),
            what: what.to_owned(),
            actor: None,
            reason: None,
            details,
        };
        let told = event("submitted", json!({ "source": "file", "certified": [1, 2], "denied": [3] }));
        assert_eq!(event_words(&told), "Submitted: 2 certified, 1 denied, in a file");
        assert_eq!(event_words(&event("reassigned", json!({ "grants": [1] }))), "1 grant reassigned");
        assert_eq!(event_words(&event("some-thing", json!({}))), "Some thing");
    }
}
