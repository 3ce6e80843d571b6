//! What a reviewer is shown of a grant, in words, as it was when the population was fixed.

use serde::{Deserialize, Serialize};

/// What a reviewer is shown. What is not known is `None` and never *no*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ItemShown {
    /// Who holds it: `user alice`, `team acme/core`.
    pub holder: String,
    /// Whether that is a group.
    pub is_group: bool,
    /// How many accounts are in it, where it is one.
    pub members: Option<usize>,
    /// Whose the account is, where that is known.
    pub person: Option<String>,
    /// The key of that person.
    pub person_key: Option<String>,
    /// Whether they work here: `active`, `departed`, `unknown`.
    pub employment: Option<String>,
    /// `person`, `suggested`, `ambiguous`, `unmatched`, `service`, `external` or `protected`; nothing of a group.
    pub account_state: Option<String>,
    /// Who answers for it, where it is a service's.
    pub account_owner: Option<String>,
    /// What the grant lets them do, in a sentence.
    pub may: String,
    /// What is held, as baton spells it: `team:acme/core:member`.
    pub entitlement: String,
    /// What that means.
    pub meaning: String,
    /// How they come to it: that they hold it, or that nothing but a second list shows it.
    pub path: String,
    /// What the grant gives.
    pub gives: ItemGives,
    /// What the account can write in all, of how much, and how often that is fetched in a month, where the source tells.
    pub blast_radius: Option<ItemGives>,
    /// When somebody last did something with the account; nothing where no source tells.
    pub last_activity: Option<String>,
    /// What that was: `published`, `signed in`.
    pub last_activity_what: Option<String>,
    /// `on`, `off`, or in words what somebody states; nothing where it is not known.
    pub two_factor: Option<String>,
    /// Whether the account is suspended: it keeps what it holds and can use none of it.
    pub suspended: Option<bool>,
    /// Since when the grant is known.
    pub since: String,
    /// Whether it may be older.
    pub or_earlier: bool,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
    /// Whether everything behind this was read in full.
    pub is_complete: bool,
}

/// What can be written by a grant or an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ItemGives {
    /// The action: `publish`.
    pub action: String,
    /// How many packages or repositories.
    pub writes: usize,
    /// Of how many.
    pub of: usize,
    /// The first of them.
    pub examples: Vec<String>,
    /// How many of them would stay without the grant, by another way.
    pub kept: usize,
    /// How many nobody else can write.
    pub alone: usize,
    /// How often all of it is fetched, where the source tells.
    pub fetched: Option<u64>,
}

impl ItemShown {
    /// Whose it is, in words: a person and whether they are here, what the account is otherwise, or how many are in a group.
    #[must_use]
    pub fn whose_text(&self) -> String {
        if let Some(members) = self.members {
            return crate::text::counted(members, "account", "accounts");
        }
        match (&self.person, self.employment.as_deref()) {
            (Some(person), Some("departed")) => format!("{person} (has left)"),
            (Some(person), _) => person.clone(),
            (None, _) => match (&self.account_state, &self.account_owner) {
                (Some(state), Some(owner)) => format!("{state} of {owner}"),
                (state, _) => state.clone().unwrap_or_default(),
            },
        }
    }

    /// Two-factor authentication in a word or a few.
    #[must_use]
    pub fn two_factor_text(&self) -> &str {
        self.two_factor.as_deref().unwrap_or("unknown")
    }

    /// When they last did something, and what.
    #[must_use]
    pub fn last_activity_text(&self) -> String {
        match (&self.last_activity, &self.last_activity_what) {
            (Some(at), Some(what)) => format!("{what} {}", crate::moment::day_text(at)),
            (Some(at), None) => crate::moment::day_text(at),
            (None, _) => "unknown".to_owned(),
        }
    }
}
