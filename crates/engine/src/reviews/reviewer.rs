//! Who reviews which grant: the first who is found, is here, and does not hold it.

use std::collections::{BTreeSet, HashMap};

use rolecall_graph::{NodeId, Step};
use rolecall_model::person::{AccountKey, LinkState};
use rolecall_model::review::{ReviewerKey, ReviewerSource, reviewer_choose};

use super::{ReviewDefinition, ReviewPeople};
use crate::owners::OwnerBook;
use crate::world::WorldView;

/// Somebody who may review, how they are called, and why it is they.
pub(super) type Candidate = (ReviewerKey, String, String);

/// Finds reviewers.
pub(super) struct Reviewers<'v> {
    view: &'v WorldView,
    people: &'v ReviewPeople,
    book: OwnerBook<'v>,
    sources: Vec<ReviewerSource>,
    last: Vec<Candidate>,
    owners: HashMap<NodeId, Vec<(ReviewerKey, String)>>,
}

impl<'v> Reviewers<'v> {
    pub(super) fn of(
        view: &'v WorldView,
        people: &'v ReviewPeople,
        book: OwnerBook<'v>,
        definition: &ReviewDefinition,
    ) -> Self {
        let last = [(&definition.fallback, "the campaign's fallback"), (&definition.owner, "runs the campaign")];
        let last = last.into_iter().filter_map(|(who, why)| {
            let (key, name) = people.named(who)?;
            Some((key, name, why.to_owned()))
        });
        let (last, owners) = (last.collect(), HashMap::new());
        Self { view, people, book, sources: definition.sources(), last, owners }
    }

    /// Who reviews a grant that these hold.
    pub(super) fn choose(&mut self, step: &Step<'_>, holders: &BTreeSet<ReviewerKey>) -> Option<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for source in self.sources.clone() {
            let found = self.found(&source, step);
            candidates.extend(found.into_iter().map(|(key, name)| (key, name, source.why().to_owned())));
        }
        candidates.extend(self.last.iter().cloned());
        candidates.retain(|(key, ..)| !self.people.has_left(key));
        let is_holder = |key: &ReviewerKey| self.people.own_keys_of(key).iter().any(|own| holders.contains(own));
        candidates.retain(|(key, ..)| !is_holder(key));
        reviewer_choose(candidates, |(key, ..)| key, holders)
    }

    fn found(&mut self, source: &ReviewerSource, step: &Step<'_>) -> Vec<(ReviewerKey, String)> {
        match source {
            ReviewerSource::ResourceOwner => self.resource_owners(step.resource),
            ReviewerSource::Manager => self.managers(step.principal),
            ReviewerSource::AccountOwner => self.account_owners(step.principal),
            ReviewerSource::Named(who) => self.people.named(who).into_iter().collect(),
        }
    }

    /// Whoever answers for it. For a group nobody answers by itself: those who do for most of what it holds something on.
    fn resource_owners(&mut self, resource: NodeId) -> Vec<(ReviewerKey, String)> {
        let resource = self.view.world.representative(resource);
        if let Some(known) = self.owners.get(&resource) {
            return known.clone();
        }
        let found = match self.view.is_owned(resource) {
            true => self.owners_of(resource),
            false if self.view.world.is_group(resource) => self.owners_of_most(resource),
            false => Vec::new(),
        };
        self.owners.insert(resource, found.clone());
        found
    }

    fn owners_of(&self, resource: NodeId) -> Vec<(ReviewerKey, String)> {
        let Some(owned) = self.book.of(&self.view.candidate(resource)) else { return Vec::new() };
        let people = owned.owners.iter().filter_map(|owner| owner.person.as_ref());
        people.map(|person| self.people.person(person)).collect()
    }

    fn owners_of_most(&self, group: NodeId) -> Vec<(ReviewerKey, String)> {
        let mut counts: HashMap<(ReviewerKey, String), usize> = HashMap::new();
        let held: BTreeSet<NodeId> =
            self.view.world.grants_by(group).map(|step| self.view.world.representative(step.resource)).collect();
        for resource in held.into_iter().filter(|resource| self.view.is_owned(*resource)) {
            for owner in self.owners_of(resource) {
                *counts.entry(owner).or_default() += 1;
            }
        }
        let mut owners: Vec<_> = counts.into_iter().collect();
        owners.sort_by(|(left, count), (right, other)| other.cmp(count).then_with(|| left.cmp(right)));
        owners.into_iter().map(|(owner, _)| owner).collect()
    }

    fn managers(&self, account: NodeId) -> Vec<(ReviewerKey, String)> {
        let state = self.state(account);
        let person = match state {
            Some(LinkState::Person(link)) => &link.person,
            _ => return Vec::new(),
        };
        self.people.manager(person).into_iter().collect()
    }

    fn account_owners(&self, account: NodeId) -> Vec<(ReviewerKey, String)> {
        let owner = self.state(account).and_then(LinkState::owner);
        owner.map(|owner| self.people.person(owner)).into_iter().collect()
    }

    fn state(&self, account: NodeId) -> Option<&'v LinkState> {
        let key = AccountKey::new(&*self.view.title(account), self.view.world.reference(account));
        self.people.identities.correlation.states.get(&key)
    }
}
