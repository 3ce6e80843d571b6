//! Queries asked one after the other at a terminal.

use std::path::Path;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};

use super::script::{is_ended, statements, told};
use super::session::Session;
use super::setting::{After, apply};
use super::vocabulary::Words;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{has_token, printable};
use crate::output::{line, note, paint_dim};
use crate::stop::Interrupt;

/// How many queries are remembered.
const REMEMBERED: usize = 1000;

/// Asks until the person leaves.
pub(super) async fn run(session: &mut Session, interrupt: &Interrupt) -> Result<Exit, Failure> {
    let words = session.graph().await?.map(|graph| Words::of(graph.vocabulary())).unwrap_or_default();
    greet(session)?;
    let history = environment::query_history().filter(|path| is_ready(path.as_path()));
    let mut editor = editor(words, history.as_deref()).map_err(|error| refused(&error))?;
    loop {
        match editor.readline("rolecall> ") {
            Ok(text) => {
                interrupt.lower();
                remember(&mut editor, &text, history.as_deref());
                if answer(session, text.trim(), interrupt).await? == After::Quit {
                    return Ok(Exit::Done);
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(Exit::Done),
            Err(error) => return Err(refused(&error)),
        }
    }
}

async fn answer(session: &mut Session, text: &str, interrupt: &Interrupt) -> Result<After, Failure> {
    for statement in statements(text) {
        let outcome = match statement {
            super::script::Statement::Query(text) => session.ask(text, interrupt.flag()).await,
            super::script::Statement::Setting(text) => match apply(session, text, interrupt).await {
                Ok(After::Quit) => return Ok(After::Quit),
                Ok(After::Next) => Ok(Exit::Done),
                Err(failure) => Err(failure),
            },
        };
        told(outcome)?;
    }
    Ok(After::Next)
}

fn greet(session: &Session) -> std::io::Result<()> {
    let read = session.worlds().read_at().map_or_else(String::new, |at| format!(", as of readings since {at}"));
    let graph = session.worlds().graph();
    let entities = graph.map_or(0, rolecall_graph::EntityGraph::len);
    line(&paint_dim(&printable(&format!(
        "{entities} entities{read}. A query ends with ; or an empty line; :help says more."
    ))))
}

fn editor(words: Words, history: Option<&Path>) -> rustyline::Result<Editor<Prompt, FileHistory>> {
    let config = Config::builder().max_history_size(REMEMBERED)?.history_ignore_space(true).auto_add_history(false);
    let mut editor = Editor::with_config(config.build())?;
    editor.set_helper(Some(Prompt { words }));
    if let Some(path) = history {
        // There is none before the first time.
        let _ = editor.load_history(path);
    }
    Ok(editor)
}

/// Keeps a query for the next time. Whoever pasted a token into one does not want to find it in a file.
fn remember(editor: &mut Editor<Prompt, FileHistory>, text: &str, history: Option<&Path>) {
    if text.trim().is_empty() || has_token(text) {
        return;
    }
    let added = editor.add_history_entry(text.trim()).unwrap_or(false);
    if let Some(path) = history.filter(|_| added)
        && let Err(error) = editor.append_history(path)
    {
        note(&format!("the history could not be written: {error}"));
    }
}

/// Whether there is a folder for the history.
fn is_ready(path: &Path) -> bool {
    path.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok())
}

fn refused(error: &ReadlineError) -> Failure {
    Failure::new(Exit::Failure, format!("the terminal cannot be used: {error}"))
        .hint("pass the query as an argument, or on standard input")
}

/// What the editor asks while somebody types.
struct Prompt {
    words: Words,
}

impl Helper for Prompt {}
impl Highlighter for Prompt {}

impl Hinter for Prompt {
    type Hint = String;
}

impl Completer for Prompt {
    type Candidate = Pair;

    fn complete(&self, text: &str, place: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, fits) = self.words.complete(text, place);
        Ok((start, fits.into_iter().map(|word| Pair { display: printable(&word), replacement: word }).collect()))
    }
}

impl Validator for Prompt {
    /// A query goes on over several lines until a semicolon or an empty one.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let ends =
            text.trim().is_empty() || text.trim_start().starts_with(':') || text.ends_with('\n') || is_ended(text);
        Ok(if ends { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}
