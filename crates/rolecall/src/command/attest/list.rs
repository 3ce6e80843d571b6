//! `rolecall attest list`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use rolecall_engine::attestation::{
    AttestationRow, AttestationState, AttestationStatementRow, attestation_rows, attestation_statements,
};
use rolecall_engine::{clock_system, day_text};

use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those that are this
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(AttestationState::ALL.map(AttestationState::word)))]
    state: Vec<String>,
    /// Only those of this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// What was ever stated of this account, and what became of each
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
}

impl ListArgs {
    fn wants(&self, state: &str, connector: &str) -> bool {
        let is_state = self.state.is_empty() || self.state.iter().any(|wanted| wanted == state);
        let is_named =
            |name: &String| connector == name || connector.split_once(':').is_some_and(|(_, bare)| bare == name);
        is_state && self.connector.as_ref().is_none_or(is_named)
    }
}

/// Lists statements, or what they say of one account.
pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let (store, now) = (store_read(global).await?, clock_system());
    if let Some(account) = &args.account {
        // Whoever asks may name it as answers do.
        let bare = account.rsplit(':').next().unwrap_or(account).trim_start_matches('@');
        let mut rows = attestation_statements(&store, bare, now).await?;
        rows.retain(|row| args.wants(row.state, &row.connector));
        return print(format, &rows, "Nothing like that was ever stated of that account.");
    }
    let mut rows = attestation_rows(&store, now).await?;
    rows.retain(|row| args.wants(row.state, &row.connector));
    print(format, &rows, "Nothing like that was stated. State something with: rolecall attest npm-2fa FILE")
}

fn print<R: Row>(format: Format, rows: &[R], nothing: &str) -> Result<Exit, Failure> {
    if rows.is_empty() && format == Format::Table {
        line(nothing)?;
    } else {
        print_rows(format, rows)?;
    }
    Ok(Exit::Done)
}

impl Row for AttestationRow {
    const COLUMNS: &'static [&'static str] =
        &["id", "connector", "state", "until", "what", "by", "on", "file", "sha256", "withdrawn by", "because"];

    fn cells(&self) -> Vec<String> {
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.to_string(),
            self.connector.clone(),
            self.state.to_owned(),
            day_text(&self.until),
            self.what.clone(),
            self.by.clone(),
            day_text(&self.on),
            or_nothing(&self.file),
            or_nothing(&self.sha256),
            or_nothing(&self.withdrawn_by),
            or_nothing(&self.withdrawn_because),
        ]
    }
}

impl Row for AttestationStatementRow {
    const COLUMNS: &'static [&'static str] =
        &["account", "connector", "two-factor authentication", "state", "until", "by", "on", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.account.clone(),
            self.connector.clone(),
            if self.is_on { "on" } else { "off" }.to_owned(),
            self.state.to_owned(),
            day_text(&self.until),
            self.by.clone(),
            day_text(&self.on),
            self.id.to_string(),
        ]
    }
}
