//! Findings: what a rule found about whom, with the evidence.

use rolecall_graph::NodeId;
use serde::Serialize;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::world::RuleWorld;
use crate::completeness::Completeness;
use crate::name::Candidate;
use crate::path::PathAnswer;

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What makes it the same finding the next time: rule, case, connector and subjects.
    pub key: String,
    /// The rule.
    pub rule: &'static str,
    /// Which of the things the rule can find.
    pub case: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The connector.
    pub connector: String,
    /// It in one sentence.
    pub title: String,
    /// What it is about.
    pub subjects: Vec<Candidate>,
    /// What shows it.
    pub evidence: Evidence,
    /// Since when what shows it is known, where it is a right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Whether what shows it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
    /// What to do about it.
    pub remediation: &'static str,
    /// How complete the listings behind it are. It is certain even if they are not: what was not read could only add to it.
    pub completeness: Completeness,
}

/// What shows a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Paths by which the right is held, or examples of them.
    pub paths: Vec<PathAnswer>,
    /// How many resources it concerns.
    pub resource_count: usize,
    /// These resources, or the first of them.
    pub resources: Vec<Candidate>,
    /// How many accounts it concerns.
    pub account_count: usize,
    /// When the account last wrote, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_written: Option<String>,
}

/// What a rule found out about one connector.
#[derive(Debug)]
pub enum RuleResult {
    /// It looked.
    Looked {
        /// What it found.
        findings: Vec<Finding>,
        /// Subjects that it could not decide about.
        undecided: usize,
        /// The listings behind *nothing else*.
        completeness: Completeness,
    },
    /// The source has no such thing, or does not show it. The sentence says which.
    NotApplicable(&'static str),
}

impl Finding {
    /// The same about one thing of several that a rule finds about the same subjects.
    pub(crate) fn keyed(mut self, word: &str) -> Self {
        self.key.push(' ');
        self.key.push_str(word);
        self
    }
}

impl RuleWorld<'_> {
    /// A finding without evidence yet. Completeness is that of the membership until the rule says better.
    pub(crate) fn finding(
        &self,
        rule: &RuleDeclaration,
        case: &CaseDeclaration,
        subjects: &[NodeId],
        title: String,
    ) -> Finding {
        let connector = self.connector.title();
        let mut key = format!("{}/{} {connector}", rule.id, case.id);
        for subject in subjects {
            key.push(' ');
            key.push_str(&self.world().reference(*subject).to_string());
        }
        Finding {
            key,
            rule: rule.id,
            case: case.id,
            severity: case.severity,
            connector,
            title,
            subjects: subjects.iter().map(|subject| self.view.candidate(*subject)).collect(),
            evidence: Evidence::default(),
            since: None,
            removal_unconfirmed: false,
            remediation: case.remediation,
            completeness: Completeness::default(),
        }
    }
}
