//! Ready questions, asked by their id.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::Error;
use rolecall_engine::alerting::saved_questions;
use rolecall_engine::questions::{Question, question, questions};
use rolecall_graph::PropertyValue;
use rolecall_store::Store;

use super::session::Session;
use crate::exit::{Exit, Failure};
use crate::stop::Interrupt;

/// Values of parameters, by name; `None` is null.
type Parameters = BTreeMap<String, Option<PropertyValue>>;

/// Takes the id of a question, and has shells complete those that are ready. Others may be kept in the database.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuestionId;

impl TypedValueParser for QuestionId {
    type Value = String;

    fn parse_ref(&self, _: &clap::Command, _: Option<&clap::Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(questions().iter().map(|question| PossibleValue::new(&*question.id).help(&*question.title))))
    }
}

/// The question of this id: a ready one, or one that is kept in the database.
///
/// # Errors
/// When there is none.
pub(super) async fn question_find(store: &Store, id: &str) -> Result<Question, Failure> {
    if let Some(ready) = question(id) {
        return Ok(ready.clone());
    }
    let kept = saved_questions(store).await?.into_iter().find(|kept| kept.id == id);
    kept.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("no question has the id {id:?}"))
            .hint("rolecall questions lists the ready ones, rolecall questions --saved those that are kept")
    })
}

/// Asks each query of a question; the exit code is that of the worst.
pub(super) async fn run(session: &mut Session, question: &Question, interrupt: &Interrupt) -> Result<Exit, Failure> {
    let all = parameters(question, &session.settings.parameters)?;
    let given = std::mem::replace(&mut session.settings.parameters, all);
    session.settings.words_are_known = true;
    let mut worst = Exit::Done;
    for query in &question.queries {
        worst = worst.worse(session.ask(&query.query, interrupt.flag()).await?);
        if worst == Exit::Stopped {
            break;
        }
    }
    session.settings.words_are_known = false;
    session.settings.parameters = given;
    Ok(worst)
}

/// What was given, and what is declared where nothing was.
fn parameters(question: &Question, given: &Parameters) -> Result<Parameters, Failure> {
    let mut all = given.clone();
    for variable in &question.variables {
        if all.contains_key(&variable.name) {
            continue;
        }
        let Some(default) = &variable.default else {
            let (id, name) = (&question.id, &variable.name);
            return Err(Failure::new(Exit::Usage, format!("the question {id} has to be told a {name}"))
                .hint(format!("--param {name}=…: {}", variable.description)));
        };
        all.insert(variable.name.clone(), PropertyValue::of_json(default));
    }
    Ok(all)
}

/// Refuses what the question has no use for, such as a name that was misspelt.
pub(super) fn given_check(question: &Question, given: &Parameters) -> Result<(), Failure> {
    let is_declared = |name: &String| question.variables.iter().any(|variable| variable.name == *name);
    match given.keys().find(|name| !is_declared(name)) {
        Some(name) => Err(Failure::new(Exit::Usage, format!("the question {} has no parameter {name}", question.id))
            .hint(format!("rolecall questions {} shows what it has", question.id))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(all: &[(&str, &str)]) -> Parameters {
        all.iter().map(|(name, value)| ((*name).to_owned(), Some(PropertyValue::Text((*value).into())))).collect()
    }

    #[test]
    fn what_is_not_given_is_what_is_declared() {
        let all = parameters(question("account-changes").unwrap(), &given(&[("user", "ann")])).unwrap();
        assert_eq!(all["user"], Some(PropertyValue::Text("ann".into())));
        assert_eq!(all["days"], Some(PropertyValue::Number(30.0)));
        let missing = parameters(question("account-changes").unwrap(), &given(&[])).unwrap_err();
        assert_eq!(missing.exit, Exit::Usage);
        let misspelt = given_check(question("account-changes").unwrap(), &given(&[("usr", "ann")])).unwrap_err();
        assert_eq!(misspelt.exit, Exit::Usage);
    }
}
