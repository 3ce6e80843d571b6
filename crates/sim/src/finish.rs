//! The finishing touches of a healthy answer: entity tags, 304 and compression.
//!
//! Facts: `npm-client-requests.md` §4. A freshness lifetime would make clients skip requests, so
//! none is ever sent.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;

use axum::http::{Method, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::wire::{Answer, Request};

/// Bodies below this size are not worth compressing.
const SMALL: usize = 256;

/// Compresses the body if that is worth it and the client accepts it.
pub(crate) fn compress(request: &Request, answer: Answer) -> Answer {
    let accepted = request.header("accept-encoding").unwrap_or("");
    if accepted.contains("gzip") && answer.body.len() >= SMALL {
        return gzip(answer);
    }
    answer
}

/// Tags the answer, or says that the client has it already.
pub(crate) fn tag(request: &Request, answer: Answer) -> Answer {
    let kind = answer.header("content-type").unwrap_or("");
    let caching = answer.header("cache-control");
    let json = kind.starts_with("application/");
    let stored = caching != Some("no-store");
    if request.method != Method::GET || answer.status != StatusCode::OK || !json || !stored {
        return answer;
    }
    let answer = match caching {
        Some(_) => answer,
        None => answer.with("cache-control", "private, max-age=0"),
    };
    let tag = entity_tag(&answer.body);
    let known = request.header("if-none-match").unwrap_or("");
    if known.split(',').any(|known| known.trim() == tag) {
        return Answer::empty(StatusCode::NOT_MODIFIED).with("etag", &tag);
    }
    answer.with("etag", &tag)
}

fn entity_tag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Compresses the body and says so.
pub(crate) fn gzip(mut answer: Answer) -> Answer {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(&answer.body).and_then(|()| encoder.finish());
    if let Ok(packed) = packed {
        answer.body = packed;
        return answer.with("content-encoding", "gzip").with("vary", "accept-encoding, accept");
    }
    answer
}
