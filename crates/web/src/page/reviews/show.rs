//! One campaign: where it stands, what is in it, who is asked, and what can be done.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{
    ConnectorAccuracy, DecisionFileReport, ReviewAccuracy, ReviewDetail, ReviewShare, ReviewerRow, ScopeCount,
    review_accuracy, review_share, review_show, review_validate,
};
use rolecall_model::review::ReviewState;
use uuid::Uuid;

use super::burn::Burndown;
use super::edit::count_words;
use super::words::{event_words, grants, is_source, number, progress_words, source_words, state_words};
use super::{HERE, frame, path, wrong_of};
use crate::address::Id;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown_as, told};
use crate::review::{in_world, people};
use crate::route::{Access, Route};
use crate::site::Site;

/// How much of its history is shown.
const EVENTS: usize = 100;
/// How many things that were not read are named of a connector.
const GAPS: usize = 5;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/reviews/{id}", read, get(show)), Route::ask("/reviews/{id}/validate", read, post(validate))]
}

/// What is shown beside the campaign: what was typed, what is wrong with it, and what came of something.
#[derive(Default)]
pub(super) struct Beside {
    /// Which form it was, and what is wrong with it.
    wrong: Option<(&'static str, String)>,
    reason: String,
    from: String,
    to: String,
    remaining: String,
    reviewer: String,
    text: String,
    count: Option<ScopeCount>,
    /// What became of a file of decisions.
    report: Option<DecisionFileReport>,
    said: Option<String>,
}

impl Beside {
    /// What was typed into a form, and what is wrong with it.
    pub(super) fn wrong(form: &Form, which: &'static str, wrong: String) -> Self {
        let text = |name| form.text(name).to_owned();
        Self {
            wrong: Some((which, wrong)),
            reason: text("reason"),
            from: text("from"),
            to: text("to"),
            remaining: text("remaining"),
            reviewer: text("reviewer"),
            text: text("text"),
            ..Self::default()
        }
    }

    /// What became of a file of decisions.
    pub(super) fn of_file(report: DecisionFileReport) -> Self {
        Self { report: Some(report), ..Self::default() }
    }

    /// Something that is said above the page.
    pub(super) fn saying(said: String) -> Self {
        Self { said: Some(said), ..Self::default() }
    }

    fn wrong_of(&self, which: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(of, _)| *of == which).map(|(_, wrong)| wrong.as_str())
    }

    /// Why, where it was typed into this form.
    fn reason_of(&self, which: &str) -> &str {
        if self.wrong_of(which).is_some() { &self.reason } else { "" }
    }
}

#[derive(Template)]
#[template(path = "reviews/show.html")]
struct ShowPage {
    frame: Frame,
    review: ReviewDetail,
    /// How complete what it is taken from is, or was when it was staged.
    accuracy: ReviewAccuracy,
    /// How far whoever looks is with what is theirs.
    share: ReviewShare,
    burndown: Option<Burndown>,
    may_decide: bool,
    may_review: bool,
    beside: Beside,
}

impl ShowPage {
    fn path(&self) -> String {
        path(&self.review.row.id)
    }

    fn is(&self, state: &str) -> bool {
        self.review.row.state == state
    }

    fn is_begun(&self) -> bool {
        !self.is("draft") && !self.is("staged")
    }

    fn is_over(&self) -> bool {
        self.is("completed") || self.is("cancelled")
    }

    /// The steps of a campaign, and whether it stands at each.
    fn steps(&self) -> [(&'static str, bool); 5] {
        let state = self.review.row.state;
        [
            ("Scope", state == "draft"),
            ("Accuracy", state == "draft"),
            ("Stage campaign", state == "staged"),
            ("Running", state == "running"),
            (if state == "cancelled" { "Cancelled" } else { "Completed" }, self.is_over()),
        ]
    }

    /// Those who have something to decide, whoever has the most first.
    fn reviewers(&self) -> Vec<&ReviewerRow> {
        let mut all: Vec<&ReviewerRow> = self.review.reviewers.iter().collect();
        all.sort_by_key(|one| (one.reviewer.is_some(), -one.undecided));
        all
    }

    fn asked(&self) -> u64 {
        self.review.reviewers.iter().filter(|one| one.reviewer.is_some()).count() as u64
    }

    fn nobodys(&self) -> i64 {
        self.review.reviewers.iter().filter(|one| one.reviewer.is_none()).map(|one| one.undecided).sum()
    }

    fn gone(&self) -> Vec<&ReviewerRow> {
        self.review.reviewers.iter().filter(|one| one.has_left && one.undecided > 0).collect()
    }

    fn percent(&self) -> i64 {
        let row = &self.review.row;
        if row.grants == 0 { 0 } else { (row.certified + row.denied) * 100 / row.grants }
    }

    fn novelty(&self, word: &str) -> u64 {
        self.review.novelty.get(word).map_or(0, |count| u64::try_from(*count).unwrap_or(u64::MAX))
    }

    /// What is in it, in sentences.
    fn scope_words(&self) -> Vec<String> {
        let scope = &self.review.definition.scope;
        let list = |what: &str, all: &[String]| (!all.is_empty()).then(|| format!("{what} {}", all.join(", ")));
        let mut words: Vec<String> = [
            list("Of the connectors", &scope.connectors),
            list("Of the entitlements", &scope.entitlements),
            list("On", &scope.resources),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !scope.question.trim().is_empty() {
            words.push(format!("Of what this finds: {}", scope.question));
        }
        if !scope.entities.is_empty() {
            words.push(format!(
                "Of {} that a rule named",
                crate::text::count(scope.entities.len() as u64, "thing", "things")
            ));
        }
        if scope.accounts_only {
            words.push("Only what accounts hold".to_owned());
        }
        if words.is_empty() {
            words.push("Everything that is read".to_owned());
        }
        words
    }

    fn sources(&self) -> String {
        let words = |(place, word): (usize, &String)| match source_words(word).split_at_checked(1) {
            Some((first, rest)) if place > 0 && is_source(word) => format!("{}{rest}", first.to_lowercase()),
            _ => source_words(word).to_owned(),
        };
        let all: Vec<String> = self.review.definition.reviewers.iter().enumerate().map(words).collect();
        all.join(", then ")
    }

    fn gaps(connector: &ConnectorAccuracy) -> impl Iterator<Item = String> {
        connector.gaps.iter().take(GAPS).map(|gap| crate::text::sentence(gap.sentence()))
    }

    fn remaining(&self) -> &str {
        if self.beside.remaining.is_empty() { &self.review.definition.remaining } else { &self.beside.remaining }
    }
}

async fn show(State(site): State<Site>, signed: Signed, Id(id): Id, Query(query): Query) -> Answer {
    shown_of(&site, &signed, id, Beside::default(), query.given("said")).await
}

/// Says how much is in it as things are.
async fn validate(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    let definition = review_of(&site, id).await?.definition;
    let counted = in_world(&site, move |world, view, people| {
        world.until(review_validate(&world.context, view, people, &definition))
    });
    let beside = match counted.await? {
        Ok(count) => Beside { count: Some(count), ..Beside::default() },
        Err(error) => Beside { wrong: Some(("scope", wrong_of(error)?.1)), ..Beside::default() },
    };
    shown_of(&site, &signed, id, beside, None).await
}

/// The campaign with this id.
pub(super) async fn review_of(site: &Site, id: Uuid) -> Result<ReviewDetail, WebError> {
    let people = people(site).await?;
    Ok(review_show(&site.context().store, &people, &id.to_string(), site.context().now()).await?)
}

pub(super) async fn shown_of(site: &Site, signed: &Signed, id: Uuid, beside: Beside, said: Option<&str>) -> Answer {
    let (store, now) = (&site.context().store, site.context().now());
    let review = review_of(site, id).await?;
    let me = people(site).await?.actor(signed.actor()).0;
    let share = review_share(store, &review.row.id, &me, now).await?;
    let accuracy = if review.row.state == ReviewState::Draft.word() {
        let connectors = review.definition.scope.connectors.clone();
        let looked = in_world(site, move |world, view, _| {
            Ok(world.until(review_accuracy(&world.context.store, view, &connectors, now))?)
        });
        looked.await??
    } else {
        review.accuracy.clone()
    };
    let micros = |at: &Option<String>| Some(at.as_ref()?.parse::<jiff::Timestamp>().ok()?.as_microsecond());
    let burndown = micros(&review.row.started_at).and_then(|start| {
        let until = micros(&review.row.ended_at).unwrap_or(now.0);
        let due = micros(&review.row.due_at).unwrap_or(until);
        Burndown::of(&review.events, review.row.grants, (start, due, until))
    });
    let frame = frame(signed, review.row.name.clone(), said);
    let (may_decide, may_review) = (frame.may(Permission::Decide), frame.may(Permission::Review));
    let status = if beside.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &ShowPage { frame, review, accuracy, share, burndown, may_decide, may_review, beside })
}
