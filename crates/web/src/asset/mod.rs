//! What pages are dressed with. It is in the program itself, and the same for everybody.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::route::{Access, Route};

pub(crate) const STYLE: &str = "/asset/style.css";
pub(crate) const ICON: &str = "/asset/icon.svg";
/// Comforts of every page: it works without them.
pub(crate) const COMFORT: &str = "/asset/comfort.js";
/// What follows a sync while it runs.
pub(crate) const LIVE: &str = "/asset/live.js";
/// Comforts of the query editor.
pub(crate) const QUERY: &str = "/asset/query.js";

/// Comforts of whoever reviews grants.
pub(crate) const REVIEW: &str = "/asset/review.js";

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// One file.
#[derive(Clone, Copy)]
struct Asset {
    path: &'static str,
    kind: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 6] = [
    Asset { path: STYLE, kind: CSS, text: include_str!("../../assets/style.css") },
    Asset { path: ICON, kind: "image/svg+xml", text: include_str!("../../assets/icon.svg") },
    Asset { path: COMFORT, kind: SCRIPT, text: include_str!("../../assets/comfort.js") },
    Asset { path: LIVE, kind: SCRIPT, text: include_str!("../../assets/live.js") },
    Asset { path: QUERY, kind: SCRIPT, text: include_str!("../../assets/query.js") },
    Asset { path: REVIEW, kind: SCRIPT, text: include_str!("../../assets/review.js") },
];

pub(crate) fn routes() -> Vec<Route> {
    let route = |asset: Asset| {
        Route::get(asset.path, Access::Anyone, get(move |request: Request| async move { asset.answer(&request) }))
    };
    ASSETS.into_iter().map(route).collect()
}

impl Asset {
    /// The file, unless the browser has this very one.
    fn answer(self, request: &Request) -> Response {
        let tag = format!("\"{}\"", &blake3::hash(self.text.as_bytes()).to_hex()[..16]);
        let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let mut response = match known {
            Some(known) if known.split(',').any(|known| known.trim() == tag) => {
                StatusCode::NOT_MODIFIED.into_response()
            }
            _ => ([(header::CONTENT_TYPE, self.kind)], self.text).into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate"));
        if let Ok(tag) = tag.parse() {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}
