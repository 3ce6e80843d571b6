//! What is told of each attempt to whoever measures: which declared request, how it ended, how long it had to wait. Never
//! an address, a value of the path or a host.

use std::time::Duration;

use tracing::{Span, field, info_span};

use crate::body::Answer;
use crate::error::ErrorKind;
use crate::template::RequestTemplate;

/// The span of one attempt, which waited so long before: for its turn, and because the registry asked for a pause.
pub(crate) fn attempt_span(
    source: &'static str,
    template: &'static RequestTemplate,
    attempt: u32,
    waited: Duration,
) -> Span {
    let method = match template.method {
        crate::Method::Get => "GET",
        crate::Method::Post => "POST",
        crate::Method::Put => "PUT",
        crate::Method::Delete => "DELETE",
    };
    info_span!(
        target: "rolecall::measured",
        "registry.request",
        otel.kind = "client",
        otel.status_code = field::Empty,
        source,
        request = template.name,
        http.request.method = method,
        url.template = template.path,
        http.response.status_code = field::Empty,
        attempt,
        waited = waited.as_secs_f64(),
        outcome = field::Empty,
    )
}

/// Says how an attempt ended.
pub(crate) fn attempt_ended(span: &Span, outcome: &Result<Answer, ErrorKind>) {
    let status = match outcome {
        Ok(Answer::Fresh(_)) => Some(200),
        Ok(Answer::NotModified) => Some(304),
        Err(kind) => kind.status(),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if outcome.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    span.record("outcome", word(outcome));
}

/// How an attempt ended, as one of a few words.
const fn word(outcome: &Result<Answer, ErrorKind>) -> &'static str {
    match outcome {
        Ok(Answer::Fresh(_)) => "answered",
        Ok(Answer::NotModified) => "not-modified",
        Err(ErrorKind::Connect { .. } | ErrorKind::Dns) => "unreachable",
        Err(ErrorKind::Tls { .. }) => "tls",
        Err(ErrorKind::Timeout { .. }) => "timeout",
        Err(ErrorKind::CutOff { .. } | ErrorKind::TooLarge { .. }) => "cut-off",
        Err(ErrorKind::RateLimited { .. }) => "rate-limited",
        Err(ErrorKind::Server { .. }) => "server-error",
        Err(ErrorKind::Unauthorised { .. } | ErrorKind::Forbidden { .. } | ErrorKind::PaymentRequired { .. }) => {
            "refused"
        }
        Err(ErrorKind::NotFound { .. }) => "not-found",
        Err(_) => "unexpected",
    }
}
