//! `rolecall reviews list` and `items`.

use clap::{Args, ValueEnum};
use rolecall_engine::reviews::{ItemQuestion, ItemRow, ReviewPeople, ReviewRow, review_items, review_list};
use rolecall_engine::{clock_system, day_text, since_text, world_load};
use rolecall_model::review::{ReviewNovelty, ReviewOutcome, ReviewState};

use super::nobody;
use crate::cli::Global;
use crate::command::store_read;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::count;
use crate::output::{Format, LIST, Row, line, print_rows};
use crate::place::{Place, READ, changes};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those that stand so
    #[arg(long, value_name = "STATE", value_parser = ["draft", "staged", "running", "completed", "cancelled"])]
    state: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ItemsArgs {
    /// The campaign: its name or id
    review: String,
    /// Only those that are mine to decide, for myself or for somebody else
    #[arg(long)]
    mine: bool,
    /// Only those of this reviewer
    #[arg(long, value_name = "WHO", conflicts_with = "mine")]
    reviewer: Option<String>,
    /// Only those that nobody decided about
    #[arg(long)]
    undecided: bool,
    /// Only those that are this beside what was certified before
    #[arg(long, value_name = "NOVELTY")]
    novelty: Option<Novelty>,
    /// At most so many
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Novelty {
    New,
    Changed,
    Unchanged,
}

impl ItemsArgs {
    /// Who is meant by *mine* no hub can know of a command.
    pub(super) const fn place(&self) -> Place {
        if self.mine { changes("look at the page My reviews") } else { READ }
    }
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let state = args.state.as_deref().and_then(ReviewState::read);
    let rows = review_list(&store, state, clock_system()).await?;
    if rows.is_empty() && format == Format::Table {
        line("There is no review. Write one: rolecall reviews create NAME")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for ReviewRow {
    const COLUMNS: &'static [&'static str] =
        &["name", "state", "grants", "decided", "denied", "due", "owner", "repeats"];

    fn cells(&self) -> Vec<String> {
        let due = self.due_at.as_deref().map(day_text).unwrap_or_default();
        vec![
            self.name.clone(),
            self.state.to_owned(),
            self.grants.to_string(),
            (self.certified + self.denied).to_string(),
            self.denied.to_string(),
            if self.is_overdue { format!("{due} (over)") } else { due },
            self.owner.clone(),
            self.repeat.to_owned(),
        ]
    }
}

pub(super) async fn items(global: &Global, args: &ItemsArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let people = ReviewPeople::load(&store, &view).await?;
    let me = people.actor(&environment::actor()).0;
    let reviewer = match &args.reviewer {
        _ if args.mine => Some(me.clone()),
        Some(who) => {
            let found = people.named(who);
            Some(found.ok_or_else(|| nobody(who))?.0)
        }
        None => None,
    };
    let novelty = args.novelty.map(|novelty| match novelty {
        Novelty::New => ReviewNovelty::New,
        Novelty::Changed => ReviewNovelty::Changed,
        Novelty::Unchanged => ReviewNovelty::Unchanged,
    });
    let outcome = args.undecided.then_some(ReviewOutcome::Undecided);
    let question = ItemQuestion { reviewer, outcome, novelty, after: 0, limit: args.limit };
    let rows = review_items(&store, &people, &args.review, &question, Some(&me), clock_system()).await?;
    print_rows(format, &rows)?;
    if format == Format::Table {
        line("")?;
        line(&format!("{}.", count(rows.len() as u64, "grant", "grants")))?;
    }
    Ok(Exit::Done)
}

impl Row for ItemRow {
    const COLUMNS: &'static [&'static str] = &[
        "number",
        "connector",
        "who",
        "person",
        "may",
        "since",
        "last activity",
        "2fa",
        "novelty",
        "last decision",
        "reviewer",
        "outcome",
    ];

    fn cells(&self) -> Vec<String> {
        let shown = &self.shown;
        // Of a group nobody asks it.
        let of_account = |text: String| if shown.is_group { String::new() } else { text };
        vec![
            self.number.to_string(),
            self.connector.clone(),
            shown.holder.clone(),
            shown.whose_text(),
            shown.may.clone(),
            since_text(&shown.since, shown.or_earlier),
            of_account(shown.last_activity_text()),
            of_account(shown.two_factor_text().to_owned()),
            self.novelty.to_owned(),
            self.previous.clone().unwrap_or_default(),
            self.reviewer.clone(),
            self.outcome.to_owned(),
        ]
    }
}
