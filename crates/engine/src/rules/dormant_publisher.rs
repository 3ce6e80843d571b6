//! Who can write and does not.

use std::collections::{BTreeMap, HashMap};

use rolecall_graph::{NodeId, TargetSet};
use rolecall_model::{Timestamp, WriteHistory};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::completeness::Completeness;
use crate::moment::{day_text, moment_parse, moment_text};
use crate::text::counted;
use crate::world::WorldView;

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "dormant-days",
    what: "who has not published for this many days is dormant",
    default: 365,
    range: 1..=36_500,
};
static NEWCOMER: SettingDeclaration = SettingDeclaration {
    name: "newcomer-days",
    what: "who was first seen this many days ago or less is not expected to have published yet",
    default: 90,
    range: 0..=36_500,
};

const DORMANT: CaseDeclaration = CaseDeclaration {
    id: "dormant",
    severity: Severity::Medium,
    when: "the account can write, and the last time it did is more than `dormant-days` ago",
    remediation: "ask whether the person still maintains anything; if not, take them out of the teams that write. The \
                  right is quickly given back",
};
const NEVER: CaseDeclaration = CaseDeclaration {
    id: "never",
    severity: Severity::Low,
    when: "the account can write, no version of any package names it, and it was not first seen within \
           `newcomer-days`",
    remediation: "take the account out of the teams that write unless it is about to publish; most who never did \
                  have the right only because a team gave it to everyone",
};

/// How many resources a finding names. An account of a team that writes everything can write thousands.
const EXAMPLES: usize = 5;

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "dormant-publisher",
    title: "Dormant publisher",
    why: "An account that nobody uses is one whose theft nobody notices, and its password and second factor are of \
          another time. That it once published shows that somebody knew how; that it never did shows that it does not \
          need to. Releases by a trusted workflow name no account and count for nobody.",
    unknown_when: "the document of a package that the account can write was not read, or names it with a date that \
                   cannot be read; a date within the time is enough to say that it is not dormant",
    cases: &[DORMANT, NEVER],
    settings: &[&DAYS, &NEWCOMER],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.18"],
    cost: "O(accounts · their grants · packages / 64 + names in documents)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let Some(declared) = &world.write.history else {
        return RuleResult::NotApplicable("the source does not show who wrote, and when");
    };
    let completeness = world.everything();
    let watch = Watch {
        world,
        history: History::read(world, declared),
        idle_since: ago(world.now, settings.get(&DAYS)),
        new_since: ago(world.now, settings.get(&NEWCOMER)),
        completeness: &completeness,
    };
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for account in world.accounts() {
        match watch.judge(account) {
            Judgement::Fine => {}
            Judgement::Unknown => undecided += 1,
            Judgement::Found(finding) => findings.push(*finding),
        }
    }
    RuleResult::Looked { findings, undecided, completeness }
}

fn ago(now: Timestamp, days: u32) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::from(days) * 24 * 3600 * 1_000_000))
}

/// When each account last wrote, and whose documents are not read.
struct History {
    /// By account. `None` for an account that wrote at a moment which cannot be read.
    last: HashMap<String, Option<Timestamp>>,
    unread: TargetSet,
}

impl History {
    fn read(world: &RuleWorld<'_>, declared: &WriteHistory) -> Self {
        let mut history = Self { last: HashMap::new(), unread: TargetSet::default() };
        for (place, target) in world.reach.targets().iter().enumerate() {
            if !world.is_read(declared.listing, *target) {
                history.unread.insert(place);
            }
            for (account, text) in written(world.view, *target, declared) {
                let moment = moment_parse(&text, world.now).ok();
                let known = history.last.entry(account).or_default();
                *known = (*known).max(moment);
            }
        }
        history
    }
}

/// Who wrote a resource when, as the source spells it.
fn written(view: &WorldView, target: NodeId, declared: &WriteHistory) -> BTreeMap<String, String> {
    let text = view.world.property(target, declared.property);
    text.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

impl WorldView {
    /// When the account last wrote this resource, as the source says.
    pub(crate) fn last_written(
        &self,
        target: NodeId,
        account: NodeId,
        write: &rolecall_model::WriteDeclaration,
    ) -> Option<String> {
        written(self, target, write.history.as_ref()?).remove(self.world.id(account))
    }
}

struct Watch<'w> {
    world: &'w RuleWorld<'w>,
    history: History,
    idle_since: Timestamp,
    new_since: Timestamp,
    completeness: &'w Completeness,
}

enum Judgement {
    Fine,
    Unknown,
    Found(Box<Finding>),
}

impl Watch<'_> {
    fn judge(&self, account: NodeId) -> Judgement {
        let reached = self.world.reach.of(account);
        if reached.is_empty() {
            return Judgement::Fine;
        }
        let last = self.history.last.get(self.world.world().id(account));
        match last {
            Some(Some(moment)) if *moment >= self.idle_since => Judgement::Fine,
            Some(None) => Judgement::Unknown,
            None if self.is_newcomer(account) => Judgement::Fine,
            _ if reached.intersects(&self.history.unread) => Judgement::Unknown,
            Some(Some(moment)) => Judgement::Found(Box::new(self.dormant(account, &reached, *moment))),
            None => Judgement::Found(Box::new(self.never(account, &reached))),
        }
    }

    /// Whether everything the account holds appeared lately. What was there from the first reading on may be old.
    fn is_newcomer(&self, account: NodeId) -> bool {
        let mut held = self.world.world().grants_by(account).peekable();
        held.peek().is_some()
            && held.all(|step| self.world.view.appeared(&step).is_some_and(|moment| moment >= self.new_since))
    }

    fn dormant(&self, account: NodeId, reached: &TargetSet, last: Timestamp) -> Finding {
        let days = self.world.now.0.saturating_sub(last.0) / (24 * 3600 * 1_000_000);
        let last = moment_text(last);
        let title = format!(
            "{} and has not done so for {} (last {})",
            self.can(account, reached),
            counted(usize::try_from(days).unwrap_or_default(), "day", "days"),
            day_text(&last)
        );
        let mut finding = self.finding(&DORMANT, account, reached, title);
        finding.evidence.last_written = Some(last);
        finding
    }

    fn never(&self, account: NodeId, reached: &TargetSet) -> Finding {
        let title = format!("{} and never did", self.can(account, reached));
        self.finding(&NEVER, account, reached, title)
    }

    fn can(&self, account: NodeId, reached: &TargetSet) -> String {
        let (name, action) = (self.world.world().id(account), self.world.write.action);
        format!("{name} can {action} {}", self.world.targets_counted(reached.len()))
    }

    fn finding(&self, case: &CaseDeclaration, account: NodeId, reached: &TargetSet, title: String) -> Finding {
        let paths: Vec<_> = self.world.reach.example(account).into_iter().collect();
        let finding = self.world.finding(&RULE, case, &[account], title);
        let mut finding = self.world.with_paths(finding, &paths);
        finding.removal_unconfirmed = self.world.is_unconfirmed(account);
        finding.evidence.resource_count = reached.len();
        finding.evidence.resources =
            self.world.nodes(reached).take(EXAMPLES).map(|target| self.world.view.candidate(target)).collect();
        finding.evidence.account_count = 1;
        finding.completeness = self.completeness.clone();
        finding
    }
}
