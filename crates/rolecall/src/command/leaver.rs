//! `rolecall leaver`: what somebody who leaves can still do, how it is taken away, and what remains.

use std::io;

use clap::Args;
use rolecall_engine::people::{
    HeldRight, Identities, LeaverAccount, LeaverAnswer, LeaverKnown, PersonNameError, leaver_compare,
};
use rolecall_engine::world_load;

use super::access::attested_text;
use super::answer::{completeness_note, completeness_print, not_shown_print};
use super::people::employment_text;
use super::{past_of_option, store_read};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, paint_bold, paint_warning, print_csv, print_json};

/// So many things are named.
const NAMED: usize = 10;

/// So many things that they answer for are.
const OWNED: usize = 50;

#[derive(Debug, Args)]
#[command(after_help = "Nothing is taken away by this: it says what to do, and sees afterwards whether it was done.

Examples:
  rolecall leaver alice@acme.test
  rolecall leaver E42 --format json
  rolecall leaver E42 --since 7d           what of it is gone by now, and what remains
  rolecall leaver npm:otto.brandt          an account, where no directory says whose it is")]
pub(crate) struct LeaverArgs {
    /// Who: an id, an e-mail address or a whole name of the directories, or an account
    who: String,
    /// Compare with what they could do at this moment, before it was taken away: 2026-11-01, 7d
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Exit with 5 when a listing behind the answer was not read in full
    #[arg(long)]
    require_complete: bool,
}

const COLUMNS: &[&str] = &["step", "connector", "what", "how", "needs", "first"];

/// Answers the question.
pub(crate) async fn run(global: &Global, args: &LeaverArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let identities = Identities::load(&store, &view).await?;
    let answer = match identities.person_named(&args.who) {
        Ok(key) => {
            let known = LeaverKnown::load(&store, &view, Some((&identities, &key))).await?;
            let mut answer = view.leaver(&identities, &key, known)?;
            if let Some(since) = past_of_option("--since", args.since.as_deref())? {
                answer.compared = Some(leaver_compare(&store, (&view, &identities), &key, since).await?);
            }
            answer
        }
        Err(error @ PersonNameError::Ambiguous { .. }) => {
            return Err(Failure::new(Exit::Name, error.to_string()).hint(error.hint()));
        }
        Err(_) if args.since.is_some() => {
            return Err(Failure::new(Exit::Usage, "before and after are compared of a person, and not of an account")
                .hint("name somebody of: rolecall people list; or see what changed with: rolecall changes --help"));
        }
        Err(error) => {
            let known = LeaverKnown::load(&store, &view, None).await?;
            view.leaver_of(&[(args.who.clone(), Vec::new())], &known).map_err(|_| {
                Failure::new(Exit::Name, format!("{error}, and no account is called so")).hint(error.hint())
            })?
        }
    };
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            print_csv(COLUMNS, steps(&answer))?;
            completeness_note(&answer.completeness);
        }
        _ => print(&answer)?,
    }
    let is_whole = answer.completeness.complete || !args.require_complete;
    Ok(if is_whole { Exit::Done } else { Exit::Incomplete })
}

fn steps(answer: &LeaverAnswer) -> impl Iterator<Item = Vec<String>> {
    answer.steps.iter().zip(1..).map(|(step, number): (_, usize)| {
        vec![
            number.to_string(),
            step.connector.clone(),
            step.what.clone(),
            step.how.clone(),
            step.needs.to_owned(),
            step.first.clone().unwrap_or_default(),
        ]
    })
}

pub(super) fn print(answer: &LeaverAnswer) -> io::Result<()> {
    if let Some(person) = &answer.person {
        let is = employment_text(person.employment);
        line(&paint_bold(&printable(&format!("{} ({}): {is}", person.display_name, person.key))))?;
        if let Some(since) = &person.unlisted_since {
            line(&format!("In no directory since {since}; counted as departed."))?;
        }
    }
    if answer.accounts.is_empty() {
        line("No account is known to be theirs.")?;
    }
    answer.accounts.iter().try_for_each(account_print)?;
    perhaps_print(answer)?;
    formerly_print(answer)?;
    answers_for_print(answer)?;
    owns_print(answer)?;
    line("")?;
    if answer.steps.is_empty() {
        line("Nothing is to be taken away, as far as is recorded.")?;
    } else {
        line(&paint_bold("What to do, in this order"))?;
    }
    for (step, number) in answer.steps.iter().zip(1..) {
        let number: usize = number;
        line(&printable(&format!("{number:>3}. {} ({})", step.what, step.connector)))?;
        if let Some(first) = &step.first {
            line(&paint_warning(&printable(&format!("     first {first}"))))?;
        }
        line(&printable(&format!("     {}", step.how)))?;
        line(&printable(&format!("     needs {}", step.needs)))?;
    }
    remains_print(answer)?;
    compared_print(answer)?;
    completeness_print(&answer.completeness)?;
    not_shown_print(&answer.not_read, &answer.not_shown)
}

fn account_print(account: &LeaverAccount) -> io::Result<()> {
    let things = count(u64::try_from(account.things).unwrap_or(u64::MAX), "thing", "things");
    let seen = account.seen_in.join(", ");
    line(&printable(&format!("{} ({seen}): rights on {things}", account.account.id)))?;
    if !account.why.is_empty() {
        line(&printable(&format!("  theirs because {}", account.why.join("; "))))?;
    }
    for attested in &account.attested_two_factor {
        line(&printable(&format!("  {}", attested_text(attested))))?;
    }
    if account.suspended {
        line("  suspended: it can use none of this until somebody lets it in again")?;
    }
    if !account.writes.is_empty() {
        let mut names: Vec<&str> = account.writes.iter().take(NAMED).map(|thing| thing.id.as_str()).collect();
        let more = account.writes.len().saturating_sub(NAMED);
        let rest = format!("and {more} more");
        names.extend((more > 0).then_some(rest.as_str()));
        line(&printable(&format!("  can publish or push {}", names.join(", "))))?;
    }
    account.alone.iter().try_for_each(|alone| line(&paint_warning(&printable(&format!("  nobody else is {alone}")))))
}

fn perhaps_print(answer: &LeaverAnswer) -> io::Result<()> {
    if answer.perhaps.is_empty() {
        return Ok(());
    }
    line("")?;
    line("May be theirs, so say whose they are (rolecall people pin, or refuse):")?;
    let mut table = Table::new(&["account", "connector", "why"]);
    for row in &answer.perhaps {
        let key = answer.person.as_ref().map(|person| &person.key);
        let candidate = row.candidates.iter().find(|candidate| Some(&candidate.person) == key);
        let why = candidate.map(|candidate| candidate.why.join("; ")).unwrap_or_default();
        table.row(&[row.id.clone(), row.connector.clone(), why]);
    }
    table.print()
}

fn formerly_print(answer: &LeaverAnswer) -> io::Result<()> {
    if answer.formerly.is_empty() {
        return Ok(());
    }
    line("")?;
    line("Were theirs, and nothing says so now; say whose they are (rolecall people pin, or refuse):")?;
    let mut table = Table::new(&["account", "connector", "until", "what it is", "why it was theirs"]);
    for account in &answer.formerly {
        let why = account.why.join("; ");
        table.row(&[account.id.clone(), account.connector.clone(), account.until.clone(), account.now(), why]);
    }
    table.print()
}

fn answers_for_print(answer: &LeaverAnswer) -> io::Result<()> {
    if answer.answers_for.is_empty() {
        return Ok(());
    }
    line("")?;
    line("They answer for these; say who does from now on (rolecall people pin ACCOUNT --service --owner PERSON):")?;
    let mut table = Table::new(&["account", "connector", "what it is"]);
    for row in &answer.answers_for {
        table.row(&[row.id.clone(), row.connector.clone(), row.state.to_owned()]);
    }
    table.print()
}

fn compared_print(answer: &LeaverAnswer) -> io::Result<()> {
    let Some(compared) = &answer.compared else { return Ok(()) };
    line("")?;
    line(&paint_bold(&format!("Since {}", compared.since)))?;
    compared.unread.iter().try_for_each(|text| line(&paint_warning(&printable(&format!("  {text}")))))?;
    if compared.gone.is_empty() && compared.remains.is_empty() && compared.added.is_empty() {
        return line("  No right of theirs is known of then or now.");
    }
    let mut table = Table::new(&["", "account", "holds", "type", "resource"]);
    for (word, rights) in [("gone", &compared.gone), ("remains", &compared.remains), ("new", &compared.added)] {
        for right in rights {
            let HeldRight { account, entitlement, kind, resource } = right.clone();
            table.row(&[word.to_owned(), account, entitlement, kind, resource]);
        }
    }
    table.print()
}

/// Nothing takes this away: somebody else has to answer for it.
fn owns_print(answer: &LeaverAnswer) -> io::Result<()> {
    if answer.owns.is_empty() {
        return Ok(());
    }
    line("")?;
    line("They answer for these packages and repositories; hand them over (rolecall owners set):")?;
    for owned in answer.owns.iter().take(OWNED) {
        let alone = if owned.alone { ", and nobody else who is here does" } else { "" };
        let text = format!("  {} {} ({}){alone}", owned.resource.kind, owned.resource.id, owned.resource.connector);
        line(&printable(&text))?;
    }
    match answer.owns.len().saturating_sub(OWNED) {
        0 => Ok(()),
        more => line(&format!("  and {more} more; all of them with --format json")),
    }
}

fn remains_print(answer: &LeaverAnswer) -> io::Result<()> {
    line("")?;
    if answer.remains.is_empty() {
        line("After that, nothing that is recorded remains.")?;
    } else {
        line(&paint_bold("What remains after that"))?;
    }
    for item in &answer.remains {
        let paths: Vec<&str> = item.paths.iter().map(|path| path.text.as_str()).collect();
        let text =
            format!("  {} on {} {}: {}", item.entitlement, item.resource.kind, item.resource.id, paths.join("; "));
        line(&printable(&text))?;
    }
    if !answer.waits.is_empty() {
        let names: Vec<String> = answer.waits.iter().map(|item| item.resource.id.clone()).collect();
        line(&paint_warning(&printable(&format!(
            "  Seen to be gone, and current until somebody says so (rolecall changes): {}",
            names.join(", ")
        ))))?;
    }
    answer.besides.iter().try_for_each(|text| line(&format!("  Think of: {text}")))
}
