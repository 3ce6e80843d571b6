//! What changed, newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::changes::{
    ChangeAnswer, ChangesQuestion, PendingAnswer, UNKNOWN, changes, changes_folded, changes_unseen, removals_waiting,
};
use rolecall_engine::hub::Permission;
use rolecall_engine::overview::Overview;
use rolecall_engine::query::QueryScope;
use rolecall_engine::search::Places;
use rolecall_model::{FactKind, Timestamp};

use super::wish::{Asked, Wish};
use super::{HERE, Piece, When, pieces};
use crate::api::{CHANGES_MOST, about_of};
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::overview::overview_present;
use crate::page::explore::Standing;
use crate::page::{Answer, Frame, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::count;
use crate::world::of_one_moment;

/// How many changes a page shows.
const ROWS: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get(HERE, read, get(page)), Route::get("/changes.csv", read, get(table))]
}

/// One change, as pages show it.
pub(in crate::page) struct Row {
    pub(in crate::page) change: ChangeAnswer,
    pub(in crate::page) pieces: Vec<Piece>,
}

impl Row {
    /// What is gone is looked up when it was still there.
    pub(in crate::page) fn of(change: &ChangeAnswer, places: &Places, when: &When) -> Self {
        let Timestamp(known_at) = change.made_current_at;
        let then = (change.change == "disappeared").then(|| When::at(Timestamp(known_at - 1)));
        let pieces = pieces(&change.text, &change.connector, &change.fact, (places, then.as_ref().unwrap_or(when)));
        Self { pieces, change: change.clone() }
    }

    /// When it happened, as exactly as anybody knows.
    pub(in crate::page) fn between(&self) -> String {
        let after = &self.change.not_after;
        match &self.change.not_before {
            Some(before) if before == after => format!("at {before}"),
            Some(before) => format!("between {before} and {after}"),
            None => format!("before {after}"),
        }
    }

    /// Who did it, where that is told.
    pub(in crate::page) fn author(&self) -> Option<&str> {
        Some(self.change.actor.as_str()).filter(|actor| *actor != UNKNOWN)
    }

    /// Its sign.
    pub(in crate::page) fn sign(&self) -> &'static str {
        match self.change.change {
            "appeared" => "+",
            "disappeared" => "−",
            _ => "~",
        }
    }
}

/// Everything that was found out for the page.
struct Found {
    rows: Vec<Row>,
    /// How many changes there are in all.
    count: usize,
    /// How many are not worth a row.
    folded: usize,
    pending: Vec<PendingAnswer>,
    unseen: Vec<String>,
    connectors: Vec<String>,
    standing: Standing,
}

#[derive(Template)]
#[template(path = "changes/list.html")]
struct ChangesPage {
    frame: Frame,
    wish: Wish,
    found: Found,
    older: Option<String>,
    newest: bool,
}

impl ChangesPage {
    fn said(&self) -> String {
        count(u64::try_from(self.found.count).unwrap_or(u64::MAX), "change", "changes")
    }

    /// Removals that wait for a person, and were not discarded.
    fn waiting(&self) -> usize {
        self.found.pending.iter().filter(|one| !one.discarded).count()
    }

    /// How far back people mostly look.
    fn spans(&self) -> [(&'static str, &'static str); 4] {
        [("1d", "A day"), ("7d", "A week"), ("30d", "30 days"), ("", "All")]
    }

    /// The kinds of changes, as people call them.
    fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        FactKind::ALL.into_iter().map(|kind| (kind.word(), kind_title(kind)))
    }
}

const fn kind_title(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Grant => "Rights",
        FactKind::Resource => "Accounts and things",
        FactKind::Link => "Links",
        FactKind::Property => "Properties",
        FactKind::Evidence => "Seen elsewhere",
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let asked = wish.asked(&site, CHANGES_MOST)?;
    let at = asked.at;
    let found = found(&site, asked, wish.about(), When::of(&query)).await?;
    let next = at.items + ROWS;
    let older = (next < found.count && next <= CHANGES_MOST)
        .then(|| format!("{HERE}?{}&after={}", wish.query(), crate::api::After { items: next, ..at }));
    let frame = Frame::new(&signed, "Changes", HERE);
    shown(&ChangesPage { frame, wish, found, older, newest: at.items == 0 })
}

async fn found(site: &Site, asked: Asked, about: Option<String>, when: When) -> Result<Found, WebError> {
    let Asked { scope, question, at } = asked;
    let now = site.context().now();
    let kept = if about.is_none() { kept(site, &scope, &question).await? } else { None };
    let work = move |world: crate::world::Asked| {
        let view = world.view()?;
        let store = &world.context.store;
        let question = ChangesQuestion { about: about_of(&world, about.as_deref())?, ..question };
        let changed;
        let (pending, (worth, folded)) = match kept.as_ref().and_then(|kept| kept.recent.as_ref()) {
            Some(recent) => {
                (world.wait(removals_waiting(store, view, &question))?, changes_folded(question.among(recent)))
            }
            None => {
                let (found, pending) = world.wait(changes(store, view, &question))?;
                changed = found;
                (pending, changes_folded(&changed))
            }
        };
        let unseen = world.wait(changes_unseen(store, view, &question, now))?;
        let places = view.places();
        let row = |change: &ChangeAnswer| Row::of(change, &places, &when);
        Ok(Found {
            count: worth.len(),
            rows: worth.into_iter().skip(at.items).take(ROWS).map(row).collect(),
            folded,
            pending,
            unseen,
            connectors: view.connector_titles(),
            standing: Standing::of_lists(view),
        })
    };
    site.graphs().ask(scope, of_one_moment(), work).await
}

/// The overview of the present, where it has all that is asked about.
async fn kept(site: &Site, scope: &QueryScope, question: &ChangesQuestion) -> Result<Option<Arc<Overview>>, WebError> {
    if scope.as_of.is_some() || scope.connector.is_some() {
        return Ok(None);
    }
    let overview = overview_present(site).await?;
    Ok(question.since.is_some_and(|since| since >= overview.recent_since).then_some(overview))
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let wish = Wish::of(&query);
    let (Asked { scope, question, .. }, about) = (wish.asked(&site, CHANGES_MOST)?, wish.about());
    let work = move |world: crate::world::Asked| {
        let view = world.view()?;
        let question = ChangesQuestion { about: about_of(&world, about.as_deref())?, ..question };
        Ok(world.wait(changes(&world.context.store, view, &question))?.0)
    };
    let changed = site.graphs().ask(scope, of_one_moment(), work).await?;
    let head = ["connector", "change", "kind", "what", "not before", "not after", "by", "confirmed"];
    let cells = |change: ChangeAnswer| {
        let ChangeAnswer { connector, change, kind, text, not_before, not_after, actor, confirmed, .. } = change;
        let (change, kind) = (change.to_owned(), kind.to_owned());
        vec![
            connector,
            change,
            kind,
            text,
            not_before.unwrap_or_default(),
            not_after,
            actor,
            confirmed.unwrap_or_default(),
        ]
    };
    let head = head.map(str::to_owned).to_vec();
    spreadsheet::file("changes.csv", std::iter::once(head).chain(changed.into_iter().map(cells)))
}
