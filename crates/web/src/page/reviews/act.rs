//! What is done with a campaign.

use axum::extract::State;
use axum::routing::post;
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{
    CompleteWish, ReviewError, review_assign_all, review_cancel, review_complete, review_stage, review_start,
};
use rolecall_model::review::{RemainingItems, ReviewerKey};
use uuid::Uuid;

use super::show::{Beside, shown_of};
use super::{path, wrong_of};
use crate::address::Id;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, led};
use crate::review::{in_world, people};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;

/// What forms call nobody.
const NOBODY: &str = "nobody";

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::post("/reviews/{id}/stage", decide, "review.staged", post(stage)),
        Route::post("/reviews/{id}/start", decide, "review.started", post(start)),
        Route::post("/reviews/{id}/reassign", decide, "review.reassigned", post(reassign)),
        Route::post("/reviews/{id}/complete", decide, "review.completed", post(complete)),
        Route::post("/reviews/{id}/cancel", decide, "review.cancelled", post(cancel)),
    ]
}

/// Leads back with what was done, or shows the campaign again with what is wrong.
async fn ended<T>(
    site: &Site,
    signed: &Signed,
    id: Uuid,
    (form, which, said): (&Form, &'static str, &'static str),
    done: Result<T, ReviewError>,
) -> Answer {
    match done {
        Ok(_) => led(&path(id), said),
        Err(error) => {
            let beside = Beside::wrong(form, which, wrong_of(error)?.1);
            shown_of(site, signed, id, beside, None).await
        }
    }
}

async fn stage(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let (name, actor) = (id.to_string(), signed.actor().to_owned());
    let work = in_world(&site, move |world, view, _| world.until(review_stage(&world.context, view, &name, &actor)));
    let staged = work.await?;
    ended(&site, &signed, id, (&form, "stage", "review-staged"), staged).await
}

async fn start(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    if form.given("looked").is_none() {
        let wrong = "Look at who will be asked, and say that you have.".to_owned();
        return shown_of(&site, &signed, id, Beside::wrong(&form, "start", wrong), None).await;
    }
    let started = review_start(site.context(), &id.to_string(), signed.actor()).await;
    ended(&site, &signed, id, (&form, "start", "review-started"), started).await
}

async fn reassign(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let people = people(&site).await?;
    let from = Some(form.text("from")).filter(|from| *from != NOBODY && !from.is_empty()).map(ReviewerKey::kept);
    let (name, to) = (id.to_string(), form.text("to"));
    let by = (signed.actor(), form.text("reason"));
    match review_assign_all(site.context(), &people, &name, (from.as_ref(), to), by).await {
        Ok((wanted, moved)) if moved.len() < wanted || wanted == 0 => {
            let moved = u64::try_from(moved.len()).unwrap_or(u64::MAX);
            let stay = u64::try_from(wanted).unwrap_or(u64::MAX) - moved;
            let said = format!(
                "{} reassigned. {} where they are: {to} holds them, or reviews them already.",
                count(moved, "grant", "grants"),
                count(stay, "grant stays", "grants stay")
            );
            shown_of(&site, &signed, id, Beside::saying(said), None).await
        }
        other => ended(&site, &signed, id, (&form, "reassign", "reassigned"), other).await,
    }
}

async fn complete(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let wish = CompleteWish {
        remaining: RemainingItems::read(form.text("remaining")),
        reason: form.text("reason").to_owned(),
    };
    let (name, actor) = (id.to_string(), signed.actor().to_owned());
    let work =
        in_world(&site, move |world, view, _| world.until(review_complete(&world.context, view, &name, &wish, &actor)));
    let completed = work.await?;
    ended(&site, &signed, id, (&form, "complete", "review-completed"), completed).await
}

async fn cancel(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let decision = Decision { actor: signed.actor().to_owned(), reason: form.text("reason").to_owned() };
    let cancelled = review_cancel(site.context(), &id.to_string(), &decision).await;
    ended(&site, &signed, id, (&form, "cancel", "review-cancelled"), cancelled).await
}
