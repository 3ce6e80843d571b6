//! Trying an endpoint, disabling and enabling it, and removing it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::alerting::{EndpointRow, endpoint_ask, endpoint_enable, endpoint_remove, endpoint_show};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use uuid::Uuid;

use super::{HERE, path, refused};
use crate::address::Id;
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, led};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::post("/endpoints/{id}/try", administer, "job.asked", post(attempt)),
        Route::post("/endpoints/{id}/enable", administer, "endpoint.enabled", post(enable)),
        Route::post("/endpoints/{id}/disable", administer, "endpoint.disabled", post(disable)),
        Route::post("/endpoints/{id}/remove", administer, "endpoint.removed", post(remove)),
    ]
}

async fn known(site: &Site, id: Uuid) -> Result<EndpointRow, WebError> {
    let found = endpoint_show(&site.context().store, id).await.map_err(|error| WebError::from_store(&error))?;
    found.map(|(row, _)| row).ok_or_else(|| WebError::not_found("endpoint"))
}

fn decision(signed: &Signed, reason: &str) -> Decision {
    Decision { actor: signed.actor().to_owned(), reason: reason.to_owned() }
}

/// Only asks: what may be reached is known to whoever does it.
async fn attempt(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    let row = known(&site, id).await?;
    let (store, now) = (&site.context().store, site.context().now());
    let delivery = endpoint_ask(store, &row.name, signed.actor(), now).await.map_err(refused)?;
    led(&format!("/deliveries/{delivery}"), "trying")
}

async fn enable(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    let row = known(&site, id).await?;
    let (store, now) = (&site.context().store, site.context().now());
    endpoint_enable(store, &row.name, true, &decision(&signed, ""), now).await.map_err(refused)?;
    led(&path(id), "endpoint-enabled")
}

async fn disable(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let row = known(&site, id).await?;
    let reason = form.given("reason").ok_or_else(|| wrong("reason", "Say why, so that others know."))?;
    let (store, now) = (&site.context().store, site.context().now());
    endpoint_enable(store, &row.name, false, &decision(&signed, reason), now).await.map_err(refused)?;
    led(&path(id), "endpoint-disabled")
}

async fn remove(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let row = known(&site, id).await?;
    if form.text("typed") != row.name {
        return Err(wrong("typed", "What you typed is not the endpoint's name. Nothing was removed."));
    }
    let (store, now) = (&site.context().store, site.context().now());
    endpoint_remove(store, &row.name, &decision(&signed, ""), now).await.map_err(refused)?;
    led(HERE, "endpoint-removed")
}

fn wrong(code: &'static str, message: &str) -> WebError {
    WebError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
        .hint("Go back: your browser still has what you typed.")
}
