//! `rolecall questions`: what is ready to be asked.

use std::io;

use clap::Args;
use rolecall_engine::questions::{Question, QuestionVariable, question, questions};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, Table, line, paint_bold, paint_dim, print_csv, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall questions                         all of them
  rolecall questions npm 2fa                 those about both
  rolecall questions npm-lone-publisher      one in full, with its query
  rolecall query --question npm-lone-publisher
  rolecall query --question npm-package-publishers --param package=@acme/core

All of them on one page: docs/reference/questions.md.")]
pub(crate) struct QuestionsArgs {
    /// Only those about all of these: tags, or parts of ids and titles
    words: Vec<String>,
}

/// Prints the questions.
pub(crate) fn run(global: &Global, args: &QuestionsArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let found = chosen(&args.words);
    if found.is_empty() {
        let why = format!("no question is about {}", args.words.join(" and "));
        return Err(Failure::new(Exit::Name, why).hint("rolecall questions lists all of them"));
    }
    match (format, &*found) {
        (Format::Json, _) => print_json(&found)?,
        (Format::Csv, _) => {
            print_csv(&["id", "title", "tags", "variables", "query"], found.iter().map(|it| cells(it)))?
        }
        (_, [one]) => in_full(one)?,
        _ => list(&found)?,
    }
    Ok(Exit::Done)
}

/// The questions that all of these words are about; an id is about its question alone.
pub(crate) fn chosen(words: &[String]) -> Vec<&'static Question> {
    if let [id] = words
        && let Some(one) = question(id)
    {
        return vec![one];
    }
    questions().iter().filter(|question| words.iter().all(|word| question.is_about(word))).collect()
}

/// One line for each.
pub(crate) fn list(found: &[&Question]) -> io::Result<()> {
    let mut table = Table::new(&["id", "question"]);
    found.iter().for_each(|question| table.row(&[question.id.clone(), question.title.clone()]));
    table.print()?;
    line(&paint_dim(&format!("\n{} questions.", found.len())))
}

/// One with all that is known of it.
fn in_full(question: &Question) -> io::Result<()> {
    line(&paint_bold(&question.title))?;
    line(&question.description)?;
    line(&paint_dim(&format!("{}; {}", question.id, question.tags.join(", "))))?;
    for variable in &question.variables {
        line(&format!("  --param {}=…   {}", variable.name, explained(variable)))?;
    }
    question.queries.iter().try_for_each(|query| line(&format!("\n{}", query.query)))
}

/// What a variable is, and what it is where nobody says.
fn explained(variable: &QuestionVariable) -> String {
    match &variable.default {
        Some(default) => format!("{} [default: {default}]", variable.description),
        None => variable.description.clone(),
    }
}

fn cells(question: &Question) -> Vec<String> {
    let variables: Vec<&str> = question.variables.iter().map(|variable| variable.name.as_str()).collect();
    let queries: Vec<&str> = question.queries.iter().map(|query| query.query.as_str()).collect();
    vec![question.id.clone(), question.title.clone(), question.tags.join(" "), variables.join(" "), queries.join("; ")]
}
