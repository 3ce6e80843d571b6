//! What a list says of whose accounts have two-factor authentication, read whole or refused whole.
//!
//! npm shows it on a page for people alone, so that somebody writes it down: a table with any usual separator, or JSON.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use csv::StringRecord;

use crate::roster::text::{Problems, Table};

/// What columns of account names are called, without case and signs.
const ACCOUNT: [&str; 10] =
    ["account", "accountname", "user", "username", "member", "login", "npmuser", "npmusername", "npmaccount", "npm"];

/// What columns about two-factor authentication are called, without case and signs.
const TWO_FACTOR: [&str; 12] = [
    "2fa",
    "mfa",
    "tfa",
    "twofactor",
    "twofactorauth",
    "twofactorauthentication",
    "2faenabled",
    "mfaenabled",
    "tfaenabled",
    "twofactorenabled",
    "2fastatus",
    "2factor",
];

/// What one line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoFactorLine {
    /// The line of the text, from 1.
    pub line: u64,
    /// The account, as it is written there but for an `@` before it.
    pub account: String,
    /// Whether it has two-factor authentication.
    pub is_on: bool,
}

/// Reads such a list. `O(text)`.
///
/// # Errors
/// With everything that is wrong, if anything is. Nothing of such a list is to be used.
pub fn two_factor_read(text: &str) -> Result<Vec<TwoFactorLine>, Problems> {
    let table = Table::of(text);
    let mut problems = Problems::default();
    let headers = table.headers(&mut problems);
    if headers.iter().all(String::is_empty) {
        // What is no JSON has no columns either, and says where it ends to be some.
        table.rows(&headers, &mut problems, |_, _, _| {});
        if problems.is_empty() {
            problems.add(1, "there is nothing in it; it needs a line with the names of the columns, and the list");
        }
        return Err(problems);
    }
    let account = column(&headers, &ACCOUNT, "account", "`account`, `user` or `username`", &mut problems);
    let two_factor = column(&headers, &TWO_FACTOR, "two-factor authentication", "`2fa`, `mfa` or `tfa`", &mut problems);
    let mut read = Reader::default();
    if let (Some(account), Some(two_factor)) = (account, two_factor) {
        let columns = Columns { account, two_factor };
        table.rows(&headers, &mut problems, |line, row, problems| read.line(line, row, columns, problems));
        if read.lines.is_empty() && problems.is_empty() {
            problems.add(1, "nothing is said of anybody; the list needs a line for each account after the header");
        }
    }
    if problems.is_empty() { Ok(read.lines) } else { Err(problems) }
}

/// Where in a row something is.
#[derive(Clone, Copy)]
struct Columns {
    account: usize,
    two_factor: usize,
}

/// The one column with such a name.
fn column(headers: &[String], names: &[&str], what: &str, such_as: &str, problems: &mut Problems) -> Option<usize> {
    let is_named = |header: &str| names.contains(&plain(header).as_str());
    let found: Vec<(usize, &String)> = headers.iter().enumerate().filter(|(_, header)| is_named(header)).collect();
    match found.as_slice() {
        [(place, _)] => return Some(*place),
        [] => problems.add(1, format!("no column is the {what}; name it {such_as}")),
        several => {
            let named: Vec<String> = several.iter().map(|(_, header)| format!("`{header}`")).collect();
            problems.add(1, format!("{} could each be the {what}; remove or rename all but one", named.join(" and ")));
        }
    }
    None
}

/// A column's name without case, spaces and signs.
fn plain(header: &str) -> String {
    header.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The lines so far, and where each account was.
#[derive(Default)]
struct Reader {
    lines: Vec<TwoFactorLine>,
    by_account: HashMap<String, (u64, Option<bool>)>,
}

impl Reader {
    fn line(&mut self, line: u64, row: &StringRecord, columns: Columns, problems: &mut Problems) {
        let cell = |place: usize| row.get(place).unwrap_or_default().trim();
        let account = cell(columns.account);
        let account = account.strip_prefix('@').unwrap_or(account);
        if account.is_empty() {
            return problems.add(line, "no account is named; name one, or remove the line");
        }
        let is_on = is_on(cell(columns.two_factor));
        if is_on.is_none() {
            problems.add(line, not_said(account, cell(columns.two_factor)));
        }
        match self.by_account.entry(account.to_owned()) {
            Entry::Occupied(first) => problems.add(line, twice(account, is_on, *first.get())),
            Entry::Vacant(place) => {
                place.insert((line, is_on));
                if let Some(is_on) = is_on {
                    self.lines.push(TwoFactorLine { line, account: account.to_owned(), is_on });
                }
            }
        }
    }
}

/// What a cell says; `None` where that is neither yes nor no.
fn is_on(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "yes" | "enabled" | "true" | "on" => Some(true),
        "no" | "disabled" | "false" | "off" => Some(false),
        _ => None,
    }
}

fn not_said(account: &str, cell: &str) -> String {
    if cell.is_empty() {
        return format!("nothing is said of `{account}`; write yes or no, or remove the line if it is not known");
    }
    format!(
        "`{cell}` says neither yes nor no of `{account}`; write yes, enabled, true, on, or no, disabled, false, off, or \
         remove the line if it is not known"
    )
}

/// Nobody can know which of two lines was meant, even where they agree.
fn twice(account: &str, is_on: Option<bool>, (first, was_on): (u64, Option<bool>)) -> String {
    if is_on.is_some() && was_on.is_some() && is_on != was_on {
        return format!("`{account}` is said otherwise on line {first}; find out which is right and remove the other");
    }
    format!("`{account}` is on line {first} already; remove one of the two")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(u64, String, bool)> {
        let lines = two_factor_read(text).unwrap_or_else(|problems| panic!("{text:?}: {:?}", problems.first()));
        lines.into_iter().map(|line| (line.line, line.account, line.is_on)).collect()
    }

    fn wrong(text: &str) -> Vec<String> {
        two_factor_read(text).unwrap_err().first().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_usual_way_of_writing_it_is_read() {
        let expected = [(2, "ada".to_owned(), true), (3, "bob".to_owned(), false)];
        for text in [
            "account,2fa\nada,yes\nbob,no\n",
            "\u{feff}Username;2FA\r\nada;Enabled\r\nbob;Disabled\r\n",
            "user\tMFA\nada\ttrue\nbob\tFALSE",
            "role|npm user|Two-Factor Authentication|seen\nowner|@ada|On|today\ndeveloper|\"bob\"|off|never\n",
            "TFA , account\n on , ada \n off , bob \n",
            "account,2fa\r\nada,on\r\n\"bob\",off",
        ] {
            assert_eq!(said(text), expected, "{text:?}");
        }
        let apart = said("account,2fa\r\n\r\nada,on\r\n\r\n\r\nbob,off\r\n");
        assert_eq!(apart.iter().map(|line| line.0).collect::<Vec<_>>(), [3, 6], "empty lines are lines");
        let json = "[\n{\"user\": \"ada\", \"tfa\": true},\n{\"user\": \"bob\", \"tfa\": false}]";
        assert_eq!(said(json), expected);
        assert_eq!(said("\n{\"user\": \"ada\", \"2fa\": \"on\"}\n{\"user\": \"bob\", \"2fa\": \"no\"}\n"), expected);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_nothing_is_used() {
        for (text, line, part) in [
            ("", 1, "there is nothing in it"),
            ("\u{feff}\n\n", 1, "there is nothing in it"),
            ("account,2fa\n", 1, "nothing is said of anybody"),
            ("[]", 1, "there is nothing in it"),
            ("ada,yes\nbob,no\n", 1, "no column is the account"),
            ("account,role\nada,owner\n", 1, "no column is the two-factor authentication"),
            ("account,user,2fa\nada,ada,yes\n", 1, "could each be the account"),
            ("account,2fa\nada,yes\nada,yes\n", 3, "`ada` is on line 2 already"),
            ("account,2fa\nada,yes\nbob,no\n@ada,off\n", 4, "said otherwise on line 2"),
            ("account,2fa\nada,perhaps\n", 2, "`perhaps` says neither yes nor no of `ada`"),
            ("account,2fa\nada,\n", 2, "nothing is said of `ada`"),
            ("account,2fa\n,yes\n", 2, "no account is named"),
            ("account,2fa\nada,yes,owner\n", 2, "3 cells and 2 columns"),
            ("[{\"account\": \"ada\", \"2fa\": true}", 1, "a comma or the end of the array is missing"),
            ("[{\"account\": \"ada\", \"2fa\": {}}]", 1, "neither a text"),
        ] {
            let told = wrong(text);
            let expected = format!("line {line}: ");
            assert!(told.iter().any(|one| one.starts_with(&expected) && one.contains(part)), "{text:?}: {told:?}");
        }
    }

    #[test]
    fn nothing_panics_on_input() {
        for text in ["\"", "account,2fa\n\"", "{", "[", "[1]", "{}", "\u{0}", ",\n,", "account,2fa\n\u{feff},\u{feff}"]
        {
            let _ = two_factor_read(text);
        }
    }

    #[test]
    fn a_million_lines_take_seconds_whether_they_are_right_or_wrong() {
        use std::fmt::Write as _;
        let mut text = "account;2fa\n".to_owned();
        for number in 0..1_000_000 {
            writeln!(text, "user-{number};yes").unwrap();
        }
        let begun = std::time::Instant::now();
        assert_eq!(two_factor_read(&text).unwrap().len(), 1_000_000);
        let problems = two_factor_read(&text.replace("yes", "?")).unwrap_err();
        assert_eq!((problems.count(), problems.first().len()), (1_000_000, 100));
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }
}
