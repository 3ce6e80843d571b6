//! Everybody in the directories.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::people::{Identities, PersonFilter, PersonRow};

use super::{HERE, asked, employment, person_path};
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, query_of, shown};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::count;

/// How many are shown; all of them are in the files.
const ROWS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get(HERE, read, get(page)), Route::get("/people.csv", read, get(table))]
}

/// Whom somebody wants to see.
#[derive(Clone, Default)]
struct Wish {
    text: String,
    /// A worklist: `departed`, `departed-with-accounts`, `without-accounts`, `several-accounts`; or everybody.
    only: String,
}

impl Wish {
    fn of(query: &Form) -> Self {
        Self { text: query.text("text").to_owned(), only: query.text("only").to_owned() }
    }

    fn filter(&self) -> PersonFilter {
        PersonFilter {
            text: self.text.clone(),
            departed: self.only.starts_with("departed"),
            with_accounts: self.only == "departed-with-accounts",
            without_accounts: self.only == "without-accounts",
            several_accounts: self.only == "several-accounts",
        }
    }

    fn query(&self) -> String {
        query_of([("text", &self.text), ("only", &self.only)])
    }
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    frame: Frame,
    wish: Wish,
    rows: Vec<PersonRow>,
    /// How many there are of those whom somebody wants, and in all.
    wanted: usize,
    all: usize,
}

impl ListPage {
    fn said(&self) -> String {
        count(u64::try_from(self.wanted).unwrap_or(u64::MAX), "person", "people")
    }

    fn choices(&self) -> [(&'static str, &'static str); 5] {
        [
            ("", "Everybody"),
            ("departed", "Who left"),
            ("departed-with-accounts", "Who left and has accounts"),
            ("without-accounts", "Who has no account"),
            ("several-accounts", "Who has several in one registry"),
        ]
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let mut rows = asked(&site, Identities::person_rows).await?;
    let all = rows.len();
    let filter = wish.filter();
    rows.retain(|row| filter.wants(row));
    let wanted = rows.len();
    rows.truncate(ROWS);
    shown(&ListPage { frame: Frame::new(&signed, "People", HERE), wish, rows, wanted, all })
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let filter = Wish::of(&query).filter();
    let cells = |row: PersonRow| {
        let or_nothing = |text: Option<String>| text.unwrap_or_default();
        vec![
            row.key.to_string(),
            row.display_name,
            or_nothing(row.email),
            employment(row.employment).0.to_owned(),
            or_nothing(row.department),
            or_nothing(row.manager),
            row.accounts.join("; "),
        ]
    };
    let rows = asked(&site, Identities::person_rows).await?.into_iter().filter(move |row| filter.wants(row)).map(cells);
    spreadsheet::file("people.csv", std::iter::once(PersonRow::COLUMNS.map(str::to_owned).to_vec()).chain(rows))
}
