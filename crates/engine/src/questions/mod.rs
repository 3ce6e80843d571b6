//! Ready questions: what people ask of registries, access and change, with the query for each.
//!
//! They are in the `*.json` files beside this one, a file for each theme, in JupiterOne's format; see [`questions_read`]
//! for what that is, and [`questions_checked`] for what a file of somebody else's has to keep to. The page `docs/reference/questions.md` is written from them.

mod compliance;
mod read;
mod remarks;

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value as Json;

use crate::alerting::Interval;

pub use compliance::Compliance;
pub use read::{QuestionFile, questions_read};
pub use remarks::{questions_checked, questions_remarks};

/// Something worth asking, and how it is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// What it is called, such as `npm-owners`.
    pub id: String,
    /// The question as a person would ask it.
    pub title: String,
    /// Why it is worth asking, or what the answer means.
    pub description: String,
    /// What it is about.
    pub tags: Vec<String>,
    /// What whoever asks has to say.
    pub variables: Vec<QuestionVariable>,
    /// How it is asked.
    pub queries: Vec<QuestionQuery>,
    /// What of which standards its answer is evidence for.
    pub compliance: Vec<Compliance>,
    /// Whether it is worth seeing how its answer changes over time.
    pub show_trend: bool,
    /// How often it is worth asking; nothing where nobody says.
    pub polling_interval: Option<Interval>,
}

/// A parameter of a question's queries.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionVariable {
    /// `package`, which queries call `${package}`.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Whether there is no answer without it.
    pub required: bool,
    /// What it is where nobody says.
    pub default: Option<Json>,
}

/// One query of a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionQuery {
    /// Told apart by it from the question's other queries.
    pub name: String,
    /// In J1QL.
    pub query: String,
    /// What it means when something is found.
    pub results_are: Option<ResultsAre>,
}

/// What it means when something is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ResultsAre {
    /// All the better.
    Good,
    /// Somebody should look at it.
    Bad,
    /// Neither.
    Informative,
    /// That depends.
    Unknown,
}

/// A theme, and the file with its questions.
pub const QUESTION_FILES: [(&str, &str); 11] = [
    ("Who can publish", include_str!("publish.json")),
    ("Owners and admins", include_str!("owners.json")),
    ("Outsiders", include_str!("outsiders.json")),
    ("Signing in", include_str!("sign-in.json")),
    ("Teams", include_str!("teams.json")),
    ("Packages and repositories", include_str!("packages.json")),
    ("Provenance and code repositories", include_str!("provenance.json")),
    ("Services and keys", include_str!("services.json")),
    ("Tokens", include_str!("tokens.json")),
    ("What changed", include_str!("changes.json")),
    ("Inventory and hygiene", include_str!("inventory.json")),
];

static QUESTIONS: LazyLock<Vec<Question>> =
    LazyLock::new(|| QUESTION_FILES.iter().flat_map(|(_, text)| questions_read(text).questions).collect());

/// Every ready question, by theme.
#[must_use]
pub fn questions() -> &'static [Question] {
    &QUESTIONS
}

/// The question with this id.
#[must_use]
pub fn question(id: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.id == id)
}

impl Question {
    /// Whether a word is its id, one of its tags, or in its title, in any case.
    #[must_use]
    pub fn is_about(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let is_tag = self.tags.iter().any(|tag| tag.to_lowercase() == word);
        is_tag || self.id.to_lowercase().contains(&word) || self.title.to_lowercase().contains(&word)
    }
}
