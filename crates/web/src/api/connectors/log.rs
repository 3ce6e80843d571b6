//! What happened while a connector was read.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{LogEntry as Known, LogFilter, LogLevel as KnownLevel, connector_detail, log_list};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::ApiAnswer;
use crate::api::input::{Id, Parameters};
use crate::api::list::{Listed, after_number, limit_of, read};
use crate::api::problem::of_connectors;
use crate::api::reply::json;
use crate::api::shape::{Moment, Told, shape};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/connectors/{id}/log", Access::May(Permission::Read), get(log))]
}

/// How grave it is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogLevel {
    Info,
    Warning,
    Error,
}

impl Told<LogLevel> for KnownLevel {
    fn told(self) -> LogLevel {
        match self {
            Self::Info => LogLevel::Info,
            Self::Warning => LogLevel::Warning,
            Self::Error => LogLevel::Error,
        }
    }
}

impl LogLevel {
    const fn known(self) -> KnownLevel {
        match self {
            Self::Info => KnownLevel::Info,
            Self::Warning => KnownLevel::Warning,
            Self::Error => KnownLevel::Error,
        }
    }
}

shape! {
    /// One thing that happened.
    LogEntry of Known {
        /// Its number; later ones are larger.
        id: i64,
        at: Moment,
        level: LogLevel,
        /// What happened, in a stable word.
        #[schema(examples("listing-read"))]
        code: String,
        /// In a sentence.
        message: String,
        /// What else is known of it.
        #[schema(value_type = Object)]
        fields: Json,
        /// In which sync.
        sync: Option<Uuid>,
        /// In which job.
        job: Option<Uuid>,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LogAsked {
    /// Only those whose code or message contains this.
    text: Option<String>,
    /// Only those that are at least so grave.
    #[param(inline)]
    level: Option<LogLevel>,
    /// Only those of this sync.
    sync: Option<Uuid>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// The log of a connector
///
/// Newest first.
#[utoipa::path(get, operation_id = "connectorLog", path = "/api/v1/connectors/{id}/log", tag = "Connectors", params(("id" = Uuid, Path), LogAsked),
    responses((status = 200, body = Listed<LogEntry>))
)]
pub(crate) async fn log(
    State(site): State<Site>,
    Id(connector): Id,
    Parameters(asked): Parameters<LogAsked>,
) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let filter = LogFilter {
        text: asked.text,
        level: asked.level.map(LogLevel::known),
        sync: asked.sync,
        before: after_number(asked.after.as_deref())?,
        after: None,
    };
    // A log without entries looks the same as that of a connector which is not there.
    connector_detail(site.context(), site.catalog(), connector).await.map_err(of_connectors)?;
    let entries = log_list(site.context(), connector, &filter, limit + 1).await.map_err(of_connectors)?;
    json(&read::<_, LogEntry>(entries, limit, |entry| entry.id.to_string()))
}
