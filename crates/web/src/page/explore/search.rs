//! Finding something by a part of its name.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::search::{FoundRow, SearchAnswer};

use super::{HERE, Standing, When};
use crate::form::Query;
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
    standing: Standing,
}

impl SearchPage {
    /// Where something is shown.
    fn path(&self, row: &FoundRow) -> String {
        match () {
            () if row.is_account => self.when.account(&row.named),
            () if row.actions.is_empty() => self.when.group(&row.named),
            () => self.when.resource(&row.named, None),
        }
    }

    fn is_cut(&self) -> bool {
        self.count > u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }
}

async fn search(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let (text, when) = (query.text("q").trim().to_owned(), When::of(&query));
    let wanted = text.clone();
    let work = move |world: crate::world::Asked| Ok(world.view()?.search(&wanted, ROWS));
    let answer = site.graphs().ask(when.scope()?, of_one_moment(), work).await?;
    let SearchAnswer { as_of, rows, count, completeness } = answer;
    let standing = Standing { as_of, completeness, not_read: Vec::new(), not_shown: Vec::new() };
    let frame = Frame::new(&signed, "Explore", HERE);
    shown(&SearchPage { frame, text, when, rows, count: u64::try_from(count).unwrap_or(u64::MAX), standing })
}
