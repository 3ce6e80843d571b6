//! `rolecall people accounts`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use rolecall_engine::attestation::AttestedTwoFactor;
use rolecall_engine::people::{AccountFilter, AccountRow, Identities};

use super::people_view;
use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows_as_of};

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
    /// Only those for which the evidence is as good for several people: they may share it
    #[arg(long)]
    shared: bool,
    /// What was known at this moment: 2026-11-01, 2026-11-01T09:30Z or 7d
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) async fn run(global: &Global, args: &AccountsArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    // Whose an account is follows from all connectors, whichever are shown.
    let view = people_view(&store, args.as_of.as_deref(), format).await?;
    let mut rows = Identities::load(&store, &view).await?.account_rows();
    let filter = AccountFilter {
        text: String::new(),
        states: args.state.clone(),
        connector: args.connector.clone(),
        shared: args.shared,
    };
    rows.retain(|row| filter.wants(row));
    if rows.is_empty() && format == Format::Table {
        line("No account is like that.")?;
    } else {
        print_rows_as_of(format, &rows, view.as_of().map(|as_of| &*as_of.moment))?;
    }
    Ok(Exit::Done)
}

impl Row for AccountRow {
    const COLUMNS: &'static [&'static str] = &Self::COLUMNS;

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
            self.attested_two_factor.as_ref().map(AttestedTwoFactor::words).unwrap_or_default(),
        ]
    }
}
