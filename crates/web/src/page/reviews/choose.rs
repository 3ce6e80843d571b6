//! What a reviewer chooses: kept, so that they find it again, and counted once it is submitted. And a decision that is changed.

use axum::extract::State;
use axum::routing::post;
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{ChoiceWish, DecideReport, ReviewError, ReviewSource, review_choose_as, review_decide};
use rolecall_model::review::ReviewDecision;
use uuid::Uuid;

use super::decide::{Beside, TypedChoice, Wish, part_path, shown_of};
use super::{path, wrong_of};
use crate::address::Id;
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, led};
use crate::review::{actor, in_world, people};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

pub(super) const NO_REASON: &str = "Say why: a deny needs a reason.";

pub(super) fn routes() -> Vec<Route> {
    let review = Access::May(Permission::Review);
    vec![
        Route::mark("/reviews/{id}/choose", review, post(choose)),
        Route::post("/reviews/{id}/change", review, "review.submitted", post(change)),
    ]
}

/// What was typed of each grant that the page showed.
fn typed(form: &Form) -> Result<Vec<(i64, TypedChoice)>, WebError> {
    let mut all = Vec::new();
    for number in form.all("number") {
        let number: i64 = number.parse().map_err(|_| WebError::bad_request("number", "The form names no grant."))?;
        let decision = form.text(&format!("choice-{number}")).to_owned();
        let reason = form.text(&format!("reason-{number}")).to_owned();
        all.push((number, TypedChoice { decision, reason, wrong: None }));
    }
    Ok(all)
}

async fn choose(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let (mut wish, mut typed) = (Wish::of(&form), typed(&form)?);
    if form.given("together").is_some() {
        if form.given("looked").is_none() {
            let wrong = Some("Look at all of them first, and say that you have.".to_owned());
            let beside = Beside { typed: typed.into_iter().collect(), wrong };
            return shown_of(&site, &signed, id, &wish, beside, None).await;
        }
        let is_open = |typed: &TypedChoice| ReviewDecision::read(&typed.decision).is_none();
        typed.iter_mut().filter(|(_, one)| is_open(one)).for_each(|(_, one)| "certify".clone_into(&mut one.decision));
    }
    let (mut wishes, mut is_wrong) = (Vec::new(), false);
    for (number, one) in &mut typed {
        let decision = ReviewDecision::read(&one.decision);
        if decision == Some(ReviewDecision::Deny) && one.reason.is_empty() {
            one.wrong = Some(NO_REASON.to_owned());
            is_wrong = true;
            continue;
        }
        wishes.push(ChoiceWish { number: *number, decision, reason: one.reason.clone() });
    }
    let everybody = people(&site).await?;
    let who = actor(&everybody, &signed, ReviewSource::Page);
    let kept = match wishes.is_empty() {
        true => Ok(0),
        false => review_choose_as(site.context(), &everybody, &id.to_string(), &who, &wishes).await,
    };
    if let Err(error) = kept {
        let (_, wrong) = wrong_of(error)?;
        let beside = Beside { typed: typed.into_iter().collect(), wrong: Some(wrong) };
        return shown_of(&site, &signed, id, &wish, beside, None).await;
    }
    if is_wrong {
        let typed = typed.into_iter().filter(|(_, one)| one.wrong.is_some()).collect();
        let wrong = Some("A deny has no reason, and was not kept. Your other choices are.".to_owned());
        return shown_of(&site, &signed, id, &wish, Beside { typed, wrong }, None).await;
    }
    if let Some(next) = form.given("next").and_then(|next| next.parse().ok()) {
        wish.after = next;
    }
    led(&part_path(id, &wish.part, wish.after), "chosen")
}

/// Changes a decision that was submitted: it stays on record, and the other counts.
async fn change(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let number = form.text("number").parse::<i64>();
    let number = number.map_err(|_| WebError::bad_request("number", "The form names no grant."))?;
    let wish = Wish::of(&form);
    let one =
        TypedChoice { decision: form.text("decision").to_owned(), reason: form.text("reason").to_owned(), wrong: None };
    let Some(decision) = ReviewDecision::read(&one.decision) else {
        return Err(WebError::bad_request("decision", "A decision is to certify or to deny."));
    };
    let report =
        decided(&site, &signed, id, ChoiceWish { number, decision: Some(decision), reason: one.reason.clone() });
    let wrong = match report.await? {
        Err(error) => wrong_of(error)?.1,
        Ok(report) => match report.refused.first() {
            None => return led(&part_path(id, &wish.part, wish.after), "submitted"),
            Some((_, _, why)) => sentence(why),
        },
    };
    let beside = Beside { typed: [(number, TypedChoice { wrong: Some(wrong), ..one })].into(), wrong: None };
    shown_of(&site, &signed, id, &wish, beside, None).await
}

async fn decided(
    site: &Site,
    signed: &Signed,
    id: Uuid,
    wish: ChoiceWish,
) -> Result<Result<DecideReport, ReviewError>, WebError> {
    let (name, signed) = (id.to_string(), signed.clone());
    in_world(site, move |world, view, people| {
        let who = actor(people, &signed, ReviewSource::Page);
        world.until(review_decide(&world.context, view, people, &name, &who, &[wish], None))
    })
    .await
}

/// Where whoever decides is led back to.
pub(super) fn back(id: Uuid) -> String {
    format!("{}/decide", path(id))
}
