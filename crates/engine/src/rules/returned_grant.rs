//! Access that was taken away after a review, and is there again.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::known::ReturnedGrant;
use super::settings::RuleSettings;
use super::world::RuleWorld;

const RETURNED: CaseDeclaration = CaseDeclaration {
    id: "came-back",
    severity: Severity::High,
    when: "a review denied the grant, a complete reading showed that it was gone, and a later one shows it again",
    remediation: "find out who gave it back and why; take it away again, or have it reviewed anew: rolecall reviews plan REVIEW",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "returned-grant",
    title: "Denied grant that came back",
    why: "What somebody decided to take away, and what was verified to be gone, comes back by a synchronised group, by a script \
          or by whoever did not agree. Without a sign of it the decision is worth nothing.",
    unknown_when: "the listings that state the grant were not read in full since it was taken away",
    cases: &[RETURNED],
    settings: &[],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.18"],
    cost: "O(steps of plans)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let known = world.known.returned.get(&world.connector.record.uuid).map(Vec::as_slice).unwrap_or_default();
    if known.is_empty() {
        return RuleResult::NotApplicable("nothing of it was taken away by a plan and verified to be gone");
    }
    let findings = known.iter().filter(|one| one.is_back).filter_map(|one| finding(world, one)).collect();
    let undecided = known.iter().filter(|one| !one.is_back && !is_seen(world, one)).count();
    RuleResult::looked(findings, undecided, world.membership().finish())
}

/// Whether the world does not show it, and everything was read that would.
fn is_seen(world: &RuleWorld<'_>, known: &ReturnedGrant) -> bool {
    let resource = &known.entitlement.resource;
    let node = world.world().resource(world.segment, resource.kind.as_str(), &resource.id);
    world.is_membership_complete()
        && node.is_none_or(|node| world.world().is_group(node) || world.is_detail_complete(node))
}

fn finding(world: &RuleWorld<'_>, known: &ReturnedGrant) -> Option<Finding> {
    let node = |resource: &rolecall_model::ResourceRef| {
        world.world().resource(world.segment, resource.kind.as_str(), &resource.id)
    };
    let (principal, resource) = (node(&known.principal)?, node(&known.entitlement.resource)?);
    let (holder, thing, slug) = (world.name(principal), world.name(resource), &known.entitlement.slug);
    let review = known.review.as_ref().map(|name| format!(" after the review {name:?}")).unwrap_or_default();
    let title = format!("{holder} is {slug} of {thing} again, which was taken away{review}");
    let mut finding = world.finding(&RULE, &RETURNED, &[principal, resource], title).keyed(slug.as_str());
    let step =
        world.world().grants_by(principal).find(|step| step.resource == resource && step.slug == slug.as_str())?;
    let path = rolecall_graph::Path { steps: vec![step] };
    finding = world.with_paths(finding, &[path]);
    Some(finding)
}
