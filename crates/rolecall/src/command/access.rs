//! `rolecall access`: everything one account may do.

use std::io;

use rolecall_engine::account_access::{AccessAnswer, AccountAccessAnswer, RemainsAnswer};
use rolecall_engine::attestation::AttestedTwoFactor;
use rolecall_engine::reappearance::NAME_USED_BEFORE;
use rolecall_engine::since_text;

use super::answer::{as_of_note, as_of_print, completeness_note, completeness_print, not_shown_print};
use super::list::remark;
use super::{exit_of, store_read, view_load, was};
use crate::cli::{AccessArgs, Global};
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, Table, line, paint_bold, paint_warning, print_csv_as_of, print_json};

const COLUMNS: &[&str] = &["type", "resource", "holds", "by", "since", "remark"];

/// Answers the question.
pub(crate) async fn run(global: &Global, args: &AccessArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    if let Some(moment) = &args.was {
        return was::access(&store, format, args, moment).await;
    }
    let view = view_load(&store, &args.question).await?;
    let answer = view.account_access(&args.account)?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            let as_of = answer.as_of.as_ref();
            print_csv_as_of(COLUMNS, answer.items.iter().flat_map(rows), as_of.map(|as_of| &*as_of.moment))?;
            as_of_note(as_of);
            completeness_note(&answer.completeness);
        }
        _ => print(&answer)?,
    }
    Ok(exit_of(&args.question, answer.completeness.complete))
}

fn rows(item: &AccessAnswer) -> Vec<Vec<String>> {
    let row = |path: &rolecall_engine::PathAnswer| {
        vec![
            item.resource.kind.clone(),
            item.resource.id.clone(),
            item.entitlement.clone(),
            path.text.clone(),
            since_text(&path.since, path.or_earlier),
            remark(false, path.removal_unconfirmed),
        ]
    };
    item.paths.iter().map(row).collect()
}

/// Prints the answer for people.
pub(crate) fn print(answer: &AccountAccessAnswer) -> io::Result<()> {
    let seen = answer.seen_in.join(", ");
    line(&paint_bold(&printable(&format!("Access of {} {} ({seen})", answer.account.kind, answer.account.id))))?;
    as_of_print(answer.as_of.as_ref())?;
    names_print(answer)?;
    suspensions_print(answer)?;
    answer.attested_two_factor.iter().try_for_each(|attested| line(&printable(&attested_text(attested))))?;
    line("")?;
    let mut table = Table::new(COLUMNS);
    answer.items.iter().flat_map(rows).for_each(|row| table.row(&row));
    table.print()?;
    line("")?;
    for group in &answer.can_take {
        let (resources, because) = (&group.counted, printable(&group.because));
        line(&format!("Could take {} on {resources} more, as holder of {because}: {}.", group.entitlement, group.how))?;
    }
    for group in &answer.might {
        let (resources, because) = (&group.counted, printable(&group.because));
        line(&format!("May have {} on {resources}, as holder of {because}: {}.", group.entitlement, group.why))?;
    }
    answer.remains_after_leaving.iter().try_for_each(remains_print)?;
    if answer.paths_cut {
        line("There are more paths than these; the resources are all here.")?;
    }
    completeness_print(&answer.completeness)?;
    not_shown_print(&answer.not_read, &answer.not_shown)
}

/// Said first: whose access it is decides what to make of it.
fn names_print(answer: &AccountAccessAnswer) -> io::Result<()> {
    answer.name_used_before.iter().try_for_each(|used| {
        let (connector, since, account) = (&used.connector, &used.since, &answer.account.id);
        let what =
            format!("{NAME_USED_BEFORE} in {connector}: it is there since {since}, and one of that name was gone");
        let end = if used.is_another {
            "; the registry says that it is another".to_owned()
        } else {
            format!("; if it is the same, say so: rolecall accounts confirm-same {connector} {account} --reason TEXT")
        };
        line(&paint_warning(&printable(&format!("Note: {what}{end}"))))
    })
}

/// Said first: nothing of what follows is of use there.
fn suspensions_print(answer: &AccountAccessAnswer) -> io::Result<()> {
    answer.suspended.iter().try_for_each(|suspended| {
        let text = format!(
            "Suspended: {} in {}. What it holds there is listed, and it cannot use it.",
            suspended.why, suspended.connector
        );
        line(&paint_warning(&printable(&text)))
    })
}

/// What somebody stated, told as that.
pub(super) fn attested_text(attested: &AttestedTwoFactor) -> String {
    format!("Two-factor authentication, by statement in {}: {}.", attested.connector, attested.words())
}

/// Removal from an organisation is not complete offboarding (`npm-api.md` §4).
fn remains_print(remains: &RemainsAnswer) -> io::Result<()> {
    let organization = printable(&remains.organization.id);
    if remains.items.is_empty() {
        return line(&format!("If removed from {organization}, nothing that is recorded here remains."));
    }
    line(&format!("If removed from {organization}, this remains:"))?;
    remains.items.iter().flat_map(rows).try_for_each(|row| {
        let what: Vec<String> = row.iter().take(4).map(|cell| printable(cell)).collect();
        line(&format!("  - {}", what.join(", ")))
    })
}
