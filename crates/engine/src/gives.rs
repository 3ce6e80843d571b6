//! What a grant gives: what its holder can write by it, and by how many ways.

use std::collections::HashMap;

use rolecall_graph::{NodeId, Step, TargetSet};
use rolecall_model::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::rules::{RuleKnown, RuleWorld};
use crate::world::WorldView;

/// How many ways an account has to each thing that it can write, by segment and place.
pub(crate) type Ways = HashMap<(u32, usize), usize>;

/// What grants give. What a group passes on is worked out once for each entitlement on it.
pub(crate) struct Gives<'v> {
    view: &'v WorldView,
    worlds: Vec<Option<RuleWorld<'v>>>,
    passed: HashMap<(NodeId, String), Passed>,
    ways: HashMap<NodeId, Ways>,
}

/// What is passed on, and a digest of it.
#[derive(Clone, Default)]
struct Passed {
    targets: TargetSet,
    digest: String,
}

impl<'v> Gives<'v> {
    pub(crate) fn of(view: &'v WorldView, known: &'v RuleKnown, now: Timestamp) -> Self {
        let worlds = view.connectors.iter().zip(0_u32..);
        let worlds = worlds.map(|place| RuleWorld::new(view, known, place, now)).collect();
        Self { view, worlds, passed: HashMap::new(), ways: HashMap::new() }
    }

    /// A connector as rules see it; nothing where nothing is written in its source.
    pub(crate) fn world(&self, segment: u32) -> Option<&RuleWorld<'v>> {
        self.worlds.get(usize::try_from(segment).ok()?)?.as_ref()
    }

    /// What a grant lets its holder write, as places in [`RuleWorld::reach`].
    pub(crate) fn places(&mut self, step: &Step<'v>) -> TargetSet {
        let mut places = match self.view.world.is_group(step.resource) {
            true => self.passed(step).targets,
            false => TargetSet::default(),
        };
        let Some(world) = self.world(step.resource.segment()) else { return places };
        let allows = self.view.allows(step.resource, step.slug, world.write.action);
        if let Some(place) = world.reach.place_of(step.resource).filter(|_| allows) {
            places.insert(place);
        }
        places
    }

    /// A digest of what a grant passes on, which changes with that; nothing of one on no group.
    pub(crate) fn digest(&mut self, step: &Step<'v>) -> String {
        if self.view.world.is_group(step.resource) { self.passed(step).digest } else { String::new() }
    }

    /// How many ways an account has to each thing. `O(its grants · what they give)` once.
    pub(crate) fn ways(&mut self, account: NodeId) -> &mut Ways {
        let account = self.view.world.representative(account);
        if !self.ways.contains_key(&account) {
            let twins: Vec<NodeId> = self.view.world.same_account(account).collect();
            let steps: Vec<Step<'v>> = twins.iter().flat_map(|twin| self.view.world.grants_by(*twin)).collect();
            let mut ways = Ways::new();
            for step in steps {
                for place in self.places(&step).iter() {
                    *ways.entry((step.resource.segment(), place)).or_default() += 1;
                }
            }
            self.ways.insert(account, ways);
        }
        self.ways.entry(account).or_default()
    }

    fn passed(&mut self, step: &Step<'v>) -> Passed {
        let key = (step.resource, step.slug.to_owned());
        if let Some(known) = self.passed.get(&key) {
            return known.clone();
        }
        let found = self.world(step.resource.segment()).map(|world| {
            let passing = world.reach.passing(step.resource);
            let targets = passing.into_iter().find(|passing| passing.slug == step.slug).map(|passing| passing.targets);
            let targets = targets.unwrap_or_default();
            let mut digest = Sha256::new();
            for node in world.reach.nodes(&targets) {
                digest.update(self.view.world.id(node).as_bytes());
                digest.update([0]);
            }
            Passed { targets, digest: digest_text(&digest.finalize()) }
        });
        let found = found.unwrap_or_default();
        self.passed.insert(key, found.clone());
        found
    }
}

/// The first half of a digest, in hexadecimal digits: enough to tell contents apart.
pub(crate) fn digest_text(bytes: &[u8]) -> String {
    digest_whole(bytes.get(..16).unwrap_or(bytes))
}

/// All of a digest, in hexadecimal digits: for what is signed.
pub(crate) fn digest_whole(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
