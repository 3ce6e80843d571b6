//! Someone who is told of every answered attempt, as it was on the wire.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, SET_COOKIE};

use crate::call::Call;
use crate::template::RequestTemplate;

/// Watches what a registry really answers: its headers, its spelling, its error pages.
///
/// It is told while the call is under way, on whatever thread that runs, and must not take long. What it is told may
/// hold names, mail addresses and, in an answer that issues one, a secret: whoever writes any of it down takes those out
/// first.
pub trait Observer: Send + Sync + fmt::Debug {
    /// An attempt was answered.
    fn answered(&self, answered: &Answered<'_>);
}

/// One answered attempt.
pub struct Answered<'a> {
    /// Which request it was.
    pub template: &'static RequestTemplate,
    /// The values of the path's holes.
    pub values: Vec<(&'static str, &'a str)>,
    /// The query.
    pub query: Vec<(&'static str, &'a str)>,
    /// Whether it was sent without the client's credential.
    pub anonymous: bool,
    /// Whether it asked for the answer only if it changed.
    pub conditional: bool,
    /// The status.
    pub status: u16,
    /// The body: whole for a success, the beginning of an error page.
    pub body: &'a [u8],
    headers: &'a HeaderMap,
}

impl<'a> Answered<'a> {
    /// The headers that are text, without cookies. Names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let headers = self.headers.iter().filter(|(name, _)| *name != SET_COOKIE);
        headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }
}

/// Shows no body and no header, which may hold secrets.
impl fmt::Debug for Answered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered").field("template", &self.template.name).field("status", &self.status).finish()
    }
}

/// What of a call an observer is told, kept while the call is under way.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    template: &'static RequestTemplate,
    values: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    anonymous: bool,
}

impl Asked {
    pub(crate) fn new(template: &'static RequestTemplate, call: &Call<'_>) -> Self {
        let owned = |pairs: &[(&'static str, std::borrow::Cow<'_, str>)]| {
            pairs.iter().map(|(name, value)| (*name, value.to_string())).collect()
        };
        Self { template, values: owned(&call.values), query: owned(&call.query), anonymous: call.anonymous }
    }

    pub(crate) fn answered<'a>(
        &'a self,
        status: StatusCode,
        headers: &'a HeaderMap,
        body: &'a [u8],
        conditional: bool,
    ) -> Answered<'a> {
        let borrowed = |pairs: &'a [(&'static str, String)]| {
            pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()
        };
        Answered {
            template: self.template,
            values: borrowed(&self.values),
            query: borrowed(&self.query),
            anonymous: self.anonymous,
            conditional,
            status: status.as_u16(),
            body,
            headers,
        }
    }
}
