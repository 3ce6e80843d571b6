//! Random worlds with cycles, dangling references and unknown words, compared with [`super::reference`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use rolecall_model::{AccessRule, Fact, ResourceRef, Value};

use super::reference::{Grant, Held, Input, Key, Reference, includes, is_group, key};
use super::support::{EVERY_RULE, Marked, segment_of};
use crate::{Agreement, FewHolders, NodeId, Path, Segment, Step, World};

const SLUGS: [&str; 10] =
    ["member", "maintainer", "read-only", "read-write", "owner", "admin", "developer", "alpha", "beta", "odd"];

fn resource() -> impl Strategy<Value = ResourceRef> {
    let kind = prop_oneof![
        4 => Just("user"),
        6 => Just("team"),
        5 => Just("package"),
        2 => Just("organization"),
        1 => Just("mystery"),
    ];
    (kind, 0..4_u8).prop_map(|(kind, id)| numbered(kind, id))
}

fn numbered(kind: &'static str, id: u8) -> ResourceRef {
    ResourceRef::new(kind, id.to_string())
}

fn fact() -> impl Strategy<Value = Fact> {
    let slug = prop::sample::select(&SLUGS[..]);
    prop_oneof![
        6 => (resource(), slug.clone(), resource()).prop_map(|(who, slug, what)| Fact::grant(&who, &what, slug)),
        6 => (resource(), 0..4_u8).prop_map(|(who, id)| Fact::grant(&who, &numbered("team", id), "member")),
        3 => (resource(), slug, resource()).prop_map(|(who, slug, what)| Fact::evidence(&who, &what, slug)),
        3 => (resource(), prop::option::of(resource())).prop_map(|(what, parent)| Fact::resource(what, parent)),
        1 => (resource(), any::<bool>()).prop_map(|(what, is)| Fact::property(&what, "public", Value::flag(is))),
        3 => (owner_of_default(), default()).prop_map(|(what, value)| Fact::property(&what, "default", value)),
        4 => (0..4_u8, role(), group(), 0..2_u8).prop_map(|(id, role, group, of)| {
            Fact::grant(&numbered("user", id), &numbered(group, of), role)
        }),
        2 => (0..4_u8, active()).prop_map(|(id, value)| Fact::property(&numbered("user", id), "active", value)),
        3 => (0..4_u8, group(), 0..2_u8).prop_map(|(id, group, parent)| {
            Fact::resource(numbered("package", id), Some(numbered(group, parent)))
        }),
    ]
}

/// Packages and what they are in, and sometimes anything else.
fn owner_of_default() -> impl Strategy<Value = ResourceRef> {
    let kind = prop::sample::select(&["package", "package", "organization", "team"][..]);
    prop_oneof![6 => (kind, 0..3_u8).prop_map(|(kind, id)| numbered(kind, id)), 1 => resource()]
}

/// What rules ask for.
fn role() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["owner", "admin", "maintainer", "developer", "member", "read-only", "odd"][..])
}

/// What a default may be set to: an entitlement, a word that is none, or no word.
fn default() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => prop::sample::select(&["read-only", "read-write", "owner"][..]).prop_map(Value::text),
        1 => prop::sample::select(&["none", "odd", "member"][..]).prop_map(Value::text),
        1 => Just(Value::number(1)),
    ]
}

fn active() -> impl Strategy<Value = Value> {
    prop_oneof![3 => Just(Value::flag(false)), 1 => Just(Value::flag(true)), 1 => Just(Value::text("false"))]
}

fn group() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["organization", "team"][..])
}

pub(super) fn segment(root: &str, host: &str, facts: &[Marked]) -> Arc<Segment> {
    segment_of(&EVERY_RULE, root, host, facts)
}

pub(super) fn marked() -> impl Strategy<Value = Marked> {
    (fact(), prop_oneof![Just("collaborators"), Just("packument")], prop::bool::weighted(0.2)).prop_map(
        |(fact, listing, unconfirmed)| {
            let listing = if matches!(fact, Fact::Property { .. }) { "roster" } else { listing };
            (fact, listing, unconfirmed)
        },
    )
}

pub(super) fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let facts = |most| prop::collection::vec(marked(), 0..most);
    let one = facts(40).prop_map(|facts| vec![("0", "h", facts)]);
    let third = (prop::sample::select(&["", "h"][..]), facts(10));
    let three = (facts(25), facts(25), third)
        .prop_map(|(first, second, (host, third))| vec![("0", "h", first), ("1", "h", second), ("2", host, third)]);
    prop_oneof![one, three]
}

pub(super) fn built(inputs: &[Input]) -> World {
    World::new(inputs.iter().map(|(root, host, facts)| segment(root, host, facts)).collect())
}

struct Keys(BTreeMap<NodeId, Key>);

impl Keys {
    fn of(world: &World) -> Self {
        let nodes = (0..3).flat_map(|segment| world.nodes(segment));
        let keyed = nodes.map(|node| {
            let host = world.segment(node).map_or("", |segment| &segment.identity().host);
            (node, key(node.segment() as usize, host, &world.reference(node)))
        });
        Self(keyed.collect())
    }

    fn key(&self, node: NodeId) -> Key {
        self.0[&node].clone()
    }

    fn grant(&self, step: &Step<'_>) -> Grant {
        let held = (self.key(step.principal), step.slug.to_owned(), self.key(step.resource));
        (held, step.origin.why().and_then(rule_saying))
    }

    fn path(&self, path: &Path<'_>) -> Vec<Grant> {
        path.steps.iter().map(|step| self.grant(step)).collect()
    }
}

/// The rule that gives a right in these words.
fn rule_saying(wanted: &str) -> Option<usize> {
    EVERY_RULE.rules.iter().position(|rule| matches!(rule, AccessRule::Inherited { why, .. } if *why == wanted))
}

/// Of paths that pass something twice, an answer gives any one shortest, and only where there is no other.
fn is_simple(path: &[Grant]) -> bool {
    let passed: BTreeSet<&Key> = path.iter().flat_map(|(held, _)| [&held.0, &held.2]).collect();
    passed.len() == path.len() + 1
}

fn holders(held: &BTreeSet<Held>, slugs: &[&str], on: &Key) -> BTreeSet<Key> {
    let fits = |found: &&Held| found.2 == *on && slugs.contains(&found.1.as_str()) && !is_group(&found.0);
    held.iter().filter(fits).map(|found| found.0.clone()).collect()
}

/// The slugs on each resource that no other held one includes; of equals the first by name.
fn strongest(held: &BTreeSet<Held>, who: &Key) -> BTreeSet<(Key, String)> {
    let on: Vec<(&Key, &str)> = held.iter().filter(|h| h.0 == *who).map(|h| (&h.2, h.1.as_str())).collect();
    let outdone = |(on_it, slug): (&Key, &str)| {
        on.iter().any(|(other_on, other)| {
            *other_on == on_it
                && *other != slug
                && includes(&on_it.1, other, slug)
                && (!includes(&on_it.1, slug, other) || *other < slug)
        })
    };
    on.iter().filter(|item| !outdone(**item)).map(|(on, slug)| equal_slug((*on).clone(), slug)).collect()
}

/// Two slugs on packages include each other. Answers name the one that was granted; for the comparison they are one.
fn equal_slug(on: Key, slug: &str) -> (Key, String) {
    let slug = if on.1 == "package" && slug == "beta" { "alpha" } else { slug };
    (on, slug.to_owned())
}

fn items(keys: &Keys, access: &crate::AccountAccess<'_>) -> BTreeSet<(Key, String)> {
    let items: BTreeSet<_> = access.items.iter().map(|item| equal_slug(keys.key(item.resource), item.slug)).collect();
    assert_eq!(items.len(), access.items.len(), "each item once");
    items
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn holders_takes_and_confirmation_are_those_of_the_reference(
        inputs in inputs(),
        slug in prop::sample::select(&SLUGS[..]),
    ) {
        let (world, reference) = (built(&inputs), Reference::of(&inputs));
        let keys = Keys::of(&world);
        let (held, confirmed, takes) = (reference.held(), reference.confirmed(), reference.takes());
        let mights = reference.mights();
        for (node, key) in &keys.0 {
            let answer = world.who_can(*node, &[slug]);
            let is_suspended = |who: &Key| reference.is_suspended(node.segment() as usize, who);
            let (expected, sure) = (holders(&held, &[slug], key), holders(&confirmed, &[slug], key));
            for (list, suspended) in [(answer.all().collect::<Vec<_>>(), false), (answer.suspended.iter().collect(), true)] {
                let here = |all: &BTreeSet<Key>| -> BTreeSet<Key> {
                    all.iter().filter(|who| is_suspended(who) == suspended).cloned().collect()
                };
                let found: BTreeSet<Key> = list.iter().map(|holder| keys.key(holder.account)).collect();
                prop_assert_eq!(found.len(), list.len());
                prop_assert_eq!(found, here(&expected));
                let found = list.iter().filter(|holder| !holder.unconfirmed).map(|holder| keys.key(holder.account));
                prop_assert_eq!(found.collect::<BTreeSet<_>>(), here(&sure));
            }
            prop_assert_eq!(world.holder_count(*node, &[slug]), (answer.holders.len(), answer.others.len()));
            let anyone = key.1 == "package" && slug == "read-only" && reference.is_public(key);
            prop_assert_eq!(answer.anyone.is_some(), anyone);
            prop_assert_eq!(world.is_for_anyone(*node, &[slug]), anyone);
            if slug == "read-write" {
                let found: BTreeSet<Key> = answer.can_take.iter().map(|take| keys.key(take.account)).collect();
                let expected = takes.iter().filter(|take| take.1 == *key && !is_group(&take.0));
                prop_assert_eq!(found, expected.map(|take| take.0.clone()).collect());
            }
            let found: BTreeSet<Key> = answer.might.iter().map(|might| keys.key(might.account)).collect();
            let might = mights.iter().filter(|(who, gives, on, suspended)| {
                on == key && !suspended && !anyone && includes(&key.1, gives, slug) && !is_group(who)
            });
            let might = might.map(|(who, ..)| who).filter(|who| !expected.contains(who));
            prop_assert_eq!(found, might.cloned().collect());
        }
    }

    #[test]
    fn access_is_that_of_the_reference_and_the_dual_of_who_can(inputs in inputs()) {
        let (world, reference) = (built(&inputs), Reference::of(&inputs));
        let keys = Keys::of(&world);
        let (held, takes, mights) = (reference.held(), reference.takes(), reference.mights());
        for (node, key) in &keys.0 {
            let access = world.access(*node);
            prop_assert_eq!(items(&keys, &access), strongest(&held, key));
            for item in access.items.iter().filter(|_| !is_group(key)) {
                let answer = world.who_can(item.resource, &[item.slug]);
                let holder = answer.all().chain(&answer.suspended).find(|holder| keys.key(holder.account) == *key);
                prop_assert_eq!(holder.map(|holder| holder.unconfirmed), Some(item.unconfirmed));
                let simple = item.paths.iter().filter(|path| is_simple(&keys.path(path))).count();
                prop_assert!(simple == item.paths.len() || (simple == 0 && item.paths.len() == 1));
                let paths = |paths: &[Path<'_>]| {
                    let paths = paths.iter().map(|path| keys.path(path));
                    paths.filter(|path| is_simple(path)).collect::<BTreeSet<_>>()
                };
                if !item.truncated {
                    prop_assert_eq!(holder.map(|holder| paths(&holder.paths)), Some(paths(&item.paths)));
                }
            }
            let found: BTreeSet<Key> =
                access.can_take.iter().flat_map(|group| &group.resources).map(|node| keys.key(*node)).collect();
            let expected = takes.iter().filter(|take| take.0 == *key).map(|take| take.1.clone());
            prop_assert_eq!(found, expected.collect::<BTreeSet<_>>());
            let found = access.might.iter().flat_map(|group| group.resources.iter().map(move |on| (group.slug, *on)));
            let found: BTreeSet<_> = found.map(|(slug, on)| (slug, keys.key(on))).collect();
            let expected = mights.iter().filter(|(who, slug, on, _)| {
                who == key && !(reference.is_public(on) && *slug == "read-only")
            });
            prop_assert_eq!(found, expected.map(|(_, slug, on, _)| (*slug, on.clone())).collect());
        }
    }

    #[test]
    fn what_a_group_passes_on_is_what_whoever_joins_it_comes_to_hold(
        inputs in inputs(),
        slug in prop::sample::select(&SLUGS[..]),
        which in any::<prop::sample::Index>(),
    ) {
        let world = built(&inputs);
        let keys = Keys::of(&world);
        let groups: Vec<NodeId> = keys.0.keys().copied().filter(|node| world.is_group(*node)).collect();
        prop_assume!(!groups.is_empty());
        let group = *which.get(&groups);
        let mut joined = inputs;
        let (newcomer, place) = (ResourceRef::new("user", "newcomer"), group.segment() as usize);
        joined[place].2.push((Fact::grant(&newcomer, &world.reference(group), slug), "roster", false));
        let newcomer = key(place, joined[place].1, &newcomer);
        // That it is in the group is not passed on by it.
        let of_others = |all: BTreeSet<(Key, String)>| -> BTreeSet<(Key, String)> {
            all.into_iter().filter(|(on, _)| *on != keys.key(group)).collect()
        };
        let expected = of_others(strongest(&Reference::of(&joined).held(), &newcomer));
        prop_assert_eq!(of_others(items(&keys, &world.access_through(group, slug))), expected);
    }

    #[test]
    fn every_path_is_listed_and_each_is_one(inputs in inputs(), slug in prop::sample::select(&SLUGS[..])) {
        let (world, reference) = (built(&inputs), Reference::of(&inputs));
        let keys = Keys::of(&world);
        let computed = Reference::closure(&reference.observed);
        let all: BTreeSet<Grant> = reference.observed.union(&reference.derived()).cloned().collect();
        for (node, key) in &keys.0 {
            let answer = world.who_can(*node, &[slug]);
            for holder in answer.all().chain(&answer.suspended) {
                let who = keys.key(holder.account);
                let is_computed = computed.contains(&(who.clone(), slug.to_owned(), key.clone()));
                let grants = if is_computed { &reference.observed } else { &all };
                let expected = Reference::paths(grants, &who, &[slug], key);
                let found: BTreeSet<_> = holder.paths.iter().map(|path| keys.path(path)).collect();
                prop_assert!(!found.is_empty());
                if holder.truncated {
                    prop_assert!(found.is_subset(&expected));
                } else if !expected.is_empty() {
                    prop_assert_eq!(&found, &expected);
                }
                let steps = holder.paths.iter().flat_map(|path| &path.steps);
                let mut computed = steps.filter(|step| !step.origin.is_path_unknown());
                prop_assert!(computed.all(|step| reference.observed.contains(&keys.grant(step))));
                prop_assert!(holder.paths.is_sorted_by_key(|path| path.steps.len()));
            }
        }
    }

    #[test]
    fn what_remains_after_leaving_is_that_of_the_reference(inputs in inputs()) {
        let (world, reference) = (built(&inputs), Reference::of(&inputs));
        let keys = Keys::of(&world);
        let root = world.root(0).unwrap();
        for account in world.accounts() {
            let remains = world.remains_after_leaving(account, root);
            let expected = reference.remains(&keys.key(account), &keys.key(root));
            prop_assert_eq!(items(&keys, &remains), strongest(&expected, &keys.key(account)));
        }
    }

    #[test]
    fn the_reach_of_all_accounts_is_that_of_each(inputs in inputs(), action in prop::sample::select(&["publish", "read"][..])) {
        let world = built(&inputs);
        for segment in world.indexes() {
            let (all, sure) = (world.action_reach(segment, action, false), world.action_reach(segment, action, true));
            let mut few = FewHolders::new(&world, action, 2);
            for (place, target) in all.targets().iter().enumerate() {
                let slugs = world.slugs_of_action(*target, action).unwrap();
                let holders = world.holders(*target, slugs);
                for account in world.accounts() {
                    let holder = holders.iter().find(|holder| world.representative(holder.account) == account);
                    prop_assert_eq!(all.of(account).contains(place), holder.is_some());
                    let confirmed = holder.is_some_and(|holder| !holder.unconfirmed);
                    prop_assert_eq!(sure.of(account).contains(place), confirmed);
                }
                for _ in 0..2 {
                    let found = few.on(*target);
                    prop_assert_eq!(found.len(), holders.len().min(2));
                    let holds = |one: &NodeId| holders.iter().any(|holder| world.representative(holder.account) == *one);
                    prop_assert!(found.iter().all(holds));
                }
            }
            for account in world.accounts() {
                let example = all.example(account);
                prop_assert_eq!(example.is_some(), !all.of(account).is_empty());
                if let Some(last) = example.and_then(|path| path.steps.last().copied()) {
                    let place = all.targets().iter().position(|one| world.representative(*one) == world.representative(last.resource));
                    prop_assert!(place.is_some_and(|place| all.of(account).contains(place)));
                }
            }
        }
    }

    #[test]
    fn a_swapped_segment_equals_a_full_rebuild(inputs in inputs(), fresh in prop::collection::vec(marked(), 0..20)) {
        let old = built(&inputs);
        prop_assert!(old.counts().resources > 0);
        let fresh = segment("0", "h", &fresh);
        let swapped = old.with_segment(0, Arc::clone(&fresh));
        let others = inputs.iter().skip(1).map(|(root, host, facts)| segment(root, host, facts));
        let rebuilt = World::new(std::iter::once(fresh).chain(others).collect());
        for node in (0..3).flat_map(|segment| rebuilt.nodes(segment)) {
            prop_assert_eq!(swapped.access(node), rebuilt.access(node));
            prop_assert_eq!(swapped.who_can(node, &["read-only"]), rebuilt.who_can(node, &["read-only"]));
        }
        prop_assert_eq!(swapped.counts(), rebuilt.counts());
    }

    #[test]
    fn agreement_is_the_difference_of_two_sets(inputs in inputs()) {
        const LEVELS: &[&str] = &["read-only", "read-write"];
        let (world, reference) = (built(&inputs), Reference::of(&inputs));
        let keys = Keys::of(&world);
        let computed = Reference::closure(&reference.observed);
        let read: Vec<NodeId> = world.nodes(0).filter(|node| world.kind(*node) == "package").collect();
        let level = |has: &dyn Fn(&str) -> bool| LEVELS.iter().rev().copied().find(|level| has(level));
        for Agreement { resource, only_computed, only_stated } in world.agreement(0, LEVELS, "collaborators", &read) {
            let stated: BTreeSet<(Key, &str)> = world
                .evidence_on(resource)
                .filter(|evidence| evidence.listing == "collaborators")
                .map(|evidence| (keys.key(evidence.principal), evidence.slug))
                .collect();
            let on = keys.key(resource);
            let difference = |list: &[(NodeId, &str)]| {
                list.iter().map(|(who, slug)| (keys.key(*who), (*slug).to_owned())).collect::<BTreeSet<_>>()
            };
            let (only_computed, only_stated) = (difference(&only_computed), difference(&only_stated));
            for who in keys.0.values() {
                let has = |level: &str| computed.contains(&(who.clone(), level.to_owned(), on.clone()));
                let says = |level: &str| stated.iter().any(|(whom, slug)| whom == who && includes(&on.1, slug, level));
                let (has, says) = (level(&has), level(&says));
                let expected = has.filter(|_| has != says && !is_group(who));
                prop_assert_eq!(only_computed.iter().find(|one| one.0 == *who).map(|one| one.1.as_str()), expected);
                let found = only_stated.iter().find(|one| one.0 == *who).map(|one| one.1.as_str());
                match says {
                    Some(_) => prop_assert_eq!(found, says.filter(|_| says != has)),
                    None => prop_assert_eq!(found.is_some(), stated.iter().any(|(whom, _)| whom == who)),
                }
            }
        }
    }
}
