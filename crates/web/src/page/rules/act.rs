//! What is done about one rule.

use axum::extract::State;
use axum::routing::post;
use rolecall_engine::alerting::{Interval, RuleError, rule_dismiss, rule_put, rule_remove, rules_ask};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;

use super::show::shown_of;
use super::{HERE, path, refused, rule_of};
use crate::address::Id;
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, led};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

const NO_REASON: &str = "Say why: whoever reads this in a year has nothing else to go by.";

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::post("/rules/{id}/evaluate", decide, "job.asked", post(evaluate)),
        Route::post("/rules/{id}/dismiss", decide, "rule.alert-dismissed", post(dismiss)),
        Route::post("/rules/{id}/interval", decide, "rule.changed", post(interval)),
        Route::post("/rules/{id}/remove", decide, "rule.removed", post(remove)),
    ]
}

fn decision(signed: &Signed, reason: &str) -> Decision {
    Decision { actor: signed.actor().to_owned(), reason: reason.to_owned() }
}

async fn evaluate(State(site): State<Site>, signed: Signed, Id(rule): Id) -> Answer {
    let known = rule_of(&site, rule).await?;
    let (store, now) = (&site.context().store, site.context().now());
    let is_new = rules_ask(store, Some(&known.definition.name), signed.actor(), now).await.map_err(refused)?;
    led(&path(rule), if is_new { "evaluating" } else { "evaluating-already" })
}

async fn dismiss(State(site): State<Site>, signed: Signed, Id(rule): Id, form: Form) -> Answer {
    let known = rule_of(&site, rule).await?;
    let Some(reason) = form.given("reason") else {
        return shown_of(&site, &signed, rule, None, Some(NO_REASON.to_owned())).await;
    };
    let (store, now) = (&site.context().store, site.context().now());
    let decision = decision(&signed, reason);
    let was_active = rule_dismiss(store, &known.definition.name, &decision, now).await.map_err(refused)?;
    led(&path(rule), if was_active { "alert-dismissed" } else { "alert-inactive" })
}

async fn interval(State(site): State<Site>, signed: Signed, Id(rule): Id, form: Form) -> Answer {
    let known = rule_of(&site, rule).await?;
    let interval = Interval::read(form.text("interval"));
    let interval = interval.ok_or_else(|| WebError::bad_request("interval", "The form names no interval."))?;
    let version = form.text("version").parse::<i64>();
    let version = version.map_err(|_| WebError::bad_request("version", "The form does not say of which version."))?;
    let mut definition = known.definition;
    definition.interval = interval;
    let (store, now) = (&site.context().store, site.context().now());
    let put = rule_put(store, &definition, &known.source, Some(version), &decision(&signed, ""), now).await;
    match put {
        Ok(_) => led(&path(rule), "saved"),
        Err(RuleError::Problems { problems, .. }) => {
            let wrong = sentence(format!("it cannot be evaluated: {}", problems.join("; ")));
            shown_of(&site, &signed, rule, None, Some(wrong)).await
        }
        Err(error) => Err(refused(error)),
    }
}

async fn remove(State(site): State<Site>, signed: Signed, Id(rule): Id, form: Form) -> Answer {
    let known = rule_of(&site, rule).await?;
    let Some(reason) = form.given("reason") else {
        return shown_of(&site, &signed, rule, None, Some(NO_REASON.to_owned())).await;
    };
    let (store, now) = (&site.context().store, site.context().now());
    rule_remove(store, &known.definition.name, &decision(&signed, reason), now).await.map_err(refused)?;
    led(HERE, "rule-removed")
}
