//! Changing a connector.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::routing::put;
use rolecall_engine::connectors::{connector_check, connector_form, connector_update};
use rolecall_engine::hub::Permission;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::form;
use super::one::{ConnectorDetail, shown};
use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters, Secret, version_of};
use crate::api::problem::of_connectors;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let connect = Access::May(Permission::Connect);
    vec![Route::write(Method::PUT, "/api/v1/connectors/{id}", connect, "connector.changed", put(replace))]
}

/// What a connector is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "fields": { "name": "acme", "organization": "acme", "owners": "platform@example.com", "polling_interval": "6h" }
}))]
pub(crate) struct ConnectorWish {
    /// All that is set on it, by the name of the field: what is left out is not set any more.
    fields: BTreeMap<String, String>,
    /// Another credential. Without one, that which is sealed stays.
    #[schema(value_type = Option<String>, format = Password, write_only)]
    secret: Option<Secret>,
}

/// Change a connector
///
/// It becomes what is sent. `If-Match` says of which version the change is; where somebody else changed it since, nothing is
/// done. A new credential is tried first.
#[utoipa::path(put, operation_id = "connectorChange", path = "/api/v1/connectors/{id}", tag = "Connectors",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The connector's `ETag`.", example = "\"1\"")),
    request_body = ConnectorWish, responses(
        (status = 200, body = ConnectorDetail, headers(("ETag" = String, description = "The connector's version."))),
        (status = 409, description = "Another connector reads the organisation already."),
        (status = 412, description = "Somebody changed it meanwhile: `meanwhile` says who, when and what."),
        (status = 422, description = "A field is wrong, or the source cannot be read."),
        (status = 428, description = "Nobody said of which version the change is."),
    )
)]
pub(crate) async fn replace(
    State(site): State<Site>,
    signed: Signed,
    Id(connector): Id,
    _: Parameters<Nothing>,
    headers: HeaderMap,
    Body(wish): Body<ConnectorWish>,
) -> ApiAnswer {
    let (context, catalog) = (site.context(), site.catalog());
    let known = connector_form(context, catalog, connector).await.map_err(of_connectors)?;
    let version = version_of(&headers, known.version)?;
    let form = form(&site, &known.connector_type, wish.fields, wish.secret)?;
    if form.secret.is_some() {
        let tried = connector_check(context, catalog, &known.connector_type, &form, Some(connector)).await;
        tried.map_err(of_connectors)?;
    }
    connector_update(context, catalog, signed.actor(), connector, version, &form).await.map_err(of_connectors)?;
    shown(&site, connector).await
}
