//! Changes that say nothing beside others of them.

use std::collections::HashSet;

use rolecall_model::ResourceRef;

use crate::changes::ChangeAnswer;

/// The changes without the properties of resources that appeared or disappeared with them, and how many those are. A
/// property by which anybody holds a right is news all the same.
#[must_use]
pub fn changes_folded<'c>(changed: impl IntoIterator<Item = &'c ChangeAnswer>) -> (Vec<&'c ChangeAnswer>, usize) {
    fn place(change: &ChangeAnswer) -> (&str, &str, &str, &ResourceRef) {
        (&change.connector, change.change, &change.not_after, change.fact.subject())
    }
    let mut shown: Vec<&ChangeAnswer> = changed.into_iter().collect();
    let all = shown.len();
    let whole: HashSet<_> =
        shown.iter().filter(|change| change.kind == "resource").map(|change| place(change)).collect();
    let is_own =
        |change: &ChangeAnswer| change.kind == "property" && !change.is_decisive && whole.contains(&place(change));
    shown.retain(|change| !is_own(change));
    let folded = all - shown.len();
    (shown, folded)
}
