//! What those who watch over processes ask. It tells nothing but whether all is well.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;

use crate::route::{Access, Route};
use crate::site::Site;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/health", Access::Anyone, get(health)), Route::get("/ready", Access::Anyone, get(ready))]
}

/// The process lives.
async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "alive" }))
}

/// The process can answer: the database is there, and nobody asked to stop.
async fn ready(State(site): State<Site>) -> Response {
    let context = site.context();
    let why =
        if context.is_stopped() { Some("stopping") } else { site.hub().is_first_run().await.err().map(|_| "database") };
    match why {
        None => Json(json!({ "status": "ready" })).into_response(),
        Some(why) => {
            let again = [(header::RETRY_AFTER, "5")];
            let said = Json(json!({ "status": "not ready", "why": why }));
            (StatusCode::SERVICE_UNAVAILABLE, again, said).into_response()
        }
    }
}
