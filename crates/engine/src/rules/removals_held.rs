//! Removals that wait for a person.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::completeness::Completeness;
use crate::moment::{day_text, moment_text};
use crate::text::counted;

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "removals-days",
    what: "removals that wait longer than this many days are overdue",
    default: 3,
    range: 0..=3_650,
};

const WAITING: CaseDeclaration = CaseDeclaration {
    id: "waiting",
    severity: Severity::Low,
    when: "removals wait for a person's word",
    remediation: "look at them, and confirm or discard them: rolecall changes",
};
const OVERDUE: CaseDeclaration = CaseDeclaration {
    id: "overdue",
    severity: Severity::Medium,
    when: "removals have waited for a person's word for more than `removals-days` days",
    remediation: "look at them, and confirm or discard them: rolecall changes",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "removals-held",
    title: "Removals that wait",
    why: "Until somebody has looked, what is gone still counts as there: answers name people who can do nothing any more, \
          and nobody knows whether so much was meant to go.",
    unknown_when: "never: what waits is known here",
    cases: &[WAITING, OVERDUE],
    settings: &[&DAYS],
    controls: &["SOC 2 CC4.1", "SOC 2 CC7.2", "ISO 27001 A.8.16"],
    cost: "O(1)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let (Some(known), Some(root)) = (world.known_connector(), world.root) else {
        return RuleResult::NotApplicable("the connector was never read");
    };
    let whole = Completeness { complete: true, ..Completeness::default() };
    let Some(since) = known.waiting_since.filter(|_| known.waiting > 0) else {
        return RuleResult::looked(Vec::new(), 0, whole);
    };
    let case = if since < world.days_ago(settings.get(&DAYS)) { OVERDUE } else { WAITING };
    let wait =
        counted(known.waiting, "removal of {} waits", "removals of {} wait").replace("{}", &world.connector.title());
    let since = moment_text(since);
    let title = format!("{wait} for a person's word, since {}", day_text(&since));
    let mut finding = world.finding(&RULE, &case, &[root], title);
    finding.since = Some(since);
    RuleResult::looked(vec![finding], 0, whole)
}
