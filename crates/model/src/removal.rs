//! Which removals pass and which wait for a person (*Architecture Invariant* 3: only removals wait).

use std::collections::{BTreeMap, HashSet};

use crate::{
    ConnectorDeclaration, EntitlementRef, ExpectedRemovals, Fact, FactKind, FactSet, ListingKey, ResourceRef,
    SightShrank, Trait, Verdict,
};

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

/// The policies of one connector.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    /// That of listings which have none of their own.
    pub usual: Policy,
    /// Those of listings of these kinds.
    pub by_kind: BTreeMap<String, Policy>,
}

impl Policies {
    /// The policy for a listing.
    #[must_use]
    pub fn of(&self, listing: &ListingKey) -> Policy {
        self.by_kind.get(listing.kind.as_str()).copied().unwrap_or(self.usual)
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
    /// What a plan predicted goes, if a second reading confirms all of it; the rest waits for a person.
    PassPredicted {
        /// What was predicted.
        predicted: Vec<Fact>,
        /// Why the rest waits.
        reason: HoldReason,
    },
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
    /// The credential sees less than when the facts were read.
    SightShrank(SightShrank),
}

impl HoldReason {
    /// One sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::TooMany { removed, held, limit } => {
                format!("{removed} of {held} are missing, and at most {limit} pass without a person's word")
            }
            Self::LastHolder { entitlement } => format!("nobody would hold {entitlement} any more"),
            Self::Emptied => "the whole listing became empty".to_owned(),
            Self::GroupVanished { group } => format!("{group} vanished"),
            Self::SightShrank(shrunk) => shrunk.sentence(),
        }
    }
}

/// The removals of one listing, with everything that decides what becomes of them.
#[derive(Clone, Copy, Debug)]
pub struct Removals<'a> {
    /// What the listing held, what waits already among it.
    pub old: &'a FactSet,
    /// What it states now.
    pub new: &'a FactSet,
    /// What is missing for the first time.
    pub missing: &'a [Fact],
    /// What is missing since an earlier reading and waits for a person.
    pub waiting: &'a [Fact],
    /// How complete the reading is.
    pub verdict: &'a Verdict,
    /// How many may pass.
    pub policy: Policy,
    /// What the credential sees no more, if it sees less than when the facts were read.
    pub shrunk: Option<&'a SightShrank>,
    /// What a plan predicted.
    pub expected: &'a ExpectedRemovals,
    /// The source's rules.
    pub declaration: &'a ConnectorDeclaration,
}

impl Removals<'_> {
    /// Rules on what is missing for the first time. What waits already keeps waiting, whatever becomes of the rest.
    #[must_use]
    pub fn ruling(&self) -> Ruling {
        if self.missing.is_empty() {
            return Ruling::Nothing;
        }
        if !self.verdict.is_complete() {
            return Ruling::NotEvidence;
        }
        // Whatever was predicted: less sight makes absence say nothing.
        if let Some(shrunk) = self.shrunk {
            return Ruling::Hold(HoldReason::SightShrank(shrunk.clone()));
        }
        let (predicted, rest) = self.split();
        match self.hold_reason(&rest) {
            None => Ruling::PassIfConfirmed,
            Some(reason) if predicted.is_empty() => Ruling::Hold(reason),
            Some(reason) => Ruling::PassPredicted { predicted: predicted.into_iter().cloned().collect(), reason },
        }
    }

    /// What is missing as a plan predicted it, and what is not. Nobody's word is enough for the loss of a last holder, and
    /// whoever that is does not go half. `O(old + new + missing)`.
    fn split(&self) -> (Vec<&Fact>, Vec<&Fact>) {
        if self.expected.is_empty() {
            return (Vec::new(), self.missing.iter().collect());
        }
        let still_there = self.expected.still_there(self.new);
        let is_predicted = |fact: &Fact| self.expected.predicts(fact, &still_there, self.declaration);
        let last = self.missing.iter().filter_map(|fact| match fact {
            Fact::Grant { principal, entitlement } if self.loses_last_holder(entitlement) => Some(principal),
            _ => None,
        });
        let last: HashSet<&ResourceRef> = last.collect();
        let is_of_last = |fact: &Fact| last.contains(fact.holding().map_or(fact.subject(), |(principal, _)| principal));
        let (mut predicted, mut rest): (Vec<&Fact>, Vec<&Fact>) =
            self.missing.iter().partition(|fact| is_predicted(fact) && !is_of_last(fact));
        let along = self.goes_along(&predicted, &rest);
        predicted.extend(
            rest.extract_if(.., |fact| matches!(fact, Fact::Resource { resource, .. } if along.contains(resource))),
        );
        (predicted, rest)
    }

    /// Things that a listing names only to say who holds something on them, such as the packages of a team, or which hold
    /// something, such as a trusted repository: with the last grant they are not named any more. That accounts and groups
    /// go is another matter.
    fn goes_along<'f>(&self, predicted: &[&'f Fact], rest: &[&'f Fact]) -> HashSet<&'f ResourceRef> {
        let named = |facts: &[&'f Fact]| -> HashSet<&'f ResourceRef> {
            let grants = facts.iter().filter(|fact| fact.kind() == FactKind::Grant).filter_map(|fact| fact.holding());
            grants.flat_map(|(principal, entitlement)| [principal, &entitlement.resource]).collect()
        };
        let is_thing = |resource: &&ResourceRef| {
            let declared = self.declaration.resource_type(resource.kind.as_str());
            declared.is_some_and(|declared| !matches!(declared.trait_, Some(Trait::User | Trait::Group)))
        };
        let by_others = named(rest);
        named(predicted).into_iter().filter(is_thing).filter(|resource| !by_others.contains(resource)).collect()
    }

    /// Why these wait, of what is missing.
    fn hold_reason(&self, missing: &[&Fact]) -> Option<HoldReason> {
        if missing.is_empty() {
            return None;
        }
        if let Some(group) = self.vanished_group(missing) {
            return Some(HoldReason::GroupVanished { group: group.to_string() });
        }
        if let Some(entitlement) = self.last_holder_lost(missing) {
            return Some(HoldReason::LastHolder { entitlement });
        }
        if self.new.is_empty() && !is_beside_access(self.old, self.declaration) {
            return Some(HoldReason::Emptied);
        }
        let held = items(self.old.iter());
        // What waits counts too: a drop that nobody believes says something about the rest of its listing.
        let removed = items(missing.iter().copied().chain(self.waiting));
        let limit = self.policy.limit(held);
        (removed > limit).then_some(HoldReason::TooMany { removed, held, limit })
    }

    fn vanished_group<'f>(&self, missing: &[&'f Fact]) -> Option<&'f ResourceRef> {
        let mut gone = missing.iter().filter(|fact| fact.kind() == FactKind::Resource).map(|fact| fact.subject());
        gone.find(|resource| self.declaration.is_group(resource.kind.as_str()))
    }

    fn last_holder_lost(&self, missing: &[&Fact]) -> Option<String> {
        let mut lost = missing.iter().filter_map(|fact| match fact {
            Fact::Grant { entitlement, .. } => Some(entitlement),
            _ => None,
        });
        lost.find(|lost| self.loses_last_holder(lost)).map(ToString::to_string)
    }

    /// Whether a protected entitlement had a holder and has none.
    fn loses_last_holder(&self, lost: &EntitlementRef) -> bool {
        let holds = |set: &FactSet| {
            set.iter().any(|fact| matches!(fact, Fact::Grant { entitlement, .. } if entitlement == lost))
        };
        let declared = self.declaration.entitlement(lost.resource.kind.as_str(), lost.slug.as_str());
        declared.is_some_and(|declared| declared.last_holder_protected) && holds(self.old) && !holds(self.new)
    }
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

/// What a person would count in a listing: its principals where it is about grants, else its resources. An organisation
/// or directory is no member of itself, and a link to what is counted is no other thing.
fn items<'f>(facts: impl Iterator<Item = &'f Fact>) -> usize {
    let mut principals = HashSet::new();
    let (mut subjects, mut held_on) = (HashSet::new(), HashSet::new());
    let mut links = Vec::new();
    for fact in facts {
        match (fact.holding(), fact) {
            (Some((principal, entitlement)), _) => {
                principals.insert((principal, &entitlement.resource));
                held_on.insert(&entitlement.resource);
            }
            (None, Fact::Link { from, to, .. }) => links.push((from, to)),
            (None, Fact::Resource { resource, parent }) => {
                subjects.insert(resource);
                held_on.extend(parent);
            }
            (None, _) => {
                subjects.insert(fact.subject());
            }
        }
    }
    for (from, to) in links {
        if !subjects.contains(to) {
            subjects.insert(from);
        }
    }
    principals.len().max(subjects.difference(&held_on).count())
}
