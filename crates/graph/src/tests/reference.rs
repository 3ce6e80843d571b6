//! The same answers from sets of tuples, by rules applied until nothing changes. Slow, obvious and written without a
//! look at the traversals.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::{AccessRule, Fact, Given, ResourceRef};

use super::support::{EVERY_RULE, Marked};

/// A resource: the place where its id means something, its type and its id.
pub(super) type Key = (String, String, String);
/// Principal, slug, resource.
pub(super) type Held = (Key, String, Key);

/// Something held as such, and by which rule, if it is one that gives it.
pub(super) type Grant = (Held, Option<usize>);

/// One segment's input: root id, host and facts.
pub(super) type Input = (&'static str, &'static str, Vec<Marked>);

pub(super) struct Reference {
    /// What is observed, and what rules give.
    pub(super) observed: BTreeSet<Grant>,
    confirmed_base: BTreeSet<Grant>,
    /// With the listing, the resource's parent, and whether it is outdated.
    evidence: BTreeSet<(Held, String, Option<Key>, bool)>,
    /// By segment, what is inside what.
    parents: BTreeSet<(usize, Key, Key)>,
    public: BTreeSet<Key>,
    suspended: BTreeSet<(usize, Key)>,
    /// By segment: whoever holds one of these on the first may hold the slug on the second.
    chances: BTreeSet<(usize, &'static [&'static str], Key, &'static str, Key)>,
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
            suspended: BTreeSet::new(),
            chances: BTreeSet::new(),
        };
        for (segment, (_, host, facts)) in inputs.iter().enumerate() {
            reference.read(segment, facts, |resource| key(segment, host, resource));
        }
        reference
    }

    fn read(&mut self, segment: usize, facts: &[Marked], key: impl Fn(&ResourceRef) -> Key) {
        let parents = parents(facts);
        for (resource, (_, parent)) in &parents {
            self.parents.insert((segment, key(resource), key(parent)));
        }
        let properties = properties(facts);
        for ((resource, name), (_, value)) in &properties {
            match (*name, *value) {
                ("public", "true") => _ = self.public.insert(key(resource)),
                ("active", "false") if resource.kind == "user" => _ = self.suspended.insert((segment, key(resource))),
                _ => {}
            }
        }
        for (rule, number) in EVERY_RULE.rules.iter().zip(0..) {
            for (resource, (loose, parent)) in &parents {
                let given = |resource_type: &str, gives| {
                    let unsure = *loose || is_doubtful(facts, parent);
                    given(gives, resource, parent, &properties)
                        .filter(|_| resource.kind == resource_type)
                        .map(|(slug, unconfirmed)| (slug, unconfirmed || unsure))
                };
                match *rule {
                    AccessRule::Inherited { resource_type, gives, .. } if is_group(&key(parent)) => {
                        if let Some((slug, unconfirmed)) = given(resource_type, gives) {
                            let grant = ((key(parent), slug.to_owned(), key(resource)), Some(number));
                            self.add(grant, unconfirmed);
                        }
                    }
                    AccessRule::MayHold { holder_slugs, resource_type, gives, .. } => {
                        let given = given(resource_type, gives);
                        let chance = given.map(|(slug, _)| (segment, holder_slugs, key(parent), slug, key(resource)));
                        self.chances.extend(chance);
                    }
                    _ => {}
                }
            }
        }
        for (fact, listing, unconfirmed) in facts {
            match fact {
                Fact::Grant { principal, entitlement } => {
                    let held = (key(principal), entitlement.slug.to_string(), key(&entitlement.resource));
                    self.add((held, None), *unconfirmed);
                }
                Fact::Evidence { principal, entitlement } => {
                    let held = (key(principal), entitlement.slug.to_string(), key(&entitlement.resource));
                    let parent = parents.get(&entitlement.resource).map(|(_, parent)| key(parent));
                    self.evidence.insert((held, (*listing).to_owned(), parent, *unconfirmed));
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, grant: Grant, unconfirmed: bool) {
        if !unconfirmed {
            self.confirmed_base.insert(grant.clone());
        }
        self.observed.insert(grant);
    }

    /// Everything that follows from some grants.
    pub(super) fn closure(grants: &BTreeSet<Grant>) -> BTreeSet<Held> {
        let mut held: BTreeSet<Held> = grants.iter().map(|(held, _)| held.clone()).collect();
        loop {
            let mut more = held.clone();
            for (rule, number) in EVERY_RULE.rules.iter().zip(0..) {
                more.extend(consequences(rule, number, grants, &held));
            }
            if more.len() == held.len() {
                return held;
            }
            held = more;
        }
    }

    fn counts(held: &Held, listing: &str) -> bool {
        EVERY_RULE.rules.iter().any(|rule| {
            matches!(rule, AccessRule::EvidenceCounts { resource_type, listing: named }
                if *resource_type == held.2.1 && *named == listing)
        })
    }

    /// Grants from evidence, given who holds what.
    pub(super) fn derived(&self) -> BTreeSet<Grant> {
        let computed = Self::closure(&self.observed);
        let inside = |held: &Held, parent: &Option<Key>| {
            parent.as_ref().is_some_and(|parent| computed.iter().any(|(who, _, on)| *who == held.0 && on == parent))
        };
        let counting = self.evidence.iter().filter(|(held, listing, parent, outdated)| {
            Self::counts(held, listing) && !(*outdated && inside(held, parent)) && !computed.contains(held)
        });
        counting.map(|(held, ..)| (held.clone(), None)).collect()
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
        for (segment, package, parent) in self.parents.iter().filter(|(_, package, _)| package.1 == "package") {
            for (who, slug, _) in held.iter().filter(|(who, _, on)| on == parent && !self.is_suspended(*segment, who)) {
                let has = held.contains(&(who.clone(), "read-write".to_owned(), package.clone()));
                if ["admin", "owner"].contains(&slug.as_str()) && !has {
                    takes.insert((who.clone(), package.clone()));
                }
            }
        }
        takes
    }

    /// Who may hold which slug on which package, without holding it; and whether they are suspended there.
    pub(super) fn mights(&self) -> BTreeSet<(Key, &'static str, Key, bool)> {
        let held = self.held();
        let mut mights = BTreeSet::new();
        for (segment, holder_slugs, parent, slug, package) in &self.chances {
            for (who, via, _) in held.iter().filter(|(_, _, on)| on == parent) {
                let has = held.contains(&(who.clone(), (*slug).to_owned(), package.clone()));
                if holder_slugs.contains(&via.as_str()) && !has {
                    mights.insert((who.clone(), *slug, package.clone(), self.is_suspended(*segment, who)));
                }
            }
        }
        mights
    }

    pub(super) fn is_suspended(&self, segment: usize, who: &Key) -> bool {
        self.suspended.contains(&(segment, who.clone()))
    }

    pub(super) fn is_public(&self, key: &Key) -> bool {
        self.public.contains(key)
    }

    /// What an account holds after it lost everything on a root and the groups inside it.
    pub(super) fn remains(&self, account: &Key, root: &Key) -> BTreeSet<Held> {
        let mut lost = BTreeSet::from([root.clone()]);
        loop {
            let inside = self.parents.iter().filter(|(_, child, parent)| is_group(child) && lost.contains(parent));
            let more: BTreeSet<Key> = inside.map(|(_, child, _)| child.clone()).chain(lost.iter().cloned()).collect();
            if more.len() == lost.len() {
                break;
            }
            lost = more;
        }
        let keep = |grant: &&Grant| !lost.contains(&grant.0.2);
        let now = Self::closure(&self.observed);
        let left = Self::closure(&self.observed.iter().filter(keep).cloned().collect());
        let own = self.evidence.iter().filter(|(held, listing, parent, outdated)| {
            let inside = |parent: &Key| left.iter().any(|(who, _, on)| who == account && on == parent);
            held.0 == *account
                && Self::counts(held, listing)
                && !(*outdated && parent.as_ref().is_some_and(inside))
                && !now.contains(held)
        });
        let of_others = self.derived().into_iter().filter(|grant| grant.0.0 != *account);
        let base = self.observed.iter().cloned().chain(of_others).chain(own.map(|(held, ..)| (held.clone(), None)));
        let all = Self::closure(&base.filter(|grant| keep(&grant)).collect());
        all.into_iter().filter(|held| held.0 == *account).collect()
    }

    /// Every simple path, as the held grants on it, from a principal to one of the slugs on a resource.
    pub(super) fn paths(grants: &BTreeSet<Grant>, from: &Key, slugs: &[&str], to: &Key) -> BTreeSet<Vec<Grant>> {
        let mut found = BTreeSet::new();
        let begins = |(held, _): &&Grant| held.0 == *from && held.2 != *from;
        let mut open: Vec<Vec<Grant>> = grants.iter().filter(begins).map(|grant| vec![grant.clone()]).collect();
        while let Some(path) = open.pop() {
            let Some((last, _)) = path.last() else { continue };
            if last.2 == *to {
                if slugs.iter().any(|slug| includes(&to.1, &last.1, slug)) {
                    found.insert(path);
                }
                continue;
            }
            let fresh = |grant: &&Grant| grant.0.2 != *from && path.iter().all(|step| step.0.2 != grant.0.2);
            let next = grants.iter().filter(|grant| grant.0.0 == last.2 && passes(last, grant)).filter(fresh);
            open.extend(next.map(|grant| [path.as_slice(), std::slice::from_ref(grant)].concat()));
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
    let one = BTreeSet::from([((on.clone(), slug.to_owned(), on.clone()), None)]);
    Reference::closure(&one).contains(&(on.clone(), wanted.to_owned(), on))
}

fn passes(membership: &Held, (grant, by): &Grant) -> bool {
    let enough = |through: &str| includes(&membership.2.1, &membership.1, through);
    EVERY_RULE.rules.iter().zip(0..).any(|(rule, number)| match rule {
        AccessRule::Expandable { resource_type, group_type, through } => {
            by.is_none() && *resource_type == grant.2.1 && *group_type == grant.0.1 && enough(through)
        }
        AccessRule::Inherited { holder_slugs, .. } => {
            *by == Some(number) && holder_slugs.iter().any(|through| enough(through))
        }
        _ => false,
    })
}

fn consequences(rule: &AccessRule, number: usize, grants: &BTreeSet<Grant>, held: &BTreeSet<Held>) -> Vec<Held> {
    match rule {
        AccessRule::Implies { resource_type, slug, implied } => {
            let applies = held.iter().filter(|(_, s, on)| s == slug && on.1 == *resource_type);
            applies.map(|(who, _, on)| (who.clone(), (*implied).to_owned(), on.clone())).collect()
        }
        AccessRule::Expandable { resource_type, group_type, through } => {
            let expandable = grants
                .iter()
                .filter(|((group, _, on), by)| by.is_none() && on.1 == *resource_type && group.1 == *group_type);
            passed_on(expandable, &[through], held)
        }
        AccessRule::Inherited { holder_slugs, .. } => {
            passed_on(grants.iter().filter(|(_, by)| *by == Some(number)), holder_slugs, held)
        }
        _ => Vec::new(),
    }
}

/// What the holders of any of these on a group get of the group's grants.
fn passed_on<'g>(grants: impl Iterator<Item = &'g Grant>, throughs: &[&str], held: &BTreeSet<Held>) -> Vec<Held> {
    let mut passed = Vec::new();
    for ((group, slug, on), _) in grants {
        let members = held.iter().filter(|(_, through, of)| of == group && throughs.contains(&through.as_str()));
        passed.extend(members.map(|(who, ..)| (who.clone(), slug.clone(), on.clone())));
    }
    passed
}

/// The entitlement that a rule gives, and whether that rests on an unconfirmed property.
fn given(
    gives: Given,
    resource: &ResourceRef,
    parent: &ResourceRef,
    properties: &Properties<'_>,
) -> Option<(&'static str, bool)> {
    let named = |of: &ResourceRef, name: &'static str| {
        let (unconfirmed, value) = properties.get(&(of.clone(), name))?;
        let slug = ["owner", "read-only", "read-write"].into_iter().find(|slug| *value == format!("\"{slug}\""))?;
        Some((slug, *unconfirmed))
    };
    match gives {
        Given::Slug(slug) => Some((slug, false)),
        // No rule of these tests joins anybody to groups.
        Given::OfGroups(_) => None,
        Given::Property(name) => named(resource, name),
        Given::ParentProperty(name) => named(parent, name),
    }
}

/// A property's value, and whether it is unconfirmed.
type Properties<'f> = BTreeMap<(ResourceRef, &'f str), (bool, &'f str)>;

/// A confirmed value before an unconfirmed one, then the smallest.
fn properties(facts: &[Marked]) -> Properties<'_> {
    let mut stated: BTreeMap<_, BTreeSet<(bool, &str)>> = BTreeMap::new();
    for (fact, _, unconfirmed) in facts {
        if let Fact::Property { resource, name, value } = fact {
            stated.entry((resource.clone(), name.as_str())).or_default().insert((*unconfirmed, value.as_json()));
        }
    }
    stated.into_iter().filter_map(|(property, values)| Some((property, *values.first()?))).collect()
}

/// Whether something is said of the resource, and all of it unconfirmed. All evidence of these tests is confirmed.
fn is_doubtful(facts: &[Marked], resource: &ResourceRef) -> bool {
    let said: BTreeSet<bool> = facts
        .iter()
        .filter_map(|(fact, _, unconfirmed)| match fact {
            Fact::Resource { resource: stated, .. } => (stated == resource).then_some(*unconfirmed),
            Fact::Grant { principal, .. } => (principal == resource).then_some(*unconfirmed),
            Fact::Evidence { principal, .. } => (principal == resource).then_some(false),
            _ => None,
        })
        .collect();
    said == BTreeSet::from([true])
}

/// A confirmed parent before an unconfirmed one, then the smallest; nothing is its own. With whether it is unconfirmed.
fn parents(facts: &[Marked]) -> BTreeMap<ResourceRef, (bool, ResourceRef)> {
    let mut stated: BTreeSet<(ResourceRef, bool, ResourceRef)> = BTreeSet::new();
    for (fact, _, unconfirmed) in facts {
        if let Fact::Resource { resource, parent: Some(parent) } = fact
            && resource != parent
        {
            stated.insert((resource.clone(), *unconfirmed, parent.clone()));
        }
    }
    stated.into_iter().rev().map(|(resource, unconfirmed, parent)| (resource, (unconfirmed, parent))).collect()
}
