//! What a failed request means for the listing it was about, and for everything after it.

use rolecall_http::{Challenge, ErrorKind, JsonFault, RequestError};
use rolecall_model::Reason;

use crate::ReadError;

/// The reason a listing could not be read. A 404 is lost sight, never a deletion (*Architecture Invariant* 1).
pub(crate) fn reason(error: &RequestError) -> Reason {
    let code = match &error.kind {
        ErrorKind::Unauthorised { challenge: Challenge::Otp, .. } => "otp-required",
        ErrorKind::Unauthorised { challenge: Challenge::IpAddress, .. } => "address-not-allowed",
        ErrorKind::Unauthorised { .. } => Reason::UNAUTHORISED,
        ErrorKind::PaymentRequired { .. } => "payment-required",
        ErrorKind::Forbidden { .. } => Reason::FORBIDDEN,
        ErrorKind::NotFound { .. } => Reason::LOST_SIGHT,
        ErrorKind::RateLimited { .. } => "rate-limited",
        ErrorKind::Server { .. } => "server-error",
        ErrorKind::Connect { .. } | ErrorKind::Dns => "unreachable",
        ErrorKind::Tls { .. } => "tls",
        ErrorKind::Timeout { .. } => "timeout",
        ErrorKind::CutOff { .. } | ErrorKind::Malformed { fault: JsonFault::CutOff, .. } => "cut-off",
        ErrorKind::GaveUp { .. } => Reason::NOT_ASKED,
        ErrorKind::TooLarge { .. } => "too-large",
        ErrorKind::NotJson { .. } => "not-json",
        ErrorKind::Malformed { .. } => "malformed",
        ErrorKind::Redirect { .. } => "redirect",
        ErrorKind::ErrorBody { .. } => "error-body",
        ErrorKind::Undeclared | ErrorKind::BadValue { .. } | ErrorKind::Status { .. } => "failed",
    };
    Reason::new(code, error.to_string())
}

/// A failure after which reading on is pointless, with the advice that goes with it.
pub(crate) fn read_error(error: &RequestError) -> ReadError {
    ReadError { reason: reason(error), hint: error.hint() }
}

/// Whether the credential itself is refused, rather than one thing it asked for.
pub(crate) fn is_refused(error: &RequestError) -> bool {
    matches!(error.kind, ErrorKind::Unauthorised { challenge, .. } if challenge != Challenge::Otp)
}

/// Whether a roster that fails like this means that nothing else can be read either.
pub(crate) fn is_fatal(error: &RequestError) -> bool {
    is_refused(error)
        || matches!(
            error.kind,
            ErrorKind::Connect { .. } | ErrorKind::Dns | ErrorKind::Tls { .. } | ErrorKind::Redirect { .. }
        )
}
