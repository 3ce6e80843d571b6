//! `rolecall people accounts`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use rolecall_engine::people::{AccountRow, Identities};
use rolecall_engine::world_load;

use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows};

/// What an account can be.
const STATES: [&str; 7] = ["person", "suggested", "ambiguous", "unmatched", "service", "external", "protected"];

#[derive(Debug, Args)]
pub(super) struct AccountsArgs {
    /// Only those that are this
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(STATES))]
    state: Vec<String>,
    /// Only those of this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
}

pub(super) async fn run(global: &Global, args: &AccountsArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    // Whose an account is follows from all connectors, whichever are shown.
    let view = world_load(&store, None, None).await?;
    let mut rows = Identities::load(&store, &view).await?.account_rows();
    let is_state = |row: &AccountRow| args.state.is_empty() || args.state.iter().any(|state| state == row.state);
    let is_of = |row: &AccountRow| args.connector.as_ref().is_none_or(|name| *name == row.connector);
    rows.retain(|row| is_state(row) && is_of(row));
    if rows.is_empty() && format == Format::Table {
        line("No account is like that.")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for AccountRow {
    const COLUMNS: &'static [&'static str] =
        &["account", "type", "connector", "state", "person", "name", "rule", "confidence", "why", "since"];

    fn cells(&self) -> Vec<String> {
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        let candidates = self.candidates.iter().map(|candidate| {
            format!(
                "{} {} {}: {}",
                candidate.confidence,
                candidate.person,
                candidate.person_name,
                candidate.why.join(", ")
            )
        });
        let why: Vec<String> = self.why.iter().cloned().chain(candidates).collect();
        vec![
            self.id.clone(),
            self.kind.clone(),
            self.connector.clone(),
            self.state.to_owned(),
            self.person.as_ref().map(ToString::to_string).unwrap_or_default(),
            or_nothing(&self.person_name),
            self.rule.unwrap_or_default().to_owned(),
            or_nothing(&self.confidence),
            why.join("; "),
            self.since.as_deref().map(rolecall_engine::day_text).unwrap_or_default(),
        ]
    }
}
