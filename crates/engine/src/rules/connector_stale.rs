//! A connector whose answers are old.

use rolecall_model::Timestamp;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};
use crate::text::counted;
use crate::work::sync_due_at;

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "stale-days",
    what: "a connector whose members were not read whole for this many days is stale",
    default: 7,
    range: 1..=3_650,
};

const STALE: CaseDeclaration = CaseDeclaration {
    id: "stale",
    severity: Severity::High,
    when: "the list of members was last read whole more than `stale-days` days ago",
    remediation: "see why it is not read, and read it: rolecall status, then rolecall sync",
};
const LATE: CaseDeclaration = CaseDeclaration {
    id: "late",
    severity: Severity::Medium,
    when: "the connector is read in a rhythm, and three times in a row its members were not read whole",
    remediation: "see why it is not read: rolecall status",
};

/// So many times are no accident.
const TIMES: usize = 3;

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "connector-stale",
    title: "Connector that is not read",
    why: "Everything else that is said here is as old as that. Who left or joined since is in no answer, and no finding is \
          one more reason to look.",
    unknown_when: "the list of members was never read whole",
    cases: &[STALE, LATE],
    settings: &[&DAYS],
    controls: &["SOC 2 CC4.1", "SOC 2 CC7.2", "ISO 27001 A.8.16"],
    cost: "O(1)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    if world.connector.record.paused_at.is_some() {
        return RuleResult::NotApplicable("the connector is paused");
    }
    let completeness = world.members().finish();
    let (Some(root), Some(read)) = (world.root, world.members_read_at()) else {
        return RuleResult::looked(Vec::new(), 1, completeness);
    };
    let days = usize::try_from(world.now.0.saturating_sub(read.0) / (24 * 3600 * 1_000_000)).unwrap_or_default();
    let case = match (read < world.days_ago(settings.get(&DAYS)), is_late(world, read)) {
        (true, _) => STALE,
        (false, true) => LATE,
        (false, false) => return RuleResult::looked(Vec::new(), 0, completeness),
    };
    let day = day_text(&moment_text(read));
    let title =
        format!("{} was last read whole on {day}, {} ago", world.connector.title(), counted(days, "day", "days"));
    RuleResult::looked(vec![world.finding(&RULE, &case, &[root], title)], 0, completeness)
}

/// Whether it was to be read several times since.
fn is_late(world: &RuleWorld<'_>, read: Timestamp) -> bool {
    let next = |at: Timestamp| sync_due_at(&world.connector.record, None, Some(at));
    let due = (0..TIMES).try_fold(read, |at, _| next(at));
    due.is_some_and(|due| due < world.now)
}
