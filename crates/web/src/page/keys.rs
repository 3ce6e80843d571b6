//! The keys that lead somewhere, for whoever has no script that lists them.

use askama::Template;
use axum::routing::get;

use super::{Answer, Frame, shown};
use crate::guard::Signed;
use crate::route::{Access, Route};

const HERE: &str = "/keys";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::SignedIn, get(page))]
}

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    frame: Frame,
}

async fn page(signed: Signed) -> Answer {
    shown(&KeysPage { frame: Frame::new(&signed, "Keyboard shortcuts", HERE) })
}
