//! What is wrong with a rule's form, and with which of its fields.

use super::form::{RuleForm, query_name};
use crate::text::sentence;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The field's name; empty of the whole.
    pub(super) field: String,
    pub(super) message: String,
    /// Whether the rule can be kept all the same while it is disabled.
    pub(super) is_of_draft: bool,
}

/// What is wrong, as it is found.
#[derive(Default)]
pub(super) struct Wrongs(Vec<Wrong>);

impl Wrongs {
    /// What can be kept by no rule.
    pub(super) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.push(field.into(), message.into(), false);
    }

    /// What keeps a rule from being evaluated.
    pub(super) fn draft(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.push(field.into(), message.into(), true);
    }

    fn push(&mut self, field: String, message: String, is_of_draft: bool) {
        let wrong = Wrong { field, message, is_of_draft };
        if !self.0.contains(&wrong) {
            self.0.push(wrong);
        }
    }

    fn has(&self, field: &str) -> bool {
        self.0.iter().any(|wrong| wrong.field == field)
    }

    /// What the rule as a whole says of itself, at the field that it is about. What a field said already is not said again.
    pub(super) fn of_rule(&mut self, form: &RuleForm, problems: &[String]) {
        for problem in problems {
            let field = field_of(form, problem);
            let is_said = match field.as_str() {
                "name" | "condition" => self.has(&field),
                "body" => self.has("body") || self.has("subject"),
                _ => false,
            };
            if !is_said {
                self.draft(field, sentence(problem));
            }
        }
    }

    pub(super) fn all(self) -> Vec<Wrong> {
        self.0
    }
}

/// The field that a problem is about, by how its sentence begins.
fn field_of(form: &RuleForm, problem: &str) -> String {
    if let Some(rest) = problem.strip_prefix("the query ") {
        let is_it = |name: &str| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
        let place = form.queries.iter().position(|query| is_it(&query.name));
        return query_name("query", place.unwrap_or_default());
    }
    let actions = if form.operations.is_some() { "operations" } else { "body" };
    let condition = if form.operations.is_some() { "operations" } else { "condition" };
    let begins = [
        ("it has no name", "name"),
        ("it asks nothing", "query-0"),
        ("it names no question", "question"),
        ("there is no built-in rule", "findings"),
        ("the condition of", condition),
        ("operation ", actions),
    ];
    let found = begins.into_iter().find(|(begin, _)| problem.starts_with(begin));
    found.map_or(String::new(), |(_, field)| field.to_owned())
}
