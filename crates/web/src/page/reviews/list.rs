//! Campaigns, a tab for each of the ways in which they stand, and what waits for whoever looks.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::plans::plan_list;
use rolecall_engine::reviews::{ReviewRow, ReviewShare, review_list, review_waiting};

use super::words::{grants, progress_words, state_words};
use super::{HERE, frame, path};
use crate::form::Query;
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown, told};
use crate::review::people;
use crate::route::{Access, Route};
use crate::site::Site;

/// How many campaigns the page shows of a tab.
const ROWS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::May(Permission::Read), get(page))]
}

/// The tabs: their words in addresses, what they are called, and what stands in them.
const TABS: [(&str, &str, &[&str]); 3] = [
    ("running", "Running", &["running"]),
    ("draft", "Draft", &["draft", "staged"]),
    ("completed", "Completed", &["completed", "cancelled"]),
];

#[derive(Template)]
#[template(path = "reviews/list.html")]
struct ListPage {
    frame: Frame,
    tab: &'static str,
    tabs: Vec<(&'static str, &'static str, usize)>,
    rows: Vec<ReviewRow>,
    wanted: usize,
    all: usize,
    waiting: Vec<(ReviewRow, ReviewShare)>,
    plans: usize,
    may_decide: bool,
    may_review: bool,
}

impl ListPage {
    fn is_here(&self, tab: &str) -> bool {
        self.tab == tab
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let (store, now) = (&site.context().store, site.context().now());
    let all = review_list(store, None, now).await?;
    let me = people(&site).await?.actor(signed.actor()).0;
    let waiting = review_waiting(store, &me, now).await?;
    let of = |states: &[&str]| all.iter().filter(|row| states.contains(&row.state)).count();
    let tabs: Vec<_> = TABS.iter().map(|(word, title, states)| (*word, *title, of(states))).collect();
    let chosen = TABS.iter().find(|(word, ..)| *word == query.text("tab"));
    let usual = || TABS.iter().find(|(_, _, states)| of(states) > 0).unwrap_or(&TABS[0]);
    let (tab, _, states) = chosen.unwrap_or_else(usual);
    let count = all.len();
    let mut rows: Vec<ReviewRow> = all.into_iter().filter(|row| states.contains(&row.state)).collect();
    let wanted = rows.len();
    rows.truncate(ROWS);
    let plans = plan_list(store).await?.len();
    let frame = frame(&signed, "Reviews", query.given("said"));
    let (may_decide, may_review) = (frame.may(Permission::Decide), frame.may(Permission::Review));
    shown(&ListPage { frame, tab, tabs, rows, wanted, all: count, waiting, plans, may_decide, may_review })
}
