//! What a rule says about itself.

use serde::{Deserialize, Serialize};

use super::finding::RuleResult;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;

/// How bad it is. The order is that of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Clean it up when you are there.
    Low,
    /// Plan to change it.
    Medium,
    /// Change it soon.
    High,
    /// Drop everything.
    Critical,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A rule: what it looks for, why, and the function that looks.
#[derive(Debug)]
pub struct RuleDeclaration {
    /// Stable name in kebab-case. It is part of every finding's key, so it never changes.
    pub id: &'static str,
    /// The name people read.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// When the answer is *unknown*, in words.
    pub unknown_when: &'static str,
    /// The different things it can find.
    pub cases: &'static [CaseDeclaration],
    /// Its thresholds.
    pub settings: &'static [&'static SettingDeclaration],
    /// Controls of audit frameworks that it speaks to.
    pub controls: &'static [&'static str],
    /// What evaluating it costs.
    pub cost: &'static str,
    /// Looks for it.
    pub evaluate: fn(&RuleWorld<'_>, &RuleSettings) -> RuleResult,
}

impl RuleDeclaration {
    /// The worst it can find.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.cases.iter().map(|case| case.severity).max().unwrap_or(Severity::Info)
    }
}

/// One of the things a rule can find.
#[derive(Clone, Copy, Debug)]
pub struct CaseDeclaration {
    /// Stable name in kebab-case, unique within the rule. Part of every finding's key: somebody who accepted one case
    /// has not accepted another.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// When it is this case.
    pub when: &'static str,
    /// What to do about it.
    pub remediation: &'static str,
}
