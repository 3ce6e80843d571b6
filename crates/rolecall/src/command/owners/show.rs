//! `rolecall owners show`.

use std::io;

use clap::Args;
use rolecall_engine::owners::{OwnedAnswer, OwnerAnswer, OwnerBook, OwnerPast};
use rolecall_engine::people::Identities;
use rolecall_engine::{day_text, since_text, world_load};
use serde_json::json;

use super::decide::failure;
use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, Table, line, paint_bold, print_json};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Which package or repository, such as npm:@acme/core
    resource: String,
}

pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let identities = Identities::load(&store, &view).await?;
    let book = OwnerBook::load(&store, &view, &identities).await?;
    let owned = book.named(&args.resource)?;
    let before = book.history(&store, &args.resource).await.map_err(failure)?;
    match format {
        Format::Json => print_json(&json!({ "owned": owned, "before": before }))?,
        _ => print(&owned, &before)?,
    }
    Ok(Exit::Done)
}

fn print(owned: &OwnedAnswer, before: &[OwnerPast]) -> io::Result<()> {
    let resource = &owned.resource;
    line(&paint_bold(&printable(&format!("{} {} of {}", resource.kind, resource.id, resource.connector))))?;
    match owned.state {
        "none" => line("Nobody answers for it.")?,
        "left" => line("Everybody who answers for it has left.")?,
        _ => {}
    }
    owned.owners.iter().try_for_each(owner_print)?;
    if !owned.besides.is_empty() {
        line("By the word of others, which does not count:")?;
        owned.besides.iter().try_for_each(owner_print)?;
    }
    if before.is_empty() {
        return Ok(());
    }
    line("")?;
    line("Before:")?;
    let mut table = Table::new(&["owner", "known by", "from", "until", "ended by", "why"]);
    for past in before {
        table.row(&[
            past.owner.clone(),
            format!("{} ({})", past.source, past.by),
            day_text(&past.since),
            day_text(&past.until),
            past.ended_by.clone(),
            past.ended_reason.clone(),
        ]);
    }
    table.print()
}

fn owner_print(owner: &OwnerAnswer) -> io::Result<()> {
    let since = since_text(&owner.since, owner.or_earlier);
    line(&printable(&format!("  {}, since {since}: {}", owner.text(), owner.how)))
}
