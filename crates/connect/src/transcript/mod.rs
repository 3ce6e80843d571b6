//! What an examination was answered, in a form that can be shown to others: without tokens, mail addresses and names.
//!
//! Everything is written here but what only a connector type knows of its answers, its [`Shapes`].

mod pseudonym;
mod record;
mod vocabulary;

use serde_json::{Map, Value as Json, json};

pub use pseudonym::Pseudonyms;
pub(crate) use record::Record;
pub use record::Recorder;
pub(crate) use vocabulary::{SHOWN, Vocabulary};

/// Answers fit to be shown, and the names that were replaced in them.
#[derive(Debug)]
pub struct Transcript {
    /// A line for each answer, and for each question that was not tried.
    pub lines: Vec<Json>,
    /// Every name of the answers, so that other texts about the same examination can be cleaned too.
    pub names: Pseudonyms,
}

/// A question that only a live organisation can answer.
#[derive(Debug)]
pub(crate) struct Question {
    /// Its letter, by which a line says that it bears on it.
    pub(crate) letter: &'static str,
    pub(crate) text: &'static str,
    /// What stands in the way, of one that reading cannot answer.
    pub(crate) obstacle: Option<&'static str>,
}

/// What only a connector type knows of its answers.
pub(crate) trait Shapes {
    /// What is the registry's own in them.
    fn vocabulary(&self) -> &'static Vocabulary;

    /// What the answers may tell that is not known yet.
    fn questions(&self) -> &'static [Question];

    /// The letters of the questions that an answer bears on.
    fn bears_on(&self, record: &Record) -> Vec<&'static str>;

    /// The names in the values that a request was sent with.
    fn values_learn(&self, record: &Record, names: &mut Pseudonyms);

    /// What can be shown of an answer's data, with pseudonyms for its names.
    fn body(&self, record: &Record, body: Json, names: &mut Pseudonyms) -> Json;
}

/// Headers that are kept of every registry, beside those that announce limits.
const HEADERS: &[&str] = &[
    "age",
    "cache-control",
    "content-encoding",
    "content-type",
    "etag",
    "last-modified",
    "retry-after",
    "vary",
    "www-authenticate",
];

/// The transcript. `names` knows what no answer shows, such as a company's host.
pub(crate) fn transcript(shapes: &dyn Shapes, recorder: &Recorder, mut names: Pseudonyms) -> Transcript {
    let records = recorder.records();
    // Twice: what an early answer says in a sentence may name what only a later one lists.
    for record in &records {
        shapes.values_learn(record, &mut names);
        body(shapes, record, &mut names);
    }
    let mut lines: Vec<(Vec<&str>, Json)> =
        records.iter().map(|record| (shapes.bears_on(record), line(shapes, record, &mut names))).collect();
    for Question { letter, text, obstacle } in shapes.questions() {
        let is_answered = lines.iter().any(|(letters, _)| letters.contains(letter));
        let why = obstacle.or_else(|| (!is_answered).then_some("nothing of the kind was found to try it on"));
        if let Some(why) = why {
            lines.push((vec![letter], json!({ "tried": false, "question": text, "why": why })));
        }
    }
    lines.sort_by_key(|(letters, _)| letters.first().map_or("z", |letter| *letter));
    let probed = |(letters, mut line): (Vec<&str>, Json)| {
        line["probes"] = json!(letters);
        line
    };
    Transcript { lines: lines.into_iter().map(probed).collect(), names }
}

fn body(shapes: &dyn Shapes, record: &Record, names: &mut Pseudonyms) -> Json {
    shapes.vocabulary().body(record, names, |body, names| shapes.body(record, body, names))
}

fn line(shapes: &dyn Shapes, record: &Record, names: &mut Pseudonyms) -> Json {
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
        "headers": headers(shapes.vocabulary(), record, names),
        "bytes": record.body.len(),
        "body": body(shapes, record, names),
    })
}

fn headers(vocabulary: &Vocabulary, record: &Record, names: &Pseudonyms) -> Map<String, Json> {
    let is_kept =
        |name: &str| HEADERS.contains(&name) || vocabulary.headers.contains(&name) || name.contains("ratelimit");
    let kept = record.headers.iter().filter(|(name, _)| is_kept(name));
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
