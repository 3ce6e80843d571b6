//! Whether the listings that were read contradict each other: who holds something must be in its list, or the list is
//! not all there is (`cloudsmith-api.md` §6.4).

use std::collections::BTreeSet;

use rolecall_model::{Fact, Reading, ResourceRef};

use super::super::declaration::{DECLARATION, TEAM};
use super::super::sight::WIDER_KEY;
use crate::{Check, Trouble};

/// How many contradictions are named.
const SHOWN: usize = 5;

/// What was listed, and what was mentioned.
#[derive(Debug, Default)]
pub(super) struct Consistency {
    listed: BTreeSet<ResourceRef>,
    mentioned: BTreeSet<ResourceRef>,
}

impl Consistency {
    pub(super) fn add(&mut self, reading: &Reading) {
        for fact in &reading.facts {
            if let Fact::Resource { resource, .. } = fact {
                self.listed.insert(resource.clone());
            } else if let Some((principal, entitlement)) = fact.holding() {
                self.mention(principal);
                self.mention(&entitlement.resource);
            }
        }
    }

    fn mention(&mut self, resource: &ResourceRef) {
        let is_listed_apart = DECLARATION.populations.iter().any(|one| resource.kind == one.resource_type);
        if is_listed_apart {
            self.mentioned.insert(resource.clone());
        }
    }

    pub(super) fn check(&self) -> Check {
        const NAME: &str = "consistency";
        let missing: Vec<&ResourceRef> = self.mentioned.difference(&self.listed).collect();
        if missing.is_empty() {
            return Check::ok(NAME, "everyone and every team that is mentioned anywhere is in its list");
        }
        let mut named: Vec<String> = missing.iter().take(SHOWN).map(|resource| resource.to_string()).collect();
        if missing.len() > SHOWN {
            named.push(format!("and {} more", missing.len() - SHOWN));
        }
        let means = if missing.iter().any(|resource| resource.kind == TEAM) {
            "there are teams, and rights through them, that this key is not shown"
        } else {
            "there are accounts that this key is not shown"
        };
        Check::limited(NAME, format!("mentioned, and not in their lists: {}", named.join(", ")))
            .means(means)
            .change(WIDER_KEY.to_owned())
            .trouble(Trouble::Sight)
    }
}

#[cfg(test)]
mod tests {
    use rolecall_model::Proof;

    use super::super::super::declaration::{MEMBER, USER, WRITE};
    use super::*;

    #[test]
    fn who_holds_something_and_is_not_listed_is_named() {
        let (ada, bob) = (ResourceRef::new(USER, "ada"), ResourceRef::new(USER, "bob"));
        let (team, prod) = (ResourceRef::new(TEAM, "acme/core"), ResourceRef::new("repository", "acme/prod"));
        let mut seen = Consistency::default();
        seen.add(&Reading::whole(Proof::Sight, vec![Fact::resource(ada.clone(), None)]));
        seen.add(&Reading::whole(Proof::Sight, vec![Fact::grant(&ada, &prod, WRITE)]));
        assert_eq!(seen.check().trouble, None, "a repository is in no population");
        seen.add(&Reading::whole(
            Proof::Sight,
            vec![Fact::grant(&bob, &prod, WRITE), Fact::evidence(&ada, &team, MEMBER)],
        ));
        let check = seen.check();
        assert_eq!(check.trouble, Some(Trouble::Sight));
        assert!(check.found.contains("team:acme/core") && check.found.contains("user:bob"), "{check:?}");
    }
}
