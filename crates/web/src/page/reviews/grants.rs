//! All grants of a campaign, for whoever looks: what is shown of each, and what was decided.

use std::borrow::Borrow;

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{ItemQuestion, ItemRow, ReviewDetail, review_items};
use rolecall_model::review::{ReviewNovelty, ReviewOutcome};

use super::show::review_of;
use super::words::{
    account_words, employment_words, gives_words, grants, novelty_words, number, outcome_words, radius_words,
    since_words,
};
use super::{HERE, frame, path};
use crate::address::Id;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::{Answer, Frame, query_of, shown, told};
use crate::review::people;
use crate::route::{Access, Route};
use crate::site::Site;

/// How many grants a page shows.
pub(super) const PART: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/reviews/{id}/grants", Access::May(Permission::Read), get(page))]
}

/// The number behind which a page begins, as its address says it.
pub(super) fn after_of(text: &str) -> i64 {
    text.parse::<i64>().unwrap_or(0).max(0)
}

#[derive(Template)]
#[template(path = "reviews/grants.html")]
struct GrantsPage {
    frame: Frame,
    review: ReviewDetail,
    items: Vec<ItemRow>,
    outcome: String,
    novelty: String,
    after: i64,
    next: Option<i64>,
}

impl GrantsPage {
    fn path(&self) -> String {
        path(&self.review.row.id)
    }

    fn page_at(&self, after: impl Borrow<i64>) -> String {
        let after = *after.borrow();
        let after = if after == 0 { String::new() } else { after.to_string() };
        let query = query_of([("outcome", &self.outcome), ("novelty", &self.novelty), ("after", &after)]);
        format!("{}/grants?{query}", self.path())
    }
}

async fn page(State(site): State<Site>, signed: Signed, Id(id): Id, Query(query): Query) -> Answer {
    let review = review_of(&site, id).await?;
    let everybody = people(&site).await?;
    let me = everybody.actor(signed.actor()).0;
    let (outcome, novelty) = (query.text("outcome").to_owned(), query.text("novelty").to_owned());
    let after = after_of(query.text("after"));
    let question = ItemQuestion {
        outcome: ReviewOutcome::read(&outcome),
        novelty: ReviewNovelty::read(&novelty),
        after,
        limit: Some(PART + 1),
        ..ItemQuestion::default()
    };
    let (store, now) = (&site.context().store, site.context().now());
    let mut items = review_items(store, &everybody, &review.row.id, &question, Some(&me), now).await?;
    let is_more = items.len() > PART;
    items.truncate(PART);
    let next = items.last().map(|item| item.number).filter(|_| is_more);
    let frame = frame(&signed, format!("Grants of {}", review.row.name), None);
    shown(&GrantsPage { frame, review, items, outcome, novelty, after, next })
}
