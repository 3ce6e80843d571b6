//! What to do when Cloudsmith shows nothing of the organisation.

use rolecall_http::{ErrorKind, RequestError};
use rolecall_model::Reason;

pub(super) use crate::failure::{is_fatal, is_refused, reason};

use crate::ReadError;

const KEY: &str = "the API key is wrong, expired, revoked or of a deactivated account; create one in the account's settings, or \
    a service's on the workspace's page, and check that it may be used from this address";

/// What to do when the members cannot be read.
pub(super) fn fatal(error: &RequestError, organization: &str) -> ReadError {
    let reason = reason(error);
    let hint = match reason.code.as_str() {
        "unauthorised" => Some(KEY.to_owned()),
        "forbidden" => {
            Some(format!("the key's account may not see the members of {organization}: use an owner's or manager's"))
        }
        "lost-sight" => Some(format!(
            "check the spelling of {organization}; if it is right, the key's account does not belong to it"
        )),
        _ => error.hint(),
    };
    ReadError { reason, hint }
}

/// It does not exist for this key.
pub(super) const fn is_hidden(error: &RequestError) -> bool {
    matches!(error.kind, ErrorKind::Forbidden { .. } | ErrorKind::NotFound { .. })
}

/// The plan lacks it, or the role is not shown it.
pub(super) const fn is_withheld(error: &RequestError) -> bool {
    is_hidden(error) || matches!(error.kind, ErrorKind::PaymentRequired { .. })
}

/// 401, 403 and 404 all mean the same while the key itself is accepted (`cloudsmith-api.md` §6.2, §10).
pub(super) const fn is_invisible(error: &RequestError) -> bool {
    is_hidden(error) || matches!(error.kind, ErrorKind::Unauthorised { .. })
}

/// Cloudsmith answers as it does to anybody: it did not take the key for one (`cloudsmith-api.md` §1).
pub(super) fn anonymous() -> ReadError {
    let text = "Cloudsmith takes this key for nobody's: it answers, but as to anybody without an account";
    ReadError { reason: Reason::new("unauthorised", text), hint: Some(KEY.to_owned()) }
}
