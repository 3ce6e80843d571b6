//! `rolecall owners list`.

use clap::Args;
use rolecall_engine::owners::{OwnedAnswer, OwnerAnswer, OwnerBook};
use rolecall_engine::people::Identities;
use rolecall_engine::{since_text, world_load};

use crate::cli::Global;
use crate::command::answer::{completeness_note, counted};
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those with this in their name, in that of their connector or in that of an owner
    filter: Option<String>,
    /// Only those that nobody answers for
    #[arg(long)]
    without: bool,
    /// Only those of which everybody who answers for them has left
    #[arg(long, conflicts_with = "without")]
    departed: bool,
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let identities = Identities::load(&store, &view).await?;
    let mut rows = OwnerBook::load(&store, &view, &identities).await?.rows();
    let is_wanted = |row: &OwnedAnswer| (!args.without || row.is_without()) && (!args.departed || row.is_left());
    rows.retain(|row| is_wanted(row) && args.filter.as_ref().is_none_or(|text| row.is_meant(text)));
    let completeness = view.list_completeness();
    if format == Format::Table {
        if rows.is_empty() {
            line("No package or repository is like that.")?;
        } else {
            print_rows(format, &rows)?;
            line("")?;
            let (one, many) = ("package or repository", "packages and repositories");
            line(&format!("{}.", counted(rows.len(), completeness.complete, one, many)))?;
        }
    } else {
        print_rows(format, &rows)?;
    }
    completeness_note(&completeness);
    Ok(Exit::Done)
}

impl Row for OwnedAnswer {
    const COLUMNS: &'static [&'static str] = &["resource", "type", "connector", "owner", "known by", "since"];

    fn cells(&self) -> Vec<String> {
        let joined = |of: fn(&OwnerAnswer) -> String| {
            let mut texts: Vec<String> = Vec::new();
            for text in self.owners.iter().map(of) {
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
            texts.join("; ")
        };
        vec![
            self.resource.id.clone(),
            self.resource.kind.clone(),
            self.resource.connector.clone(),
            joined(OwnerAnswer::text),
            joined(OwnerAnswer::how_short),
            joined(|owner| since_text(&owner.since, owner.or_earlier)),
        ]
    }
}
