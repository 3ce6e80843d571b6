//! What was written by somebody who is not in the organisation, or had left.

use std::collections::BTreeMap;

use rolecall_graph::NodeId;
use rolecall_model::person::{LinkState, Person};
use rolecall_model::{ResourceRef, Timestamp, WriteHistory};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::history::written_by;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::moment::{day_text, moment_parse, moment_text};
use crate::name::Candidate;

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "outside-days",
    what: "what somebody outside last wrote longer ago than this many days is not found",
    default: 90,
    range: 1..=36_500,
};

const LEFT: CaseDeclaration = CaseDeclaration {
    id: "after-leaving",
    severity: Severity::Critical,
    when: "a version names an account of a person who had left by then",
    remediation: "look at that version as at one of an attacker: compare it with its source, and with what came before and \
                  after; then see what the account can still do: rolecall leaver NAME",
};
const OUTSIDE: CaseDeclaration = CaseDeclaration {
    id: "not-a-member",
    severity: Severity::High,
    when: "a version of the last `outside-days` days names an account that is no member and cannot write any more",
    remediation: "find out who it was and who let them; if nobody knows, take the version for an attacker's",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "published-from-outside",
    title: "Published from outside",
    why: "Versions stay when their publisher is gone. One that was published by somebody who had left, or whom nobody \
          knows, is what an attack looks like afterwards. Outsiders who can still write are found by outside-collaborator.",
    unknown_when: "documents of packages, or the list of members, were not read in full; only each account's last version \
                   of a package is kept",
    cases: &[LEFT, OUTSIDE],
    settings: &[&DAYS],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.8", "ISO 27001 A.5.18", "ISO 27001 A.8.15"],
    cost: "O(names in documents)",
    evaluate,
};

/// What one account wrote, the newest of each resource.
type Written = BTreeMap<String, Vec<(NodeId, Timestamp)>>;

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let Some(declared) = &world.write.history else {
        return RuleResult::NotApplicable("the source does not show who wrote, and when");
    };
    let mut behind = world.members();
    let mut undecided = 0;
    for target in world.reach.targets() {
        world.add(&mut behind, declared.listing, Some(*target));
        undecided += usize::from(!world.is_read(declared.listing, *target));
    }
    let recent = world.days_ago(settings.get(&DAYS));
    let is_certain = world.members().is_complete();
    let mut findings = Vec::new();
    for (name, writes) in written(world, declared) {
        let account = world.world().resource(world.segment, world.connector.declaration.account_type, &name);
        if let Some((person, end)) = person_who_left(world, &name) {
            let after: Vec<_> = writes.iter().filter(|(_, at)| *at >= end).copied().collect();
            if !after.is_empty() {
                findings.push(after_leaving(world, &name, person, &after));
                continue;
            }
        }
        let lately: Vec<_> = writes.into_iter().filter(|(_, at)| *at >= recent).collect();
        let is_in = account.is_some_and(|account| {
            world.is_insider(account) || !world.reach.of(account).is_empty() || world.world().is_suspended(account)
        });
        match (lately.is_empty() || is_in, is_certain) {
            (true, _) => {}
            (false, true) => findings.push(from_outside(world, &name, &lately)),
            (false, false) => undecided += 1,
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

fn written(world: &RuleWorld<'_>, declared: &WriteHistory) -> Written {
    let mut written = Written::new();
    for target in world.reach.targets() {
        for (name, at) in written_by(world, *target, declared) {
            written.entry(name).or_default().push((*target, at));
        }
    }
    written
}

/// Whose an account is who left, and the end of their last day. When somebody disappeared from a directory is not when they
/// left.
fn person_who_left<'v>(world: &RuleWorld<'v>, name: &str) -> Option<(&'v Person, Timestamp)> {
    let people = world.people()?;
    let account = ResourceRef::new(world.connector.declaration.account_type, name);
    let link = people.state(&world.connector.title(), account).and_then(LinkState::link)?;
    let person = people.person(&link.person).filter(|_| people.has_left(&link.person))?;
    let last_day = moment_parse(&person.end?.to_string(), world.now).ok()?;
    Some((person, last_day.plus_seconds(24 * 3600)))
}

fn after_leaving(world: &RuleWorld<'_>, name: &str, person: &Person, writes: &[(NodeId, Timestamp)]) -> Finding {
    let end = person.end.map(|day| day.to_string()).unwrap_or_default();
    let (did, last) = did(world, writes);
    let title =
        format!("{} left on {end}, and their account {name} {did} after that (last {last})", person.display_name);
    finding(world, &LEFT, name, title, writes)
}

fn from_outside(world: &RuleWorld<'_>, name: &str, writes: &[(NodeId, Timestamp)]) -> Finding {
    let (did, last) = did(world, writes);
    let title = format!("{name} {did} (last {last}) and is no member of {}", world.root_title());
    finding(world, &OUTSIDE, name, title, writes)
}

/// `wrote versions of 2 packages`, and the day of the last.
fn did(world: &RuleWorld<'_>, writes: &[(NodeId, Timestamp)]) -> (String, String) {
    let last = writes.iter().map(|(_, at)| *at).max().unwrap_or_default();
    let what = match writes {
        [(one, _)] => format!("wrote a version of {}", world.world().id(*one)),
        several => format!("wrote versions of {}", world.targets_counted(several.len())),
    };
    (what, day_text(&moment_text(last)))
}

fn finding(
    world: &RuleWorld<'_>,
    case: &CaseDeclaration,
    name: &str,
    title: String,
    writes: &[(NodeId, Timestamp)],
) -> Finding {
    let account = ResourceRef::new(world.connector.declaration.account_type, name);
    let mut finding = world.finding(&RULE, case, &[], title).keyed(&account.to_string());
    // Nothing has to know the account any more: the document names it.
    finding.subjects.push(Candidate {
        connector: world.connector.title(),
        kind: account.kind.to_string(),
        id: account.id.to_string(),
    });
    finding.evidence.account_count = 1;
    finding.evidence.resource_count = writes.len();
    finding.evidence.resources = writes.iter().map(|(target, _)| world.view.candidate(*target)).collect();
    finding.evidence.last_written = writes.iter().map(|(_, at)| *at).max().map(moment_text);
    finding
}
