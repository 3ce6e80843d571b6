//! `rolecall reviews reassign`, `delegate`, `delegates` and `undelegate`.

use clap::Args;
use rolecall_engine::reviews::{
    DelegateRow, DelegateWish, ItemQuestion, review_assign, review_delegate, review_delegate_end, review_delegates,
    review_items,
};
use rolecall_engine::{clock_system, moment_parse};
use rolecall_model::Timestamp;
use rolecall_model::review::ReviewOutcome;
use serde_json::json;
use uuid::Uuid;

use super::{Open, context_of, nobody};
use crate::cli::Global;
use crate::command::{store_read, store_write};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::count;
use crate::output::{ANSWER, Format, LIST, Row, line, note, print_csv, print_json, print_rows};

#[derive(Debug, Args)]
pub(super) struct ReassignArgs {
    /// The campaign: its name or id
    review: String,
    /// The numbers of grants, as rolecall reviews items shows them
    #[arg(value_name = "NUMBER", required_unless_present = "from")]
    numbers: Vec<i64>,
    /// All undecided ones of this reviewer
    #[arg(long, value_name = "WHO", conflicts_with = "numbers")]
    from: Option<String>,
    /// Who is to review them
    #[arg(long, value_name = "WHO")]
    to: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct DelegateArgs {
    /// Whose decisions they are
    reviewer: String,
    /// Who makes them
    #[arg(long, value_name = "WHO")]
    to: String,
    /// From when: 2026-12-20; now, where nothing is said
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Until when: 2027-01-06
    #[arg(long, value_name = "DATE")]
    until: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct UndelegateArgs {
    /// The delegation's id, as rolecall reviews delegates shows it
    id: Uuid,
}

pub(super) async fn reassign(global: &Global, args: &ReassignArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let numbers = match &args.from {
        None => args.numbers.clone(),
        Some(who) => undecided(&open, &args.review, who).await?,
    };
    let by = (environment::actor(), args.reason.as_str());
    let of = (numbers.as_slice(), args.to.as_str());
    let moved = review_assign(&open.context, &open.people, &args.review, of, (&by.0, by.1)).await?;
    match format {
        Format::Json => print_json(&json!({ "reassigned": moved }))?,
        Format::Csv => print_csv(&["number"], moved.iter().map(|number| vec![number.to_string()]))?,
        _ => line(&format!("{} to be reviewed by {}", count(moved.len() as u64, "grant is", "grants are"), args.to))?,
    }
    let refused = stayed(&open, args, &numbers, &moved).await?;
    refused.iter().for_each(|text| note(text));
    open.close().await;
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Usage })
}

/// Which grants did not come to whom they were to come to, and why.
async fn stayed(open: &Open, args: &ReassignArgs, numbers: &[i64], moved: &[i64]) -> Result<Vec<String>, Failure> {
    let rest: Vec<i64> = numbers.iter().copied().filter(|number| !moved.contains(number)).collect();
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let to = open.people.named(&args.to).map(|(key, _)| key);
    let (store, question) = (&open.context.store, ItemQuestion::default());
    let items = review_items(store, &open.people, &args.review, &question, None, clock_system()).await?;
    let why = |number: i64| match items.iter().find(|item| item.number == number) {
        None => Some(format!("grant {number}: there is no grant with this number in the review")),
        Some(item) if item.reviewer_key == to => None,
        Some(_) => Some(format!("grant {number} stays where it is: {} holds it", args.to)),
    };
    Ok(rest.into_iter().filter_map(why).collect())
}

async fn undecided(open: &Open, review: &str, who: &str) -> Result<Vec<i64>, Failure> {
    let reviewer = open.people.named(who).map(|(key, _)| key);
    let reviewer = reviewer.ok_or_else(|| nobody(who))?;
    let question = ItemQuestion {
        reviewer: Some(reviewer.clone()),
        outcome: Some(ReviewOutcome::Undecided),
        ..ItemQuestion::default()
    };
    let items = review_items(&open.context.store, &open.people, review, &question, None, clock_system()).await?;
    let theirs = items.into_iter().filter(|item| item.reviewer_key.as_ref() == Some(&reviewer));
    Ok(theirs.map(|item| item.number).collect())
}

pub(super) async fn delegate(global: &Global, args: &DelegateArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let moment = |text: &str| -> Result<Timestamp, Failure> {
        moment_parse(text, clock_system()).map_err(|why| Failure::new(Exit::Usage, why))
    };
    let wish = DelegateWish {
        reviewer: args.reviewer.clone(),
        delegate: args.to.clone(),
        from: args.from.as_deref().map(moment).transpose()?,
        until: moment(&args.until)?,
        reason: args.reason.clone(),
    };
    let id = review_delegate(&open.context, &open.people, &wish, &environment::actor()).await?;
    match format {
        Format::Json => print_json(&json!({ "id": id }))?,
        Format::Csv => print_csv(&["id"], std::iter::once(vec![id.to_string()]))?,
        _ => line(&format!("{} decides for {} until {} ({id})", args.to, args.reviewer, args.until))?,
    }
    open.close().await;
    Ok(Exit::Done)
}

pub(super) async fn delegates(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let rows = review_delegates(&store, clock_system()).await?;
    if rows.is_empty() && format == Format::Table {
        line("Nobody decides for anybody else.")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for DelegateRow {
    const COLUMNS: &'static [&'static str] =
        &["reviewer", "delegate", "from", "until", "holds", "reason", "set by", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.reviewer.clone(),
            self.delegate.clone(),
            self.from.clone(),
            self.until.clone(),
            if self.holds { "yes" } else { "no" }.to_owned(),
            self.reason.clone(),
            self.set_by.clone(),
            self.id.clone(),
        ]
    }
}

pub(super) async fn undelegate(global: &Global, args: &UndelegateArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let context = context_of(store_write(global).await?);
    review_delegate_end(&context, args.id, &environment::actor()).await?;
    match format {
        Format::Json => print_json(&json!({ "ended": args.id }))?,
        Format::Csv => print_csv(&["ended"], std::iter::once(vec![args.id.to_string()]))?,
        _ => line("It holds no more.")?,
    }
    context.store.close().await;
    Ok(Exit::Done)
}
