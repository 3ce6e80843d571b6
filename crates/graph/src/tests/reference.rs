//! The same answers from sets of tuples, by rules applied until nothing changes. Slow, obvious and written without a
//! look at the traversals.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::{AccessRule, Fact, ResourceRef};

use super::support::{Marked, RULES};

/// A resource: the place where its id means something, its type and its id.
pub(super) type Key = (String, String, String);
/// Principal, slug, resource.
pub(super) type Held = (Key, String, Key);

/// One segment's input: root id, host and facts.
pub(super) type Input = (&'static str, &'static str, Vec<Marked>);

pub(super) struct Reference {
    pub(super) observed: BTreeSet<Held>,
    confirmed_base: BTreeSet<Held>,
    /// With the listing, the resource's parent, and whether it is outdated.
    evidence: BTreeSet<(Held, String, Option<Key>, bool)>,
    parents: BTreeSet<(Key, Key)>,
    public: BTreeSet<Key>,
}

pub(super) fn key(segment: usize, host: &str, resource: &ResourceRef) -> Key {
    let wide = ["user", "team", "package"].contains(&resource.kind.as_str()) && !host.is_empty();
    let place = if wide { format!("host {host}") } else { format!("segment {segment}") };
    (place, resource.kind.to_string(), resource.id.to_string())
}

impl Reference {
    pub(super) fn of(inputs: &[Input]) -> Self {
        let mut reference = Self {
            observed: BTreeSet::new(),
            confirmed_base: BTreeSet::new(),
            evidence: BTreeSet::new(),
            parents: BTreeSet::new(),
            public: BTreeSet::new(),
        };
        for (segment, (_, host, facts)) in inputs.iter().enumerate() {
            reference.read(facts, |resource| key(segment, host, resource));
        }
        reference
    }

    fn read(&mut self, facts: &[Marked], key: impl Fn(&ResourceRef) -> Key) {
        let parents = parents(facts);
        for (resource, parent) in &parents {
            self.parents.insert((key(resource), key(parent)));
        }
        let mut public: BTreeMap<&ResourceRef, BTreeSet<(bool, &str)>> = BTreeMap::new();
        for (fact, listing, unconfirmed) in facts {
            match fact {
                Fact::Grant { principal, entitlement } => {
                    let held = (key(principal), entitlement.slug.to_string(), key(&entitlement.resource));
                    if !unconfirmed {
                        self.confirmed_base.insert(held.clone());
                    }
                    self.observed.insert(held);
                }
                Fact::Evidence { principal, entitlement } => {
                    let held = (key(principal), entitlement.slug.to_string(), key(&entitlement.resource));
                    let parent = parents.get(&entitlement.resource).map(&key);
                    self.evidence.insert((held, (*listing).to_owned(), parent, *unconfirmed));
                }
                Fact::Property { resource, value, .. } => {
                    public.entry(resource).or_default().insert((*unconfirmed, value.as_json()));
                }
                _ => {}
            }
        }
        let is_public = |values: &BTreeSet<(bool, &str)>| values.first().is_some_and(|first| first.1 == "true");
        self.public.extend(public.iter().filter(|(_, values)| is_public(values)).map(|(resource, _)| key(resource)));
    }

    /// Everything that follows from some grants.
    pub(super) fn closure(grants: &BTreeSet<Held>) -> BTreeSet<Held> {
        let mut held = grants.clone();
        loop {
            let mut more = held.clone();
            for rule in RULES {
                more.extend(consequences(rule, grants, &held));
            }
            if more.len() == held.len() {
                return held;
            }
            held = more;
        }
    }

    fn counts(held: &Held, listing: &str) -> bool {
        RULES.iter().any(|rule| {
            matches!(rule, AccessRule::EvidenceCounts { resource_type, listing: named }
                if *resource_type == held.2.1 && *named == listing)
        })
    }

    /// Grants from evidence, given who holds what.
    pub(super) fn derived(&self) -> BTreeSet<Held> {
        let computed = Self::closure(&self.observed);
        let inside = |held: &Held, parent: &Option<Key>| {
            parent.as_ref().is_some_and(|parent| computed.iter().any(|(who, _, on)| *who == held.0 && on == parent))
        };
        let counting = self.evidence.iter().filter(|(held, listing, parent, outdated)| {
            Self::counts(held, listing) && !(*outdated && inside(held, parent)) && !computed.contains(held)
        });
        counting.map(|(held, ..)| held.clone()).collect()
    }

    /// Everything held, evidence that counts included.
    pub(super) fn held(&self) -> BTreeSet<Held> {
        Self::closure(&self.observed.union(&self.derived()).cloned().collect())
    }

    /// Everything held without unconfirmed grants. All evidence of these tests is confirmed.
    pub(super) fn confirmed(&self) -> BTreeSet<Held> {
        Self::closure(&self.confirmed_base.union(&self.derived()).cloned().collect())
    }

    /// Who can give themself read-write on which package, without holding it.
    pub(super) fn takes(&self) -> BTreeSet<(Key, Key)> {
        let held = self.held();
        let mut takes = BTreeSet::new();
        for (package, parent) in self.parents.iter().filter(|(package, _)| package.1 == "package") {
            for (who, slug, _) in held.iter().filter(|(_, _, on)| on == parent) {
                let has = held.contains(&(who.clone(), "read-write".to_owned(), package.clone()));
                if ["admin", "owner"].contains(&slug.as_str()) && !has {
                    takes.insert((who.clone(), package.clone()));
                }
            }
        }
        takes
    }

    pub(super) fn is_public(&self, key: &Key) -> bool {
        self.public.contains(key)
    }

    /// What an account holds after it lost everything on a root and the groups inside it.
    pub(super) fn remains(&self, account: &Key, root: &Key) -> BTreeSet<Held> {
        let mut lost = BTreeSet::from([root.clone()]);
        loop {
            let inside = self.parents.iter().filter(|(child, parent)| is_group(child) && lost.contains(parent));
            let more: BTreeSet<Key> = inside.map(|(child, _)| child.clone()).chain(lost.iter().cloned()).collect();
            if more.len() == lost.len() {
                break;
            }
            lost = more;
        }
        let keep = |held: &&Held| !lost.contains(&held.2);
        let now = Self::closure(&self.observed);
        let left = Self::closure(&self.observed.iter().filter(keep).cloned().collect());
        let own = self.evidence.iter().filter(|(held, listing, parent, outdated)| {
            let inside = |parent: &Key| left.iter().any(|(who, _, on)| who == account && on == parent);
            held.0 == *account
                && Self::counts(held, listing)
                && !(*outdated && parent.as_ref().is_some_and(inside))
                && !now.contains(held)
        });
        let of_others = self.derived().into_iter().filter(|held| held.0 != *account);
        let base = self.observed.iter().cloned().chain(of_others).chain(own.map(|(held, ..)| held.clone()));
        let all = Self::closure(&base.filter(|held| keep(&held)).collect());
        all.into_iter().filter(|held| held.0 == *account).collect()
    }

    /// Every simple path, as the held grants on it, from a principal to one of the slugs on a resource.
    pub(super) fn paths(grants: &BTreeSet<Held>, from: &Key, slugs: &[&str], to: &Key) -> BTreeSet<Vec<Held>> {
        let mut found = BTreeSet::new();
        let mut open: Vec<Vec<Held>> =
            grants.iter().filter(|held| held.0 == *from && held.2 != *from).map(|held| vec![held.clone()]).collect();
        while let Some(path) = open.pop() {
            let Some(last) = path.last() else { continue };
            if last.2 == *to {
                if slugs.iter().any(|slug| includes(&to.1, &last.1, slug)) {
                    found.insert(path);
                }
                continue;
            }
            let fresh = |held: &&Held| held.2 != *from && path.iter().all(|step| step.2 != held.2);
            let next = grants.iter().filter(|held| held.0 == last.2 && passes(last, held)).filter(fresh);
            open.extend(next.map(|held| [path.as_slice(), std::slice::from_ref(held)].concat()));
        }
        found
    }
}

pub(super) fn is_group(key: &Key) -> bool {
    ["team", "organization"].contains(&key.1.as_str())
}

/// Whether holding `slug` includes `wanted` on a type.
pub(super) fn includes(kind: &str, slug: &str, wanted: &str) -> bool {
    let on = ("x".to_owned(), kind.to_owned(), "x".to_owned());
    let one = BTreeSet::from([(on.clone(), slug.to_owned(), on.clone())]);
    Reference::closure(&one).contains(&(on.clone(), wanted.to_owned(), on))
}

fn passes(membership: &Held, grant: &Held) -> bool {
    RULES.iter().any(|rule| {
        matches!(rule, AccessRule::Expandable { resource_type, group_type, through }
            if *resource_type == grant.2.1 && *group_type == grant.0.1
                && includes(&membership.2.1, &membership.1, through))
    })
}

fn consequences(rule: &AccessRule, grants: &BTreeSet<Held>, held: &BTreeSet<Held>) -> Vec<Held> {
    match rule {
        AccessRule::Implies { resource_type, slug, implied } => {
            let applies = held.iter().filter(|(_, s, on)| s == slug && on.1 == *resource_type);
            applies.map(|(who, _, on)| (who.clone(), (*implied).to_owned(), on.clone())).collect()
        }
        AccessRule::Expandable { resource_type, group_type, through } => {
            let expandable = grants.iter().filter(|(group, _, on)| on.1 == *resource_type && group.1 == *group_type);
            let members = |group: Key| held.iter().filter(move |(_, s, on)| *on == group && s == through);
            expandable
                .flat_map(|(group, slug, on)| {
                    members(group.clone()).map(move |(who, _, _)| (who.clone(), slug.clone(), on.clone()))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A confirmed parent before an unconfirmed one, then the smallest; nothing is its own.
fn parents(facts: &[Marked]) -> BTreeMap<ResourceRef, ResourceRef> {
    let mut stated: BTreeSet<(ResourceRef, bool, ResourceRef)> = BTreeSet::new();
    for (fact, _, unconfirmed) in facts {
        if let Fact::Resource { resource, parent: Some(parent) } = fact
            && resource != parent
        {
            stated.insert((resource.clone(), *unconfirmed, parent.clone()));
        }
    }
    stated.into_iter().rev().map(|(resource, _, parent)| (resource, parent)).collect()
}
