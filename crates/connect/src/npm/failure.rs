//! What to do when npm shows nothing of the organisation.

use rolecall_http::RequestError;

pub(super) use crate::failure::{is_fatal, is_refused, read_error, reason};

use crate::ReadError;

/// What to do when the organisation's roster itself cannot be read: the causes of `npm-api.md` §6.
pub(super) fn fatal(error: &RequestError, organization: &str) -> ReadError {
    let reason = reason(error);
    let hint = match reason.code.as_str() {
        "unauthorised" => Some(
            "the token is wrong, expired or revoked (classic tokens stopped working in December 2025); create a granular \
             access token, read-only, as an owner or admin of the organisation, with the organisation selected"
                .to_owned(),
        ),
        "address-not-allowed" => {
            Some("the token may only be used from the addresses in its CIDR list; run from there or widen the list".to_owned())
        }
        "forbidden" => Some(format!(
            "the token may not read {organization}: it needs organisation permission read-only with {organization} selected, \
             and its account must be an owner or admin there"
        )),
        "lost-sight" => Some(format!(
            "check the spelling of {organization}; if it is right, the token cannot see it: select the organisation on the token"
        )),
        _ => error.hint(),
    };
    ReadError { reason, hint }
}
