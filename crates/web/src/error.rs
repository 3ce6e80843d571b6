//! What goes wrong with a request, and how it is told: as a page, or as a problem document (RFC 9457).

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebError {
    /// The answer's status.
    pub(crate) status: StatusCode,
    /// What programs tell errors apart by: `not-signed-in`.
    pub(crate) code: &'static str,
    /// What failed and why, in a sentence.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// After how many seconds to try again.
    pub(crate) retry_after: Option<u64>,
    /// What else programs are told, by name.
    pub(crate) more: Option<Box<Map<String, Json>>>,
}

impl WebError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), hint: None, retry_after: None, more: None }
    }

    #[must_use]
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With something else that programs are told. It has no part in pages.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: Json) -> Self {
        self.more.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("There is no such {what} here."))
            .hint("It may have been removed, or the address may be misspelled.")
    }

    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Nobody is signed in. On a page, the answer leads to the sign-in.
    pub(crate) fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "You are not signed in, or no longer.")
            .hint("Sign in, or send an API token: Authorization: Bearer rolecall_…")
    }

    pub(crate) fn forbidden(needed: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", format!("Your role does not allow this: it needs {needed}."))
            .hint("Ask an administrator of this hub for it.")
    }

    /// The database cannot be used now. Nothing is lost: whatever was committed is there.
    pub(crate) fn unavailable(why: &str) -> Self {
        let error = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "database-unavailable",
            format!("The database cannot be used now: {why}"),
        );
        Self { retry_after: Some(5), ..error }
            .hint("Nothing is lost. Try again in a moment; whoever runs this hub finds the cause in its log.")
    }
}

impl WebError {
    /// The same, of something that was sent to be done. What a person filled in must not be lost without a word.
    #[must_use]
    pub(crate) fn of_something_sent(self) -> Self {
        if self.status != StatusCode::SERVICE_UNAVAILABLE {
            return self;
        }
        self.hint(
            "What you sent was probably not done. Go back in a moment, look, and send it again: your browser still has it.",
        )
    }
}

impl IntoResponse for WebError {
    /// Carries the error to [`render`], which knows how the request wants to be answered.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// How a request is answered when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// As a page for a person.
    Page,
    /// As a document for a program.
    Api,
    /// As SCIM says it, for an identity provider.
    Scim,
    /// As gRPC says it, for a program that reads a connector elsewhere.
    Call,
}

impl Surface {
    /// What is asked of this path.
    pub(crate) fn of(path: &str) -> Self {
        if path.starts_with("/scim/") {
            Self::Scim
        } else if crate::runner::is_call(path) {
            Self::Call
        } else if path.starts_with("/api/") || path == crate::telemetry::METRICS {
            Self::Api
        } else {
            Self::Page
        }
    }
}

/// A problem document, RFC 9457. `type` is absent: the code says the same, shorter.
#[derive(Debug, Serialize)]
struct Problem<'e> {
    title: &'e str,
    status: u16,
    code: &'e str,
    detail: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Uuid>,
    #[serde(flatten)]
    more: Option<&'e Map<String, Json>>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'e> {
    title: &'e str,
    error: &'e WebError,
    request: Option<Uuid>,
}

/// Gives a failed request the form of its surface, with the id by which the hub's log tells of it.
pub(crate) fn render(surface: Surface, is_sent: bool, response: Response, request: Option<Uuid>) -> Response {
    let Some(error) = failure_of(&response) else { return response };
    let error = if is_sent && surface == Surface::Page { error.of_something_sent() } else { error };
    let title = error.status.canonical_reason().unwrap_or("Error");
    if surface == Surface::Call
        && let Some(answer) = crate::runner::render(&error)
    {
        return answer;
    }
    let (mut parts, _) = response.into_parts();
    let (kind, body) = match surface {
        Surface::Api => {
            let WebError { status, code, message, hint, more, .. } = &error;
            let (status, hint, more) = (status.as_u16(), hint.as_deref(), more.as_deref());
            let problem = Problem { title, status, code, detail: message, hint, request, more };
            ("application/problem+json", serde_json::to_string(&problem).unwrap_or_default())
        }
        Surface::Scim => (crate::scim::MEDIA_TYPE, crate::scim::render(&error)),
        Surface::Page | Surface::Call => {
            let page = ErrorPage { title, error: &error, request };
            ("text/html; charset=utf-8", page.render().unwrap_or_else(|_| error.message.clone()))
        }
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.remove(header::CONTENT_LENGTH);
    if surface != Surface::Page && error.status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, body.into())
}

/// The error that a response carries, or that it is by its status where the framework made it.
fn failure_of(response: &Response) -> Option<WebError> {
    if let Some(error) = response.extensions().get::<WebError>() {
        return Some(error.clone());
    }
    let error = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => WebError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This address does not take that method.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => WebError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "What was sent is larger than this address takes.",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST
            if response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind == "text/plain; charset=utf-8") =>
        {
            WebError::new(response.status(), "unreadable", "What was sent cannot be read.")
        }
        _ => return None,
    };
    Some(error)
}

impl WebError {
    /// What the database could not do.
    pub(crate) fn from_store(error: &rolecall_engine::connectors::StoreError) -> Self {
        use rolecall_engine::connectors::StoreError;
        match error {
            StoreError::Conflict(why) => Self::new(StatusCode::CONFLICT, "conflict", crate::text::sentence(why))
                .hint("Somebody else may have changed it meanwhile: load the page again."),
            other => {
                tracing::warn!(error = %other, "the database cannot be used");
                Self::unavailable(&why_unavailable(other))
            }
        }
    }
}

/// Why the database cannot be used, for everybody. Where it is, and what the system said, is in the log.
fn why_unavailable(error: &rolecall_engine::connectors::StoreError) -> String {
    use rolecall_engine::connectors::StoreError;
    let why = match error {
        StoreError::Unreachable { .. } | StoreError::Missing { .. } => "it does not answer.",
        StoreError::Busy { .. } => "somebody else is writing to it.",
        StoreError::Full { .. } => "no space is left for it.",
        StoreError::Unwritable { .. } => "it cannot be opened or written.",
        StoreError::ImportUnfinished { .. } => "an import into it is not finished.",
        // Whoever meets these is signed in, and may be who can mend it.
        StoreError::Secret(error) => return crate::text::sentence(error.to_string()),
        _ => "it says what was not expected.",
    };
    why.to_owned()
}

impl From<rolecall_engine::hub::HubError> for WebError {
    fn from(error: rolecall_engine::hub::HubError) -> Self {
        use rolecall_engine::hub::HubError;
        let status = match &error {
            HubError::Store(store) => return Self::from_store(store),
            HubError::NotSignedIn => return Self::not_signed_in(),
            HubError::Directory(refusal) => return crate::scim::refused(*refusal),
            HubError::Runner(_) => StatusCode::NOT_FOUND,
            HubError::Refused => StatusCode::UNAUTHORIZED,
            HubError::Locked { .. } => StatusCode::TOO_MANY_REQUESTS,
            HubError::Forbidden { .. } | HubError::NotRecent | HubError::FormStale | HubError::NoAccount => {
                StatusCode::FORBIDDEN
            }
            HubError::IdentityRefused { .. } | HubError::RoleTooHigh => StatusCode::FORBIDDEN,
            HubError::Conflict(_) if error.code() == "hub-unknown" => StatusCode::NOT_FOUND,
            HubError::Conflict(_) if error.code() == "hub-link-invalid" => StatusCode::GONE,
            HubError::Conflict(_) | HubError::SecondFactorPresent => StatusCode::CONFLICT,
            HubError::LoginsMany => StatusCode::SERVICE_UNAVAILABLE,
            HubError::Machine(_) => StatusCode::INTERNAL_SERVER_ERROR,
            HubError::NameInvalid { .. }
            | HubError::TextInvalid { .. }
            | HubError::EmailInvalid
            | HubError::PasswordRefused(_)
            | HubError::CodeWrong
            | HubError::ExpiryInvalid
            | HubError::LoginUnknown => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let retry_after = match &error {
            HubError::Locked { until } => Some(seconds_until(*until)),
            HubError::LoginsMany => Some(60),
            _ => None,
        };
        let hint = error.hint().map(|hint| crate::text::sentence(&hint));
        Self { hint, retry_after, ..Self::new(status, error.code(), crate::text::sentence(error.to_string())) }
    }
}

fn seconds_until(until: rolecall_model::Timestamp) -> u64 {
    let left = until.0 - rolecall_engine::clock_system().0;
    u64::try_from(left / 1_000_000).unwrap_or(0) + 1
}
