//! What is decided about a finding.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::findings::FindingWish;
use rolecall_engine::hub::Permission;
use rolecall_engine::moment_parse;
use rolecall_model::Timestamp;

use super::path;
use super::show::{Typed, shown_of};
use crate::address::Word;
use crate::error::WebError;
use crate::finding::finding_decided;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, led};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

const DAY: i64 = 24 * 3600;

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::post("/findings/{code}/accept", decide, "finding.accepted", post(accept)),
        Route::post("/findings/{code}/suppress", decide, "finding.suppressed", post(suppress)),
        Route::post("/findings/{code}/snooze", decide, "finding.snoozed", post(snooze)),
        Route::post("/findings/{code}/reopen", decide, "finding.reopened", post(reopen)),
        Route::post("/findings/{code}/owner", decide, "finding.owner-set", post(owner)),
    ]
}

/// What a form wishes, or what is wrong with it.
type Wished = Result<FindingWish, String>;

async fn accept(State(site): State<Site>, signed: Signed, Word(code): Word, form: Form) -> Answer {
    let wish = accepted(&form, site.context().now());
    decide(&site, &signed, &code, &form, ("accept", wish)).await
}

fn accepted(form: &Form, now: Timestamp) -> Wished {
    let until = form.given("until").ok_or("Say until when: a risk is never taken for good.")?;
    let until = moment_parse(until, now).map_err(sentence)?;
    Ok(FindingWish::Accept { until, approver: form.given("approver").map(str::to_owned) })
}

async fn suppress(State(site): State<Site>, signed: Signed, Word(code): Word, form: Form) -> Answer {
    decide(&site, &signed, &code, &form, ("suppress", Ok(FindingWish::Suppress))).await
}

async fn snooze(State(site): State<Site>, signed: Signed, Word(code): Word, form: Form) -> Answer {
    let days = form.text("days").parse::<i64>().ok().filter(|days| (1..=366).contains(days));
    let wish = match days {
        Some(days) => Ok(FindingWish::Snooze { until: site.context().now().plus_seconds(days * DAY) }),
        None => Err("Say for how many days: from 1 to 366.".to_owned()),
    };
    decide(&site, &signed, &code, &form, ("snooze", wish)).await
}

async fn reopen(State(site): State<Site>, signed: Signed, Word(code): Word, form: Form) -> Answer {
    decide(&site, &signed, &code, &form, ("reopen", Ok(FindingWish::Reopen))).await
}

async fn owner(State(site): State<Site>, signed: Signed, Word(code): Word, form: Form) -> Answer {
    let wish = FindingWish::Own { owner: form.text("owner").to_owned() };
    decide(&site, &signed, &code, &form, ("owner", Ok(wish))).await
}

async fn decide(
    site: &Site,
    signed: &Signed,
    code: &str,
    form: &Form,
    (which, wish): (&'static str, Wished),
) -> Answer {
    let decided = match wish {
        Ok(wish) => finding_decided(site, signed, code, &wish, form.text("reason")).await,
        Err(wrong) => Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "wish", wrong)),
    };
    match decided {
        Ok(finding) => led(&path(&finding.code), "finding-decided"),
        Err(error) if error.status == StatusCode::UNPROCESSABLE_ENTITY => {
            shown_of(site, signed, code, Typed::of(form, which, error.message), None).await
        }
        Err(error) => Err(error),
    }
}
