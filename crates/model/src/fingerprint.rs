//! What a credential could see, so that a later reading which is shown less is recognised.
//!
//! *Architecture Invariant* 3: nothing disappears because another credential, or the same one with fewer rights, is shown
//! less. Each source says what decides how much it shows; what is compared here is the same for all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Term;

/// The fingerprint of a credential's sight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The account that the credential belongs to, where the source tells. Another one is not less.
    pub account: Option<String>,
    /// What decides how much that account is shown, such as its role.
    pub aspects: Vec<Aspect>,
    /// How many listings of each kind were once read in full and are kept from it now.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<Term, u64>,
}

/// Something that decides how much an account is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aspect {
    /// What it is: `role`.
    pub name: Term,
    /// How much is shown by it; a higher number sees all that a lower one does.
    pub level: u32,
    /// Its value, in the source's own word: `owner`.
    pub word: String,
}

impl Aspect {
    /// An aspect with its level and the source's word for it.
    pub fn new(name: impl Into<Term>, level: u32, word: impl Into<String>) -> Self {
        Self { name: name.into(), level, word: word.into() }
    }
}

impl Fingerprint {
    /// What this sight lacks that an earlier one had, in words; nothing when it sees no less.
    #[must_use]
    pub fn losses(&self, before: &Self) -> Vec<String> {
        let lowered =
            before.aspects.iter().filter_map(|then| match self.aspects.iter().find(|now| now.name == then.name) {
                None => Some(format!("{} {} then, not told now", then.name, then.word)),
                Some(now) if now.level < then.level => {
                    Some(format!("{} {} then, {} now", then.name, then.word, now.word))
                }
                Some(_) => None,
            });
        let withheld = self.withheld.iter().filter_map(|(kind, now)| {
            let then = before.withheld.get(kind).copied().unwrap_or(0);
            (*now > then).then(|| format!("listings of kind {kind} kept from it: {then} then, {now} now"))
        });
        lowered.chain(withheld).collect()
    }

    /// What is known of it, in words: `ada, role owner`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let account = self.account.clone().unwrap_or_else(|| "an account that is not told".to_owned());
        let aspects = self.aspects.iter().map(|aspect| format!("{} {}", aspect.name, aspect.word));
        let withheld = self.withheld.iter().filter(|(_, count)| **count > 0);
        let withheld = withheld.map(|(kind, count)| format!("{count} listings of kind {kind} kept from it"));
        std::iter::once(account).chain(aspects).chain(withheld).collect::<Vec<_>>().join(", ")
    }
}

/// That a credential sees less than the one under which the facts were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SightShrank {
    /// When more was seen for the last time, in words.
    pub than_on: String,
    /// What is seen no more ([`Fingerprint::losses`]).
    pub losses: Vec<String>,
}

impl SightShrank {
    /// One sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("the credential sees less than on {}: {}", self.than_on, self.losses.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(account: &str, role: &str, level: u32) -> Fingerprint {
        let aspects = vec![Aspect::new("role", level, role)];
        Fingerprint { account: Some(account.to_owned()), aspects, ..Fingerprint::default() }
    }

    #[test]
    fn a_lower_role_and_an_untold_one_see_less_and_another_account_does_not() {
        let owner = seen("ada", "owner", 3);
        assert_eq!(seen("bob", "owner", 3).losses(&owner), [""; 0]);
        assert_eq!(seen("ada", "manager", 2).losses(&owner), ["role owner then, manager now"]);
        assert_eq!(Fingerprint::default().losses(&owner), ["role owner then, not told now"]);
        assert_eq!(owner.losses(&seen("ada", "manager", 2)), [""; 0], "more is no loss");
    }

    #[test]
    fn a_listing_that_is_kept_from_it_is_a_loss_until_it_was_so_before() {
        let all = seen("ada", "owner", 3);
        let fewer = Fingerprint { withheld: [("team-members".into(), 2)].into(), ..all.clone() };
        assert_eq!(fewer.losses(&all), ["listings of kind team-members kept from it: 0 then, 2 now"]);
        assert_eq!(fewer.losses(&fewer), [""; 0]);
        assert_eq!(all.losses(&fewer), [""; 0]);
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let fewer = Fingerprint { withheld: [("team-members".into(), 2)].into(), ..seen("ada", "owner", 3) };
        for fingerprint in [fewer, seen("ada", "owner", 3), Fingerprint::default()] {
            let text = serde_json::to_string(&fingerprint).unwrap();
            assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), fingerprint);
        }
    }
}
