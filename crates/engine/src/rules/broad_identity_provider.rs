//! An identity provider whose every word makes somebody a program's account.

use rolecall_graph::NodeId;
use rolecall_model::IdentityProviderDeclaration;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;

const WRITES: CaseDeclaration = CaseDeclaration {
    id: "can-write",
    severity: Severity::Critical,
    when: "any token that the provider signs makes its bearer a program's account that can write",
    remediation: "say which claims a token has to have: the repository, the branch, the environment",
};
const READS: CaseDeclaration = CaseDeclaration {
    id: "reads",
    severity: Severity::Medium,
    when: "any token that the provider signs makes its bearer a program's account that can write nothing",
    remediation: "say which claims a token has to have, or switch the provider off",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "broad-identity-provider",
    title: "Identity provider without limits",
    why: "A public build service signs tokens for everybody who uses it. Where no claim is asked for, anybody's build is \
          let in, not only that of the company's own repositories.",
    unknown_when: "the providers were not read in full, or the source does not tell what they have to claim, or whether they \
                   are in use",
    cases: &[WRITES, READS],
    settings: &[],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.6", "ISO 27001 A.5.15", "ISO 27001 A.8.5"],
    cost: "O(providers + services that trust them)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(declared) = world.write.governance.identity_providers else {
        return RuleResult::NotApplicable("the source trusts no identity providers");
    };
    let mut behind = world.members();
    world.add(&mut behind, declared.listing, None);
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for provider in world.of_type(declared.resource_type) {
        match is_broad(world, &declared, provider) {
            None => undecided += 1,
            Some(false) => {}
            Some(true) => findings.extend(finding(world, &declared, provider)),
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

fn is_broad(world: &RuleWorld<'_>, declared: &IdentityProviderDeclaration, provider: NodeId) -> Option<bool> {
    if world.flag(provider, declared.enabled) == Some(false) {
        return Some(false);
    }
    // A claim whose value says who somebody is asks for something.
    if world.text(provider, declared.mapping).is_some() {
        return Some(false);
    }
    let claims = world.texts(provider, declared.claims)?;
    world.flag(provider, declared.enabled).map(|enabled| enabled && claims.is_empty())
}

fn finding(world: &RuleWorld<'_>, declared: &IdentityProviderDeclaration, provider: NodeId) -> Option<Finding> {
    let links = world.world().links_to(provider).filter(|link| link.class == declared.trusts);
    let services: Vec<NodeId> = links.map(|link| link.from).collect();
    let names: Vec<&str> = services.iter().map(|service| world.world().id(*service)).collect();
    let (_, any) = services.split_first()?;
    let writer = services.iter().find(|service| !world.reach.of(**service).is_empty());
    let case = if writer.is_some() { WRITES } else { READS };
    let name = world.text(provider, declared.name).unwrap_or_else(|| world.world().id(provider).to_owned());
    let can = writer.map(|writer| world.can_text(*writer)).unwrap_or_else(|| "can write nothing".to_owned());
    let who = match any {
        [] => names.join(""),
        _ => format!("any of {}", names.join(", ")),
    };
    let title = format!("whatever “{name}” signs lets its bearer be {who}, which {can}");
    let finding = world.finding(&RULE, &case, &[provider], title);
    let paths: Vec<_> = writer.and_then(|writer| world.reach.example(*writer)).into_iter().collect();
    let mut finding = world.with_paths(finding, &paths);
    finding.removal_unconfirmed = world.world().is_unconfirmed(provider);
    finding.evidence.account_count = services.len();
    finding.evidence.resources = services.iter().map(|service| world.view.candidate(*service)).collect();
    finding.evidence.resource_count = services.len();
    Some(finding)
}
