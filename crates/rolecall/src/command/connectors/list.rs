//! `rolecall connectors list`.

use clap::Args;

use super::store_read;
use super::view::ConnectorView;
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line, print_rows};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall connectors list
  rolecall connectors list --removed --format json")]
pub(super) struct ListArgs {
    /// Show those that were removed and have kept their history, instead
    #[arg(long)]
    removed: bool,
}

/// Lists connectors.
pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let store = store_read(global).await?;
    let records = if args.removed { store.connector_list_removed().await? } else { store.connector_list().await? };
    let mut views = Vec::with_capacity(records.len());
    for record in &records {
        views.push(ConnectorView::load(&store, record).await?);
    }
    if views.is_empty() && global.chosen_format() == Format::Table {
        line(if args.removed { "No connector was removed." } else { "No connector is configured." })?;
        return Ok(Exit::Done);
    }
    print_rows(global.chosen_format(), &views)?;
    Ok(Exit::Done)
}
