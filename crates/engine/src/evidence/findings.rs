//! What rules had found by then, where each finding stood, and what people had decided about it.

use std::io;

use rolecall_model::Timestamp;
use rolecall_store::{FindingEvent, FindingFilter, StoreError, StoredFinding};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, text};
use crate::moment::moment_text;

/// See [`Section`].
pub(super) struct Findings {
    rows: Vec<Row>,
    is_evaluated: bool,
    missing: Vec<String>,
}

/// Where a finding stood, as its history tells.
#[derive(Default)]
struct Standing {
    is_there: bool,
    is_unsure: bool,
    opened: Option<Timestamp>,
    resolved: Option<Timestamp>,
    decision: Option<Decided>,
    owner: String,
}

struct Decided {
    what: String,
    at: Timestamp,
    by: String,
    reason: String,
    approver: String,
    until: Option<Timestamp>,
}

impl Findings {
    /// Reads them with their histories. `O(findings)`, one small query each.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let all = scope.store.finding_list(&FindingFilter { with_resolved: true, rules: None }).await?;
        let is_evaluated = !all.is_empty() || scope.store.finding_turn().await?.at.is_some_and(|at| at <= scope.at);
        let mut rows = Vec::new();
        for finding in all.into_iter().filter(|finding| finding.first_at <= scope.at && is_of(finding, scope)) {
            let history = scope.store.finding_history(finding.id).await?;
            let then = standing(history.into_iter().filter(|event| event.at <= scope.at));
            if then.is_there || then.resolved.is_some_and(|at| at >= scope.since) {
                rows.push(row(&finding, &then, scope.at));
            }
        }
        Ok(Self { rows, is_evaluated, missing: scope.missing() })
    }
}

/// Of one connector alone, nothing is told of others.
fn is_of(finding: &StoredFinding, scope: &Scope<'_>) -> bool {
    finding
        .connector
        .is_none_or(|id| scope.is_whole() || scope.view.connectors.iter().any(|connector| connector.record.id == id))
}

fn standing(history: impl Iterator<Item = FindingEvent>) -> Standing {
    let mut then = Standing::default();
    for event in history {
        let details: Json =
            event.details.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let said = |name: &str| details.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        match event.what.as_str() {
            "opened" | "reopened" => {
                (then.is_there, then.is_unsure, then.opened, then.resolved) = (true, false, Some(event.at), None);
            }
            "resolved" => (then.is_there, then.is_unsure, then.resolved) = (false, false, Some(event.at)),
            "unsure" => then.is_unsure = true,
            "sure" => then.is_unsure = false,
            "reopened-by-hand" => then.decision = None,
            "owner-set" => then.owner = said("owner"),
            "accepted" | "suppressed" | "snoozed" => {
                then.decision = Some(Decided {
                    what: event.what,
                    at: event.at,
                    by: event.actor.unwrap_or_default(),
                    reason: event.reason.unwrap_or_default(),
                    approver: said("approver"),
                    until: details.get("until").and_then(Json::as_i64).map(Timestamp),
                });
            }
            _ => {}
        }
    }
    then
}

fn row(finding: &StoredFinding, then: &Standing, at: Timestamp) -> Row {
    let decision = then.decision.as_ref();
    let holds = decision.filter(|decision| decision.until.is_none_or(|until| until > at));
    let state = match (then.is_there, holds) {
        (false, _) => "resolved",
        (true, Some(decision)) => decision.what.as_str(),
        (true, None) => "open",
    };
    let of_content = |name: &str| finding.content.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let rule = Some(of_content("ruleName")).filter(|name| !name.is_empty());
    vec![
        text(&finding.code),
        text(state),
        text(&finding.severity),
        text(rule.unwrap_or_else(|| finding.rule.clone())),
        text(&finding.title),
        text(of_content("connector")),
        text(moment_text(finding.first_at)),
        filled(then.opened.map(moment_text)),
        filled(then.resolved.map(moment_text)),
        Json::Bool(then.is_unsure),
        text(&then.owner),
        filled(decision.map(|decision| decision.what.clone())),
        filled(decision.map(|decision| moment_text(decision.at))),
        filled(decision.map(|decision| decision.by.clone())),
        filled(decision.map(|decision| decision.approver.clone())),
        filled(decision.and_then(|decision| decision.until).map(moment_text)),
        filled(decision.map(|decision| decision.reason.clone())),
    ]
}

impl Section for Findings {
    fn name(&self) -> &'static str {
        "findings"
    }

    fn title(&self) -> &'static str {
        "Findings and decisions about them"
    }

    fn proves(&self) -> &'static str {
        "What the rules had found, and what people had decided by then: who, when, why, who agreed and until when. A finding \
         that was resolved in the period is among them. Severity and words are those of its last evaluation."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "code",
            "state",
            "severity",
            "rule",
            "finding",
            "connector",
            "firstFound",
            "openSince",
            "resolvedAt",
            "couldNotTell",
            "owner",
            "decision",
            "decidedAt",
            "decidedBy",
            "approver",
            "until",
            "reason",
        ]
    }

    fn extent(&self) -> Extent {
        if self.is_evaluated {
            let sentence = "every finding that was open by then, or resolved in the period, is a row";
            return Extent::complete_unless(&self.missing, sentence);
        }
        Extent::at_least(&["rules had never been evaluated by then (rolecall check, or rolecall work)".to_owned()])
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
