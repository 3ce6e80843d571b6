//! Whose each account is, and why.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::attestation::AttestedTwoFactor;
use rolecall_engine::hub::Permission;
use rolecall_engine::people::{AccountFilter, AccountRow, Identities};
use rolecall_engine::search::Place;

use super::case::case_path;
use super::wish::Wish;
use super::{HERE, asked, person_path};
use crate::form::Query;
use crate::guard::Signed;
use crate::page::explore::When;
use crate::page::{Answer, Frame, shown};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::count;

/// How many are shown; all of them are in the files.
const ROWS: usize = 200;

/// What an account can be, and what people call it.
const STATES: [(&str, &str); 7] = [
    ("ambiguous", "Ambiguous"),
    ("suggested", "Suggested"),
    ("unmatched", "Unmatched"),
    ("person", "A person's"),
    ("service", "A service's"),
    ("external", "External"),
    ("protected", "Protected"),
];

/// In the place of a state: accounts that several people may share.
const SHARED: &str = "shared";

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/people/accounts", read, get(page)), Route::get("/people/accounts.csv", read, get(table))]
}

/// Which accounts somebody wants to see.
fn filter_of(wish: &Wish) -> AccountFilter {
    let shared = wish.state == SHARED;
    let states = Some(wish.state.clone()).filter(|state| !state.is_empty() && !shared).into_iter().collect();
    AccountFilter { text: wish.text.clone(), states, shared, ..AccountFilter::default() }
}

#[derive(Template)]
#[template(path = "people/accounts.html")]
struct AccountsPage {
    frame: Frame,
    wish: Wish,
    rows: Vec<AccountRow>,
    wanted: usize,
    /// How many there are of each state.
    counts: Vec<(&'static str, &'static str, usize)>,
}

impl AccountsPage {
    fn said(&self) -> String {
        count(u64::try_from(self.wanted).unwrap_or(u64::MAX), "account", "accounts")
    }

    fn link(&self, row: &AccountRow) -> String {
        When::default().place(Place::Account, &row.connector, &row.id)
    }
}

/// What people call a state.
pub(super) fn state_title(state: &str) -> &str {
    STATES.iter().find(|(word, _)| *word == state).map_or(state, |(_, title)| title)
}

/// Its colour.
pub(super) fn chip(state: &str) -> &'static str {
    match state {
        "person" => "good",
        "ambiguous" | "unmatched" => "warn",
        _ => "still",
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let mut rows = asked(&site, Identities::account_rows).await?;
    let number = |state: &str| rows.iter().filter(|row| row.state == state).count();
    let shared =
        rows.iter().filter(|row| AccountFilter { shared: true, ..AccountFilter::default() }.wants(row)).count();
    let mut counts = STATES.map(|(state, title)| (state, title, number(state))).to_vec();
    counts.push((SHARED, "Perhaps shared", shared));
    let filter = filter_of(&wish);
    rows.retain(|row| filter.wants(row));
    let wanted = rows.len();
    rows.truncate(ROWS);
    shown(&AccountsPage { frame: Frame::new(&signed, "Whose accounts are", HERE), wish, rows, wanted, counts })
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let filter = filter_of(&Wish::of(&query));
    let cells = |row: AccountRow| {
        let or_nothing = |text: Option<String>| text.unwrap_or_default();
        let why = reasons(&row).join("; ");
        let attested = row.attested_two_factor.as_ref().map(AttestedTwoFactor::words).unwrap_or_default();
        vec![
            row.id,
            row.kind,
            row.connector,
            row.state.to_owned(),
            row.person.map(|person| person.to_string()).unwrap_or_default(),
            or_nothing(row.person_name),
            row.rule.unwrap_or_default().to_owned(),
            or_nothing(row.confidence),
            why,
            or_nothing(row.since),
            attested,
        ]
    };
    let rows =
        asked(&site, Identities::account_rows).await?.into_iter().filter(move |row| filter.wants(row)).map(cells);
    spreadsheet::file("accounts.csv", std::iter::once(AccountRow::COLUMNS.map(str::to_owned).to_vec()).chain(rows))
}

/// What speaks for the person, or for those whom it may be.
fn reasons(row: &AccountRow) -> Vec<String> {
    let candidates = row
        .candidates
        .iter()
        .map(|candidate| format!("{} ({}): {}", candidate.person_name, candidate.confidence, candidate.why.join(", ")));
    row.why.iter().cloned().chain(candidates).collect()
}
