//! How much each account could write, and what nobody else could: what a stolen one would be worth, and a lost one cost.

use std::collections::HashMap;

use rolecall_graph::{FewHolders, NodeId, TargetSet};
use rolecall_model::Timestamp;
use serde::Serialize;

use crate::as_of::AsOf;
use crate::completeness::Completeness;
use crate::name::Candidate;
use crate::rules::{RuleKnown, RuleWorld};
use crate::world::WorldView;

/// What every account could write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlastRadiusAnswer {
    /// The past moment that the answer is of: what was known then. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// Every account that can write anything, in each connector that shows it, the worst first.
    pub accounts: Vec<BlastRadius>,
    /// How complete the answer is, by connector.
    pub connectors: Vec<BlastRadiusConnector>,
    /// What only a person can have read, and nobody did.
    pub not_read: Vec<String>,
    /// What no interface of the sources shows.
    pub not_shown: Vec<String>,
}

/// What an account could write in one connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlastRadius {
    /// Who.
    pub account: Candidate,
    /// How many packages or repositories it can write.
    pub writes: usize,
    /// Of how many.
    pub of: usize,
    /// The share of all, in percent and rounded down.
    pub percent: usize,
    /// How many of them nobody else can write, for certain.
    pub alone: usize,
    /// The first of these.
    pub alone_on: Vec<Candidate>,
    /// Of how many more nobody else was seen to be able to write, while not everything was read.
    pub perhaps_alone: usize,
    /// How often all that it can write is fetched; `None` where the source does not tell for each of it.
    pub fetched: Option<u64>,
    /// Whether it is at least so much, because not everything was read.
    pub at_least: bool,
    /// Whether all of it rests on rights whose removal waits for a person.
    pub removal_unconfirmed: bool,
}

/// How much of a connector was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlastRadiusConnector {
    /// The connector: `npm:acme`.
    pub connector: String,
    /// How complete what is said of it is.
    pub completeness: Completeness,
}

/// How many resources are named that only one account can write.
const NAMED: usize = 5;

/// What every account could write, in the connectors in view.
///
/// `O(grants)`, and for each account `O(its grants · resources / 64)`. Credentials and workflows are no accounts.
#[must_use]
pub fn blast_radius(view: &WorldView) -> BlastRadiusAnswer {
    let mut answer = BlastRadiusAnswer {
        as_of: view.as_of().cloned(),
        accounts: Vec::new(),
        connectors: Vec::new(),
        not_read: Vec::new(),
        not_shown: Vec::new(),
    };
    let known = RuleKnown::default();
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        let Some(world) = RuleWorld::new(view, &known, (connector, segment), Timestamp::default()) else { continue };
        let completeness = world.everything();
        answer.accounts.extend(radii(&world, !completeness.complete));
        answer.connectors.push(BlastRadiusConnector { connector: connector.title(), completeness });
        extend_new(&mut answer.not_read, view.unread_anywhere(segment));
        extend_new(&mut answer.not_shown, connector.declaration.blind_spots.iter().map(|spot| (*spot).to_owned()));
    }
    // Stable: of equals, those of the first connector and by name.
    answer.accounts.sort_by_key(|one| std::cmp::Reverse((one.writes, one.alone, one.perhaps_alone)));
    answer
}

fn extend_new(known: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for text in more {
        if !known.contains(&text) {
            known.push(text);
        }
    }
}

fn radii(world: &RuleWorld<'_>, at_least: bool) -> Vec<BlastRadius> {
    let (alone, mut fetched) = (Alone::of(world), Fetched::of(world));
    let of = world.reach.targets().len();
    let radius = |account: NodeId| {
        let reached = world.reach.of(account);
        let writes = reached.len();
        let (certain, perhaps) = alone.on(world.world().representative(account));
        (writes > 0).then(|| BlastRadius {
            account: world.view.candidate(account),
            writes,
            of,
            percent: writes.saturating_mul(100) / of.max(1),
            alone: certain.len(),
            alone_on: certain.iter().take(NAMED).map(|target| world.view.candidate(*target)).collect(),
            perhaps_alone: perhaps,
            fetched: fetched.sum(reached),
            at_least,
            removal_unconfirmed: world.is_unconfirmed(account),
        })
    };
    world.accounts().filter_map(radius).collect()
}

/// What only one account can write, by the account.
#[derive(Default)]
struct Alone {
    certain: HashMap<NodeId, Vec<NodeId>>,
    perhaps: HashMap<NodeId, usize>,
}

impl Alone {
    fn of(world: &RuleWorld<'_>) -> Self {
        let mut alone = Self::default();
        let mut few = FewHolders::new(world.world(), world.write.action, 2);
        for target in world.reach.targets() {
            let [holder] = *few.on(*target) else { continue };
            match world.is_membership_complete() && world.is_detail_complete(*target) {
                true => alone.certain.entry(holder).or_default().push(*target),
                false => *alone.perhaps.entry(holder).or_default() += 1,
            }
        }
        alone
    }

    fn on(&self, account: NodeId) -> (&[NodeId], usize) {
        let certain = self.certain.get(&account).map(Vec::as_slice).unwrap_or_default();
        (certain, self.perhaps.get(&account).copied().unwrap_or_default())
    }
}

/// How often resources are fetched. Accounts of one team can write the same, so that each sum is made once.
struct Fetched {
    /// By place, and empty where the source tells of none; `None` where it does not tell.
    each: Vec<Option<u64>>,
    sums: HashMap<TargetSet, Option<u64>>,
}

impl Fetched {
    fn of(world: &RuleWorld<'_>) -> Self {
        let each = |target: &NodeId| world.write.governance.fetched.and_then(|name| world.number(*target, name));
        let mut each: Vec<Option<u64>> = world.reach.targets().iter().map(each).collect();
        if each.iter().all(Option::is_none) {
            each.clear();
        }
        Self { each, sums: HashMap::new() }
    }

    fn sum(&mut self, places: TargetSet) -> Option<u64> {
        if self.each.is_empty() {
            return None;
        }
        let Self { each, sums } = self;
        let sum = |places: &TargetSet| {
            let fetched = |place: usize| each.get(place).copied().flatten();
            places.iter().try_fold(0_u64, |sum, place| Some(sum.saturating_add(fetched(place)?)))
        };
        *sums.entry(places).or_insert_with_key(sum)
    }
}
