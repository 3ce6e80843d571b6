//! `:format json` and its like, at the prompt and in files of queries.

use clap::ValueEnum;

use super::FORMATS;
use super::parameter::parameter;
use super::ready;
use super::session::Session;
use crate::command::{past_of, questions};
use crate::exit::{Exit, Failure};
use crate::output::{Format, line};
use crate::stop::Interrupt;

/// What happens after a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The next query.
    Next,
    /// Nothing.
    Quit,
}

/// What can be set, and what it does.
pub(super) const SETTINGS: [(&str, &str); 8] = [
    (":help", "show this"),
    (":format FORMAT", "print answers as table, json, csv, tree, graph or dot"),
    (":explain on|off", "show how answers are found, not the answers"),
    (":as-of TIME|now", "ask about a past moment, such as 2026-11-23 or 7d, or about the present"),
    (":param NAME=VALUE", "the value of ${NAME}"),
    (":questions [WORD]", "list ready questions, all or those about a word"),
    (":question ID", "ask a ready question"),
    (":quit", "leave; so does Ctrl-D"),
];

/// Follows one.
pub(super) async fn apply(session: &mut Session, text: &str, interrupt: &Interrupt) -> Result<After, Failure> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let (word, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let value = value.trim();
    match (word, value) {
        (":quit" | ":q" | ":exit", _) => return Ok(After::Quit),
        (":help" | ":h" | ":?", _) => help()?,
        (":questions", words) => {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            questions::list(&questions::chosen(&words))?;
        }
        (":question", id) => ask(session, id, interrupt).await?,
        (":explain", "on" | "") => session.settings.explain = true,
        (":explain", "off") => session.settings.explain = false,
        (":format", name) => session.settings.format = format(name)?,
        (":as-of", "now" | "") => session.set_as_of(None).await?,
        (":as-of", moment) => {
            let moment = past_of(Some(moment))?;
            session.set_as_of(moment).await?;
        }
        (":param", text) => {
            let (name, value) = parameter(text)?;
            session.settings.parameters.insert(name, value);
        }
        _ => {
            return Err(Failure::new(Exit::Usage, format!("{word} is no setting, or takes another value"))
                .hint(":help shows what there is"));
        }
    }
    Ok(After::Next)
}

/// Asks a question that is ready or kept. What its own queries find is no setting's business.
async fn ask(session: &mut Session, id: &str, interrupt: &Interrupt) -> Result<(), Failure> {
    let question = ready::question_find(session.store(), id).await?;
    ready::run(session, &question, interrupt).await.map(|_| ())
}

fn format(name: &str) -> Result<Format, Failure> {
    let chosen = Format::from_str(name, true).map_err(|_| {
        Failure::new(Exit::Usage, format!("no answer is printed as {name:?}"))
            .hint("take table, json, csv, tree, graph or dot")
    })?;
    Format::among(Some(chosen), FORMATS)
}

fn help() -> std::io::Result<()> {
    line("A query ends with ; or an empty line.")?;
    SETTINGS.iter().try_for_each(|(setting, what)| line(&format!("  {setting:<20} {what}")))
}
