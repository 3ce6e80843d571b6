//! What people stated that no registry tells, and what became of it.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::attestation::{AttestationRow, AttestationState, attestation_rows};
use rolecall_engine::hub::Permission;

use super::HERE;
use super::wish::Wish;
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::{count, sentence};

/// How many are shown; all of them are in the file.
const ROWS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/people/attestations", read, get(page)), Route::get("/people/attestations.csv", read, get(table))]
}

/// Whether somebody wants to see a statement.
fn wants(wish: &Wish, row: &AttestationRow) -> bool {
    let text = wish.text.to_lowercase();
    let or_nothing = |said: &Option<String>| said.clone().unwrap_or_default();
    let said =
        [row.connector.clone(), row.by.clone(), or_nothing(&row.file), or_nothing(&row.sha256), row.id.to_string()];
    (wish.state.is_empty() || wish.state == row.state) && said.iter().any(|said| said.to_lowercase().contains(&text))
}

#[derive(Template)]
#[template(path = "people/attestations.html")]
struct AttestationsPage {
    frame: Frame,
    wish: Wish,
    /// How many there are of each state.
    counts: [(&'static str, String, usize); 4],
    rows: Vec<AttestationRow>,
    wanted: usize,
    is_empty: bool,
}

impl AttestationsPage {
    fn said(&self) -> String {
        count(u64::try_from(self.wanted).unwrap_or(u64::MAX), "statement", "statements")
    }
}

/// The colour of a state.
fn chip(state: &str) -> &'static str {
    match state {
        "current" => "good",
        "expired" => "warn",
        _ => "still",
    }
}

async fn rows_of(site: &Site) -> Result<Vec<AttestationRow>, WebError> {
    let context = site.context();
    attestation_rows(&context.store, context.now()).await.map_err(|error| WebError::from_store(&error))
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let mut rows = rows_of(&site).await?;
    let counts = AttestationState::ALL.map(|state| {
        let word = state.word();
        // A sentence ends with a full stop, and a title does not.
        let title = sentence(word).trim_end_matches('.').to_owned();
        (word, title, rows.iter().filter(|row| row.state == word).count())
    });
    let is_empty = rows.is_empty();
    rows.retain(|row| wants(&wish, row));
    let wanted = rows.len();
    rows.truncate(ROWS);
    let frame = Frame::new(&signed, "Attestations", HERE);
    shown(&AttestationsPage { frame, wish, counts, rows, wanted, is_empty })
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let head = ["id", "connector", "state", "until", "what", "by", "on", "file", "sha256", "withdrawn by", "because"];
    let cells = |row: AttestationRow| {
        let or_nothing = |text: Option<String>| text.unwrap_or_default();
        vec![
            row.id.to_string(),
            row.connector,
            row.state.to_owned(),
            row.until,
            row.what,
            row.by,
            row.on,
            or_nothing(row.file),
            or_nothing(row.sha256),
            or_nothing(row.withdrawn_by),
            or_nothing(row.withdrawn_because),
        ]
    };
    let rows = rows_of(&site).await?.into_iter().filter(move |row| wants(&wish, row)).map(cells);
    spreadsheet::file("attestations.csv", std::iter::once(head.map(str::to_owned).to_vec()).chain(rows))
}
