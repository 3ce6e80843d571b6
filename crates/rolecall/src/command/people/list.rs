//! `rolecall people list`.

use clap::Args;
use rolecall_engine::people::{Identities, PersonRow};
use rolecall_engine::world_load;
use rolecall_model::person::Employment;

use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those who left
    #[arg(long)]
    departed: bool,
    /// Only those with an account
    #[arg(long)]
    with_accounts: bool,
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let mut rows = Identities::load(&store, &view).await?.person_rows();
    let is_empty = rows.is_empty();
    rows.retain(|row| {
        (!args.departed || row.employment == Employment::Departed) && (!args.with_accounts || !row.accounts.is_empty())
    });
    if is_empty && format == Format::Table {
        line("Nobody is in a directory yet; bring a roster with: rolecall people import FILE")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for PersonRow {
    const COLUMNS: &'static [&'static str] =
        &["key", "name", "e-mail", "employment", "department", "manager", "accounts"];

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

const fn employment_text(employment: Employment) -> &'static str {
    match employment {
        Employment::Active => "active",
        Employment::OnLeave => "on leave",
        Employment::Departed => "departed",
        Employment::Unknown => "unknown",
    }
}
