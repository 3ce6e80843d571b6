//! Changes that say nothing beside others of them.

use std::collections::HashSet;

use rolecall_model::ResourceRef;

use crate::changes::ChangeAnswer;

/// The changes without the properties of resources that appeared or disappeared with them, and how many those are. A
/// property by which anybody holds a right is news all the same.
#[must_use]
pub fn changes_folded(changed: &[ChangeAnswer]) -> (Vec<&ChangeAnswer>, usize) {
    fn place(change: &ChangeAnswer) -> (&str, &str, &str, &ResourceRef) {
        (&change.connector, change.change, &change.not_after, change.fact.subject())
    }
    let whole: HashSet<_> = changed.iter().filter(|change| change.kind == "resource").map(place).collect();
    let is_own =
        |change: &&ChangeAnswer| change.kind == "property" && !change.is_decisive && whole.contains(&place(change));
    let shown: Vec<&ChangeAnswer> = changed.iter().filter(|change| !is_own(change)).collect();
    let folded = changed.len() - shown.len();
    (shown, folded)
}
