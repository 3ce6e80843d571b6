//! `rolecall query`: questions in J1QL, one or many, at a prompt or from a file.

mod cell;
mod diagnostic;
mod dot;
mod explain;
mod parameter;
mod paths;
mod print;
mod prompt;
mod ready;
mod script;
mod session;
mod setting;
mod smart_class;
mod vocabulary;

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::questions::question;
use rolecall_query::Budget;

use self::parameter::parameters;
use self::session::{Session, Settings};
use self::smart_class::smart_classes;
use super::{past_of, store_read};
use crate::cli::{Global, QuestionArgs};
use crate::console;
use crate::exit::{Exit, Failure};
use crate::output::Format;
use crate::stop::Interrupt;

/// What a query of a client of the hub may cost at most.
const REMOTE_ROWS: u64 = 1_000_000;
const REMOTE_WORK: u64 = 10_000_000_000;

/// What an answer can be printed as.
const FORMATS: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Tree, Format::Graph, Format::Dot];

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall query 'FIND npm_user THAT CAN publish npm_package WITH name = \"core\"'
  rolecall query 'FIND User AS u THAT CAN publish npm_package AS p RETURN u.username, count(p)'
  rolecall query 'FIND npm_user THAT CAN publish npm_package RETURN PATH'     with the grants behind each
  rolecall query --question npm-owners       a ready question; rolecall questions lists them
  rolecall query --file outsiders.j1ql --param team=acme/release --format csv
  rolecall query 'FIND * THAT RELATES TO npm_team RETURN TREE' --format dot | dot -Tsvg
  rolecall query                             asks at a prompt; :help says what it understands

The language: docs/reference/j1ql.md. A guide: docs/guides/query.md.")]
pub(crate) struct QueryArgs {
    /// The query, or - to read queries from standard input; without one they are asked at a prompt
    text: Option<String>,
    /// Read queries from this file, parted by semicolons
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Ask a ready question: its id, of those that `rolecall questions` lists
    #[arg(long = "question", value_name = "ID", value_parser = ready::QuestionId, hide_possible_values = true)]
    #[arg(conflicts_with_all = ["text", "file"])]
    ready: Option<String>,
    /// The value of ${NAME}: true, null, a number or a list as JSON, anything else as text (repeatable)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// What #NAME is in queries: whatever this query finds; with the same NAME again, whatever any of them finds (repeatable)
    #[arg(long = "smart-class", value_name = "NAME=QUERY")]
    smart_classes: Vec<String>,
    /// Find what is gone, too
    #[arg(long)]
    include_deleted: bool,
    /// Show how the answer is found and what that costs, not the answer
    #[arg(long)]
    explain: bool,
    /// At most this many rows
    #[arg(long, value_name = "NUMBER", default_value_t = Budget::default().rows)]
    limit_rows: u64,
    /// At most this much work; about one for each relationship looked at
    #[arg(long, value_name = "NUMBER", default_value_t = Budget::default().work)]
    limit_work: u64,
    #[command(flatten)]
    question: QuestionArgs,
}

impl QueryArgs {
    /// The text that it reads, where that is no argument: of a file or of standard input.
    pub(crate) fn input(&self) -> Option<Result<String, Failure>> {
        if self.ready.is_some() || self.text.as_deref().is_some_and(|text| text != "-") {
            return None;
        }
        match &self.file {
            Some(path) if path.as_os_str() != "-" => Some(file_read(path)),
            None if self.text.is_none() && io::stdin().is_terminal() => Some(Err(promptless())),
            _ => Some(input_read()),
        }
    }
}

fn promptless() -> Failure {
    Failure::new(Exit::Usage, "a hub asks nobody for queries at a prompt")
        .hint("give the query as an argument, with --file, or on standard input with -")
}

/// Asks one query, those of a file, or a person for more.
pub(crate) async fn run(global: &Global, args: &QueryArgs) -> Result<Exit, Failure> {
    let settings = Settings {
        format: Format::among(global.format, FORMATS)?,
        explain: args.explain,
        include_deleted: args.include_deleted,
        require_complete: args.question.require_complete,
        parameters: parameters(&args.parameters)?,
        smart_classes: smart_classes(&args.smart_classes)?,
        words_are_known: false,
        budget: budget(args),
    };
    let as_of = past_of(args.question.as_of.as_deref())?;
    // A question that is ready is looked at before the database is.
    if let Some(ready) = args.ready.as_deref().and_then(question) {
        ready::given_check(ready, &settings.parameters)?;
    }
    let source = source(args)?;
    let store = store_read(global).await?;
    let mut session = Session::new(store, settings, args.question.connector.clone(), as_of).await?;
    let interrupt = Interrupt::watch();
    match source {
        Source::Ready(id) => {
            let question = ready::question_find(session.store(), &id).await?;
            ready::given_check(&question, &session.settings.parameters)?;
            ready::run(&mut session, &question, &interrupt).await
        }
        Source::One(text) => session.ask(&text, interrupt.flag()).await,
        Source::Many(text) => script::run(&mut session, &text, &interrupt).await,
        Source::Prompt => prompt::run(&mut session, &interrupt).await,
    }
}

/// What an answer may cost. Whoever has a hub run it pays with the hub's memory and time, which others need too.
fn budget(args: &QueryArgs) -> Budget {
    let asked = Budget { rows: args.limit_rows, work: args.limit_work };
    match console::is_remote() {
        true => Budget { rows: asked.rows.min(REMOTE_ROWS), work: asked.work.min(REMOTE_WORK) },
        false => asked,
    }
}

/// Where queries come from.
enum Source {
    /// A question, by its id.
    Ready(String),
    One(String),
    Many(String),
    Prompt,
}

fn source(args: &QueryArgs) -> Result<Source, Failure> {
    if let Some(id) = &args.ready {
        return Ok(Source::Ready(id.clone()));
    }
    let is_input = |path: &Path| path == Path::new("-");
    match (&args.text, &args.file) {
        (Some(text), _) if text != "-" => Ok(Source::One(text.clone())),
        (None, Some(path)) if !is_input(path) => Ok(Source::Many(console::input(|| file_read(path))?)),
        (None, None) if !console::is_remote() && io::stdin().is_terminal() => Ok(Source::Prompt),
        _ => Ok(Source::Many(console::input(input_read)?)),
    }
}

fn file_read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", path.display()))
            .hint("--file takes a file with queries, parted by semicolons; - is standard input")
    })
}

fn input_read() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::new(Exit::Usage, format!("cannot read queries from standard input: {error}")))?;
    Ok(text)
}
