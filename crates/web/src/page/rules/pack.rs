//! *Enable ready rules*.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::alerting::{EndpointRow, PACK, RuleDefinition, endpoint_list, pack_enable, rule_list};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;

use super::words::{interval_words, trigger_words};
use super::{HERE, frame, path, refused};
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::findings::severity_chip;
use crate::page::{Answer, Frame, led, shown_as};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![Route::get("/rules/pack", decide, get(ask)), Route::post("/rules/pack", decide, "rule.added", post(enable))]
}

/// A ready rule, and the id of the one that is kept of it.
struct Ready {
    rule: &'static RuleDefinition,
    kept: Option<String>,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "rules/pack.html")]
struct PackPage {
    frame: Frame,
    ready: Vec<Ready>,
    endpoints: Vec<EndpointRow>,
    endpoint: String,
    wrong: Option<&'static str>,
}

impl PackPage {
    fn is_all_kept(&self) -> bool {
        self.ready.iter().all(|one| one.kept.is_some())
    }
}

async fn ask(State(site): State<Site>, signed: Signed) -> Answer {
    page(&site, &signed, None, "", None).await
}

async fn page(
    site: &Site,
    signed: &Signed,
    chosen: Option<&[String]>,
    endpoint: &str,
    wrong: Option<&'static str>,
) -> Answer {
    let store = &site.context().store;
    let kept = rule_list(store).await.map_err(|error| WebError::from_store(&error))?;
    let ready = PACK.iter().map(|rule| Ready {
        rule,
        kept: kept.iter().find(|kept| kept.definition.name == rule.name).map(|kept| kept.id.clone()),
        is_chosen: chosen.is_none_or(|chosen| chosen.contains(&rule.name)),
    });
    let endpoints = endpoint_list(store).await.map_err(|error| WebError::from_store(&error))?;
    let frame = frame(signed, "Enable ready rules", None);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &PackPage { frame, ready: ready.collect(), endpoints, endpoint: endpoint.to_owned(), wrong })
}

async fn enable(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let (store, now) = (&site.context().store, site.context().now());
    let (names, endpoint) = (form.all("rule"), form.given("endpoint"));
    if names.is_empty() {
        let wrong = "Choose at least one rule.";
        return page(&site, &signed, Some(names), form.text("endpoint"), Some(wrong)).await;
    }
    let endpoints = endpoint_list(store).await.map_err(|error| WebError::from_store(&error))?;
    if endpoint.is_some_and(|name| !endpoints.iter().any(|known| known.name == name)) {
        return page(&site, &signed, Some(names), "", Some("No endpoint has this name any more.")).await;
    }
    let decision = Decision { actor: signed.actor().to_owned(), reason: String::new() };
    let enabled = pack_enable(store, names, endpoint, &decision, now).await.map_err(refused)?;
    led(HERE, if enabled.is_empty() { "rules-kept-already" } else { "rules-enabled" })
}
