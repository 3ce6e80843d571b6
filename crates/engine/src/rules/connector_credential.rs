//! The credential that a connector reads with.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::completeness::Completeness;
use crate::connectors::expiry_at;
use crate::text::counted;

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "credential-days",
    what: "a credential that expires within this many days is found",
    default: 14,
    range: 0..=3_650,
};

const EXPIRED: CaseDeclaration = CaseDeclaration {
    id: "expired",
    severity: Severity::High,
    when: "the credential has expired, by what somebody said of it",
    remediation: "make another and give it to the connector",
};
const EXPIRES: CaseDeclaration = CaseDeclaration {
    id: "expires",
    severity: Severity::Low,
    when: "the credential expires within `credential-days` days, by what somebody said of it",
    remediation: "make another in time and give it to the connector",
};
const SEES_LESS: CaseDeclaration = CaseDeclaration {
    id: "sees-less",
    severity: Severity::High,
    when: "the credential is shown less than it was, so that no removal is believed any more",
    remediation: "give its account back what it had, or say that this is how it is: rolecall connectors accept-sight",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "connector-credential",
    title: "Credential that expires or sees less",
    why: "When it has expired, nothing is read. One that sees less is worse: what it is not shown looks as if it were gone.",
    unknown_when: "nobody said when the credential expires, which no source tells of every kind of credential; or it is \
                   asked what the credential saw at a past moment",
    cases: &[EXPIRED, EXPIRES, SEES_LESS],
    settings: &[&DAYS],
    controls: &["SOC 2 CC4.1", "SOC 2 CC6.1", "ISO 27001 A.5.17", "ISO 27001 A.8.16"],
    cost: "O(1)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let (Some(known), Some(root)) = (world.known_connector(), world.root) else {
        return RuleResult::NotApplicable("the connector was never read");
    };
    let title = world.connector.title();
    let mut findings = Vec::new();
    let expiry = expiry_at(&world.connector.record, world.now);
    if let Some(expiry) = &expiry {
        let date = &expiry.date;
        let in_days = usize::try_from(expiry.days_left).ok();
        match in_days {
            None => {
                let text = format!("the credential of {title} expired on {date}");
                findings.push(world.finding(&RULE, &EXPIRED, &[root], text));
            }
            Some(days) if days <= settings.get(&DAYS) as usize => {
                let text = format!("the credential of {title} expires on {date}, in {}", counted(days, "day", "days"));
                findings.push(world.finding(&RULE, &EXPIRES, &[root], text));
            }
            Some(_) => {}
        }
    }
    if let Some(losses) = known.losses.as_ref().filter(|losses| !losses.is_empty()) {
        let text = format!("the credential of {title} sees less than it did: {}", losses.join("; "));
        findings.push(world.finding(&RULE, &SEES_LESS, &[root], text));
    }
    let whole = Completeness { complete: true, ..Completeness::default() };
    let undecided = usize::from(expiry.is_none() || known.losses.is_none());
    RuleResult::looked(findings, undecided, whole)
}
