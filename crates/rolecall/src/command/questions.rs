//! `rolecall questions`: what is ready to be asked, and what people keep beside it.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::alerting::saved_questions;
use rolecall_engine::clock_system;
use rolecall_engine::questions::{Question, QuestionFile, QuestionVariable, question, questions, questions_checked};
use rolecall_store::Decision;
use serde_json::Value as Json;

use super::{store_read, store_write};
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, note, paint_bold, paint_dim, paint_warning, print_csv, print_json};
use crate::place::{Place, READ, changes, files};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall questions                         all of them
  rolecall questions npm 2fa                 those about both
  rolecall questions npm-lone-publisher      one in full, with its query
  rolecall query --question npm-lone-publisher
  rolecall query --question npm-package-publishers --param package=@acme/core

  rolecall questions --import questions.yaml files of JupiterOne's form, JSON or YAML, to be kept
  rolecall questions --saved                 those that are kept
  rolecall query --question my-question      ready or kept

All of them on one page: docs/reference/questions.md.")]
pub(crate) struct QuestionsArgs {
    /// Only those about all of these: tags, or parts of ids and titles
    words: Vec<String>,
    /// Only those that people keep beside the ready ones
    #[arg(long)]
    saved: bool,
    /// Keep the questions of this file, in the place of those with the same ids
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "saved", "remove"])]
    import: Option<PathBuf>,
    /// Remove one that is kept
    #[arg(long, value_name = "ID", conflicts_with_all = ["words", "saved"])]
    remove: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

impl QuestionsArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match (&self.import, &self.remove) {
            (Some(_), _) => files("run it on the hub's machine"),
            (None, Some(_)) => changes("run it on the hub's machine"),
            (None, None) => READ,
        }
    }
}

/// Prints the questions, or keeps more.
pub(crate) async fn run(global: &Global, args: &QuestionsArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    if let Some(file) = &args.import {
        return import(global, file, &decision).await;
    }
    if let Some(id) = &args.remove {
        return remove(global, id, &decision).await;
    }
    let kept = if args.saved { saved_questions(&store_read(global).await?).await? } else { Vec::new() };
    let found = match args.saved {
        true => kept.iter().filter(|question| args.words.iter().all(|word| question.is_about(word))).collect(),
        false => chosen(&args.words),
    };
    if found.is_empty() && args.saved && args.words.is_empty() {
        line("None is kept. Keep those of a file with: rolecall questions --import FILE")?;
        return Ok(Exit::Done);
    }
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

/// Keeps the questions of a file. What strays from the form is told, and one that cannot be asked is kept and told too.
async fn import(global: &Global, file: &Path, decision: &Decision) -> Result<Exit, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", file.display())))?;
    let QuestionFile { questions, remarks, .. } = questions_checked(&text);
    if questions.is_empty() {
        return Err(Failure::new(Exit::Usage, format!("{} has no questions: {}", file.display(), remarks.join("; "))));
    }
    let kept: Vec<(String, Json)> =
        questions.iter().map(|one| (one.id.clone(), serde_json::to_value(one).unwrap_or_default())).collect();
    let store = store_write(global).await?;
    store.saved_question_put(&kept, decision, clock_system()).await?;
    store.close().await;
    remarks.iter().for_each(|remark| note(&paint_warning(&printable(remark))));
    line(&format!(
        "{} kept: rolecall query --question ID asks them.",
        count(kept.len(), "question is", "questions are")
    ))?;
    Ok(Exit::Done)
}

async fn remove(global: &Global, id: &str, decision: &Decision) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    if !store.saved_question_remove(id, decision, clock_system()).await? {
        return Err(Failure::new(Exit::Name, format!("no question {id:?} is kept"))
            .hint("see those that are with: rolecall questions --saved"));
    }
    line(&format!("The question {id} is not kept any more."))?;
    store.close().await;
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
