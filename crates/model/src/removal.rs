//! Which removals pass and which wait for a person (*Architecture Invariant* 3: only removals wait).

use std::collections::HashSet;

use crate::{ConnectorDeclaration, Fact, FactKind, FactSet, ListingDiff, ResourceRef, Trait, Verdict};

/// How many removals from one listing may pass in one sync without a person's word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// This many may always pass.
    pub count: usize,
    /// So may this share of what the listing held, from 0 to 1.
    pub share: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { count: 3, share: 0.10 }
    }
}

impl Policy {
    /// The largest number of removals that passes from a listing that held `held` items.
    #[must_use]
    pub fn limit(&self, held: usize) -> usize {
        // A share of a count, rounded down: the loss of precision beyond 2^52 items is of no consequence.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let share = (held as f64 * self.share.clamp(0.0, 1.0)) as usize;
        share.max(self.count)
    }
}

/// What happens to the facts that a reading no longer states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Nothing disappeared.
    Nothing,
    /// The listing is not complete, so absence says nothing: the facts stay as they are.
    NotEvidence,
    /// They go, if a second reading confirms every one of them.
    PassIfConfirmed,
    /// They stay current, marked *removal unconfirmed*, until a person confirms.
    Hold(HoldReason),
}

/// Why a removal waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// More than the policy lets pass.
    TooMany {
        /// Items that disappeared.
        removed: usize,
        /// Items that were there.
        held: usize,
        /// The most that passes.
        limit: usize,
    },
    /// Nobody would hold a protected entitlement any more.
    LastHolder {
        /// The entitlement, in baton's spelling.
        entitlement: String,
    },
    /// The listing has nothing left in it: a team without members, an organisation without packages.
    Emptied,
    /// A group is gone.
    GroupVanished {
        /// Its id.
        group: String,
    },
}

impl HoldReason {
    /// One sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::TooMany { removed, held, limit } => {
                format!("{removed} of {held} disappeared at once, and at most {limit} pass without a person's word")
            }
            Self::LastHolder { entitlement } => format!("nobody would hold {entitlement} any more"),
            Self::Emptied => "the whole listing became empty".to_owned(),
            Self::GroupVanished { group } => format!("{group} vanished"),
        }
    }
}

/// Rules on the removals of one listing, from what it held, what it states now, and how complete it is.
#[must_use]
pub fn ruling(
    old: &FactSet,
    new: &FactSet,
    diff: &ListingDiff,
    verdict: &Verdict,
    policy: Policy,
    declaration: &ConnectorDeclaration,
) -> Ruling {
    if diff.disappeared.is_empty() {
        return Ruling::Nothing;
    }
    if !verdict.is_complete() {
        return Ruling::NotEvidence;
    }
    hold_reason(old, new, diff, policy, declaration).map_or(Ruling::PassIfConfirmed, Ruling::Hold)
}

fn hold_reason(
    old: &FactSet,
    new: &FactSet,
    diff: &ListingDiff,
    policy: Policy,
    declaration: &ConnectorDeclaration,
) -> Option<HoldReason> {
    if let Some(group) = vanished_group(diff, declaration) {
        return Some(HoldReason::GroupVanished { group: group.to_string() });
    }
    if let Some(entitlement) = last_holder_lost(old, new, diff, declaration) {
        return Some(HoldReason::LastHolder { entitlement });
    }
    if new.is_empty() && !is_beside_access(old, declaration) {
        return Some(HoldReason::Emptied);
    }
    let held = items(old.iter());
    let (removed, limit) = (items(diff.disappeared.iter()), policy.limit(held));
    (removed > limit).then_some(HoldReason::TooMany { removed, held, limit })
}

/// Whether a listing holds nothing but things on which nobody holds anything, such as invitations, which are answered and
/// run out: that the last of them goes is ordinary.
fn is_beside_access(facts: &FactSet, declaration: &ConnectorDeclaration) -> bool {
    let is_beside = |resource: &ResourceRef| {
        let declared = declaration.resource_type(resource.kind.as_str());
        declared.is_some_and(|declared| declared.entitlements.is_empty() && declared.trait_.is_none())
    };
    facts.iter().all(|fact| match fact {
        Fact::Resource { resource, .. } | Fact::Property { resource, .. } => is_beside(resource),
        Fact::Link { .. } => true,
        Fact::Grant { .. } | Fact::Evidence { .. } => false,
    })
}

/// What a person would count in a listing: its principals where it is about grants, else its resources.
fn items<'f>(facts: impl Iterator<Item = &'f Fact>) -> usize {
    let mut principals = HashSet::new();
    let mut subjects = HashSet::new();
    for fact in facts {
        match fact.holding() {
            Some((principal, entitlement)) => {
                principals.insert((principal, &entitlement.resource));
            }
            None => {
                subjects.insert(fact.subject());
            }
        }
    }
    principals.len().max(subjects.len())
}

fn vanished_group<'d>(diff: &'d ListingDiff, declaration: &ConnectorDeclaration) -> Option<&'d ResourceRef> {
    diff.disappeared.iter().filter(|fact| fact.kind() == FactKind::Resource).map(Fact::subject).find(|resource| {
        declaration.resource_type(resource.kind.as_str()).is_some_and(|declared| declared.trait_ == Some(Trait::Group))
    })
}

fn last_holder_lost(
    old: &FactSet,
    new: &FactSet,
    diff: &ListingDiff,
    declaration: &ConnectorDeclaration,
) -> Option<String> {
    let lost = diff.disappeared.iter().find_map(|fact| match fact {
        Fact::Grant { entitlement, .. } => declaration
            .entitlement(entitlement.resource.kind.as_str(), entitlement.slug.as_str())
            .filter(|declared| declared.last_holder_protected)
            .map(|_| entitlement),
        _ => None,
    })?;
    let holds =
        |set: &FactSet| set.iter().any(|fact| matches!(fact, Fact::Grant { entitlement, .. } if entitlement == lost));
    (holds(old) && !holds(new)).then(|| lost.to_string())
}
