//! Whether a rule can run: its queries, conditions and templates are read, and what they name is looked for.

use std::collections::BTreeSet;

use rolecall_query::{Diagnostic, prepare};
use serde_json::Value as Json;

use super::remark::{Remark, Remarks, repeated};
use super::vocabulary::unknown;
use crate::alerting::expression::{Condition, Template, Used};
use crate::alerting::{Action, RuleDefinition, RuleQuery, Subject};
use crate::diagnostic::query_place;

/// What is wrong with a rule, or worth knowing of it. Nothing where all is well.
#[must_use]
pub fn rule_remarks(definition: &RuleDefinition) -> Vec<Remark> {
    let mut remarks = Remarks::default();
    add_to(definition, &mut remarks);
    remarks.all()
}

pub(super) fn add_to(definition: &RuleDefinition, remarks: &mut Remarks) {
    if definition.name.trim().is_empty() {
        remarks.cannot_run("it has no name");
    }
    let mut known = Known::of(definition);
    match &definition.subject {
        Subject::Queries(queries) if queries.is_empty() => remarks.cannot_run("it asks nothing: it has no queries"),
        Subject::Queries(queries) => queries.iter().for_each(|query| check_query(query, remarks)),
        Subject::Question(question) if question.trim().is_empty() => remarks.cannot_run("it names no question"),
        Subject::Question(question) => {
            remarks.note(format!("it asks the question {}, which has to be here", repeated(question)));
        }
        Subject::Findings(_) => {}
    }
    for (name, text) in &definition.templates {
        known.template(text, &format!("the template {}", repeated(name)), &TEMPLATE_NAMES, remarks);
    }
    for output in &definition.outputs {
        known.template(&format!("{{{{{output}}}}}"), &format!("the output {}", repeated(output)), &[], remarks);
    }
    for (operation, number) in definition.operations.iter().zip(1..) {
        let place = format!("operation {number}");
        match Condition::read(&operation.condition) {
            Ok(condition) => known.used(&condition.used(), &format!("the condition of {place}"), &[], remarks),
            Err(error) => remarks.cannot_run(format!("the condition of {place} cannot be read: {error}")),
        }
        known.actions(&operation.actions, &place, remarks);
    }
}

fn check_query(query: &RuleQuery, remarks: &mut Remarks) {
    let place = |diagnostic: &Diagnostic| query_place(&query.query, diagnostic);
    match prepare(&query.query) {
        Ok(prepared) => {
            prepared
                .warnings()
                .iter()
                .for_each(|one| remarks.note(format!("the query {}: {}", query.name, place(one))));
            if let Some(unknown) = unknown(prepared.query()) {
                remarks.note(format!("the query {}: {unknown}", query.name));
            }
            for name in prepared.parameters() {
                remarks.note(format!("the query {} needs the parameter {name:?}", query.name));
            }
        }
        Err(why) => {
            for one in why.iter().filter(|one| one.severity == rolecall_query::Severity::Error) {
                remarks.cannot_run(format!("the query {} cannot be read: {}", query.name, place(one)));
            }
        }
    }
}

/// What every rule may name.
const NAMES: [&str; 9] = [
    "queries",
    "param",
    "alertWebLink",
    "alertLevel",
    "alertRuleName",
    "alertRuleId",
    "alertRuleDescription",
    "rows",
    "vanished",
];

/// What its templates may name besides.
const TEMPLATE_NAMES: [&str; 3] = ["item", "itemIndex", "itemCount"];

/// What the expressions of a rule may name.
struct Known {
    names: BTreeSet<String>,
    templates: BTreeSet<String>,
    /// Not known of a question, whose queries are elsewhere.
    queries: Option<BTreeSet<String>>,
}

impl Known {
    fn of(definition: &RuleDefinition) -> Self {
        let mut names: BTreeSet<String> = NAMES.map(str::to_owned).into();
        definition.operations.iter().for_each(|operation| named(&operation.actions, &mut names));
        let queries = match &definition.subject {
            Subject::Queries(queries) => Some(queries.iter().map(|query| query.name.clone()).collect()),
            Subject::Question(_) | Subject::Findings(_) => None,
        };
        Self { names, templates: definition.templates.keys().cloned().collect(), queries }
    }

    fn template(&self, text: &str, place: &str, also: &[&str], remarks: &mut Remarks) {
        match Template::parse(text) {
            Ok(template) => self.used(&Used::of(&template), place, also, remarks),
            Err(error) => remarks.cannot_run(format!("{place} cannot be read: {error}")),
        }
    }

    fn used(&self, used: &Used, place: &str, also: &[&str], remarks: &mut Remarks) {
        let unknown = |name: &&String| !self.names.contains(*name) && !also.contains(&name.as_str());
        for name in used.names.iter().filter(unknown) {
            remarks.wrong(format!("{place} names {}, which there is not: it stands for nothing", repeated(name)));
        }
        for name in used.templates.difference(&self.templates) {
            remarks.cannot_run(format!("{place} uses the template {}, which there is not", repeated(name)));
        }
        let Some(queries) = &self.queries else { return };
        for name in used.queries.difference(queries) {
            remarks.wrong(format!(
                "{place} names the query {}, which there is not: it stands for nothing",
                repeated(name)
            ));
        }
    }

    fn actions(&mut self, actions: &[Action], place: &str, remarks: &mut Remarks) {
        for (action, number) in actions.iter().zip(1..) {
            let place = format!("{place}, action {number}");
            match action {
                Action::CreateAlert {} | Action::Unsupported { .. } => {}
                Action::SetProperty { target_value, .. } => self.deep(target_value, &place, remarks),
                Action::Send { recipients, subject, body, settings, .. } => {
                    let texts = recipients.iter().chain([subject, body]);
                    texts.for_each(|text| self.template(text, &place, &[], remarks));
                    settings.values().for_each(|value| self.deep(value, &place, remarks));
                }
                Action::TagEntities { entities, tags } => {
                    self.deep(entities, &place, remarks);
                    tags.values().for_each(|value| self.deep(value, &place, remarks));
                }
                Action::StartReview { entities, name, .. } => {
                    self.deep(entities, &place, remarks);
                    self.template(name, &place, &[], remarks);
                }
                Action::ForEachItem { items, item_ref, actions } => {
                    self.deep(items, &place, remarks);
                    let is_new = self.names.insert(item_ref.clone());
                    self.actions(actions, &place, remarks);
                    if is_new {
                        self.names.remove(item_ref);
                    }
                }
            }
        }
    }

    /// Every text within a value.
    fn deep(&self, value: &Json, place: &str, remarks: &mut Remarks) {
        match value {
            Json::String(text) => self.template(text, place, &[], remarks),
            Json::Array(all) => all.iter().for_each(|one| self.deep(one, place, remarks)),
            Json::Object(all) => all.values().for_each(|one| self.deep(one, place, remarks)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}

/// The properties that actions set.
fn named(actions: &[Action], names: &mut BTreeSet<String>) {
    for action in actions {
        match action {
            Action::SetProperty { target_property, .. } => drop(names.insert(target_property.clone())),
            Action::ForEachItem { actions, .. } => named(actions, names),
            _ => {}
        }
    }
}
