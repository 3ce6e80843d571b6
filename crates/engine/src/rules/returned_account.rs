//! A name that was gone and is back.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

const UNTOLD: CaseDeclaration = CaseDeclaration {
    id: "untold",
    severity: Severity::Medium,
    when: "an account of this name had left, one of the same name is back with rights, and nobody said that it is the same",
    remediation: "ask the person by another way whether it is they; if it is, say so: rolecall accounts confirm-same; if not, take the \
                  access away",
};
const ANOTHER: CaseDeclaration = CaseDeclaration {
    id: "another",
    severity: Severity::Medium,
    when: "an account of this name had left, and the source tells that the one that is back with rights is another",
    remediation: "find out whose it is; nothing that was decided about the former account holds for it",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "returned-account",
    title: "Name that was gone and is back",
    why: "Some sources give names anew. Whoever takes the name of somebody who left looks like them in every list, and a \
          right that was taken away is there again.",
    unknown_when: "the list of members was not read in full",
    cases: &[UNTOLD, ANOTHER],
    settings: &[],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.2", "ISO 27001 A.5.16"],
    cost: "O(accounts)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    if world.connector.declaration.reused_ids().is_empty() {
        return RuleResult::NotApplicable("the source gives no name anew");
    }
    let mut findings = Vec::new();
    for account in world.accounts().filter(|account| world.standing(*account).is_some()) {
        let Some(returned) = world.connector.returned(&world.world().reference(account)) else { continue };
        let case = if returned.is_another { ANOTHER } else { UNTOLD };
        let day = day_text(&moment_text(returned.at));
        let (id, can) = (world.world().id(account), world.can_text(account));
        let said = if returned.is_another { "it is another account" } else { "nobody said whether it is the same" };
        let title = format!("{id} was gone and is back since {day}: {said}; it {can}");
        let mut finding = world.account_finding(&RULE, &case, account, title);
        finding.since = Some(moment_text(returned.at));
        findings.push(finding);
    }
    RuleResult::looked(findings, 0, world.members().finish())
}
