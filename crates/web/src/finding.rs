//! Decisions about findings, the same for pages and programs.

use axum::http::StatusCode;
use rolecall_engine::findings::{FindingRow, FindingWish, FindingWishError, finding_decide};

use crate::error::WebError;
use crate::guard::Signed;
use crate::people::decider;
use crate::site::Site;
use crate::text::sentence;

/// Decides about a finding in the name of whoever asks.
///
/// # Errors
/// 422 where something is missing or wrong with the wish, 409 where another administrator has to decide.
pub(crate) async fn finding_decided(
    site: &Site,
    signed: &Signed,
    code: &str,
    wish: &FindingWish,
    reason: &str,
) -> Result<FindingRow, WebError> {
    let decider = decider(site, signed).await?;
    let decided = finding_decide(site.context(), &decider, code, wish, reason).await;
    decided.map_err(|error| {
        let said = sentence(error.to_string());
        let wrong = |code| WebError::new(StatusCode::UNPROCESSABLE_ENTITY, code, said.clone());
        match &error {
            FindingWishError::Unknown(_) => WebError::not_found("finding"),
            FindingWishError::NoReason => wrong("reason"),
            FindingWishError::Until(_) => wrong("until"),
            FindingWishError::Own => WebError::new(StatusCode::CONFLICT, "own-access", said.clone())
                .hint("Ask one of them to look at it. You may give it to them as its owner."),
            FindingWishError::Store(error) => WebError::from_store(error),
        }
    })
}
