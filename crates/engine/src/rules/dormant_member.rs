//! Who is in and has not been here for long.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "sign-in-days",
    what: "who has not signed in for this many days is dormant",
    default: 180,
    range: 1..=36_500,
};

const DORMANT: CaseDeclaration = CaseDeclaration {
    id: "dormant",
    severity: Severity::Medium,
    when: "the account holds something, and last signed in more than `sign-in-days` ago",
    remediation: "ask whether the person still needs it; if not, take the account out of the organisation",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "dormant-member",
    title: "Dormant member",
    why: "An account that nobody uses is one whose theft nobody notices. Programs sign in by no page and are not found; \
          what somebody does with a key alone is no sign-in either, so ask before you take something away.",
    unknown_when: "the list of members was not read in full, or the source does not tell when an account last signed in: \
                   that may be *never*, and may be *not told*",
    cases: &[DORMANT],
    settings: &[&DAYS],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.18"],
    cost: "O(accounts · their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let Some(property) = world.write.governance.accounts.last_sign_in else {
        return RuleResult::NotApplicable("the source does not show when accounts sign in");
    };
    let idle_since = world.days_ago(settings.get(&DAYS));
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for account in world.accounts().filter(|account| world.is_personal(*account)) {
        if world.standing(account).is_none() {
            continue;
        }
        match world.moment(account, property) {
            None => undecided += 1,
            Some(last) if last >= idle_since => {}
            Some(last) => {
                let (id, can) = (world.world().id(account), world.can_text(account));
                let title = format!("{id} {can}, and last signed in on {}", day_text(&moment_text(last)));
                findings.push(world.account_finding(&RULE, &DORMANT, account, title));
            }
        }
    }
    RuleResult::looked(findings, undecided, world.members().finish())
}
