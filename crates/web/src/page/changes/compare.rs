//! How two moments, or two syncs, differ.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::diff::{Danger, DiffAnswer, DifferenceAnswer, SideAnswer};
use rolecall_engine::hub::Permission;
use rolecall_engine::list::SyncRow;
use rolecall_engine::search::Places;

use super::{HERE, Piece, When, pieces};
use crate::api::diff_of;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, query_of, shown_as, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::count;
use crate::world::of_one_moment;

/// How many differences the table shows; all of them are in the files.
const ROWS: usize = 500;
/// How many syncs are offered to choose from.
const SYNCS: usize = 60;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/changes/compare", read, get(page)), Route::get("/changes/compare.csv", read, get(table))]
}

/// Which moments somebody wants to compare.
struct Wish {
    from: String,
    to: String,
    connector: String,
}

impl Wish {
    fn of(query: &Form) -> Self {
        let text = |name| query.text(name).to_owned();
        let to = query.given("to").unwrap_or("now").to_owned();
        Self { from: text("from"), to, connector: text("connector") }
    }

    async fn answer(&self, site: &Site) -> Result<DiffAnswer, WebError> {
        let connector = Some(self.connector.clone()).filter(|name| !name.is_empty());
        diff_of(site, (self.from.clone(), self.to.clone()), connector).await
    }

    fn query(&self) -> String {
        query_of([("from", &self.from), ("to", &self.to), ("connector", &self.connector)])
    }
}

#[derive(Template)]
#[template(path = "changes/compare.html")]
struct ComparePage {
    frame: Frame,
    wish: Wish,
    syncs: Vec<SyncRow>,
    connectors: Vec<String>,
    places: Places,
    answer: Option<Result<DiffAnswer, WebError>>,
}

/// A difference, as the page shows it.
struct Row<'a> {
    found: &'a DifferenceAnswer,
    pieces: Vec<Piece>,
}

impl ComparePage {
    fn spans(&self) -> [(&'static str, &'static str); 3] {
        [("1d", "Since yesterday"), ("7d", "Since a week ago"), ("30d", "Since 30 days ago")]
    }

    fn said(&self, answer: &DiffAnswer) -> String {
        let number = count(u64::try_from(answer.differences.len()).unwrap_or(u64::MAX), "difference", "differences");
        format!("{number}, {} of them additions", answer.additions)
    }

    fn rows<'a>(&self, answer: &'a DiffAnswer) -> Vec<Row<'a>> {
        let row = |found: &'a DifferenceAnswer| Row { found, pieces: self.pieces(found, answer) };
        answer.differences.iter().take(ROWS).map(row).collect()
    }

    /// The sides that are not everything.
    fn incomplete<'a>(&self, answer: &'a DiffAnswer) -> impl Iterator<Item = &'a SideAnswer> + use<'a> {
        [&answer.old, &answer.new].into_iter().filter(|side| !side.completeness.complete)
    }

    /// What is gone is looked up when it was still there.
    fn pieces(&self, found: &DifferenceAnswer, answer: &DiffAnswer) -> Vec<Piece> {
        let side = if found.change == "removed" { &answer.old } else { &answer.new };
        let when = side.at.map(When::at).unwrap_or_default();
        pieces(&found.text, &found.connector, &found.fact, (&self.places, &when))
    }
}

/// How bad a difference may be, as the colour of a chip.
const fn chip(found: &DifferenceAnswer) -> &'static str {
    match found.danger {
        Danger::High => "bad",
        Danger::Medium => "warn",
        Danger::Low => "still",
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let answer = if wish.from.is_empty() { None } else { Some(wish.answer(&site).await) };
    let status = answer.as_ref().and_then(|answer| answer.as_ref().err()).map_or(StatusCode::OK, |error| error.status);
    let work = |world: crate::world::Asked| {
        let view = world.view()?;
        let mut syncs = world.wait(view.list_syncs(&world.context.store))?;
        syncs.retain(|sync| sync.current_since.is_some());
        syncs.truncate(SYNCS);
        Ok((syncs, view.connector_titles(), view.places()))
    };
    let scope = rolecall_engine::query::QueryScope::default();
    let (syncs, connectors, places) = site.graphs().ask(scope, of_one_moment(), work).await?;
    let frame = Frame::new(&signed, "Compare", HERE);
    shown_as(status, &ComparePage { frame, wish, syncs, connectors, places, answer })
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let answer = Wish::of(&query).answer(&site).await?;
    let head = ["danger", "change", "what", "effect", "connector", "may be older"].map(str::to_owned).to_vec();
    let cells = |found: DifferenceAnswer| {
        let effects: Vec<String> = found.effects.into_iter().map(|effect| effect.text).collect();
        let older = if found.may_be_older { "yes" } else { "" }.to_owned();
        let (danger, change) = (found.danger.word().to_owned(), found.change.to_owned());
        vec![danger, change, found.text, effects.join("; "), found.connector, older]
    };
    spreadsheet::file("compare.csv", std::iter::once(head).chain(answer.differences.into_iter().map(cells)))
}
