//! What rules about accounts have in common: what one holds and shows, and how a finding about it looks.

use rolecall_graph::{NodeId, Path, Step};
use rolecall_model::person::LinkState;
use rolecall_model::{Purpose, Timestamp, Value};

use super::declaration::{CaseDeclaration, RuleDeclaration};
use super::finding::{Finding, RuleResult};
use super::known::PeopleKnown;
use super::world::RuleWorld;
use crate::completeness::Completeness;
use crate::moment::moment_parse;
use crate::text::counted;

/// How many resources a finding names. An account of a team that writes everything can write thousands.
const EXAMPLES: usize = 5;

/// Microseconds of a day.
const DAY: i64 = 24 * 3600 * 1_000_000;

/// Said of rules about people where nobody brought any.
pub(crate) const NO_DIRECTORY: &str = "there is no directory of people";

/// How bad an account is whose owner should not have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It is in the organisation and can write nothing.
    Holds,
    /// It can write.
    Writes,
    /// It administers the root.
    Administers,
}

impl<'v> RuleWorld<'v> {
    /// Who the people are, where there is a directory.
    pub(crate) fn people(&self) -> Option<&'v PeopleKnown> {
        self.known.people.as_ref()
    }

    /// What correlation says of an account.
    pub(crate) fn link_state(&self, account: NodeId) -> Option<&'v LinkState> {
        self.people()?.state(&self.connector.title(), self.world().reference(account))
    }

    /// Whether it is one of a person, as far as its type tells.
    pub(crate) fn is_personal(&self, account: NodeId) -> bool {
        self.world().kind(account) == self.connector.declaration.account_type
    }

    /// What an account holds itself, in any connector that shows it.
    pub(crate) fn held(&self, account: NodeId) -> impl Iterator<Item = Step<'v>> + use<'v> {
        let world = self.world();
        let segment = self.segment;
        world
            .same_account(account)
            .flat_map(move |twin| world.grants_by(twin))
            .filter(move |step| step.resource.segment() == segment)
    }

    /// The role by which an account administers the root.
    pub(crate) fn administering(&self, account: NodeId) -> Option<Step<'v>> {
        let root = self.root?;
        self.held(account).find(|step| step.resource == root && self.is_administering(step.slug))
    }

    fn is_administering(&self, slug: &str) -> bool {
        let declaration = self.connector.declaration;
        let declared = declaration.entitlement(declaration.root_type, slug);
        declared.is_some_and(|declared| matches!(declared.purpose, Purpose::Permission | Purpose::Ownership))
    }

    /// What an account can do here; `None` if it holds nothing or is suspended.
    pub(crate) fn standing(&self, account: NodeId) -> Option<Standing> {
        if self.world().is_suspended(account) || self.held(account).next().is_none() {
            return None;
        }
        if self.administering(account).is_some() {
            return Some(Standing::Administers);
        }
        Some(if self.reach.of(account).is_empty() { Standing::Holds } else { Standing::Writes })
    }

    /// `can publish 14 packages`, `is owner of organization acme`, `is in organization acme`.
    pub(crate) fn can_text(&self, account: NodeId) -> String {
        let (reached, action) = (self.reach.of(account).len(), self.write.action);
        let writes = (reached > 0).then(|| format!("can {action} {}", self.targets_counted(reached)));
        let role = self.administering(account).map(|step| format!("is {} of {}", step.slug, self.root_title()));
        match (role, writes) {
            (Some(role), Some(writes)) => format!("{role} and {writes}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => match self.is_insider(account) {
                true => format!("is in {}", self.root_title()),
                false => format!("holds {}", counted(self.held(account).count(), "right", "rights")),
            },
        }
    }

    /// A finding about an account and what it can do.
    pub(crate) fn account_finding(
        &self,
        rule: &RuleDeclaration,
        case: &CaseDeclaration,
        account: NodeId,
        title: String,
    ) -> Finding {
        let reached = self.reach.of(account);
        let path = self.reach.example(account).or_else(|| self.role_path(account));
        let finding = self.finding(rule, case, &[account], title);
        let mut finding = self.with_paths(finding, path.as_slice());
        finding.removal_unconfirmed = match reached.is_empty() {
            true => self.held(account).all(|step| step.unconfirmed) && self.held(account).next().is_some(),
            false => self.is_unconfirmed(account),
        };
        finding.evidence.account_count = 1;
        finding.evidence.resource_count = reached.len();
        finding.evidence.resources =
            self.nodes(&reached).take(EXAMPLES).map(|target| self.view.candidate(target)).collect();
        finding
    }

    /// What shows that the account is in the organisation, or else anything that it holds.
    fn role_path(&self, account: NodeId) -> Option<Path<'v>> {
        let first = self.held(account).find(|step| Some(step.resource) == self.root);
        first.or_else(|| self.held(account).next()).map(|step| Path { steps: vec![step] })
    }
}

/// What properties say. What is null or absent is unknown.
impl RuleWorld<'_> {
    pub(crate) fn text(&self, node: NodeId, property: &str) -> Option<String> {
        self.world().property(node, property).and_then(|json| Value::from_json_text(json).to_text())
    }

    pub(crate) fn flag(&self, node: NodeId, property: &str) -> Option<bool> {
        self.world().property(node, property).and_then(|json| json.parse().ok())
    }

    pub(crate) fn number(&self, node: NodeId, property: &str) -> Option<u64> {
        self.world().property(node, property).and_then(|json| json.parse().ok())
    }

    /// The items of a list; `None` where there is no list, which is not an empty one.
    pub(crate) fn texts(&self, node: NodeId, property: &str) -> Option<Vec<String>> {
        self.world().property(node, property).and_then(|json| serde_json::from_str(json).ok())
    }

    pub(crate) fn moment(&self, node: NodeId, property: &str) -> Option<Timestamp> {
        self.text(node, property).and_then(|text| moment_parse(&text, self.now).ok())
    }

    /// So many days before the moment that is asked about.
    pub(crate) fn days_ago(&self, days: u32) -> Timestamp {
        Timestamp(self.now.0.saturating_sub(i64::from(days) * DAY))
    }

    /// The stated resources of a type.
    pub(crate) fn of_type(&self, kind: &'static str) -> impl Iterator<Item = NodeId> {
        let (world, segment) = (self.world(), self.segment);
        world.nodes_of(kind).filter(move |node| node.segment() == segment && world.is_stated(*node))
    }
}

impl RuleResult {
    /// It looked: everything that it found rests on the same listings.
    pub(crate) fn looked(mut findings: Vec<Finding>, undecided: usize, completeness: Completeness) -> Self {
        findings.iter_mut().for_each(|finding| finding.completeness = completeness.clone());
        Self::Looked { findings, undecided, completeness }
    }
}
