//! Paths as the ways of a picture.

use std::borrow::Borrow;

use rolecall_engine::{Candidate, PathAnswer, day_text, since_text};

use super::When;
use crate::picture::{Spot, Way};

/// The way of a path to a resource.
pub(super) fn way(path: &PathAnswer, account: &Candidate, resource: Spot, when: &When) -> Way {
    let groups = path.steps.iter().skip(1).map(|step| &step.principal);
    Way {
        from: account_spot(account, when),
        via: groups.map(|group| Spot { kind: group.kind.clone(), name: group.id.clone(), link: None }).collect(),
        to: resource,
        says: format!("{}, since {}", path.text, since(&path.since, path.or_earlier)),
        is_unconfirmed: path.removal_unconfirmed || path.path_unknown,
    }
}

pub(super) fn account_spot(account: &Candidate, when: &When) -> Spot {
    Spot { kind: account.kind.clone(), name: account.id.clone(), link: Some(when.account(account)) }
}

/// The day of a moment, as templates ask for it.
pub(super) fn day(moment: impl AsRef<str>) -> String {
    day_text(moment.as_ref())
}

/// The day since which something is known, as templates ask for it.
pub(super) fn since(moment: impl AsRef<str>, or_earlier: impl Borrow<bool>) -> String {
    since_text(moment.as_ref(), *or_earlier.borrow())
}
