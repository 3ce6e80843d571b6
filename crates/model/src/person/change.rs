//! What has become different between two correlations. A match that changes is told, never made in silence.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AccountKey, Correlation, IdentityLink, LinkState};

/// Something that became different about an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkChange {
    /// Which account.
    pub account: AccountKey,
    /// What became different.
    pub changed: LinkChanged,
}

/// What became different. Candidates that come and go are not told: nothing rests on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkChanged {
    /// It is a person's, and was nobody's.
    Linked {
        /// Whose.
        to: IdentityLink,
        /// What it was before; `None` when it was not there.
        was: Option<LinkState>,
    },
    /// It was a person's, and is nobody's.
    Unlinked {
        /// Whose it was.
        from: IdentityLink,
        /// What it is now; `None` when it is not there any more.
        now: Option<LinkState>,
    },
    /// It was one person's and is another's.
    Relinked {
        /// Whose it was.
        from: IdentityLink,
        /// Whose it is.
        to: IdentityLink,
    },
    /// It is the same person's by another rule.
    RuleChanged {
        /// How it was linked.
        from: IdentityLink,
        /// How it is linked.
        to: IdentityLink,
    },
    /// It has another state or owner, and was and is no person's.
    StateChanged {
        /// What it was; `None` when it was not there.
        from: Option<LinkState>,
        /// What it is; `None` when it is not there any more.
        to: Option<LinkState>,
    },
}

impl LinkChange {
    /// One sentence for people: what became different, and why.
    #[must_use]
    pub fn sentence(&self) -> String {
        let account = &self.account;
        match &self.changed {
            LinkChanged::Linked { to, .. } => format!("{account} is now linked to {}: {}", to.person, reason(to)),
            LinkChanged::Unlinked { from, now } => {
                let (person, was, now) = (&from.person, reason(from), word(now.as_ref()));
                format!("{account} is no longer linked to {person} ({was}) and is now {now}")
            }
            LinkChanged::Relinked { from, to } => {
                let (old, new) = (&from.person, &to.person);
                format!("{account} was linked to {old} ({}) and is now linked to {new}: {}", reason(from), reason(to))
            }
            LinkChanged::RuleChanged { from, to } => {
                let (person, was, now) = (&to.person, from.rule.title(), reason(to));
                format!("{account} remains linked to {person}, not by “{was}” any more but: {now}")
            }
            LinkChanged::StateChanged { from, to } => {
                let owner = to.as_ref().and_then(LinkState::owner);
                let owner = owner.map(|owner| format!(", for which {owner} answers")).unwrap_or_default();
                format!("{account} was {} and is now {}{owner}", word(from.as_ref()), word(to.as_ref()))
            }
        }
    }
}

fn reason(link: &IdentityLink) -> &str {
    let by_rule = link.evidence.iter().find(|evidence| evidence.rule == link.rule);
    by_rule.map_or(link.rule.title(), |evidence| evidence.inputs.as_str())
}

fn word(state: Option<&LinkState>) -> &'static str {
    state.map_or("not there", LinkState::word)
}

/// What became different, in the order of the accounts.
#[must_use]
pub fn changes(before: &Correlation, after: &Correlation) -> Vec<LinkChange> {
    let accounts: BTreeSet<&AccountKey> = before.states.keys().chain(after.states.keys()).collect();
    let change = |account: &AccountKey| {
        let changed = changed(before.states.get(account), after.states.get(account))?;
        Some(LinkChange { account: account.clone(), changed })
    };
    accounts.into_iter().filter_map(change).collect()
}

fn changed(before: Option<&LinkState>, after: Option<&LinkState>) -> Option<LinkChanged> {
    match (before.and_then(LinkState::link), after.and_then(LinkState::link)) {
        (None, Some(to)) => Some(LinkChanged::Linked { to: to.clone(), was: before.cloned() }),
        (Some(from), None) => Some(LinkChanged::Unlinked { from: from.clone(), now: after.cloned() }),
        (Some(from), Some(to)) if from.person != to.person => {
            Some(LinkChanged::Relinked { from: from.clone(), to: to.clone() })
        }
        (Some(from), Some(to)) => {
            (from.rule != to.rule).then(|| LinkChanged::RuleChanged { from: from.clone(), to: to.clone() })
        }
        (None, None) => {
            let told = |state: Option<&LinkState>| state.map(|state| (state.word(), state.owner().cloned()));
            let differs = told(before) != told(after);
            differs.then(|| LinkChanged::StateChanged { from: before.cloned(), to: after.cloned() })
        }
    }
}
