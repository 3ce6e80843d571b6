//! Finding something by a part of its name.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::search::{FoundRow, Place, SearchAnswer};
use rolecall_model::person::PERSON;

use super::unanswered::or_unanswered;
use super::{HERE, Standing, When, encoded};
use crate::api::about_of;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::grouped;
use crate::world::of_one_moment;

/// How many are shown.
const ROWS: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::May(Permission::Read), get(search))]
}

#[derive(Template)]
#[template(path = "explore/search.html")]
struct SearchPage {
    frame: Frame,
    text: String,
    when: When,
    rows: Vec<FoundRow>,
    count: u64,
    /// Whether there is nothing of this name, and was.
    is_gone: bool,
    standing: Standing,
}

impl SearchPage {
    fn path(&self, row: &FoundRow) -> String {
        path(row, &self.when)
    }

    fn is_cut(&self) -> bool {
        self.count > u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }
}

/// Where something is shown.
fn path(row: &FoundRow, when: &When) -> String {
    match () {
        () if row.named.kind == PERSON => when.place(Place::Person, &row.named.connector, &row.named.id),
        () if row.is_account => when.account(&row.named),
        () if row.actions.is_empty() => when.group(&row.named),
        () => when.resource(&row.named, None),
    }
}

/// The one thing that is called exactly so.
fn only<'r>(rows: &'r [FoundRow], text: &str) -> Option<&'r FoundRow> {
    let mut exact = rows.iter().filter(|row| row.named.id == text);
    exact.next().filter(|_| exact.next().is_none())
}

async fn search(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    or_unanswered(asked_page(&site, &signed, &query).await, (&signed, &query), (HERE, HERE))
}

async fn asked_page(site: &Site, signed: &Signed, query: &Form) -> Answer {
    let (text, when) = (query.text("q").trim().to_owned(), When::of(query));
    let wanted = text.clone();
    let work = move |world: crate::world::Asked| {
        let found = world.view()?.search(&wanted, ROWS);
        let is_gone = found.rows.is_empty() && about_of(&world, Some(&wanted)).is_ok_and(|about| about.is_some());
        Ok((found, is_gone))
    };
    let (answer, is_gone) = site.graphs().ask(when.scope()?, of_one_moment(), work).await?;
    let SearchAnswer { as_of, rows, count, completeness } = answer;
    // Who looks for a name from another page wants what is called so, and no list of one.
    if let Some(row) = query.given("go").and_then(|_| only(&rows, &text)) {
        return Ok(Redirect::to(&path(row, &when)).into_response());
    }
    let standing = Standing { as_of, completeness, not_read: Vec::new(), not_shown: Vec::new() };
    let frame = Frame::new(signed, "Explore", HERE);
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    shown(&SearchPage { frame, text, when, rows, count, is_gone, standing })
}
