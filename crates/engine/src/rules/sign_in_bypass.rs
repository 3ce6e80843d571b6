//! Somebody who goes around single sign-on.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

const AROUND: CaseDeclaration = CaseDeclaration {
    id: "around",
    severity: Severity::Medium,
    when: "single sign-on is offered, and the member last signed in by another way",
    remediation: "have them sign in by single sign-on, and find out why they do not; then make it the only way in",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "sign-in-bypass",
    title: "Signed in around single sign-on",
    why: "An account that is used with a password of its own goes on working when the company closes the person's own \
          account, and none of the company's rules of signing in hold for it. When single sign-on was switched on is not \
          shown, so the last time may have been before. Outsiders are in no directory and are not found.",
    unknown_when: "the organisation's settings or its members were not read in full, or the source does not tell how an \
                   account last signed in",
    cases: &[AROUND],
    settings: &[],
    controls: &["SOC 2 CC6.1", "ISO 27001 A.5.16", "ISO 27001 A.8.5"],
    cost: "O(accounts)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let (Some(declared), Some(root)) = (world.write.governance.sign_in, world.root) else {
        return RuleResult::NotApplicable("the source does not show how people sign in");
    };
    let mut behind = world.members();
    world.add(&mut behind, declared.listing, None);
    let is_offered = world.flag(root, declared.offered);
    if is_offered == Some(false) {
        return RuleResult::NotApplicable("there is no single sign-on to go around");
    }
    let (mut findings, mut undecided) = (Vec::new(), 0);
    let members = world.accounts().filter(|account| world.is_personal(*account) && world.is_insider(*account));
    for account in members.filter(|account| !world.world().is_suspended(*account)) {
        let method = world.text(account, declared.method).map(|method| method.to_lowercase());
        match method.filter(|method| method != "unknown") {
            Some(method) if declared.around.contains(&method.as_str()) && is_offered.is_some() => {
                let last = world.write.governance.accounts.last_sign_in.and_then(|name| world.moment(account, name));
                let on = last.map(|last| format!(" on {}", day_text(&moment_text(last)))).unwrap_or_default();
                let (id, can) = (world.world().id(account), world.can_text(account));
                let title = format!("{id} last signed in by {method}{on}, around single sign-on, and {can}");
                findings.push(world.account_finding(&RULE, &AROUND, account, title));
            }
            Some(method) if declared.around.contains(&method.as_str()) => undecided += 1,
            Some(_) => {}
            None => undecided += 1,
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}
