//! Someone who is named as responsible and can do nothing.

use std::collections::BTreeMap;

use rolecall_graph::{Evidence, NodeId, TargetSet};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;

const OUTSIDE: CaseDeclaration = CaseDeclaration {
    id: "not-a-member",
    severity: Severity::Medium,
    when: "the account is named, cannot write, and is no member (any more)",
    remediation: "take the name out of the package's document; if the person left, look at what else they keep: \
                  rolecall access NAME",
};
const MEMBER: CaseDeclaration = CaseDeclaration {
    id: "member",
    severity: Severity::Low,
    when: "the account is named and a member, and cannot write",
    remediation: "take the name out of the package's document, or give the person the right through a team",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "ghost-maintainer",
    title: "Ghost maintainer",
    why: "A package's document names maintainers for all the world to see, and goes on naming those who left. Reports of \
          vulnerabilities go to somebody who cannot act, an attacker learns whom to impersonate, and the name may turn \
          into a right again when the package moves. Somebody who is named and outside but can write is found by \
          outside-collaborator instead.",
    unknown_when: "documents of packages were not read, or it was not read in full who can write the packages somebody \
                   is named in: then they may hold the right by a way that was not seen",
    cases: &[OUTSIDE, MEMBER],
    settings: &[],
    controls: &["SOC 2 CC6.2", "ISO 27001 A.5.18"],
    cost: "O(names in documents + named accounts · their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(named_in) = world.write.named_in else {
        return RuleResult::NotApplicable("the source names nobody who is not allowed");
    };
    let mut behind = world.membership();
    for target in world.reach.targets() {
        world.add(&mut behind, named_in, Some(*target));
    }
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for (account, places) in named(world, named_in) {
        let (certain, open) = match world.world().is_suspended(account) {
            true => (places, TargetSet::default()),
            false => split(world, account, &without_right(world, account, &places)),
        };
        undecided += open.len();
        for target in world.nodes(&open) {
            counting(world, target).for_each(|listing| world.add(&mut behind, listing, Some(target)));
        }
        if !certain.is_empty() {
            findings.push(finding(world, account, &certain, named_in));
        }
    }
    RuleResult::Looked { findings, undecided, completeness: behind.finish() }
}

/// Whom the documents name, with the resources.
fn named(world: &RuleWorld<'_>, named_in: &str) -> BTreeMap<NodeId, TargetSet> {
    let mut named: BTreeMap<NodeId, TargetSet> = BTreeMap::new();
    for (place, target) in world.reach.targets().iter().enumerate() {
        let stated = world.world().evidence_on(*target).filter(|stated| stated.listing == named_in);
        for stated in stated {
            named.entry(stated.principal).or_default().insert(place);
        }
    }
    named
}

/// The resources among these that nothing shows the account can write: neither what we compute, nor what the registry
/// itself lists.
fn without_right(world: &RuleWorld<'_>, account: NodeId, places: &TargetSet) -> TargetSet {
    let reached = world.reach.of(account);
    let mut powerless = TargetSet::default();
    for place in places.iter().filter(|place| !reached.contains(*place)) {
        if !world.reach.target(place).is_some_and(|target| is_listed(world, account, target)) {
            powerless.insert(place);
        }
    }
    powerless
}

/// Whether the registry's own list of who can write the resource names the account, and is up to date.
fn is_listed(world: &RuleWorld<'_>, account: NodeId, target: NodeId) -> bool {
    listed(world, account, target).any(|stated| !stated.outdated)
}

/// What the registry's own list says the account can do to write the resource.
fn listed<'w>(world: &RuleWorld<'w>, account: NodeId, target: NodeId) -> impl Iterator<Item = Evidence<'w>> {
    let slugs = world.world().slugs_of_action(target, world.write.action).unwrap_or_default();
    let counting: Vec<&str> = counting(world, target).collect();
    let of_account = world.world().evidence_on(target).filter(move |stated| stated.principal == account);
    let graph = world.world();
    of_account
        .filter(move |stated| counting.contains(&stated.listing) && graph.includes_any(target, stated.slug, slugs))
}

/// The listings in which the registry itself says who can do what with a resource.
fn counting(world: &RuleWorld<'_>, target: NodeId) -> impl Iterator<Item = &'static str> {
    let kind = world.world().kind(target).to_owned();
    let counting = world.connector.declaration.evidence_counts();
    counting.filter(move |(resource_type, _)| *resource_type == kind).map(|(_, listing)| listing)
}

/// Those on which the account certainly has no right, and those on which it may have one that was not read.
fn split(world: &RuleWorld<'_>, account: NodeId, places: &TargetSet) -> (TargetSet, TargetSet) {
    let (mut certain, mut open) = (TargetSet::default(), TargetSet::default());
    for place in places.iter() {
        // What the list says of a right that has ended since will be read again: until then nobody knows.
        let read = |target| {
            counting(world, target).all(|listing| world.is_read(listing, target))
                && listed(world, account, target).next().is_none()
        };
        match world.is_membership_complete() && world.reach.target(place).is_some_and(read) {
            true => certain.insert(place),
            false => open.insert(place),
        }
    }
    (certain, open)
}

fn finding(world: &RuleWorld<'_>, account: NodeId, places: &TargetSet, named_in: &'static str) -> Finding {
    let is_insider = world.is_insider(account);
    let case = if is_insider { MEMBER } else { OUTSIDE };
    let outside = if is_insider { String::new() } else { format!(", and is no member of {}", world.root_title()) };
    let count = places.len();
    let (targets, none) = (world.targets_counted(count), if count == 1 { "cannot" } else { "can" });
    let what = if count == 1 { "it" } else { "none of them" };
    let suspended = if world.world().is_suspended(account) { "is suspended and " } else { "" };
    let name = world.world().id(account);
    let action = world.write.action;
    let title = format!("{name} is named as maintainer of {targets}, {suspended}{none} {action} {what}{outside}");
    let mut finding = world.finding(&RULE, &case, &[account], title);
    finding.evidence.resource_count = count;
    finding.evidence.resources = world.nodes(places).map(|target| world.view.candidate(target)).collect();
    finding.evidence.account_count = 1;
    finding.evidence.last_written =
        world.nodes(places).filter_map(|target| world.view.last_written(target, account, world.write)).max();
    let mut behind = world.membership();
    for target in world.nodes(places) {
        let listings = counting(world, target).chain([named_in]);
        listings.for_each(|listing| world.add(&mut behind, listing, Some(target)));
    }
    finding.completeness = behind.finish();
    finding
}
