//! What is said when something is not done: problem documents, RFC 9457.

use rolecall_engine::NameError;
use rolecall_engine::connectors::{ConnectorsError, FieldError};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use axum::http::StatusCode;

use crate::error::WebError;
use crate::text::sentence;

/// A problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "title": "Not Found", "status": 404, "code": "not-found",
    "detail": "There is no such connector here.",
    "hint": "It may have been removed, or the address may be misspelled."
}))]
pub(crate) struct Problem {
    /// What the status means, in HTTP's words.
    title: String,
    /// The answer's status.
    status: u16,
    /// What programs tell problems apart by. It does not change.
    code: String,
    /// What failed and why, in a sentence.
    detail: String,
    /// What to do next.
    #[schema(nullable = false)]
    hint: Option<String>,
    /// The request's id, by which the hub's log tells of it.
    #[schema(nullable = false)]
    request: Option<uuid::Uuid>,
    /// What is wrong in particular: with fields of a form, or at places of a query.
    #[schema(nullable = false)]
    errors: Option<Vec<Flaw>>,
}

/// One thing that is wrong.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flaw {
    /// The field of a form.
    #[schema(nullable = false)]
    field: Option<String>,
    /// Which flaw of a query it is, for programs.
    #[schema(nullable = false)]
    code: Option<String>,
    /// What is wrong.
    message: String,
    /// What to do about it.
    hint: Option<String>,
    /// Where in the query.
    #[schema(nullable = false)]
    span: Option<super::ask::query::Span>,
}

/// Why a connector was not configured, changed or removed. Other than a page, which is shown again with what was changed
/// meanwhile, a program is told that what it went by does not hold any more.
pub(super) fn of_connectors(error: ConnectorsError) -> WebError {
    match error {
        ConnectorsError::Fields(fields) => {
            let flaws: Vec<_> = fields.iter().map(flaw).collect();
            WebError::from(ConnectorsError::Fields(fields))
                .hint("The errors say what is wrong with which field.")
                .with("errors", json!(flaws))
        }
        ConnectorsError::Check(failure) => {
            let flaw = failure.field.as_ref().map(|field| {
                let field = FieldError::new(field.clone(), failure.message.clone());
                json!([self::flaw(&FieldError { hint: failure.hint.clone(), ..field })])
            });
            let web = WebError::from(ConnectorsError::Check(failure));
            match flaw {
                Some(flaws) => web.with("errors", flaws),
                None => web,
            }
        }
        ConnectorsError::Stale(stale) => {
            let changes: Vec<&String> = stale.changes.iter().flat_map(|event| &event.changes).collect();
            let more = json!({ "by": stale.by, "at": stale.at, "version": stale.version, "changes": changes });
            let web = WebError::new(StatusCode::PRECONDITION_FAILED, "stale", sentence(stale.to_string()));
            web.hint("Get the connector again, and make your change of what it is now.").with("meanwhile", more)
        }
        ConnectorsError::Taken(taken) => {
            let more = json!({ "id": taken.other, "title": taken.other_title });
            WebError::from(ConnectorsError::Taken(taken)).with("other", more)
        }
        other => other.into(),
    }
}

fn flaw(error: &FieldError) -> serde_json::Value {
    json!({ "field": error.field, "message": sentence(&error.message), "hint": error.hint.as_ref().map(sentence) })
}

impl From<NameError> for WebError {
    fn from(error: NameError) -> Self {
        let new = |status, code| Self::new(status, code, sentence(error.to_string()));
        match &error {
            NameError::Unknown { similar, is_empty, .. } => {
                let hint =
                    if *is_empty { "Nothing is read yet: add a connector first." } else { "Check its spelling." };
                new(StatusCode::NOT_FOUND, "name-unknown").hint(hint).with("similar", json!(similar))
            }
            NameError::Ambiguous { candidates, .. } => new(StatusCode::UNPROCESSABLE_ENTITY, "name-ambiguous")
                .hint("Name its connector too, with connector=.")
                .with("candidates", json!(candidates)),
            NameError::Action { known, .. } => {
                new(StatusCode::UNPROCESSABLE_ENTITY, "action-unknown").with("known", json!(known))
            }
            NameError::Connector { known, .. } => {
                new(StatusCode::NOT_FOUND, "connector-unknown").with("known", json!(known))
            }
            NameError::Rule { known, .. } => new(StatusCode::NOT_FOUND, "rule-unknown").with("known", json!(known)),
        }
    }
}
