//! What a rule asks.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::fields::{Fields, kind};
use super::remark::{Remarks, repeated};
use crate::alerting::{RuleQuery, Subject};

/// How many queries of one rule are read at most.
const MOST_QUERIES: usize = 100;

/// The queries of a rule, or the question that has them.
pub(super) fn read(fields: &mut Fields, remarks: &mut Remarks) -> Subject {
    let queries = written_queries(fields, remarks);
    let question = ["questionId", "questionName"].map(|name| fields.text(name, remarks));
    let question = question.into_iter().flatten().find(|name| !name.is_empty());
    match (queries, question) {
        (None, Some(question)) => Subject::Question(question),
        (None, None) => Subject::Queries(Vec::new()),
        (Some(queries), question) => {
            if question.is_some() {
                fields.note(remarks, "it names a question and has queries of its own: these are asked");
            }
            Subject::Queries(all(queries, fields, remarks))
        }
    }
}

/// `question.queries` of a rule, or `queries` of a rule pack.
fn written_queries(fields: &mut Fields, remarks: &mut Remarks) -> Option<Json> {
    match fields.take("question", remarks) {
        Some(Json::Object(question)) => {
            let mut question = Fields::new(question, "question: ".to_owned());
            let queries = question.take("queries", remarks).or_else(|| question.take("query", remarks));
            question.ignore(&["id", "title", "name", "description", "tags", "__typename"]);
            question.tell_unknown(remarks);
            queries
        }
        Some(other @ (Json::Array(_) | Json::String(_))) => {
            fields.wrong(remarks, &format!("question is {}, and no object with queries", kind(&other)));
            Some(other)
        }
        Some(other) => {
            fields.wrong(remarks, &format!("question is {}, and no object with queries", kind(&other)));
            None
        }
        None => fields.take("queries", remarks).or_else(|| fields.take("query", remarks)),
    }
}

fn all(written: Json, fields: &Fields, remarks: &mut Remarks) -> Vec<RuleQuery> {
    let listed: Vec<(Option<String>, Json)> = match written {
        Json::Array(all) => all.into_iter().map(|one| (None, one)).collect(),
        Json::Object(one) if one.get("query").is_some_and(Json::is_string) => vec![(None, Json::Object(one))],
        Json::Object(all) => {
            fields.wrong(remarks, "its queries are a map and no list");
            all.into_iter().map(|(name, one)| (Some(name), one)).collect()
        }
        one => {
            fields.wrong(remarks, &format!("its queries are {}, and no list", kind(&one)));
            vec![(None, one)]
        }
    };
    if listed.len() > MOST_QUERIES {
        fields.wrong(remarks, &format!("of its {} queries the first {MOST_QUERIES} are read", listed.len()));
    }
    let listed: Vec<_> = listed.into_iter().take(MOST_QUERIES).collect();
    let said: HashSet<String> = listed.iter().filter_map(|(key, one)| said_name(key.as_deref(), one)).collect();
    let mut names = HashSet::new();
    let mut queries = Vec::new();
    for ((key, one), place) in listed.into_iter().zip(0..) {
        let Some((name, mut query)) = query(key, one, place, remarks) else { continue };
        query.name = match name {
            Some(name) => name_of(&name, &names, remarks),
            // What is called by its place leaves a name to the one that says it.
            None => once(&format!("query{place}"), |name| names.contains(name) || said.contains(name)),
        };
        names.insert(query.name.clone());
        queries.push(query);
    }
    queries
}

fn said_name(key: Option<&str>, one: &Json) -> Option<String> {
    one.get("name").and_then(Json::as_str).or(key).map(str::to_owned)
}

/// The name itself, or the first with a number that is free.
fn once(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    (2..).map(|number| format!("{name}_{number}")).find(|name| !is_taken(name)).unwrap_or_default()
}

/// A query without its name, and the name that it says it has.
fn query(key: Option<String>, one: Json, place: usize, remarks: &mut Remarks) -> Option<(Option<String>, RuleQuery)> {
    let fields = match one {
        Json::Object(fields) => fields,
        Json::String(text) => [("query".to_owned(), Json::String(text))].into_iter().collect(),
        other => {
            remarks.wrong(format!("query {place} is {}: it is left out", kind(&other)));
            return None;
        }
    };
    let mut fields = Fields::new(fields, format!("query {place}: "));
    let name = fields.text("name", remarks).or(key).filter(|name| !name.is_empty());
    let Some(query) = fields.text("query", remarks) else {
        remarks.wrong(format!("query {place} has no text: it is left out"));
        return None;
    };
    let include_deleted = fields.is("includeDeleted", remarks);
    if let Some(version) = fields.text("version", remarks).filter(|version| version != "v1") {
        fields.note(remarks, &format!("it is written for the version {} of J1QL, and read as v1", repeated(&version)));
    }
    fields.ignore(&["resultsAre", "arguments", "__typename", "id"]);
    fields.tell_unknown(remarks);
    Some((name, RuleQuery { name: String::new(), query, include_deleted }))
}

/// Conditions and templates call a query by its name, so that it is letters, digits and `_`, and no other has it.
fn name_of(written: &str, names: &HashSet<String>, remarks: &mut Remarks) -> String {
    let mut name: String = written.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect();
    if name.starts_with(|one: char| one.is_ascii_digit()) {
        name.insert(0, '_');
    }
    let name = once(&name, |name| names.contains(name));
    if name != written {
        let why =
            if names.contains(written) { "another is called that too" } else { "names are letters, digits and _" };
        remarks.wrong(format!("the query {} is called {name} here: {why}", repeated(written)));
    }
    name
}
