//! `rolecall people list`.

use clap::Args;
use rolecall_engine::people::{Identities, PersonFilter, PersonRow};
use rolecall_model::person::Employment;

use super::people_view;
use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows_as_of};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those who left
    #[arg(long)]
    departed: bool,
    /// Only those with an account
    #[arg(long)]
    with_accounts: bool,
    /// Only those without one
    #[arg(long, conflicts_with = "with_accounts")]
    without_accounts: bool,
    /// Only those with several accounts in one registry
    #[arg(long)]
    several_accounts: bool,
    /// What was known at this moment: 2026-11-01, 2026-11-01T09:30Z or 7d
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let view = people_view(&store, args.as_of.as_deref(), format).await?;
    let mut rows = Identities::load(&store, &view).await?.person_rows();
    let is_empty = rows.is_empty();
    let filter = PersonFilter {
        text: String::new(),
        departed: args.departed,
        with_accounts: args.with_accounts,
        without_accounts: args.without_accounts,
        several_accounts: args.several_accounts,
    };
    rows.retain(|row| filter.wants(row));
    if is_empty && format == Format::Table {
        line("Nobody is in a directory yet; bring a roster with: rolecall people import FILE")?;
    } else {
        print_rows_as_of(format, &rows, view.as_of().map(|as_of| &*as_of.moment))?;
    }
    Ok(Exit::Done)
}

impl Row for PersonRow {
    const COLUMNS: &'static [&'static str] = &Self::COLUMNS;

    fn cells(&self) -> Vec<String> {
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.key.to_string(),
            self.display_name.clone(),
            or_nothing(&self.email),
            employment_text(self.employment).to_owned(),
            or_nothing(&self.department),
            or_nothing(&self.manager),
            self.accounts.join(", "),
        ]
    }
}

/// What people call an employment.
pub(in crate::command) const fn employment_text(employment: Employment) -> &'static str {
    match employment {
        Employment::Active => "active",
        Employment::OnLeave => "on leave",
        Employment::Departed => "departed",
        Employment::Unknown => "unknown",
    }
}
