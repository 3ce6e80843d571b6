//! What npm's answers may tell of the questions that only a live organisation can answer (`npm-api.md` §11).

use serde_json::Value as Json;

use super::pseudonym::{package, team};
use super::{redact, requests};
use crate::transcript::{Pseudonyms, Question, Record, Shapes, Vocabulary};

const WRITES: Option<&str> = Some("it takes a write, and Rolecall only reads here");

const QUESTIONS: &[Question] = &[
    question("a", "does a read-only token see roster, teams, team members and packages?", None),
    question("b", "what does a developer, an outsider, an anonymous caller get from the roster?", None),
    question("c", "does a pending invitee appear in the roster?", Some("it takes a pending invitation to see")),
    question("d", "values with and without format=cli", None),
    question("e", "the shape of visibility", None),
    question("f", "entity tags, cache-control and limits on the organisation's listings", None),
    question("g", "bodies of successful writes", WRITES),
    question("h", "does a token without bypass write with a one-time password?", WRITES),
    question("i", "can the last owner step down?", WRITES),
    question("j", "collaborators of a private package seen by an admin without team access", None),
];

const fn question(letter: &'static str, text: &'static str, obstacle: Option<&'static str>) -> Question {
    Question { letter, text, obstacle }
}

/// npm's answers to one examination.
pub(super) struct NpmShapes {
    /// Packages that an answer says are private.
    private: Vec<String>,
}

impl NpmShapes {
    pub(super) fn new(records: &[Record]) -> Self {
        let visibility = records.iter().filter(|record| record.template.name == requests::VISIBILITY.name);
        let private = visibility.filter(|record| is_private(record));
        Self { private: private.filter_map(|record| record.value("package").map(str::to_owned)).collect() }
    }
}

fn is_private(record: &Record) -> bool {
    let body: Option<Json> = serde_json::from_slice(&record.body).ok();
    body.is_some_and(|body| {
        body["public"] == false
            || body.as_object().is_some_and(|map| map.values().any(|word| word == "private" || word == "restricted"))
    })
}

impl Shapes for NpmShapes {
    fn vocabulary(&self) -> &'static Vocabulary {
        &redact::VOCABULARY
    }

    fn questions(&self) -> &'static [Question] {
        QUESTIONS
    }

    fn bears_on(&self, record: &Record) -> Vec<&'static str> {
        let name = record.template.name;
        let is_listing = [
            requests::ROSTER.name,
            requests::TEAMS.name,
            requests::TEAM_MEMBERS.name,
            requests::TEAM_PACKAGES.name,
            requests::PACKAGES.name,
        ]
        .contains(&name);
        let of_private =
            record.value("package").is_some_and(|package| self.private.iter().any(|known| known == package));
        let bearings = [
            ("a", is_listing && !record.anonymous),
            ("b", name == requests::ROSTER.name),
            ("d", record.template.query.contains(&requests::FORMAT)),
            ("e", name == requests::VISIBILITY.name),
            ("f", is_listing),
            ("j", name == requests::COLLABORATORS.name && of_private),
        ];
        bearings.into_iter().filter(|(_, bears)| *bears).map(|(letter, _)| letter).collect()
    }

    fn values_learn(&self, record: &Record, names: &mut Pseudonyms) {
        if let Some(name) = record.value("team") {
            team(names, name);
        }
        if let Some(name) = record.value("package") {
            package(names, name);
        }
    }

    fn body(&self, record: &Record, body: Json, names: &mut Pseudonyms) -> Json {
        redact::body(record, body, names)
    }
}
