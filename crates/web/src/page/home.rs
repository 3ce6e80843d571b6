//! The first page.

use axum::response::Redirect;
use axum::routing::get;

use crate::route::{Access, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/", Access::SignedIn, get(async || Redirect::to("/connectors")))]
}
