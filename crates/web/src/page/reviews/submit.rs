//! *Submit*: what is chosen in short, and from then on it stands.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{
    ChosenRow, DecideReport, ItemQuestion, ItemRow, ReviewDetail, ReviewSource, review_chosen, review_items,
    review_submit_chosen,
};
use uuid::Uuid;

use super::choose::back;
use super::show::review_of;
use super::{HERE, frame, path, wrong_of};
use crate::address::Id;
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown_as};
use crate::review::{actor, in_world, people};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;

/// How many denials are named one by one.
const NAMED: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    let review = Access::May(Permission::Review);
    vec![
        Route::get("/reviews/{id}/submit", review, get(ask)),
        Route::post("/reviews/{id}/submit", review, "review.submitted", post(submit)),
    ]
}

#[derive(Template)]
#[template(path = "reviews/submit.html")]
struct SubmitPage {
    frame: Frame,
    review: ReviewDetail,
    certified: usize,
    /// What would be denied, with what is shown of it.
    denied: Vec<(ChosenRow, Option<ItemRow>)>,
    denied_count: usize,
    report: Option<DecideReport>,
    wrong: Option<String>,
}

impl SubmitPage {
    fn path(&self) -> String {
        path(&self.review.row.id)
    }

    fn all(&self) -> usize {
        self.certified + self.denied_count
    }
}

async fn ask(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    page(&site, &signed, id, None, None).await
}

async fn page(site: &Site, signed: &Signed, id: Uuid, report: Option<DecideReport>, wrong: Option<String>) -> Answer {
    let review = review_of(site, id).await?;
    let everybody = people(site).await?;
    let me = everybody.actor(signed.actor()).0;
    let (store, now) = (&site.context().store, site.context().now());
    let chosen = review_chosen(store, &review.row.id, &me).await?;
    let (denied, certified): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|one| one.decision == "deny");
    let denied_count = denied.len();
    let mut named = Vec::new();
    for one in denied.into_iter().take(NAMED) {
        let question = ItemQuestion { after: one.number - 1, limit: Some(1), ..ItemQuestion::default() };
        let item = review_items(store, &everybody, &review.row.id, &question, None, now).await?.pop();
        named.push((one, item));
    }
    let frame = frame(signed, format!("Submit: {}", review.row.name), None);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let certified = certified.len();
    shown_as(status, &SubmitPage { frame, review, certified, denied: named, denied_count, report, wrong })
}

async fn submit(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    let (name, who) = (id.to_string(), signed.clone());
    let work = in_world(&site, move |world, view, people| {
        let who = actor(people, &who, ReviewSource::Page);
        world.until(review_submit_chosen(&world.context, view, people, &name, &who))
    });
    match work.await? {
        Ok(report) if report.is_whole() => led(&back(id), "submitted"),
        Ok(report) => page(&site, &signed, id, Some(report), None).await,
        Err(error) => {
            let (_, wrong) = wrong_of(error)?;
            page(&site, &signed, id, None, Some(wrong)).await
        }
    }
}
