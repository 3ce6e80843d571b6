//! Carrying out a fault on an answer that the registry has already given.
//!
//! A truncated answer keeps the entity tag of the whole one, as a careless proxy would.

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures::stream::{self, StreamExt};
use std::io;
use std::time::Duration;
use tokio::sync::watch;

use crate::fault::Fault;
use crate::finish;
use crate::wire::{Answer, Request};

/// Time for the first half of a cut answer to leave the server.
const FLUSH: Duration = Duration::from_millis(20);

/// Damage that an application does: it happens before the body is encoded.
pub(crate) fn content(mut answer: Answer, fault: Option<&Fault>) -> Answer {
    match fault {
        Some(Fault::Truncated) => {
            answer.body.truncate(answer.body.len() / 2);
            answer
        }
        Some(Fault::NotModified) => Answer::empty(StatusCode::NOT_MODIFIED),
        Some(Fault::Notice(text)) => answer.with("npm-notice", text),
        _ => answer,
    }
}

/// The encoding that the client asked for, or the wrong one.
pub(crate) fn encoding(request: &Request, answer: Answer, fault: Option<&Fault>) -> Answer {
    match fault {
        Some(Fault::Gzip) => finish::gzip(answer),
        Some(Fault::BadGzip) => answer.with("content-encoding", "gzip"),
        _ => finish::compress(request, answer),
    }
}

/// Sends the answer, or as much of it as the fault lets through.
pub(crate) fn response(answer: Answer, fault: Option<&Fault>, stopping: watch::Receiver<bool>) -> Response {
    let announced = answer.body.len();
    let body = match fault {
        Some(Fault::Stalled) => half_then(answer.body, Some(stopping)),
        Some(Fault::Cut | Fault::CutInChunks) => half_then(answer.body, None),
        _ => Body::from(answer.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    response.headers_mut().extend(answer.headers);
    if matches!(fault, Some(Fault::Stalled | Fault::Cut)) {
        response.headers_mut().insert(header::CONTENT_LENGTH, announced.into());
    }
    response
}

/// Half of the body, then an error: at once, or only when the server stops.
fn half_then(mut body: Vec<u8>, wait: Option<watch::Receiver<bool>>) -> Body {
    body.truncate(body.len() / 2);
    let first = stream::once(async move { Ok(Bytes::from(body)) });
    let rest = stream::once(async move {
        match wait {
            Some(mut stopping) => drop(stopping.wait_for(|stop| *stop).await),
            None => tokio::time::sleep(FLUSH).await,
        }
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(first.chain(rest))
}
