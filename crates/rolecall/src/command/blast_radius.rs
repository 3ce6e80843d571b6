//! `rolecall blast-radius`: how much each account could write, and what nobody else could.

use clap::Args;
use rolecall_engine::blast_radius::{BlastRadius, BlastRadiusAnswer, blast_radius};

use super::answer::{as_of_note, as_of_print, completeness_print, not_shown_print};
use super::{exit_of, store_read, view_load};
use crate::cli::{Global, QuestionArgs};
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, Row, line, print_json, print_rows, print_rows_as_of};

#[derive(Debug, Args)]
#[command(
    after_help = "Whose single account could republish everything? The worst come first. How often it is fetched is shown where
the source tells.

Examples:
  rolecall blast-radius
  rolecall blast-radius --connector npm:acme --limit 20
  rolecall blast-radius --as-of 30d --format csv"
)]
pub(crate) struct BlastRadiusArgs {
    /// At most so many accounts, the worst; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    question: QuestionArgs,
}

/// Shows it.
pub(crate) async fn run(global: &Global, args: &BlastRadiusArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let view = view_load(&store_read(global).await?, &args.question).await?;
    let mut answer = blast_radius(&view);
    let all = answer.accounts.len();
    if args.limit > 0 && format == Format::Table {
        answer.accounts.truncate(args.limit);
    }
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            print_rows_as_of(format, &answer.accounts, view.as_of().map(|as_of| &*as_of.moment))?;
            as_of_note(view.as_of());
        }
        _ => print(&answer, all)?,
    }
    let is_complete = answer.connectors.iter().all(|connector| connector.completeness.complete);
    Ok(exit_of(&args.question, is_complete))
}

fn print(answer: &BlastRadiusAnswer, all: usize) -> std::io::Result<()> {
    as_of_print(answer.as_of.as_ref())?;
    print_rows(Format::Table, &answer.accounts)?;
    line("")?;
    if all > answer.accounts.len() {
        line(&format!("… and {} more (--limit 0 shows all)", all - answer.accounts.len()))?;
    }
    answer.connectors.iter().try_for_each(|connector| completeness_print(&connector.completeness))?;
    not_shown_print(&answer.not_read, &answer.not_shown)
}

impl Row for BlastRadius {
    const COLUMNS: &'static [&'static str] =
        &["account", "connector", "can write", "of", "share", "alone", "only they can write", "fetched", "remark"];

    fn cells(&self) -> Vec<String> {
        let least = if self.at_least { "at least " } else { "" };
        let alone: Vec<&str> = self.alone_on.iter().map(|one| one.id.as_str()).collect();
        let more = self.alone.saturating_sub(alone.len());
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let perhaps = (self.perhaps_alone > 0).then(|| format!("perhaps alone on {} more", self.perhaps_alone));
        let unconfirmed = self.removal_unconfirmed.then(|| "removal unconfirmed".to_owned());
        vec![
            self.account.id.clone(),
            self.account.connector.clone(),
            format!("{least}{}", self.writes),
            self.of.to_string(),
            format!("{} %", self.percent),
            self.alone.to_string(),
            format!("{}{more}", alone.join(", ")),
            self.fetched.map_or_else(|| "unknown".to_owned(), |fetched| fetched.to_string()),
            perhaps.into_iter().chain(unconfirmed).collect::<Vec<_>>().join(", "),
        ]
    }
}
