//! Credentials that open a resource without an account, and without an end.

use rolecall_graph::NodeId;
use rolecall_model::OpeningTokenDeclaration;

use super::creator::{Creator, creator_of};
use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "token-days",
    what: "a token that was made longer ago than this many days is old",
    default: 365,
    range: 1..=36_500,
};

const UNLIMITED: CaseDeclaration = CaseDeclaration {
    id: "unlimited",
    severity: Severity::Medium,
    when: "the token is older than `token-days` days, and nothing bounds its use: no end, no number of downloads or clients",
    remediation: "give it an end, and its users a new one before that; a token for one customer, so that one can be ended",
};
const INITIAL: CaseDeclaration = CaseDeclaration {
    id: "initial",
    severity: Severity::Low,
    when: "the token that the resource began with is in use",
    remediation: "give each of its users a token of their own, and switch this one off: nobody knows who has it",
};
const CREATOR_LEFT: CaseDeclaration = CaseDeclaration {
    id: "creator-left",
    severity: Severity::Medium,
    when: "whoever made the token is suspended, is no member any more, or left",
    remediation: "make another for its users and end this one: whoever made it has seen it",
};
const UNUSED: CaseDeclaration = CaseDeclaration {
    id: "unused",
    severity: Severity::Low,
    when: "the token is older than `token-days` days and was never used",
    remediation: "end it: nobody will miss it",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "open-token",
    title: "Token without an end, an owner or a use",
    why: "Whoever has such a token reads what it opens, from anywhere and without any account, until somebody ends it. \
          Nothing that is done to accounts changes that: not suspending, not leaving.",
    unknown_when: "the tokens of a resource were not read in full, or the source does not tell their limits, when they were \
                   made, by whom, or whether they were used",
    cases: &[UNLIMITED, INITIAL, CREATOR_LEFT, UNUSED],
    settings: &[&DAYS],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.17", "ISO 27001 A.5.18"],
    cost: "O(tokens)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let Some(declared) = world.write.governance.tokens else {
        return RuleResult::NotApplicable("the source has no tokens that need no account");
    };
    let (mut behind, mut undecided) = (world.population(), 0);
    for target in world.reach.targets() {
        world.add(&mut behind, declared.listing, Some(*target));
        undecided += usize::from(!world.is_read(declared.listing, *target));
    }
    let mut findings = Vec::new();
    // One that opens nothing any more does no harm.
    let open = world.of_type(declared.resource_type).filter(|token| world.world().grants_by(*token).next().is_some());
    for token in open {
        let judged = cases(world, &declared, token, settings.get(&DAYS));
        undecided += judged.iter().filter(|case| case.is_none()).count();
        let cases = judged.into_iter().flatten().flatten();
        findings.extend(cases.map(|(case, text)| finding(world, token, &case, &text)));
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

/// What is said of a token: a case and why, nothing, or `None` where it is not known.
type Judged = Option<Option<(CaseDeclaration, String)>>;

fn cases(world: &RuleWorld<'_>, declared: &OpeningTokenDeclaration, token: NodeId, days: u32) -> [Judged; 4] {
    let created = world.moment(token, declared.created);
    let is_old = created.map(|created| created < world.days_ago(days));
    let since = created.map(|created| day_text(&moment_text(created))).unwrap_or_default();
    let limited = world.flag(token, declared.limited);
    let unlimited = both(limited.map(|limited| !limited), is_old);
    let initial = world.flag(token, declared.initial);
    let unused = both(world.number(token, declared.uses).map(|uses| uses == 0), is_old);
    let left = match creator_of(world, token, &declared.creator) {
        Creator::Here => Some(None),
        Creator::Gone(who) => Some(Some((CREATOR_LEFT, format!("was made by {who}")))),
        Creator::Unknown => None,
    };
    [
        found(unlimited, UNLIMITED, format!("has no end and no limit since {since}")),
        found(initial, INITIAL, "is the one it began with, and in use".to_owned()),
        left,
        found(unused, UNUSED, format!("was never used since {since}")),
    ]
}

/// One that is false decides, whatever the other is.
const fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn found(is_so: Option<bool>, case: CaseDeclaration, why: String) -> Judged {
    is_so.map(|is_so| is_so.then_some((case, why)))
}

fn finding(world: &RuleWorld<'_>, token: NodeId, case: &CaseDeclaration, why: &str) -> Finding {
    let opened: Vec<NodeId> = world.world().grants_by(token).map(|step| step.resource).collect();
    let name = world.text(token, "name").unwrap_or_else(|| world.world().id(token).to_owned());
    let what = opened.first().map(|first| world.world().id(*first)).unwrap_or_default();
    let title = format!("the token “{name}” of {what} {why}");
    let mut finding = world.finding(&RULE, case, &[token], title);
    finding.removal_unconfirmed = world.world().is_unconfirmed(token);
    finding.evidence.resource_count = opened.len();
    finding.evidence.resources = opened.iter().map(|resource| world.view.candidate(*resource)).collect();
    finding
}
