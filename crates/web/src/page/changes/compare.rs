//! How two moments, or two syncs, differ.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::diff::{Danger, DiffAnswer, DifferenceAnswer, SideAnswer};
use rolecall_engine::hub::Permission;
use rolecall_engine::list::SyncRow;
use rolecall_engine::search::Places;
use rolecall_engine::{moment_parse, moment_text};
use rolecall_model::Timestamp;

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
    spans: Vec<(String, &'static str)>,
}

/// What is often compared with now: moments at which something was known, each with its words.
fn spans(syncs: &[SyncRow], now: Timestamp) -> Vec<(String, &'static str)> {
    let currents = |sync: &SyncRow| sync.current_since.clone();
    let mut first: BTreeMap<&str, String> = BTreeMap::new();
    for sync in syncs {
        let Some(since) = currents(sync) else { continue };
        let known = first.entry(&sync.connector).or_insert_with(|| since.clone());
        *known = since.min(known.clone());
    }
    // From then on every connector that was ever read was known.
    let Some(known) = first.into_values().max().and_then(|known| moment_shifted(&known, 1)) else { return Vec::new() };
    let ago = |text: &str| moment_parse(text, now).map(moment_text).is_ok_and(|moment| moment >= known);
    let usual = [("1d", "Since yesterday"), ("7d", "Since a week ago"), ("30d", "Since 30 days ago")];
    let usual = usual.into_iter().filter(|(text, _)| ago(text)).map(|(text, words)| (text.to_owned(), words));
    let before = syncs.iter().filter_map(currents).max().filter(|last| *last > known);
    let before = before.and_then(|last| moment_shifted(&last, -1)).filter(|moment| *moment >= known);
    let own = [(Some(known.clone()), "Since the first reading"), (before, "Since before the last reading")];
    let own = own.into_iter().filter_map(|(moment, words)| Some((moment?, words)));
    usual.chain(own).collect()
}

/// A moment some seconds later or earlier: moments are told to the second, and become current within it.
fn moment_shifted(moment: &str, seconds: i64) -> Option<String> {
    let moment: jiff::Timestamp = moment.parse().ok()?;
    Some(moment_text(Timestamp(moment.as_microsecond()).plus_seconds(seconds)))
}

/// A difference, as the page shows it.
struct Row<'a> {
    found: &'a DifferenceAnswer,
    pieces: Vec<Piece>,
}

impl ComparePage {
    /// Whether a side is a sync, so that only its connector is compared.
    fn is_of_one(&self) -> bool {
        self.connectors.len() > 1 && [&self.wish.from, &self.wish.to].iter().any(|side| side.starts_with("sync:"))
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
        let spans = spans(&syncs, world.context.now());
        syncs.truncate(SYNCS);
        Ok((syncs, spans, view.connector_titles(), view.places()))
    };
    let scope = rolecall_engine::query::QueryScope::default();
    let (syncs, spans, connectors, places) = site.graphs().ask(scope, of_one_moment(), work).await?;
    let frame = Frame::new(&signed, "Compare", HERE);
    shown_as(status, &ComparePage { frame, wish, syncs, connectors, places, answer, spans })
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
