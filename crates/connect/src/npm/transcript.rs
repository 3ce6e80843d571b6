//! What an examination was answered, redacted and arranged by the questions that only a live organisation can answer
//! (`npm-api.md` §11).

use serde_json::{Map, Value as Json, json};

use super::doctor::{Record, Recorder};
use super::pseudonym::Pseudonyms;
use super::{redact, requests};

/// The questions, by letter, with what stands in the way of those that reading cannot answer.
const QUESTIONS: &[(&str, &str, Option<&str>)] = &[
    ("a", "does a read-only token see roster, teams, team members and packages?", None),
    ("b", "what does a developer, an outsider, an anonymous caller get from the roster?", None),
    ("c", "does a pending invitee appear in the roster?", Some("it takes a pending invitation to see")),
    ("d", "values with and without format=cli", None),
    ("e", "the shape of visibility", None),
    ("f", "entity tags, cache-control and limits on the organisation's listings", None),
    ("g", "bodies of successful writes", Some("it takes a write, and Rolecall only reads here")),
    (
        "h",
        "does a token without bypass write with a one-time password?",
        Some("it takes a write, and Rolecall only reads here"),
    ),
    ("i", "can the last owner step down?", Some("it takes a write, and Rolecall only reads here")),
    ("j", "collaborators of a private package seen by an admin without team access", None),
];

/// Headers that are kept, beside those that announce limits.
const HEADERS: &[&str] = &[
    "age",
    "cache-control",
    "cf-cache-status",
    "content-encoding",
    "content-type",
    "etag",
    "last-modified",
    "npm-notice",
    "retry-after",
    "vary",
    "www-authenticate",
];

/// The transcript, a line for each answer and for each question that was not tried.
///
/// No token, no mail address and no name is in it: see [`Pseudonyms`]. `names` learns every name of the answers, so that
/// other texts about the same examination can be cleaned with it.
#[must_use]
pub fn transcript(recorder: &Recorder, organization: &str, names: &mut Pseudonyms) -> Vec<Json> {
    let records = recorder.records();
    names.organization(organization);
    // Twice: what an early answer says in a sentence may name what only a later one lists.
    for record in &records {
        learn(record, names);
    }
    let private = private_packages(&records);
    let mut lines: Vec<(Vec<&str>, Json)> =
        records.iter().map(|record| (questions(record, &private), line(record, names))).collect();
    for (letter, question, why) in QUESTIONS {
        let is_answered = lines.iter().any(|(letters, _)| letters.contains(letter));
        let why = why.or_else(|| (!is_answered).then_some("nothing of the kind was found to try it on"));
        if let Some(why) = why {
            lines.push((vec![letter], json!({ "tried": false, "question": question, "why": why })));
        }
    }
    lines.sort_by_key(|(letters, _)| letters.first().map_or("z", |letter| *letter));
    lines
        .into_iter()
        .map(|(letters, mut line)| {
            line["probes"] = json!(letters);
            line
        })
        .collect()
}

fn learn(record: &Record, names: &mut Pseudonyms) {
    if let Some(team) = record.value("team") {
        names.team(team);
    }
    if let Some(package) = record.value("package") {
        names.package(package);
    }
    redact::body(record, names);
}

fn private_packages(records: &[Record]) -> Vec<String> {
    let visibility = records.iter().filter(|record| record.template.name == requests::VISIBILITY.name);
    let private = visibility.filter(|record| {
        let body: Option<Json> = serde_json::from_slice(&record.body).ok();
        body.is_some_and(|body| {
            body["public"] == false
                || body
                    .as_object()
                    .is_some_and(|map| map.values().any(|word| word == "private" || word == "restricted"))
        })
    });
    private.filter_map(|record| record.value("package").map(str::to_owned)).collect()
}

/// The letters of the questions that an answer bears on.
fn questions(record: &Record, private: &[String]) -> Vec<&'static str> {
    let name = record.template.name;
    let is = |templates: &[&str]| templates.contains(&name);
    let listings = [
        requests::ROSTER.name,
        requests::TEAMS.name,
        requests::TEAM_MEMBERS.name,
        requests::TEAM_PACKAGES.name,
        requests::PACKAGES.name,
    ];
    let mut letters = Vec::new();
    if is(&listings) && !record.anonymous {
        letters.push("a");
    }
    if name == requests::ROSTER.name {
        letters.push("b");
    }
    if record.template.query.contains(&requests::FORMAT) {
        letters.push("d");
    }
    if name == requests::VISIBILITY.name {
        letters.push("e");
    }
    if is(&listings) {
        letters.push("f");
    }
    let of_private = record.value("package").is_some_and(|package| private.iter().any(|known| known == package));
    if name == requests::COLLABORATORS.name && of_private {
        letters.push("j");
    }
    letters
}

fn line(record: &Record, names: &mut Pseudonyms) -> Json {
    let query: Map<String, Json> =
        record.query.iter().map(|(name, value)| ((*name).to_owned(), json!(names.text(value)))).collect();
    json!({
        "request": record.template.name,
        "method": record.template.method.to_string(),
        "template": record.template.path,
        "query": query,
        "withToken": !record.anonymous,
        "conditional": record.conditional,
        "status": record.status,
        "headers": headers(record, names),
        "bytes": record.body.len(),
        "body": redact::body(record, names),
    })
}

fn headers(record: &Record, names: &Pseudonyms) -> Map<String, Json> {
    let kept = record.headers.iter().filter(|(name, _)| HEADERS.contains(&name.as_str()) || name.contains("ratelimit"));
    kept.map(|(name, value)| {
        let value = if name == "etag" { tag_form(value) } else { names.text(value) };
        (name.clone(), json!(value))
    })
    .collect()
}

/// Whether an entity tag is weak and how long it is: the tag itself identifies a body.
fn tag_form(tag: &str) -> String {
    let weak = if tag.starts_with("W/") { "weak" } else { "strong" };
    format!("[{weak}, {} characters]", tag.trim_start_matches("W/").trim_matches('"').chars().count())
}
