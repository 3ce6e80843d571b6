//! The OpenAPI document: made of the handlers, and of what routes say of who may use them.

mod finish;
mod paths;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use axum::routing::get;
use serde_json::Value as Json;

use super::ApiAnswer;
use super::input::{Nothing, Parameters};
use super::reply::json;
use crate::route::{Access, Route};

static DOCUMENT: LazyLock<Json> = LazyLock::new(finish::document);

/// The document.
pub(crate) fn document() -> &'static Json {
    &DOCUMENT
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/openapi.json", Access::SignedIn, get(openapi))]
}

/// This document
#[utoipa::path(get, operation_id = "openapi", path = "/api/v1/openapi.json", tag = "This interface", responses(
    (status = 200, description = "OpenAPI 3.1.", body = serde_json::Value),
))]
pub(crate) async fn openapi(_: Parameters<Nothing>) -> ApiAnswer {
    json(document())
}
