//! Connecting a source.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::connectors::{
    ConnectorForm, connector_check, connector_create, connector_sync_now, connector_types,
};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::{SyncAsked, asked};
use super::one::{ConnectorDetail, told};
use crate::api::ApiAnswer;
use crate::api::input::{Body, Nothing, Parameters, Secret};
use crate::api::problem::of_connectors;
use crate::api::reply::{json, json_as, with_location, with_version};
use crate::api::shape::{Told, shape};
use crate::error::WebError;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let connect = Access::May(Permission::Connect);
    vec![
        Route::post("/api/v1/connectors", connect, "connector.added", post(create)),
        Route::ask("/api/v1/connectors/check", connect, post(check)),
    ]
}

/// A connector to be configured.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "type": "npm",
    "fields": { "name": "acme", "organization": "acme", "owners": "platform@example.com", "polling_interval": "1d" },
    "secret": "npm_…"
}))]
pub(crate) struct NewConnector {
    /// Its type.
    r#type: String,
    /// What is set on it, by the name of the field, as its type has them.
    fields: BTreeMap<String, String>,
    /// The credential. It is sealed, and never told again.
    #[schema(value_type = Option<String>, format = Password, write_only)]
    secret: Option<Secret>,
}

impl NewConnector {
    /// What is to be configured. A type or a field that there is not is refused.
    fn form(self, site: &Site) -> Result<(String, ConnectorForm), WebError> {
        let form = form(site, &self.r#type, self.fields, self.secret)?;
        Ok((self.r#type, form))
    }
}

/// The form of a connector of a type.
pub(super) fn form(
    site: &Site,
    connector_type: &str,
    fields: BTreeMap<String, String>,
    secret: Option<Secret>,
) -> Result<ConnectorForm, WebError> {
    let card = connector_types(site.catalog()).into_iter().find(|card| card.name == connector_type);
    let card = card.ok_or_else(|| {
        let why = format!("There is no connector type {connector_type:?}.");
        WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "type-unknown", why)
            .hint("GET /api/v1/connector-types says which there are.")
    })?;
    let is_known = |name: &String| {
        let is_secret = name == rolecall_engine::connectors::field::SECRET;
        !is_secret && card.fields.iter().any(|field| field.name == *name)
    };
    if let Some(name) = fields.keys().find(|name| !is_known(name)) {
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        let why = format!("A connector of the type {connector_type} has no field {name:?}.");
        return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "field-unknown", why)
            .hint(format!("GET /api/v1/connector-types/{connector_type} says which it has; a secret is no field.")));
    }
    Ok(ConnectorForm { fields, secret: secret.map(|Secret(secret)| secret) })
}

shape! {
    /// What a credential can see.
    Checked of rolecall_engine::connectors::Checked {
        /// `complete`, `limited` or `partial`.
        code: String,
        /// In a sentence.
        summary: String,
        /// Whether everything is seen that is needed.
        is_complete: bool,
        /// What it can see.
        sees: Vec<String>,
        /// What it cannot see, what that means, and what to change.
        sees_not: Vec<String>,
    }
}

/// A connector that was configured.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectorMade {
    connector: ConnectorDetail,
    /// What its credential can see.
    checked: Checked,
    /// The sync that was asked for.
    sync: SyncAsked,
    /// Whether it continues the history of a connector that was removed.
    is_restored: bool,
    /// Whether nobody answers for it.
    is_ownerless: bool,
}

/// Add a connector
///
/// The source is asked what the credential can see; where that is nothing, nothing is configured. The credential is sealed,
/// and a sync is asked for at once.
#[utoipa::path(post, operation_id = "connectorAdd", path = "/api/v1/connectors", tag = "Connectors", request_body = NewConnector, responses(
    (status = 201, body = ConnectorMade, headers(
        ("Location" = String, description = "Where the connector is."),
        ("ETag" = String, description = "The connector's version."),
    )),
    (status = 409, description = "Another connector reads the organisation already."),
    (status = 422, description = "A field is wrong, or the source cannot be read."),
))]
pub(crate) async fn create(
    State(site): State<Site>,
    signed: Signed,
    _: Parameters<Nothing>,
    Body(wish): Body<NewConnector>,
) -> ApiAnswer {
    let (connector_type, form) = wish.form(&site)?;
    let (context, catalog) = (site.context(), site.catalog());
    let checked = connector_check(context, catalog, &connector_type, &form, None).await.map_err(of_connectors)?;
    let created = connector_create(context, catalog, signed.actor(), &connector_type, &form).await;
    let created = created.map_err(of_connectors)?;
    let id = created.connector.uuid;
    let sync = connector_sync_now(context, signed.actor(), id).await.map_err(of_connectors)?;
    let (connector, version) = told(&site, id).await?;
    let made = ConnectorMade {
        connector,
        checked: checked.told(),
        sync: asked(sync),
        is_restored: created.is_restored,
        is_ownerless: created.is_ownerless,
    };
    let answer = with_version(json_as(StatusCode::CREATED, &made)?, version);
    Ok(with_location(answer, &format!("/api/v1/connectors/{id}")))
}

/// Try a credential
///
/// The source is asked what the credential of a connector that is to be configured can see. Nothing is kept.
#[utoipa::path(post, operation_id = "credentialCheck", path = "/api/v1/connectors/check", tag = "Connectors", request_body = NewConnector, responses(
    (status = 200, body = Checked),
    (status = 409, description = "Another connector reads the organisation already."),
    (status = 422, description = "A field is wrong, or the source cannot be read."),
))]
pub(crate) async fn check(
    State(site): State<Site>,
    _: Parameters<Nothing>,
    Body(wish): Body<NewConnector>,
) -> ApiAnswer {
    let (connector_type, form) = wish.form(&site)?;
    let checked = connector_check(site.context(), site.catalog(), &connector_type, &form, None).await;
    let checked: Checked = checked.map_err(of_connectors)?.told();
    json(&checked)
}
