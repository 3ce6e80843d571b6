//! What can be connected, and what has to be said for it.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::connectors::{FieldKind as Known, connector_types};
use rolecall_engine::hub::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiAnswer;
use super::input::{Nothing, Parameters, Word};
use super::list::Listed;
use super::reply::json;
use super::shape::{Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let reading = Access::May(Permission::Read);
    vec![
        Route::get("/api/v1/connector-types", reading, get(types)),
        Route::get("/api/v1/connector-types/{type}", reading, get(one)),
    ]
}

shape! {
    /// A type of connectors.
    ConnectorType of rolecall_engine::connectors::TypeCard {
        /// What a connector of it names as its type.
        #[schema(examples("npm"))]
        name: String,
        /// What people call it.
        title: String,
        /// What it reads.
        description: String,
        /// What can be set, in the order in which people are asked.
        fields: Vec<Field>,
        /// What to know before a credential is made.
        warnings: Vec<String>,
        /// How to make the credential, step by step.
        guide: Vec<String>,
    }
}

shape! {
    /// Something that can be set on a connector.
    Field of rolecall_engine::connectors::FieldCard {
        /// Its name in a connector's `fields`. A secret is given beside them, as `secret`.
        name: String,
        /// What people call it.
        label: String,
        /// What it does.
        help: String,
        kind: FieldKind,
        /// Whether it has to be given.
        required: bool,
        /// Whether only few need it.
        advanced: bool,
        /// An example.
        placeholder: String,
        /// What a page proposes.
        preset: String,
        /// Whether it can be said once only.
        fixed: bool,
    }
}

/// What a field takes. Its value is text in any case.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", tag = "type")]
pub(crate) enum FieldKind {
    /// A line of text.
    Text,
    /// Several lines: one thing in each.
    Lines,
    /// A secret, never told again.
    Secret,
    /// One of these.
    Choice {
        options: Vec<Choice>,
    },
    Number,
    /// A day: `2027-01-31`.
    Date,
    /// `true` or `false`; absent is `false`.
    Flag,
    /// A web address.
    Url,
    /// How often: one of these, or a cron expression in UTC.
    Interval {
        options: Vec<Choice>,
    },
}

shape! {
    /// One thing to choose.
    Choice of rolecall_engine::connectors::Choice {
        value: String,
        /// What people read.
        label: String,
    }
}

impl Told<FieldKind> for Known {
    fn told(self) -> FieldKind {
        match self {
            Self::Text => FieldKind::Text,
            Self::Lines => FieldKind::Lines,
            Self::Secret => FieldKind::Secret,
            Self::Choice { options } => FieldKind::Choice { options: options.told() },
            Self::Number => FieldKind::Number,
            Self::Date => FieldKind::Date,
            Self::Flag => FieldKind::Flag,
            Self::Url => FieldKind::Url,
            Self::Interval { options } => FieldKind::Interval { options: options.told() },
        }
    }
}

/// What can be connected
#[utoipa::path(get, operation_id = "connectorTypes", path = "/api/v1/connector-types", tag = "Connectors", responses(
    (status = 200, body = Listed<ConnectorType>),
))]
pub(crate) async fn types(State(site): State<Site>, _: Parameters<Nothing>) -> ApiAnswer {
    json(&Listed::<ConnectorType> { items: connector_types(site.catalog()).told(), next: None })
}

/// One type, and what has to be said for it
#[utoipa::path(get, operation_id = "connectorType", path = "/api/v1/connector-types/{type}", tag = "Connectors",
    params(("type" = String, Path, example = "npm")), responses((status = 200, body = ConnectorType))
)]
pub(crate) async fn one(State(site): State<Site>, Word(name): Word, _: Parameters<Nothing>) -> ApiAnswer {
    let found = connector_types(site.catalog()).into_iter().find(|card| card.name == name);
    let card: ConnectorType = found.ok_or_else(|| WebError::not_found("connector type"))?.told();
    json(&card)
}
