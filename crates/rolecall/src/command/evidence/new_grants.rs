//! What accounts can do that they could not at an earlier moment.

use std::io;

use clap::Args;
use rolecall_engine::clock_system;
use rolecall_engine::evidence::{NewGrant, NewGrantsAnswer, NewSince, last_review, new_grants};
use rolecall_model::Timestamp;
use rolecall_store::Store;

use super::{WhenArgs, since_of};
use crate::cli::Global;
use crate::command::{connector_known, past_of_option, store_read};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, note, paint_dim, paint_warning, print_csv, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Rights are told in effect: somebody who joins a team has everything new that the team gives. What is lowered is not
new, and neither is what is there by another path than before.

Examples:
  rolecall evidence new-grants --since 2026-07-01
  rolecall evidence new-grants --since 30d --connector npm:acme --format csv"
)]
pub(super) struct NewGrantsArgs {
    /// Since when: 2026-07-01, 30d [default: of each connector, since the last completed review of everything there was staged]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[command(flatten)]
    when: WhenArgs,
}

/// Shows them.
pub(super) async fn run(global: &Global, args: &NewGrantsArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let named = args.since.as_deref().map(since_of).transpose()?;
    let at = past_of_option("--as-of", args.when.as_of.as_deref())?;
    let store = store_read(global).await?;
    if let Some(only) = &args.when.connector {
        connector_known(&store, only, at).await?;
    }
    let since = match named {
        Some(since) => NewSince::moment(since),
        None => reviewed(&store, args.when.connector.as_deref(), at.unwrap_or_else(clock_system)).await?,
    };
    let question = args.when.question(|_| Ok(since.at))?;
    let answer = new_grants(&store, &question, &since).await?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            print_csv(NewGrantsAnswer::COLUMNS, answer.cells())?;
            note(&printable(&answer.completeness));
        }
        _ => print(&answer)?,
    }
    Ok(args.when.exit(answer.complete))
}

async fn reviewed(store: &Store, only: Option<&str>, until: Timestamp) -> Result<NewSince, Failure> {
    let last = last_review(store, only, until).await?;
    last.ok_or_else(|| {
        let why = "there has been no review yet of everything that a connector grants, since which rights could be new";
        Failure::new(Exit::Usage, why).hint("say since when: rolecall evidence new-grants --since 2026-07-01")
    })
}

fn print(answer: &NewGrantsAnswer) -> io::Result<()> {
    let number = count(answer.grants.len() as u64, "right", "rights");
    let least = if answer.complete { "" } else { "at least " };
    line(&format!("New since {}, as of {}: {least}{number}.", answer.since, answer.as_of))?;
    for (connector, since) in &answer.since_of {
        line(&paint_dim(&printable(&format!("{connector}: since its last review was staged, {since}"))))?;
    }
    if !answer.grants.is_empty() {
        let columns = ["who", "whose", "right", "on", "path", "not before", "not after", "by"];
        let mut table = Table::new(&columns);
        answer.grants.iter().for_each(|grant| table.row(&cells(grant)));
        table.print()?;
    }
    let older = answer.grants.iter().filter(|grant| grant.or_earlier).count();
    if older > 0 {
        let text = format!(
            "{} may be older: there when first read, after that moment.",
            count(older as u64, "right", "rights")
        );
        line(&paint_warning(&text))?;
    }
    let text = printable(&answer.completeness);
    line(&if answer.complete { text } else { paint_warning(&text) })
}

fn cells(grant: &NewGrant) -> Vec<String> {
    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let after = or_unknown(&grant.not_after);
    vec![
        grant.account.clone(),
        grant.person.clone().unwrap_or_default(),
        grant.entitlement.clone(),
        format!("{} {}", grant.resource_type, grant.resource),
        grant.path.clone(),
        or_unknown(&grant.not_before),
        if grant.or_earlier { format!("≤ {after}") } else { after },
        or_unknown(&grant.actor),
    ]
}
