//! What people decide about findings. Each decision is recorded in the audit log and in the finding's own history.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};

use super::event::{ByPerson, event_insert};
use super::read::by_code;
use super::{FindingDecisionKind, StoredFinding};
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Decision, Store, StoreError};

/// What is decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingAct {
    /// It is accepted, suppressed or snoozed.
    Decide {
        /// Which of these.
        kind: FindingDecisionKind,
        /// The first moment at which that holds no more.
        until: Option<Timestamp>,
        /// Who agreed.
        approver: String,
    },
    /// Whatever was decided holds no more.
    Reopen,
    /// Somebody looks after it; nobody, where the name is empty.
    Own {
        /// Who.
        owner: String,
    },
}

impl FindingAct {
    const fn word(&self) -> &'static str {
        match self {
            Self::Decide { kind, .. } => kind.word(),
            Self::Reopen => "reopened-by-hand",
            Self::Own { .. } => "owner-set",
        }
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Decide { kind: FindingDecisionKind::Accepted, .. } => "finding.accepted",
            Self::Decide { kind: FindingDecisionKind::Suppressed, .. } => "finding.suppressed",
            Self::Decide { kind: FindingDecisionKind::Snoozed, .. } => "finding.snoozed",
            Self::Reopen => "finding.reopened",
            Self::Own { .. } => "finding.owner-set",
        }
    }
}

impl Store {
    /// Decides about a finding, and gives it as it is then; nothing where there is none with this code.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn finding_decide(
        &self,
        code: &str,
        act: &FindingAct,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Option<StoredFinding>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let Some(known) = by_code(&mut tx, code).await? else { return Ok(None) };
            apply(&mut tx, &known, act, decision, now).await?;
            record(&mut tx, &known, act, decision, now).await?;
            let changed = by_code(&mut tx, code).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }
}

async fn apply(
    db: &mut Connection,
    known: &StoredFinding,
    act: &FindingAct,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let Decision { actor, reason } = decision;
    match act {
        FindingAct::Decide { kind, until, approver } => {
            let update = db::query(
                "update finding set decision = $1, decided_until = $2, decided_at = $3, decided_by = $4, reason = $5, \
                 approver = $6 where id = $7",
            );
            let update = update.bind(kind.word()).bind(until.map(|until| until.0)).bind(now.0).bind(actor);
            update.bind(reason).bind(approver).bind(known.id.0).execute(db).await?;
        }
        FindingAct::Reopen => {
            let update = "update finding set decision = null, decided_until = null, decided_at = null, \
                          decided_by = null, reason = null, approver = null where id = $1";
            db::query(update).bind(known.id.0).execute(db).await?;
        }
        FindingAct::Own { owner } => {
            let update = db::query("update finding set owner = $1 where id = $2");
            update.bind(owner).bind(known.id.0).execute(db).await?;
        }
    }
    Ok(())
}

/// The names of people stay out of the public part of the record.
async fn record(
    db: &mut Connection,
    known: &StoredFinding,
    act: &FindingAct,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let (details, third) = match act {
        FindingAct::Decide { until, approver, .. } => {
            (json!({ "until": until.map(|until| until.0) }), Some(("approver", approver.as_str())))
        }
        FindingAct::Reopen => (json!({}), None),
        FindingAct::Own { owner } => (json!({}), Some(("owner", owner.as_str()))),
    };
    let mut told = details.clone();
    if let Some((name, value)) = third {
        told[name] = Json::from(value);
    }
    let by = ByPerson { actor: &decision.actor, reason: &decision.reason, details: told.to_string() };
    event_insert(db, known.id, now, act.word(), Some(by)).await?;
    let personal = [("actor", decision.actor.as_str()), ("reason", decision.reason.as_str())];
    let entry = AuditEntry {
        at: now,
        action: act.action(),
        subject: known.code.clone(),
        details,
        personal: personal.into_iter().chain(third.filter(|(_, value)| !value.is_empty())).collect(),
    };
    audit_append(db, &entry).await.map(drop)
}
