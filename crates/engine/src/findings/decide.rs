//! What people decide about findings.

use rolecall_model::Timestamp;
use rolecall_store::{Decision, FindingAct, FindingDecisionKind, Store, StoreError};

use super::list::{FindingRow, finding_row};

/// How long a risk can be taken at most: a year, in seconds. Whoever still takes it then says so again.
const LONGEST_ACCEPTED: i64 = 366 * 24 * 3600;

/// What somebody wants to decide about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingWish {
    /// To take the risk until a day, with somebody's agreement.
    Accept {
        /// The first moment at which it is taken no more.
        until: Timestamp,
        /// Who agrees; whoever decides, where nobody is named.
        approver: Option<String>,
    },
    /// To say that it is none here.
    Suppress,
    /// To look at it again at a moment.
    Snooze {
        /// Which.
        until: Timestamp,
    },
    /// To take back what was decided.
    Reopen,
    /// To say who looks after it; nobody, where the name is empty.
    Own {
        /// Who.
        owner: String,
    },
}

/// Why something cannot be decided.
#[derive(Debug, thiserror::Error)]
pub enum FindingWishError {
    /// No finding has this code.
    #[error("no finding is called {0:?}")]
    Unknown(String),
    /// A reason is missing.
    #[error("say why, so that whoever looks at it later knows")]
    NoReason,
    /// It is about an account of whoever decides.
    #[error("this is about your own account, and another administrator has to decide about it")]
    Own,
    /// It would end before it begins, or never.
    #[error("{0}")]
    Until(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Decides about a finding, and gives it as it is then.
///
/// # Errors
/// [`FindingWishError`]; nothing is decided then.
pub async fn finding_act(
    store: &Store,
    code: &str,
    wish: &FindingWish,
    decision: &Decision,
    now: Timestamp,
) -> Result<FindingRow, FindingWishError> {
    if !super::is_code(code.trim()) {
        return Err(FindingWishError::Unknown(code.to_owned()));
    }
    let needs_reason = matches!(wish, FindingWish::Accept { .. } | FindingWish::Suppress);
    if needs_reason && decision.reason.trim().is_empty() {
        return Err(FindingWishError::NoReason);
    }
    let act = act_of(wish, decision, now)?;
    let changed = store.finding_decide(code.trim(), &act, decision, now).await?;
    changed.map(|stored| finding_row(stored, now)).ok_or_else(|| FindingWishError::Unknown(code.to_owned()))
}

fn act_of(wish: &FindingWish, decision: &Decision, now: Timestamp) -> Result<FindingAct, FindingWishError> {
    let decided = |kind, until, approver: &Option<String>| FindingAct::Decide {
        kind,
        until,
        approver: approver.clone().unwrap_or_else(|| decision.actor.clone()),
    };
    match wish {
        FindingWish::Accept { until, .. } | FindingWish::Snooze { until } if *until <= now => {
            Err(FindingWishError::Until("that moment is past; name one that is still to come"))
        }
        FindingWish::Accept { until, .. } if *until > now.plus_seconds(LONGEST_ACCEPTED) => {
            Err(FindingWishError::Until("a risk can be taken for a year at most; say so again then"))
        }
        FindingWish::Accept { until, approver } => Ok(decided(FindingDecisionKind::Accepted, Some(*until), approver)),
        FindingWish::Suppress => Ok(decided(FindingDecisionKind::Suppressed, None, &None)),
        FindingWish::Snooze { until } => Ok(decided(FindingDecisionKind::Snoozed, Some(*until), &None)),
        FindingWish::Reopen => Ok(FindingAct::Reopen),
        FindingWish::Own { owner } => Ok(FindingAct::Own { owner: owner.trim().to_owned() }),
    }
}
