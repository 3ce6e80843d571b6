//! What is known of a thing besides who can do what, and what changed about it.

use rolecall_engine::history::{HistoryAnswer, history};
use rolecall_engine::{AttributeAnswer, Candidate, EntitlementAnswer};

use super::{When, encoded};
use crate::error::WebError;
use crate::page::changes::Row;
use crate::text::{count, grouped};
use crate::world::Asked;

/// How many changes are shown; all of them are on the page of changes.
const CHANGES: usize = 50;

/// What every page says of its thing besides.
pub(super) struct Background {
    pub(super) attributes: Vec<AttributeAnswer>,
    pub(super) entitlements: Vec<EntitlementAnswer>,
    pub(super) history: HistoryAnswer,
    /// The newest changes, with links.
    pub(super) changes: Vec<Row>,
}

impl Background {
    /// Of something that others can hold something on.
    pub(super) fn of_resource(world: &Asked, thing: &Candidate, when: &When) -> Result<Self, WebError> {
        let view = world.view()?;
        Self::of(world, thing, (view.attributes(thing), view.entitlements(thing)), when)
    }

    /// Of something on which nothing is held.
    pub(super) fn of_account(world: &Asked, thing: &Candidate, when: &When) -> Result<Self, WebError> {
        Self::of(world, thing, (world.view()?.attributes(thing), Vec::new()), when)
    }

    pub(super) fn of(
        world: &Asked,
        thing: &Candidate,
        (mut attributes, entitlements): (Vec<AttributeAnswer>, Vec<EntitlementAnswer>),
        when: &When,
    ) -> Result<Self, WebError> {
        let view = world.view()?;
        let history = world.wait(history(&world.context.store, view, thing, CHANGES))?;
        history.date(&mut attributes);
        let places = view.places();
        let changes = history.changes.iter().map(|change| Row::of(change, &places, when)).collect();
        Ok(Self { attributes, entitlements, history, changes })
    }

    /// Whether it has to be said which connector says something.
    pub(super) fn is_of_several(&self) -> bool {
        let mut connectors = self.attributes.iter().map(|attribute| &attribute.connector);
        connectors.next().is_some_and(|first| connectors.any(|other| other != first))
    }

    /// The page with everything that changed, where this is not all of it.
    pub(super) fn more(&self, when: &When) -> Option<String> {
        let is_cut = self.history.count > self.history.changes.len();
        is_cut.then(|| format!("/changes?about={}{}", encoded(&self.history.about), when.end()))
    }

    /// The same question for programs.
    pub(super) fn for_programs(&self, when: &When) -> String {
        format!("/api/v1/changes?about={}{}", encoded(&self.history.about), when.end_for_programs())
    }

    pub(super) fn count(&self) -> String {
        grouped(u64::try_from(self.history.count).unwrap_or(u64::MAX))
    }
}

/// How many hold something.
pub(super) fn held_by(entitlement: &EntitlementAnswer) -> String {
    let number = |number: usize, one, several| count(u64::try_from(number).unwrap_or(u64::MAX), one, several);
    if entitlement.anyone {
        return "everybody".to_owned();
    }
    let accounts = number(entitlement.accounts, "account", "accounts");
    match entitlement.others {
        0 => accounts,
        others => format!("{accounts}, {}", number(others, "other", "others")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(accounts: usize, others: usize, anyone: bool) -> String {
        let (slug, text) = (String::new(), String::new());
        held_by(&EntitlementAnswer { slug, text, accounts, others, anyone })
    }

    #[test]
    fn holders_are_counted_in_words() {
        assert_eq!(held(1, 0, false), "1 account");
        assert_eq!(held(5000, 2, false), "5,000 accounts, 2 others");
        assert_eq!(held(3, 0, true), "everybody");
    }
}
