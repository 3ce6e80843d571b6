//! What is wrong with a query, or worth knowing of its answer, and where.

use serde::Serialize;

use crate::span::Span;

/// One remark about a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the query cannot be run.
    pub severity: Severity,
    /// Which remark it is, for programs: `unknown-class`.
    pub code: &'static str,
    /// One sentence without a full stop.
    pub message: String,
    /// Where; `None` of the answer as a whole.
    pub span: Option<Span>,
    /// What to do: `did you mean User?`
    pub help: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The query can be run.
    Warning,
    /// It cannot.
    Error,
}

impl Diagnostic {
    /// An error at a place.
    pub(crate) fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), span: Some(span), help: None }
    }

    /// A warning at a place.
    pub(crate) fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// With something to do about it.
    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Whether any of these says that a query cannot be run.
pub(crate) fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
