//! What a source itself wrote down: who did what, when.
//!
//! Such a record dates a change and names its author. It never decides that anything is there or gone: that is what
//! listings are read for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Fact, ResourceRef, Timestamp};

/// One event of a source's own record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEvent {
    /// The source's own id of it.
    pub id: String,
    /// When it happened, by the source's clock.
    pub at: Timestamp,
    /// Who did it, where the source tells.
    pub actor: Option<String>,
    /// The source's own word for what was done.
    pub action: String,
    /// What it was done to, where that is a resource that is known here.
    pub object: Option<ResourceRef>,
    /// What that did to the object, where it is understood.
    pub altered: Option<Altered>,
    /// What else is kept of it: no secret, no address, no place.
    pub fields: BTreeMap<String, String>,
}

/// What an event did to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Altered {
    /// It was made, or let in.
    Added,
    /// It was deleted, or put out.
    Removed,
    /// Somebody was given something on it.
    HolderAdded,
    /// Something on it was taken from somebody.
    HolderRemoved,
}

impl Altered {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Added, Self::Removed, Self::HolderAdded, Self::HolderRemoved];

    /// The word used in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::HolderAdded => "holder-added",
            Self::HolderRemoved => "holder-removed",
        }
    }
}

impl SourceEvent {
    /// Whether it may be what made this fact appear or disappear. `root` is what everything else is in.
    #[must_use]
    pub fn explains(&self, fact: &Fact, appeared: bool, root: &ResourceRef) -> bool {
        let (Some(object), Some(altered)) = (&self.object, self.altered) else { return false };
        match (altered, fact) {
            (Altered::Added, Fact::Resource { resource, .. }) => appeared && resource == object,
            (Altered::Removed, Fact::Resource { resource, .. }) => !appeared && resource == object,
            // Whoever is let in gets a role there and nothing else by it; whoever is put out loses everything.
            (Altered::Added, Fact::Grant { principal, entitlement }) => {
                appeared && principal == object && entitlement.resource == *root
            }
            (Altered::Removed, Fact::Grant { principal, entitlement }) => {
                !appeared && (principal == object || entitlement.resource == *object)
            }
            (Altered::HolderAdded, Fact::Grant { entitlement, .. }) => appeared && entitlement.resource == *object,
            (Altered::HolderRemoved, Fact::Grant { entitlement, .. }) => !appeared && entitlement.resource == *object,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(object: &ResourceRef, altered: Altered) -> SourceEvent {
        SourceEvent {
            id: "1".to_owned(),
            at: Timestamp(1),
            actor: Some("olivia".to_owned()),
            action: "done".to_owned(),
            object: Some(object.clone()),
            altered: Some(altered),
            fields: BTreeMap::new(),
        }
    }

    #[test]
    fn an_event_explains_what_it_did_and_nothing_else() {
        let of = |kind: &'static str, id: &'static str| ResourceRef::new(kind, id);
        let (root, dora, team) = (of("organization", "acme"), of("user", "dora"), of("team", "acme/core"));
        let (exists, role) = (Fact::resource(dora.clone(), None), Fact::grant(&dora, &root, "member"));
        let seat = Fact::grant(&dora, &team, "member");
        let explained = |object: &ResourceRef, altered: Altered, appeared: bool| {
            let event = event(object, altered);
            [&exists, &role, &seat].map(|fact| event.explains(fact, appeared, &root))
        };
        assert_eq!(explained(&dora, Altered::Added, true), [true, true, false]);
        assert_eq!(explained(&dora, Altered::Removed, false), [true, true, true]);
        assert_eq!(explained(&team, Altered::HolderAdded, true), [false, false, true]);
        assert_eq!(explained(&team, Altered::HolderRemoved, false), [false, false, true]);
        assert_eq!(explained(&team, Altered::Removed, false), [false, false, true]);
        for altered in Altered::ALL {
            let is_addition = matches!(altered, Altered::Added | Altered::HolderAdded);
            assert_eq!(explained(&dora, altered, !is_addition), [false; 3], "{altered:?}");
            assert_eq!(explained(&of("user", "zoe"), altered, is_addition), [false; 3], "{altered:?}");
        }
        assert!(!SourceEvent { altered: None, ..event(&dora, Altered::Added) }.explains(&exists, true, &root));
    }
}
