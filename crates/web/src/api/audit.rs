//! The audit log.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::audit::{AuditQuestion, AuditRow, audit_list_before};
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::IntoParams;

use super::ApiAnswer;
use super::input::{Parameters, moment_of};
use super::list::{Listed, after_number, limit_of, read};
use super::reply::json;
use super::shape::{Moment, Told};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/audit", Access::May(Permission::Audit), get(audit))]
}

/// One record of the audit log.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditRecord {
    /// Its number: 1, 2, 3, … without a gap.
    sequence: i64,
    at: Moment,
    /// What happened.
    #[schema(examples("connector.added"))]
    action: String,
    /// What it was done to.
    #[schema(examples("npm:acme"))]
    subject: String,
    /// Who did it; null where the program did, *erased* where that was erased.
    actor: Option<String>,
    /// Why, in their words.
    reason: Option<String>,
    /// What else is recorded.
    #[schema(value_type = Object)]
    details: Json,
    /// By which it is a link of the chain.
    hash: String,
}

impl Told<AuditRecord> for AuditRow {
    fn told(self) -> AuditRecord {
        let Self { sequence, at, action, subject, actor, reason, details, hash } = self;
        let details = serde_json::from_str(&details).unwrap_or_default();
        AuditRecord { sequence, at: at.told(), action, subject, actor, reason, details, hash }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AuditAsked {
    /// Only of this moment or later: a date, RFC 3339, or how long ago, such as `7d`.
    #[param(example = "7d")]
    since: Option<String>,
    /// Only this action.
    #[param(example = "connector.added")]
    action: Option<String>,
    /// Only what this person did.
    actor: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// The audit log
///
/// Newest first. `rolecall audit verify` checks that nothing of it was changed.
#[utoipa::path(get, operation_id = "audit", path = "/api/v1/audit", tag = "Audit log", params(AuditAsked), responses(
    (status = 200, body = Listed<AuditRecord>),
))]
pub(crate) async fn audit(State(site): State<Site>, Parameters(asked): Parameters<AuditAsked>) -> ApiAnswer {
    let (limit, before) = (limit_of(asked.limit)?, after_number(asked.after.as_deref())?);
    let since = asked.since.as_deref().map(moment_of).transpose()?;
    let question = AuditQuestion { since, action: asked.action, actor: asked.actor, limit: limit + 1 };
    let rows = audit_list_before(site.context(), &question, before).await;
    let rows = rows.map_err(|error| WebError::from_store(&error))?;
    json(&read::<_, AuditRecord>(rows, limit, |row| row.sequence.to_string()))
}
