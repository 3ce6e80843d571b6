//! `rolecall who-can`: every account that can, and by which path.

use std::io;

use rolecall_engine::who_can::{AccountAnswer, MightAnswer, SuspendedAnswer, TakeAnswer, WhoCanAnswer};
use rolecall_engine::{CredentialAnswer, TrustedPublisherAnswer, day_text, since_text};

use super::answer::{as_of_note, as_of_print, completeness_note, completeness_print, counted, not_shown_print};
use super::list::remark;
use super::{exit_of, store_read, view_load, was};
use crate::cli::{Global, WhoCanArgs};
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, Table, line, paint_bold, print_csv_as_of, print_json, text::printable};

pub(crate) const COLUMNS: &[&str] = &["account", "role", "by", "since", "last published", "remark"];

/// Answers the question.
pub(crate) async fn run(global: &Global, args: &WhoCanArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    if let Some(moment) = &args.was {
        return was::who_could(&store, format, args, moment).await;
    }
    let view = view_load(&store, &args.question).await?;
    let answer = view.who_can(&args.action, &args.resource)?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            let as_of = answer.as_of.as_ref();
            print_csv_as_of(COLUMNS, rows(&answer).into_iter(), as_of.map(|as_of| &*as_of.moment))?;
            as_of_note(as_of);
            completeness_note(&answer.completeness);
        }
        _ => print(&answer)?,
    }
    Ok(exit_of(&args.question, answer.completeness.complete))
}

/// One row for each path, so that a program can filter; the table leaves out what the row above says already.
fn rows(answer: &WhoCanAnswer) -> Vec<Vec<String>> {
    let able = answer.accounts.iter().flat_map(|account| account_rows(account, false));
    let suspended = answer.suspended.iter().flat_map(|suspended| account_rows(&suspended.account, true));
    let credentials = answer.credentials.iter().flat_map(credential_rows);
    let might = answer.might.iter().map(might_row);
    able.chain(suspended)
        .chain(credentials)
        .chain(answer.trusted_publishers.iter().map(trusted_row))
        .chain(might)
        .collect()
}

fn credential_rows(credential: &CredentialAnswer) -> impl Iterator<Item = Vec<String>> {
    credential.paths.iter().map(move |path| {
        vec![
            credential.credential.id.clone(),
            credential.text.clone(),
            path.text.clone(),
            since_text(&path.since, path.or_earlier),
            String::new(),
            remark(false, path.removal_unconfirmed),
        ]
    })
}

/// What is not known has no date and no path, and a remark that no filter for rights takes for one.
fn might_row(might: &MightAnswer) -> Vec<String> {
    let role = might.entitlement.rsplit(':').next().unwrap_or_default().to_owned();
    vec![might.account.id.clone(), role, might.why.to_owned(), String::new(), String::new(), "may have it".to_owned()]
}

fn trusted_row(publisher: &TrustedPublisherAnswer) -> Vec<String> {
    let role = if publisher.can { "trusted publisher" } else { "trusted to stage only" };
    vec![
        publisher.principal.id.clone(),
        role.to_owned(),
        publisher.text.clone(),
        day_text(&publisher.since),
        String::new(),
        remark(false, publisher.removal_unconfirmed),
    ]
}

fn account_rows(account: &AccountAnswer, suspended: bool) -> impl Iterator<Item = Vec<String>> {
    account.paths.iter().map(move |path| {
        vec![
            account.account.id.clone(),
            roles(account),
            path.text.clone(),
            since_text(&path.since, path.or_earlier),
            account.last_published.as_deref().map(day_text).unwrap_or_default(),
            remark(suspended, path.removal_unconfirmed),
        ]
    })
}

fn roles(account: &AccountAnswer) -> String {
    if account.roles.is_empty() { "outsider".to_owned() } else { account.roles.join(", ") }
}

/// Prints the answer for people.
pub(crate) fn print(answer: &WhoCanAnswer) -> io::Result<()> {
    let subject = format!("{} {} ({})", answer.resource.kind, answer.resource.id, answer.resource.connector);
    line(&paint_bold(&printable(&format!("Who can {} {subject}", answer.action))))?;
    as_of_print(answer.as_of.as_ref())?;
    line("")?;
    if let Some(anyone) = &answer.anyone {
        line(anyone)?;
    }
    if !answer.accounts.is_empty() {
        accounts_table(&answer.accounts).print()?;
        line("")?;
    }
    let complete = answer.completeness.complete;
    let count = counted(answer.count, complete, "account", "accounts");
    line(&format!("{}: {count}.", capitalised(&answer.action)))?;
    if answer.paths_cut {
        line("There are more paths than these; the accounts are all here.")?;
    }
    attested_line(&answer.accounts).map_or(Ok(()), |text| line(&printable(&text)))?;
    suspended_lines(&answer.suspended).iter().try_for_each(|text| line(&printable(text)))?;
    credentials_print(&answer.credentials)?;
    publishers_print(answer)?;
    might_lines(&answer.might).iter().try_for_each(|text| line(&printable(text)))?;
    takes_print(&answer.can_take)?;
    completeness_print(&answer.completeness)?;
    not_shown_print(&answer.not_read, &answer.not_shown)
}

/// The accounts with their paths. A source that does not show who wrote when has no column for it.
fn accounts_table(accounts: &[AccountAnswer]) -> Table {
    const LAST_PUBLISHED: usize = 4;
    let has_history = accounts.iter().any(|account| account.last_published.is_some());
    let shown = |cells: Vec<String>| -> Vec<String> {
        let kept = cells.into_iter().enumerate().filter(|(column, _)| has_history || *column != LAST_PUBLISHED);
        kept.map(|(_, cell)| cell).collect()
    };
    let columns = shown(COLUMNS.iter().map(|&column| column.to_owned()).collect());
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for account in accounts {
        let mut previous: Option<Vec<String>> = None;
        for row in account_rows(account, false) {
            table.row(&shown(without_repetition(&row, previous.as_ref())));
            previous = Some(row);
        }
    }
    table
}

/// The first two cells and the last publication belong to the account, not to the path.
fn without_repetition(row: &[String], previous: Option<&Vec<String>>) -> Vec<String> {
    let is_account = |column: usize| matches!(column, 0 | 1 | 4);
    row.iter()
        .enumerate()
        .map(|(column, cell)| if previous.is_some() && is_account(column) { String::new() } else { cell.clone() })
        .collect()
}

/// What people state of the accounts' two-factor authentication, where anybody stated anything that still counts.
fn attested_line(accounts: &[AccountAnswer]) -> Option<String> {
    let (mut on, mut off, mut unknown) = (0_usize, Vec::new(), 0_usize);
    for account in accounts {
        let mut counting = account.attested_two_factor.iter().filter(|attested| !attested.is_expired).peekable();
        match (counting.peek().is_some(), counting.all(|attested| attested.is_on)) {
            (false, _) => unknown += 1,
            (true, true) => on += 1,
            (true, false) => off.push(account.account.id.as_str()),
        }
    }
    if on == 0 && off.is_empty() {
        return None;
    }
    let mut text = format!("Two-factor authentication, as people stated it: on for {on}, off for {}", off.len());
    if !off.is_empty() {
        text.push_str(&format!(
            " ({}{})",
            off.iter().take(10).copied().collect::<Vec<_>>().join(", "),
            if off.len() > 10 { ", …" } else { "" }
        ));
    }
    Some(format!("{text}, not known for {unknown}."))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Who could if they were not suspended. One line for each thing that they are not.
fn suspended_lines(suspended: &[SuspendedAnswer]) -> Vec<String> {
    let by_lack = suspended.chunk_by(|one, other| one.lacks == other.lacks);
    let text = |of_one: &[SuspendedAnswer]| {
        let who = |one: &SuspendedAnswer| {
            let paths: Vec<&str> = one.account.paths.iter().map(|path| path.text.as_str()).collect();
            format!("{} ({}; {})", one.account.account.id, roles(&one.account), paths.join("; "))
        };
        let (number, they) = match of_one.len() {
            1 => ("1 account".to_owned(), "it were"),
            many => (format!("{many} accounts"), "they were"),
        };
        let lacks = of_one.first().map_or("active", |one| one.lacks);
        let names: Vec<String> = of_one.iter().map(who).collect();
        format!("Suspended: {number} would have the right if {they} {lacks}: {}.", names.join(", "))
    };
    by_lack.map(text).collect()
}

/// Who may have the right, by what is not known.
fn might_lines(might: &[MightAnswer]) -> Vec<String> {
    let mut reasons: Vec<&str> = might.iter().map(|one| one.why).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let text = |why: &str| {
        let of_one = might.iter().filter(|one| one.why == why);
        let names: Vec<String> = of_one
            .map(|one| format!("{} ({})", one.account.id, one.entitlement.rsplit(':').next().unwrap_or_default()))
            .collect();
        format!("May have it ({why}): {}.", names.join(", "))
    };
    reasons.into_iter().map(text).collect()
}

/// Credentials that can by themselves.
fn credentials_print(credentials: &[CredentialAnswer]) -> io::Result<()> {
    if !credentials.is_empty() {
        line("Without an account, whoever has the value of:")?;
    }
    credentials.iter().try_for_each(|credential| {
        let expires = credential.expires.as_deref().map(|at| format!(", expires {}", day_text(at))).unwrap_or_default();
        let waits = if credential.removal_unconfirmed { " (removal unconfirmed)" } else { "" };
        let seen = since_text(&credential.since, credential.or_earlier);
        line(&printable(&format!("  - {}, since {seen}{expires}{waits}", credential.text)))
    })
}

/// What can and is no account, and what was seen to.
fn publishers_print(answer: &WhoCanAnswer) -> io::Result<()> {
    if !answer.trusted_publishers.is_empty() {
        line("Through trusted publishers, with nobody's token:")?;
    }
    for publisher in &answer.trusted_publishers {
        let waits = if publisher.removal_unconfirmed { " (removal unconfirmed)" } else { "" };
        line(&printable(&format!("  - {}, since {}{waits}", publisher.text, day_text(&publisher.since))))?;
    }
    let mut observed = answer.observed_publishers.iter();
    observed.try_for_each(|observed| line(&printable(&format!("Observed: {}.", observed.text))))
}

fn takes_print(takes: &[TakeAnswer]) -> io::Result<()> {
    let Some(first) = takes.first() else { return Ok(()) };
    let names: Vec<String> = takes
        .iter()
        .map(|take| {
            let slug = take.entitlement.rsplit(':').next().unwrap_or_default();
            format!("{} ({slug})", take.account.id)
        })
        .collect();
    line(&format!("Could give themselves the right, but do not have it: {}.", printable(&names.join(", "))))?;
    line(&format!("  ({})", first.how))
}

#[cfg(test)]
mod tests {
    use rolecall_engine::{Candidate, PathAnswer};

    use super::*;

    fn candidate(id: &str) -> Candidate {
        Candidate { connector: "hosted:acme".to_owned(), kind: "user".to_owned(), id: id.to_owned() }
    }

    fn suspended(id: &str, lacks: &'static str) -> SuspendedAnswer {
        let path = PathAnswer {
            text: "team acme/release".to_owned(),
            steps: Vec::new(),
            since: "2025-01-02T03:04:05Z".to_owned(),
            or_earlier: false,
            removal_unconfirmed: true,
            path_unknown: false,
        };
        let (roles, paths) = (vec!["member".to_owned()], vec![path]);
        let account = AccountAnswer {
            account: candidate(id),
            roles,
            paths,
            last_published: None,
            attested_two_factor: Vec::new(),
        };
        SuspendedAnswer { account, lacks, why: format!("not {lacks}") }
    }

    #[test]
    fn who_is_suspended_is_said_with_what_would_change_it() {
        let lines =
            suspended_lines(&[suspended("dora", "active"), suspended("otto", "active"), suspended("x", "paid")]);
        let dora = "dora (member; team acme/release)";
        let otto = "otto (member; team acme/release)";
        let expected = [
            format!("Suspended: 2 accounts would have the right if they were active: {dora}, {otto}."),
            "Suspended: 1 account would have the right if it were paid: x (member; team acme/release).".to_owned(),
        ];
        assert_eq!(lines, expected);
        let row: Vec<Vec<String>> = account_rows(&suspended("dora", "active").account, true).collect();
        assert_eq!(row[0][5], "suspended, removal unconfirmed");
    }

    #[test]
    fn who_may_have_a_right_is_said_with_what_is_not_known() {
        let might = |id: &str| MightAnswer {
            account: candidate(id),
            entitlement: "workspace:acme:service-member".to_owned(),
            gives: "write",
            why: "not documented for services",
            removal_unconfirmed: false,
        };
        let lines = might_lines(&[might("ci"), might("deploy")]);
        assert_eq!(lines, ["May have it (not documented for services): ci (service-member), deploy (service-member)."]);
        assert_eq!(might_row(&might("ci"))[5], "may have it");
    }
}
