//! What the rules found about a thing, told on its own page.

use rolecall_engine::Candidate;
use rolecall_engine::rules::Finding;

use super::When;
use crate::error::WebError;
use crate::overview::overview_present;
use crate::page::findings::severity_chip;
use crate::site::Site;

/// So many are told; all of them are on the page of findings.
const TOLD: usize = 10;

/// What is wrong about a thing.
#[derive(Default)]
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    /// How many more there are.
    pub(super) more: usize,
}

impl Found {
    /// What concerns this thing, the worst first. Of a past moment nothing is told here: the page of findings does.
    pub(super) async fn about(site: &Site, thing: &Candidate, when: &When) -> Result<Self, WebError> {
        if !when.text.is_empty() {
            return Ok(Self::default());
        }
        let overview = overview_present(site).await?;
        let concerns = |finding: &&Finding| {
            finding.subjects.iter().chain(&finding.evidence.resources).any(|named| is_same(named, thing))
        };
        let mut findings: Vec<Finding> = overview.findings.findings.iter().filter(concerns).cloned().collect();
        let more = findings.len().saturating_sub(TOLD);
        findings.truncate(TOLD);
        Ok(Self { findings, more })
    }
}

fn is_same(one: &Candidate, other: &Candidate) -> bool {
    (&one.connector, &one.kind, &one.id) == (&other.connector, &other.kind, &other.id)
}

/// The colour of a finding.
pub(super) fn chip(finding: &Finding) -> &'static str {
    severity_chip(finding.severity)
}
