//! What a difference means for publishing: who can now, and who no longer can.
//!
//! Effects are looked up in the two worlds, path by path, so that they say what the registry would enforce: somebody
//! who joins a team that adds nothing to what they could publish anyway gained nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolecall_graph::{NodeId, Path};
use rolecall_model::{Fact, ResourceRef, Term};
use serde::Serialize;

use super::Side;
use crate::text::counted;
use crate::world::ConnectorView;

/// How many names a sentence lists.
const NAMED: usize = 5;

/// One effect of a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EffectAnswer {
    /// In words: `can now publish 14 packages through team acme/developers`.
    pub text: String,
    /// Whether a right was gained, rather than lost.
    pub gained: bool,
    /// Accounts that gained or lost it.
    pub accounts: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// On how many resources the account could now give itself the right.
    #[serde(skip_serializing_if = "is_zero")]
    pub can_take: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl EffectAnswer {
    /// Whether somebody can do more than before.
    pub(super) const fn is_gain(&self) -> bool {
        self.gained
    }

    /// How much of it there is.
    pub(super) fn weight(&self) -> usize {
        self.accounts.len().max(1) * self.resources.len().max(self.can_take)
    }
}

/// What an account can publish, and by which paths.
type Publishes = BTreeMap<ResourceRef, Vec<Through>>;

/// A path: how it is called, and the grants it is made of.
struct Through {
    text: String,
    steps: BTreeSet<(ResourceRef, ResourceRef)>,
}

/// Looks up effects, each account and package once.
pub(super) struct Effects<'e> {
    old: Side<'e>,
    new: Side<'e>,
    accounts: HashMap<ResourceRef, (Publishes, Publishes)>,
    packages: HashMap<ResourceRef, (BTreeSet<String>, BTreeSet<String>)>,
}

impl<'e> Effects<'e> {
    pub(super) fn new(old: Side<'e>, new: Side<'e>) -> Self {
        Self { old, new, accounts: HashMap::new(), packages: HashMap::new() }
    }

    /// The effects of a fact that is new (or raised), or else gone (or lowered).
    pub(super) fn of(&mut self, fact: &Fact, gained: bool) -> Vec<EffectAnswer> {
        let (principal, entitlement) = match fact {
            Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } => {
                (principal, entitlement)
            }
            Fact::Property { resource, name, .. } => return self.of_setting(resource, name),
            Fact::Resource { .. } | Fact::Link { .. } => return Vec::new(),
        };
        let resource = &entitlement.resource;
        let mut effects = Vec::new();
        if self.is_account(principal) {
            effects.extend(self.of_account(principal, resource, gained));
            if gained {
                effects.extend(self.take(principal, resource));
            }
        } else {
            effects.extend(self.of_package(resource, gained));
        }
        effects
    }

    /// What follows from a setting, in both directions: of an account that is suspended or no longer so, of a resource, or
    /// of what resources belong to.
    fn of_setting(&mut self, resource: &ResourceRef, name: &Term) -> Vec<EffectAnswer> {
        let declaration = self.new.connector().map(|connector| connector.declaration);
        if !declaration.is_some_and(|declared| declared.is_setting(resource.kind.as_str(), name.as_str())) {
            return Vec::new();
        }
        if self.is_account(resource) {
            return [true, false].into_iter().filter_map(|gained| self.of_account_at_all(resource, gained)).collect();
        }
        let world = &self.new.view.world;
        let inside = node(&self.new, resource).into_iter().flat_map(|node| world.children(node));
        let inside: Vec<ResourceRef> = inside.map(|child| world.reference(child)).collect();
        let mut effects = Vec::new();
        for gained in [true, false] {
            effects.extend(self.of_package(resource, gained));
            effects.extend(self.of_packages(&inside, gained));
        }
        effects
    }

    /// What the account can write now and could not before, or the other way round, by whichever path.
    fn of_account_at_all(&mut self, account: &ResourceRef, gained: bool) -> Option<EffectAnswer> {
        let (with, without) = self.sides(account, gained);
        let packages: Vec<ResourceRef> =
            with.keys().filter(|package| !without.contains_key(*package)).cloned().collect();
        let (verb, what) = (verb(gained), self.counted_or_named(&packages)?);
        Some(EffectAnswer {
            text: format!("{verb} {} {what}", self.action()),
            gained,
            accounts: vec![account.id.to_string()],
            resources: packages.iter().map(|package| package.id.to_string()).collect(),
            can_take: 0,
        })
    }

    /// Who gained or lost resources by a setting of what they belong to.
    fn of_packages(&mut self, packages: &[ResourceRef], gained: bool) -> Option<EffectAnswer> {
        let (mut accounts, mut resources) = (BTreeSet::new(), Vec::new());
        for effect in packages.iter().filter_map(|package| self.of_package(package, gained)) {
            accounts.extend(effect.accounts);
            resources.extend(effect.resources);
        }
        let accounts: Vec<String> = accounts.into_iter().collect();
        let first = packages.iter().find(|package| resources.first().is_some_and(|first| **first == *package.id))?;
        let (number, what) = (accounts_counted(accounts.len()), self.counted(first.kind.as_str(), resources.len()));
        let text = format!("{number} {} {} {what}: {}", verb(gained), self.action(), shortened(&accounts));
        Some(EffectAnswer { text, gained, accounts, resources, can_take: 0 })
    }

    /// What an account can write on the side that has more, and on the other.
    fn sides(&mut self, account: &ResourceRef, gained: bool) -> (&Publishes, &Publishes) {
        let (old, new) = (self.old, self.new);
        let (before, now) = &*self
            .accounts
            .entry(account.clone())
            .or_insert_with(|| (publishes(&old, account), publishes(&new, account)));
        if gained { (now, before) } else { (before, now) }
    }

    fn action(&self) -> &'static str {
        self.new.connector().map_or("publish", ConnectorView::write_action)
    }

    /// The one resource by name, or how many there are.
    fn counted_or_named(&self, packages: &[ResourceRef]) -> Option<String> {
        match packages {
            [] => None,
            [one] => Some(one.id.to_string()),
            [first, ..] => Some(self.counted(first.kind.as_str(), packages.len())),
        }
    }

    /// What the account gained or lost by its grant on `resource`: a team, or a package itself.
    fn of_account(&mut self, account: &ResourceRef, resource: &ResourceRef, gained: bool) -> Option<EffectAnswer> {
        let (with, without) = self.sides(account, gained);
        let grant = (account.clone(), resource.clone());
        let mut packages = Vec::new();
        let mut paths = BTreeSet::new();
        for (package, ways) in with.iter().filter(|(package, _)| !without.contains_key(*package)) {
            let mut by = ways.iter().filter(|way| way.steps.contains(&grant)).peekable();
            if by.peek().is_some() {
                packages.push(package.clone());
                paths.extend(by.map(|way| way.text.clone()));
            }
        }
        let what = self.counted_or_named(&packages)?;
        let paths: Vec<String> = paths.into_iter().collect();
        Some(EffectAnswer {
            text: format!("{} {} {what} through {}", verb(gained), self.action(), shortened(&paths)),
            gained,
            accounts: vec![account.id.to_string()],
            resources: packages.iter().map(|package| package.id.to_string()).collect(),
            can_take: 0,
        })
    }

    /// Who gained or lost a package by what a group holds on it.
    fn of_package(&mut self, package: &ResourceRef, gained: bool) -> Option<EffectAnswer> {
        let (old, new) = (self.old, self.new);
        let (before, now) =
            self.packages.entry(package.clone()).or_insert_with(|| (holders(&old, package), holders(&new, package)));
        let (with, without) = if gained { (&*now, &*before) } else { (&*before, &*now) };
        let accounts: Vec<String> = with.difference(without).cloned().collect();
        if accounts.is_empty() {
            return None;
        }
        let number = accounts_counted(accounts.len());
        let text = format!("{number} {} {} it: {}", verb(gained), self.action(), shortened(&accounts));
        Some(EffectAnswer { text, gained, accounts, resources: vec![package.id.to_string()], can_take: 0 })
    }

    /// What a new owner could give themself. They do not have it.
    fn take(&self, account: &ResourceRef, resource: &ResourceRef) -> Option<EffectAnswer> {
        let node = node(&self.new, account)?;
        let access = self.new.view.world.access(node);
        let parent = self::node(&self.new, resource)?;
        let group = access.can_take.iter().find(|group| group.parent == parent)?;
        let (slug, number) = (group.slug, group.resources.len());
        let text = format!("could give itself {slug} on {}", self.counted(group.resource_type, number));
        let accounts = vec![account.id.to_string()];
        Some(EffectAnswer { text, can_take: number, accounts, ..EffectAnswer::default() })
    }

    fn is_account(&self, principal: &ResourceRef) -> bool {
        let is = |side: &Side<'_>| node(side, principal).is_some_and(|node| side.view.world.is_account(node));
        is(&self.new) || is(&self.old)
    }

    fn counted(&self, kind: &str, number: usize) -> String {
        let declared = self.new.connector().and_then(|connector| connector.declaration.resource_type(kind));
        match declared {
            Some(declared) if number != 1 => format!("{number} {}", declared.plural),
            _ => format!("{number} {kind}"),
        }
    }
}

fn node(side: &Side<'_>, resource: &ResourceRef) -> Option<NodeId> {
    side.view.world.resource(side.segment, resource.kind.as_str(), &resource.id)
}

fn publishes(side: &Side<'_>, account: &ResourceRef) -> Publishes {
    let Some(node) = node(side, account).filter(|node| !side.view.world.is_suspended(*node)) else {
        return Publishes::new();
    };
    let access = side.view.world.access(node);
    let action = side.view.write_action(node);
    let items = access.items.iter().filter(|item| side.view.allows(item.resource, item.slug, action));
    items
        .map(|item| {
            let ways = item.paths.iter().map(|path| through(side, path)).collect();
            (side.view.world.reference(item.resource), ways)
        })
        .collect()
}

fn through(side: &Side<'_>, path: &Path<'_>) -> Through {
    let world = &side.view.world;
    let steps = path.steps.iter().map(|step| (world.reference(step.principal), world.reference(step.resource)));
    Through { text: side.view.path_text(path), steps: steps.collect() }
}

fn holders(side: &Side<'_>, package: &ResourceRef) -> BTreeSet<String> {
    let Some(node) = node(side, package) else { return BTreeSet::new() };
    let Some(slugs) = side.view.world.slugs_of_action(node, side.view.write_action(node)) else {
        return BTreeSet::new();
    };
    let found = side.view.world.holders(node, slugs);
    found.iter().map(|holder| side.view.world.id(holder.account).to_owned()).collect()
}

const fn verb(gained: bool) -> &'static str {
    if gained { "can now" } else { "can no longer" }
}

fn accounts_counted(number: usize) -> String {
    counted(number, "account", "accounts")
}

fn shortened(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
