//! The page of whoever reviews: their grants, what is new of them first.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{ItemQuestion, ItemRow, ReviewDetail, ReviewShare, review_items, review_share};
use rolecall_model::review::{ReviewNovelty, ReviewOutcome, ReviewState, ReviewerKey};
use uuid::Uuid;

use super::grants::{PART, after_of};
use super::show::review_of;
use super::words::{
    account_words, employment_words, gives_words, novelty_words, number, outcome_words, radius_words, since_words,
};
use super::{HERE, frame, path};
use crate::address::Id;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, query_of, shown_as, told};
use crate::review::{people, share_words};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/reviews/{id}/decide", Access::May(Permission::Review), get(page))]
}

/// The parts of what is somebody's to decide: the word in addresses, what it is called, and what is in it.
pub(super) const PARTS: [(&str, &str, Option<ReviewNovelty>, ReviewOutcome); 5] = [
    ("new", "New", Some(ReviewNovelty::New), ReviewOutcome::Undecided),
    ("changed", "Changed", Some(ReviewNovelty::Changed), ReviewOutcome::Undecided),
    ("unchanged", "Unchanged", Some(ReviewNovelty::Unchanged), ReviewOutcome::Undecided),
    ("certified", "Certified", None, ReviewOutcome::Certified),
    ("denied", "Denied", None, ReviewOutcome::Denied),
];

/// What was typed of a grant, and what is wrong with it.
#[derive(Clone, Default)]
pub(super) struct TypedChoice {
    pub(super) decision: String,
    pub(super) reason: String,
    pub(super) wrong: Option<String>,
}

/// What is shown beside the grants: what was typed, and what is wrong.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) typed: BTreeMap<i64, TypedChoice>,
    pub(super) wrong: Option<String>,
}

/// Which of somebody's grants are shown.
pub(super) struct Wish {
    pub(super) part: String,
    pub(super) after: i64,
}

impl Wish {
    pub(super) fn of(form: &Form) -> Self {
        Self { part: form.text("part").to_owned(), after: after_of(form.text("after")) }
    }
}

#[derive(Template)]
#[template(path = "reviews/decide.html")]
struct DecidePage {
    frame: Frame,
    review: ReviewDetail,
    share: ReviewShare,
    me: ReviewerKey,
    items: Vec<ItemRow>,
    part: &'static str,
    after: i64,
    next: Option<i64>,
    beside: Beside,
}

impl DecidePage {
    fn path(&self) -> String {
        path(&self.review.row.id)
    }

    fn page_at(&self, part: &str, after: impl Borrow<i64>) -> String {
        part_path(&self.review.row.id, part, *after.borrow())
    }

    /// A tab for each part: its word, what it is called, and how many are in it.
    fn tabs(&self) -> impl Iterator<Item = (&'static str, &'static str, i64)> {
        PARTS.iter().map(|(word, title, novelty, outcome)| {
            let count = match (novelty, outcome) {
                (Some(novelty), _) => self.share.undecided_of(*novelty),
                (None, ReviewOutcome::Certified) => self.share.certified,
                (None, _) => self.share.denied,
            };
            (*word, *title, count)
        })
    }

    fn is_undecided(&self) -> bool {
        !matches!(self.part, "certified" | "denied")
    }

    fn summary(&self) -> String {
        share_words(&self.share)
    }

    /// What is chosen of a grant, as it was typed or as it is kept.
    fn chosen<'p>(&'p self, item: &'p ItemRow) -> &'p str {
        let kept = || item.chosen.as_ref().map_or("none", |(decision, _)| *decision);
        self.beside.typed.get(&item.number).map_or_else(kept, |typed| typed.decision.as_str())
    }

    fn reason<'p>(&'p self, item: &'p ItemRow) -> &'p str {
        let kept = || item.chosen.as_ref().map_or("", |(_, reason)| reason.as_str());
        self.beside.typed.get(&item.number).map_or_else(kept, |typed| typed.reason.as_str())
    }

    fn wrong(&self, item: &ItemRow) -> Option<&str> {
        self.beside.typed.get(&item.number)?.wrong.as_deref()
    }

    /// Whose it is where it is not whoever looks: they decide in the place of somebody.
    fn in_place_of<'p>(&self, item: &'p ItemRow) -> Option<&'p str> {
        (item.reviewer_key.as_ref() != Some(&self.me)).then_some(item.reviewer.as_str())
    }

    /// How many of those that are shown can be certified together.
    fn together(&self) -> usize {
        self.items.iter().filter(|item| !item.is_own).count()
    }
}

/// Where a part of what is somebody's is shown.
pub(super) fn part_path(id: impl std::fmt::Display, part: &str, after: i64) -> String {
    let after = if after == 0 { String::new() } else { after.to_string() };
    format!("{}/decide?{}", path(id), query_of([("part", part), ("after", &after)]))
}

async fn page(State(site): State<Site>, signed: Signed, Id(id): Id, Query(query): Query) -> Answer {
    shown_of(&site, &signed, id, &Wish::of(&query), Beside::default(), query.given("said")).await
}

pub(super) async fn shown_of(
    site: &Site,
    signed: &Signed,
    id: Uuid,
    wish: &Wish,
    beside: Beside,
    said: Option<&str>,
) -> Answer {
    let review = review_of(site, id).await?;
    let everybody = people(site).await?;
    let me = everybody.actor(signed.actor()).0;
    let (store, now) = (&site.context().store, site.context().now());
    let share = review_share(store, &review.row.id, &me, now).await?;
    let chosen = PARTS.iter().find(|(word, ..)| *word == wish.part);
    let is_left = |novelty: &Option<ReviewNovelty>| novelty.is_some_and(|novelty| share.undecided_of(novelty) > 0);
    let usual = || PARTS.iter().find(|(_, _, novelty, _)| is_left(novelty)).unwrap_or(&PARTS[0]);
    let (part, _, novelty, outcome) = *chosen.unwrap_or_else(usual);
    let question = ItemQuestion {
        reviewer: Some(me.clone()),
        outcome: Some(outcome),
        novelty,
        after: wish.after,
        limit: Some(PART + 1),
    };
    let mut items = match review.row.state == ReviewState::Running.word() {
        true => review_items(store, &everybody, &review.row.id, &question, Some(&me), now).await?,
        false => Vec::new(),
    };
    let is_more = items.len() > PART;
    items.truncate(PART);
    let next = items.last().map(|item| item.number).filter(|_| is_more);
    let is_wrong = beside.wrong.is_some() || beside.typed.values().any(|typed| typed.wrong.is_some());
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = frame(signed, format!("Decide: {}", review.row.name), said);
    shown_as(status, &DecidePage { frame, review, share, me, items, part, after: wish.after, next, beside })
}
