//! Users and groups: made, read, listed, replaced, changed and deleted.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use rolecall_engine::people::scim::{Directory, Resource, ResourceDraft, ScimFind, ScimKind};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::attribute::naming;
use super::body::{Answer, Body, Filled, answer};
use super::listing::{listed, message};
use super::patch::patched;
use super::view::{location, told};
use super::wish::Wish;
use super::{document, error, etag};
use crate::address::Word;
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) const USERS: &str = "Users";
pub(super) const GROUPS: &str = "Groups";

/// How often a change is tried again that says of no version, while others change the same.
const TRIES: usize = 5;

pub(super) fn routes() -> Vec<Route> {
    [
        of_kind(ScimKind::User, "/scim/v2/Users", "/scim/v2/Users/{id}"),
        of_kind(ScimKind::Group, "/scim/v2/Groups", "/scim/v2/Groups/{id}"),
    ]
    .concat()
}

fn of_kind(kind: ScimKind, all: &'static str, one: &'static str) -> Vec<Route> {
    let write = |method, path, audited, handler: MethodRouter<Site>| {
        Route::write(method, path, Access::Directory, audited, handler)
    };
    vec![
        Route::get(all, Access::Directory, get(async move |site, filled, query| list(kind, site, filled, query).await)),
        write(
            Method::POST,
            all,
            "scim.resource-added",
            post(async move |site, filled, query, body| add(kind, site, filled, query, body).await),
        ),
        Route::get(
            one,
            Access::Directory,
            get(async move |site, filled, word, query, headers| show(kind, site, filled, word, query, headers).await),
        ),
        write(
            Method::PUT,
            one,
            "scim.resource-changed",
            put(async move |site, filled, word, query, headers, Body(body)| {
                change(kind, site, filled, word, query, headers, Change::Replace(body)).await
            }),
        ),
        write(
            Method::PATCH,
            one,
            "scim.resource-changed",
            patch(async move |site, filled, word, query, headers, Body(body)| {
                change(kind, site, filled, word, query, headers, Change::Patch(body)).await
            }),
        ),
        write(
            Method::DELETE,
            one,
            "scim.resource-deleted",
            delete(async move |filled, word, headers| remove(kind, filled, word, headers).await),
        ),
    ]
}

/// What a resource is to become.
enum Change {
    /// This and nothing else.
    Replace(Map<String, Json>),
    /// What these operations make of it.
    Patch(Map<String, Json>),
}

impl Change {
    fn of(&self, kind: ScimKind, seen: &Resource) -> Result<Map<String, Json>, WebError> {
        match self {
            Self::Replace(body) => document::clean(kind, body.clone()),
            Self::Patch(body) => patched(kind, &seen.document, body),
        }
    }
}

async fn list(
    kind: ScimKind,
    State(site): State<Site>,
    Filled(directory): Filled,
    RawQuery(query): RawQuery,
) -> Answer {
    let wish = Wish::of_query(kind, &query.unwrap_or_default())?;
    let listed = listed(&site, &directory, kind, &wish).await?;
    Ok(answer(StatusCode::OK, &message(&listed, wish.skip)))
}

async fn add(
    kind: ScimKind,
    State(site): State<Site>,
    Filled(directory): Filled,
    RawQuery(query): RawQuery,
    Body(body): Body,
) -> Answer {
    let wish = Wish::of_query(kind, &query.unwrap_or_default())?;
    let document = document::clean(kind, body)?;
    let made = directory.put(kind, None, draft(kind, &document)).await?;
    let mut answer = shown(&site, &made, &wish, StatusCode::CREATED);
    if let Ok(location) = HeaderValue::from_str(&location(&site, &made)) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    Ok(answer)
}

async fn show(
    kind: ScimKind,
    State(site): State<Site>,
    Filled(directory): Filled,
    word: Word,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let wish = Wish::of_query(kind, &query.unwrap_or_default())?;
    let found = one(&directory, kind, &word).await?;
    if etag::is_known(&headers, found.version) {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), found.version));
    }
    Ok(shown(&site, &found, &wish, StatusCode::OK))
}

async fn change(
    kind: ScimKind,
    State(site): State<Site>,
    Filled(directory): Filled,
    word: Word,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    change: Change,
) -> Answer {
    let wish = Wish::of_query(kind, &query.unwrap_or_default())?;
    let change = Arc::new(change);
    let mut tries = 0;
    loop {
        let seen = one(&directory, kind, &word).await?;
        if !etag::may_change(&headers, seen.version) {
            return Err(error::stale(seen.version));
        }
        let document = worked_out(kind, &seen, &change).await?;
        tries += 1;
        match directory.put(kind, Some(&seen), draft(kind, &document)).await {
            Err(stale) if error::is_stale(&stale) && tries < TRIES && !headers.contains_key(header::IF_MATCH) => {}
            changed => return Ok(shown(&site, &changed?, &wish, StatusCode::OK)),
        }
    }
}

/// A large group takes a while, for which nobody else should wait.
async fn worked_out(kind: ScimKind, seen: &Resource, change: &Arc<Change>) -> Result<Map<String, Json>, WebError> {
    let (seen, change) = (seen.clone(), Arc::clone(change));
    let worked = tokio::task::spawn_blocking(move || change.of(kind, &seen)).await;
    worked.unwrap_or_else(|_| {
        Err(WebError::new(StatusCode::INTERNAL_SERVER_ERROR, "scim-failed", "This cannot be done."))
    })
}

async fn remove(kind: ScimKind, Filled(directory): Filled, word: Word, headers: HeaderMap) -> Answer {
    let mut tries = 0;
    loop {
        let seen = one(&directory, kind, &word).await?;
        if !etag::may_change(&headers, seen.version) {
            return Err(error::stale(seen.version));
        }
        let name = seen.document.get(naming(kind)).and_then(Json::as_str).unwrap_or_default();
        tries += 1;
        match directory.delete(&seen, name).await {
            Err(stale) if error::is_stale(&stale) && tries < TRIES && !headers.contains_key(header::IF_MATCH) => {}
            deleted => {
                deleted?;
                return Ok(StatusCode::NO_CONTENT.into_response());
            }
        }
    }
}

/// The resource of an address.
async fn one(directory: &Directory, kind: ScimKind, Word(id): &Word) -> Result<Resource, WebError> {
    let id = Uuid::try_parse(id).map_err(|_| error::unknown())?;
    directory.find(kind, ScimFind::Id(id)).await?.pop().ok_or_else(error::unknown)
}

fn draft(kind: ScimKind, document: &Map<String, Json>) -> ResourceDraft<'_> {
    let text = |name: &str| document.get(name).and_then(Json::as_str);
    ResourceDraft { name: text(naming(kind)).unwrap_or_default(), external_id: text("externalId"), document }
}

fn shown(site: &Site, resource: &Resource, wish: &Wish, status: StatusCode) -> Response {
    let told = wish.projection.of(told(site, resource));
    tagged(answer(status, &told.into()), resource.version)
}

fn tagged(mut answer: Response, version: i64) -> Response {
    if let Some(tag) = etag::header_value(version) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}
