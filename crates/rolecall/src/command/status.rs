//! `rolecall status`: how everything is.

use std::io;

use rolecall_connect::declaration;
use rolecall_engine::status::{ConnectorStatus, status};
use rolecall_engine::{agreement, clock_system, first_steps};

use super::answer::{as_of_note, as_of_print, completeness_print};
use super::sync_report::agreement_print;
use super::{exit_of, store_read, view_load};
use crate::cli::{Global, StatusArgs};
use crate::connectors::expiry;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, LIST, Row, line, paint_bold, paint_warning, print_rows_as_of};

/// Shows it.
pub(crate) async fn run(global: &Global, args: &StatusArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let view = view_load(&store, &args.question).await?;
    let all = status(&store, &view, clock_system()).await?;
    match format {
        Format::Json | Format::Csv | Format::Ndjson => {
            print_rows_as_of(format, &all, view.as_of().map(|as_of| &*as_of.moment))?;
            as_of_note(view.as_of());
        }
        _ => {
            as_of_print(view.as_of())?;
            if all.is_empty() {
                let steps = first_steps("sync");
                line(&format!("Nothing is read yet; start with: {steps} (or see: rolecall demo)"))?;
            }
            all.iter().try_for_each(print)?;
            agreement_print(&agreement::agreement(&view))?;
        }
    }
    Ok(exit_of(&args.question, all.iter().all(|connector| connector.completeness.complete)))
}

/// Prints one connector's state for people.
pub(crate) fn print(connector: &ConnectorStatus) -> io::Result<()> {
    line(&paint_bold(&printable(&format!("{}: {}", connector.connector, connector.state.state))))?;
    if !connector.description.is_empty() {
        line(&printable(&format!("  description   {}", connector.description)))?;
    }
    if !connector.owners.is_empty() {
        line(&printable(&format!("  owners        {}", connector.owners.join(", "))))?;
    }
    line(&format!("  source        {}", connector.source))?;
    let last = connector.state.last_sync.as_deref().unwrap_or("never");
    let how = connector.state.last_sync_status.as_deref().unwrap_or("not read yet");
    line(&format!("  last sync     {last} ({how})"))?;
    if let Some(error) = &connector.state.error {
        line(&paint_warning(&format!("  error         {}", printable(error))))?;
    }
    if let Some(since) = &connector.current_since {
        line(&format!("  current       since {since}"))?;
    }
    line(&format!("  recorded      {}", counted(connector)))?;
    if let Some(requests) = connector.requests_this_month {
        line(&format!("  requests      {requests} this month"))?;
    }
    if let Some(date) = &connector.token_expires {
        line(&format!("  token         expires {date}, as stated"))?;
        if let Some(warning) = date.parse().ok().and_then(|date| expiry::warning(date, expiry::today())) {
            line(&paint_warning(&format!("  token         {warning}")))?;
        }
    }
    if connector.state.removals_waiting > 0 {
        let waiting = count(connector.state.removals_waiting, "removal waits", "removals wait");
        line(&paint_warning(&format!("  waiting       {waiting} (see: rolecall changes)")))?;
    }
    completeness_print(&connector.completeness)
}

impl Row for ConnectorStatus {
    const COLUMNS: &'static [&'static str] =
        &["connector", "state", "last sync", "current since", "removals waiting", "requests this month", "complete"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.connector.clone(),
            self.state.state.to_owned(),
            self.state.last_sync.clone().unwrap_or_default(),
            self.current_since.clone().unwrap_or_default(),
            self.state.removals_waiting.to_string(),
            self.requests_this_month.map(|requests| requests.to_string()).unwrap_or_default(),
            self.completeness.complete.to_string(),
        ]
    }
}

/// What is recorded of a connector, `1 organization, 5 teams`, in the words of its type.
pub(super) fn counted(connector: &ConnectorStatus) -> String {
    let connector_type = connector.connector.split(':').next().unwrap_or_default();
    let types = declaration(connector_type).map(|declared| declared.types).unwrap_or_default();
    let counts = connector.counts.iter().map(|(plural, number)| {
        let one = types.iter().find(|declared| declared.plural == plural).map_or(plural.as_str(), |one| one.name);
        count(*number, one, plural)
    });
    counts.collect::<Vec<_>>().join(", ")
}
