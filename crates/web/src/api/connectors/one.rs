//! One connector.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use rolecall_engine::connectors::{
    ConnectorDetail as Known, ConnectorsError, EditForm, connector_detail, connector_form,
};
use rolecall_engine::hub::Permission;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::list::Connector;
use super::removals::Decision;
use crate::api::ApiAnswer;
use crate::api::input::{Id, Nothing, Parameters};
use crate::api::problem::of_connectors;
use crate::api::purges::PurgeRequest;
use crate::api::reply::{json, with_version};
use crate::api::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/connectors/{id}", Access::May(Permission::Read), get(connector))]
}

/// A connector with everything that is set on it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectorDetail {
    #[serde(flatten)]
    connector: Connector,
    /// The address it is read from.
    address: String,
    created_at: Moment,
    /// What can be changed; null once it is removed.
    configuration: Option<Configuration>,
    /// What is set on it, as people read it.
    settings: Vec<Setting>,
    /// Where its credential is, in words.
    secret: String,
    /// Jobs about it that wait or run.
    jobs: Vec<ConnectorJob>,
    /// How much there is of each type of resource.
    types: Vec<TypeCount>,
    /// Decisions about removals that are not carried out yet.
    decisions: Vec<Decision>,
    /// The wish to delete its history, if somebody has it.
    purge: Option<PurgeRequest>,
}

/// What can be changed of a connector, to be sent back with changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Configuration {
    /// By the name of the field, as the connector type has them. A secret is never among them.
    fields: BTreeMap<String, String>,
    /// Since when a secret is sealed; null when none is.
    secret_since: Option<String>,
    /// What only the command line can change.
    command_line_only: Vec<Setting>,
}

shape! {
    /// One thing that is set.
    Setting of rolecall_engine::connectors::ShownField {
        name: String,
        /// What people call it.
        label: String,
        value: String,
    }
}

shape! {
    /// A job about a connector.
    ConnectorJob of rolecall_engine::connectors::JobRow {
        #[serde(rename = "id")]
        uuid: Uuid,
        /// `queued` or `running`.
        state: String,
        /// Who asked for it.
        asked_by: String,
        /// Not to be begun before.
        run_at: Moment,
        started_at: Option<Moment>,
        /// How often it was begun.
        attempt: i64,
        /// Why the last attempt failed.
        last_error: Option<String>,
    }
}

shape! {
    /// How much there is of one type of resource.
    TypeCount of rolecall_engine::connectors::ResourceTypeCount {
        /// The type.
        #[schema(examples("team"))]
        name: String,
        /// What people call several of them.
        plural: String,
        count: u64,
    }
}

/// One connector
///
/// Its `ETag` is what a change of it names as `If-Match`.
#[utoipa::path(get, operation_id = "connector", path = "/api/v1/connectors/{id}", tag = "Connectors", params(("id" = Uuid, Path)), responses(
    (status = 200, body = ConnectorDetail, headers(("ETag" = String, description = "The connector's version."))),
))]
pub(crate) async fn connector(State(site): State<Site>, Id(connector): Id, _: Parameters<Nothing>) -> ApiAnswer {
    shown(&site, connector).await
}

/// A connector as it is now.
pub(super) async fn shown(site: &Site, connector: Uuid) -> Result<Response, WebError> {
    let (detail, version) = told(site, connector).await?;
    Ok(with_version(json(&detail)?, version))
}

/// The same, and its version.
pub(super) async fn told(site: &Site, connector: Uuid) -> Result<(ConnectorDetail, i64), WebError> {
    let detail = connector_detail(site.context(), site.catalog(), connector).await.map_err(of_connectors)?;
    let form = match connector_form(site.context(), site.catalog(), connector).await {
        Ok(form) => Some(form),
        // What is removed is shown, and cannot be changed.
        Err(ConnectorsError::Unknown { .. }) => None,
        Err(error) => return Err(of_connectors(error)),
    };
    // Of the two, the form's: it is what is changed.
    let version = form.as_ref().map_or(detail.row.version, |form| form.version);
    let configuration = form.map(configuration);
    let Known { row, address, settings, secret, created_at, jobs, types, decisions, purge, .. } = detail;
    let row = rolecall_engine::connectors::ConnectorRow { version, ..row };
    let detail = ConnectorDetail {
        connector: row.told(),
        address,
        created_at: created_at.told(),
        configuration,
        settings: settings.told(),
        secret,
        jobs: jobs.told(),
        types: types.told(),
        decisions: decisions.told(),
        purge: purge.told(),
    };
    Ok((detail, version))
}

fn configuration(form: EditForm) -> Configuration {
    let EditForm { fields, secret_since, command_line_only, .. } = form;
    Configuration { fields, secret_since, command_line_only: command_line_only.told() }
}
