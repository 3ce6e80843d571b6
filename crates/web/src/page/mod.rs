//! Pages, one module for each subject. What they look like is in `templates/`.

mod account;
mod audit;
mod changes;
mod connectors;
mod deliveries;
mod documentation;
mod endpoints;
mod explore;
mod findings;
mod frame;
mod interface;
pub(crate) mod invitation;
mod jobs;
mod keys;
pub(crate) mod logins;
mod moment;
mod notices;
mod overview;
mod people;
mod queries;
mod reviews;
mod rules;
mod said;
pub(crate) mod sign_in;
mod users;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::error::WebError;
use crate::route::Route;
pub(crate) use frame::Frame;
pub(crate) use moment::{Moment, moment, told};

pub(crate) type Answer = Result<Response, WebError>;

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [
        account::routes(),
        audit::routes(),
        changes::routes(),
        connectors::routes(),
        deliveries::routes(),
        documentation::routes(),
        endpoints::routes(),
        explore::routes(),
        findings::routes(),
        interface::routes(),
        invitation::routes(),
        jobs::routes(),
        keys::routes(),
        logins::routes(),
        notices::routes(),
        overview::routes(),
        people::routes(),
        queries::routes(),
        reviews::routes(),
        rules::routes(),
        sign_in::routes(),
        users::routes(),
    ]
    .concat()
}

/// The page that a template makes.
fn shown(template: &impl Template) -> Answer {
    shown_as(StatusCode::OK, template)
}

/// The same with another status: a form that is wrong is shown again.
fn shown_as(status: StatusCode, template: &impl Template) -> Answer {
    match template.render() {
        Ok(text) => Ok((status, Html(text)).into_response()),
        Err(error) => {
            tracing::error!(%error, "a page cannot be made");
            Err(WebError::new(StatusCode::INTERNAL_SERVER_ERROR, "page", "This page cannot be made."))
        }
    }
}

/// Leads to another page once a form was done, which says what was done by a word of `said`.
fn led(path: &str, said: &str) -> Answer {
    let joint = if path.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{path}{joint}said={said}")).into_response())
}

/// What an address says behind its question mark: each of these that is not empty.
fn query_of<N: AsRef<str>, V: AsRef<str>>(said: impl IntoIterator<Item = (N, V)>) -> String {
    query_of_all(said.into_iter().filter(|(_, value)| !value.as_ref().is_empty()))
}

/// The same of all of these, for what says something by being empty.
fn query_of_all<N: AsRef<str>, V: AsRef<str>>(said: impl IntoIterator<Item = (N, V)>) -> String {
    let said = said.into_iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    said.collect::<Vec<_>>().join("&")
}

/// Percent-encodes a part of an address.
fn encoded(text: impl AsRef<str>) -> String {
    form_urlencoded::byte_serialize(text.as_ref().as_bytes()).collect()
}
