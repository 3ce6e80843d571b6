//! Paths as the ways of a picture.

use std::borrow::Borrow;

use rolecall_engine::{Candidate, PathAnswer, day_text};

use super::When;
use crate::picture::{Spot, Way};

/// The way of a path to a resource.
pub(super) fn way(path: &PathAnswer, account: &Candidate, resource: Spot, when: &When) -> Way {
    Way {
        from: account_spot(account, when),
        via: via(path, when),
        to: resource,
        says: format!("{}, since {}", path.text, since(&path.since, path.or_earlier)),
        is_unconfirmed: path.removal_unconfirmed || path.path_unknown,
    }
}

/// The groups that a path leads through.
pub(super) fn via(path: &PathAnswer, when: &When) -> Vec<Spot> {
    let groups = path.steps.iter().skip(1).map(|step| &step.principal);
    groups.map(|group| spot(group, Some(when.group(group)))).collect()
}

/// The group that a path leads through first, if any.
pub(super) fn first_group(path: &PathAnswer) -> Option<&Candidate> {
    path.steps.get(1).map(|step| &step.principal)
}

/// What a path gives on its end: `read-write`.
pub(super) fn gives(path: &PathAnswer) -> &str {
    path.steps.last().and_then(|step| step.entitlement.rsplit(':').next()).unwrap_or_default()
}

pub(super) fn spot(named: &Candidate, link: Option<String>) -> Spot {
    Spot { kind: named.kind.clone(), name: named.id.clone(), link }
}

pub(super) fn account_spot(account: &Candidate, when: &When) -> Spot {
    spot(account, Some(when.account(account)))
}

/// The day of a moment, as templates ask for it.
pub(super) fn day(moment: impl AsRef<str>) -> String {
    day_text(moment.as_ref())
}

/// The day since which something is known, as templates ask for it.
pub(super) fn since(moment: impl AsRef<str>, or_earlier: impl Borrow<bool>) -> String {
    let day = day_text(moment.as_ref());
    if *or_earlier.borrow() { format!("{day} or earlier") } else { day }
}
