//! What Cloudsmith's answers may tell of the questions that only a live organisation can answer (`cloudsmith-api.md` §10).

use serde_json::Value as Json;

use super::redact::{self, PROVIDER, REPOSITORY, SERVICE, TEAM, USER, VOCABULARY};
use super::requests;
use crate::transcript::{Pseudonyms, Question, Record, Shapes, Vocabulary};

const QUESTIONS: &[Question] = &[
    question("a", "who is listed when is_active is left out?", None),
    question("b", "is what a role may not see answered with 403 or with 404?", None),
    question("c", "which page headers does an empty list have?", None),
    question("d", "what is shown in place of mail addresses that are hidden?", None),
    question("e", "what are the limits' resources called?", None),
    question("f", "what is an anonymous caller answered?", None),
    question("g", "does a list of repositories leave out those without a right?", Some("it takes two keys to see")),
    question(
        "h",
        "does replacing a team's members without its services remove those?",
        Some("it takes a write, and Rolecall only reads here"),
    ),
    question("i", "does a default privilege reach services?", Some("it takes an upload, and Rolecall only reads here")),
];

const fn question(letter: &'static str, text: &'static str, obstacle: Option<&'static str>) -> Question {
    Question { letter, text, obstacle }
}

/// Cloudsmith's answers.
pub(super) struct CloudsmithShapes;

impl Shapes for CloudsmithShapes {
    fn vocabulary(&self) -> &'static Vocabulary {
        &VOCABULARY
    }

    fn questions(&self) -> &'static [Question] {
        QUESTIONS
    }

    fn bears_on(&self, record: &Record) -> Vec<&'static str> {
        let name = record.template.name;
        let is_members = name == requests::MEMBERS.name;
        let has_filter = record.query.iter().any(|(name, _)| *name == requests::IS_ACTIVE);
        let bearings = [
            ("a", is_members && !has_filter),
            ("b", matches!(record.status, 403 | 404)),
            ("c", record.body.trim_ascii() == b"[]"),
            ("d", is_members),
            ("e", name == requests::RATES.name),
            ("f", record.anonymous),
        ];
        bearings.into_iter().filter(|(_, bears)| *bears).map(|(letter, _)| letter).collect()
    }

    fn values_learn(&self, record: &Record, names: &mut Pseudonyms) {
        const HOLES: &[(&str, &str)] = &[
            ("member", USER),
            ("service", SERVICE),
            ("team", TEAM),
            ("repository", REPOSITORY),
            ("provider", PROVIDER),
        ];
        for (hole, kind) in HOLES {
            if let Some(name) = record.value(hole) {
                names.of(kind, name);
            }
        }
    }

    fn body(&self, record: &Record, body: Json, names: &mut Pseudonyms) -> Json {
        redact::body(record, &body, names)
    }
}
