//! Declared requests, and how values become a URL without changing which request it is.
//!
//! The danger is a value that moves the path: a team named `../../-/whoami`, a package whose `/` opens a new segment,
//! a `%2e%2e` that a URL parser folds away. Two independent defences stand here. Values are encoded so that only
//! harmless characters stay literal; and the finished URL is compared with the text we composed, so that any
//! rewriting by the URL parser, known to us or not, refuses the request instead of sending another one.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::call::Call;
use crate::error::ErrorKind;

/// The longest value accepted for a path or query, in bytes. Registry names stay far below it.
const MAX_VALUE: usize = 4096;

/// What `encodeURIComponent` leaves alone, and `@`, which registries expect literally in `@scope%2Fname`.
const PATH_VALUE: &AsciiSet = &QUERY_VALUE.remove(b'\'').remove(b'@');

/// As above without `@` and without `'`, which the URL standard encodes in a query anyway.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'(')
    .remove(b')');

/// An HTTP method a template can declare. [`crate::Client::get`] sends [`Method::Get`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Sets.
    Put,
    /// Removes.
    Delete,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        })
    }
}

/// One kind of request that a client may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestTemplate {
    /// A short name for logs and documentation, such as `roster`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The path below the base, starting with `/`; each `{hole}` takes one value: `/-/org/{org}/user`.
    pub path: &'static str,
    /// The query names that may be given. All are optional.
    pub query: &'static [&'static str],
}

impl RequestTemplate {
    /// `GET /-/org/{org}/user`: the request before any value is known.
    pub(crate) fn outline(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Says what is wrong with the template itself, if anything is, by filling it with harmless values.
    pub(crate) fn fault(&self, base: &Url) -> Option<&'static str> {
        if !self.path.starts_with('/') {
            return Some("the path does not start with `/`");
        }
        let Some(pieces) = pieces(self.path) else {
            return Some("the path has an empty or unbalanced `{…}`");
        };
        let sample = pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "x" });
        let kept = with_path(base, &sample.collect::<String>());
        kept.is_none().then_some("the path is not written as it would be sent")
    }
}

/// A request with its values filled in.
#[derive(Debug)]
pub(crate) struct Target {
    /// Where it goes.
    pub(crate) url: Url,
    /// `GET /-/org/acme/user`: for logs and errors, without the base and without anything secret.
    pub(crate) label: String,
}

/// Fills a template's holes and query from a call.
///
/// # Errors
///
/// [`ErrorKind::BadValue`] when a value is missing, unknown, or cannot be sent without changing the path.
pub(crate) fn fill(base: &Url, template: &RequestTemplate, call: &Call<'_>) -> Result<Target, ErrorKind> {
    let path = fill_path(template, call)?;
    let mut url = with_path(base, &path).ok_or_else(|| bad(template.path, "would change the path"))?;
    let query = fill_query(template, call)?;
    let label = match &query {
        Some(query) => format!("{} {path}?{query}", template.method),
        None => format!("{} {path}", template.method),
    };
    url.set_query(query.as_deref());
    Ok(Target { url, label })
}

fn fill_path(template: &RequestTemplate, call: &Call<'_>) -> Result<String, ErrorKind> {
    let pieces = pieces(template.path).ok_or_else(|| bad(template.path, "is not a usable template"))?;
    for (name, _) in &call.values {
        if !pieces.contains(&Piece::Hole(name)) {
            return Err(bad(name, "has no place in this request"));
        }
    }
    let mut path = String::with_capacity(template.path.len());
    for piece in pieces {
        match piece {
            Piece::Text(text) => path.push_str(text),
            Piece::Hole(name) => path.extend(utf8_percent_encode(path_value(name, call)?, PATH_VALUE)),
        }
    }
    Ok(path)
}

fn path_value<'c>(name: &str, call: &'c Call<'_>) -> Result<&'c str, ErrorKind> {
    let mut given = call.values.iter().filter(|(given, _)| *given == name);
    let (Some((_, value)), None) = (given.next(), given.next()) else {
        return Err(bad(name, "must be given exactly once"));
    };
    match value.as_ref() {
        "" => Err(bad(name, "is empty")),
        "." | ".." => Err(bad(name, "would change the path")),
        value => sendable(name, value),
    }
}

fn fill_query(template: &RequestTemplate, call: &Call<'_>) -> Result<Option<String>, ErrorKind> {
    if call.query.is_empty() {
        return Ok(None);
    }
    let mut query = String::new();
    for (name, value) in &call.query {
        if !template.query.contains(name) {
            return Err(bad(name, "is not a declared query name"));
        }
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(name, QUERY_VALUE));
        query.push('=');
        query.extend(utf8_percent_encode(sendable(name, value)?, QUERY_VALUE));
    }
    Ok(Some(query))
}

fn sendable<'v>(name: &str, value: &'v str) -> Result<&'v str, ErrorKind> {
    if value.len() > MAX_VALUE {
        return Err(bad(name, "is too long"));
    }
    if value.contains(char::is_control) {
        return Err(bad(name, "contains control characters"));
    }
    Ok(value)
}

/// The base with `path` appended, or nothing when the URL parser would not keep every byte of it.
fn with_path(base: &Url, path: &str) -> Option<Url> {
    let composed = format!("{}{path}", base.path().trim_end_matches('/'));
    let mut url = base.clone();
    url.set_path(&composed);
    (url.path() == composed).then_some(url)
}

fn bad(name: &str, reason: &'static str) -> ErrorKind {
    ErrorKind::BadValue { name: name.to_owned(), reason }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Hole(&'t str),
}

/// Cuts a template path into literal text and holes; nothing when a brace is unbalanced or a hole has no name.
fn pieces(path: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((text, tail)) = rest.split_once('{') {
        let (hole, tail) = tail.split_once('}')?;
        if hole.is_empty() || hole.contains('{') || text.contains('}') {
            return None;
        }
        pieces.extend([Piece::Text(text), Piece::Hole(hole)]);
        rest = tail;
    }
    pieces.push(Piece::Text(rest));
    (!rest.contains('}')).then_some(pieces)
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
