//! Listings that are asked for in a body, because what they ask may be too long, or too personal, for an address
//! (RFC 7644, 3.4.3).

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::people::scim::{Directory, ScimKind};

use super::body::{Answer, Body, Filled, answer};
use super::listing::{Listed, listed, message};
use super::wish::Wish;
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let ask = |path, kinds: &'static [ScimKind]| {
        let handler = post(async move |site, filled, body| search(kinds, site, filled, body).await);
        Route::ask(path, Access::Directory, handler)
    };
    vec![
        ask("/scim/v2/.search", &[ScimKind::User, ScimKind::Group]),
        ask("/scim/v2/Users/.search", &[ScimKind::User]),
        ask("/scim/v2/Groups/.search", &[ScimKind::Group]),
    ]
}

async fn search(kinds: &[ScimKind], State(site): State<Site>, Filled(directory): Filled, Body(body): Body) -> Answer {
    let mut skip = 0;
    let mut all = Listed::default();
    for (number, kind) in kinds.iter().enumerate() {
        let wish = Wish::read(*kind, &body)?;
        if number == 0 {
            skip = wish.skip;
        }
        let found = beyond(&site, &directory, (*kind, wish), &all).await?;
        all.total += found.total;
        all.resources.extend(found.resources);
    }
    Ok(answer(StatusCode::OK, &message(&all, skip)))
}

/// The part of a kind that comes after what was found of those before it.
async fn beyond(
    site: &Site,
    directory: &Directory,
    (kind, wish): (ScimKind, Wish),
    before: &Listed,
) -> Result<Listed, WebError> {
    let found = i64::try_from(before.resources.len()).unwrap_or(i64::MAX);
    let wish = Wish { skip: (wish.skip - before.total).max(0), count: (wish.count - found).max(0), ..wish };
    listed(site, directory, kind, &wish).await
}
