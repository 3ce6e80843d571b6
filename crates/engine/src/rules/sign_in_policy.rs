//! An organisation that lets people in with a password alone.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::completeness::CompletenessBuilder;

const NOT_OFFERED: CaseDeclaration = CaseDeclaration {
    id: "no-single-sign-on",
    severity: Severity::Medium,
    when: "the organisation has no single sign-on, so that each account is protected by itself",
    remediation: "set single sign-on up, so that the company's own rules of signing in hold here, and end here with the job",
};
const NOT_ENFORCED: CaseDeclaration = CaseDeclaration {
    id: "not-enforced",
    severity: Severity::Medium,
    when: "single sign-on is offered, and people can sign in by other ways",
    remediation: "once everybody has signed in that way, make it the only one; keep one owner for when it fails",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "sign-in-policy",
    title: "Sign-in that is not enforced",
    why: "What an organisation does not ask for, somebody does not have. Where a password is enough, the weakest one \
          opens everything that its account can do.",
    unknown_when: "the organisation's settings were not read, or the source does not show them and nobody stated that it \
                   asks everybody for a second factor (rolecall attest)",
    cases: &[NOT_OFFERED, NOT_ENFORCED],
    settings: &[],
    controls: &["SOC 2 CC6.1", "ISO 27001 A.5.16", "ISO 27001 A.5.17", "ISO 27001 A.8.5"],
    cost: "O(1)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let (Some(declared), Some(root)) = (world.write.governance.sign_in, world.root) else {
        let undecided = usize::from(!world.connector.is_second_factor_attested_required());
        return RuleResult::looked(Vec::new(), undecided, world.members().finish());
    };
    let mut behind = CompletenessBuilder::default();
    world.add(&mut behind, declared.listing, None);
    let title = world.root_title();
    let found = match (world.flag(root, declared.offered), world.flag(root, declared.enforced)) {
        (_, Some(true)) => return RuleResult::looked(Vec::new(), 0, behind.finish()),
        (Some(false), _) => Some((NOT_OFFERED, format!("{title} has no single sign-on"))),
        (Some(true), Some(false)) => {
            Some((NOT_ENFORCED, format!("{title} offers single sign-on, and lets people in by other ways too")))
        }
        (None, _) | (Some(true), None) => None,
    };
    let undecided = usize::from(found.is_none());
    let findings = found.map(|(case, title)| world.finding(&RULE, &case, &[root], title));
    RuleResult::looked(findings.into_iter().collect(), undecided, behind.finish())
}
