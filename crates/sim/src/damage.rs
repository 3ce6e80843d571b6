//! Carrying out a fault on an answer that the registry has already given.

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures::stream::{self, StreamExt};
use std::io;
use tokio::sync::watch;

use crate::fault::Fault;
use crate::finish::gzip;
use crate::wire::Answer;

/// Changes the answer itself.
pub(crate) fn answer(mut answer: Answer, fault: Option<&Fault>) -> Answer {
    match fault {
        Some(Fault::Truncated) => {
            answer.body.truncate(answer.body.len() / 2);
            answer
        }
        Some(Fault::NotModified) => Answer::empty(StatusCode::NOT_MODIFIED),
        Some(Fault::Gzip) if answer.header("content-encoding").is_none() => gzip(answer),
        Some(Fault::BadGzip) => answer.with("content-encoding", "gzip"),
        Some(Fault::Notice(text)) => answer.with("npm-notice", text),
        _ => answer,
    }
}

/// Sends the answer, or as much of it as the fault lets through.
pub(crate) fn response(answer: Answer, fault: Option<&Fault>, stopping: watch::Receiver<bool>) -> Response {
    let announced = answer.body.len();
    let body = match fault {
        Some(Fault::Stalled) => half_then(answer.body, Some(stopping)),
        Some(Fault::Cut) => half_then(answer.body, None),
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
        if let Some(mut stopping) = wait {
            let _ = stopping.wait_for(|stop| *stop).await;
        }
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(first.chain(rest))
}
