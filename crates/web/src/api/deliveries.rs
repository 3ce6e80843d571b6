//! What was told where.

use axum::extract::State;
use axum::routing::get;
use rolecall_engine::alerting::{
    DeliveryAnswer, DeliveryAttempt, DeliveryRow, DeliveryState, delivery_list_named, delivery_show,
};
use rolecall_engine::hub::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ApiAnswer;
use super::input::{Id, Nothing, Parameters};
use super::list::{Listed, limit_of};
use super::reply::json;
use super::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![
        Route::get("/api/v1/deliveries", read, get(deliveries)),
        Route::get("/api/v1/deliveries/{id}", read, get(delivery)),
    ]
}

shape! {
    /// Something that is told somewhere.
    Delivery of DeliveryRow {
        /// The id that goes with every attempt.
        id: String,
        /// `pending`, `delivered`, `failed` or `cancelled`.
        state: String,
        /// It in a line.
        subject: String,
        /// The endpoint's name.
        endpoint: String,
        /// The rule's name; null where none tells it.
        rule: Option<String>,
        created_at: Moment,
        /// How often it was tried.
        attempts: i64,
        /// When it is tried next, while it waits.
        next_at: Option<Moment>,
        /// When it was told or given up.
        finished_at: Option<Moment>,
        /// What the receiver calls it.
        reference: Option<String>,
        /// What was answered last.
        answer: Option<String>,
    }
}

shape! {
    /// One attempt to tell something.
    DeliveryTried of DeliveryAttempt {
        at: Moment,
        is_delivered: bool,
        /// What was answered, or what stood in the way.
        answer: String,
    }
}

/// Something that is told, with every attempt.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryExplained {
    #[serde(flatten)]
    delivery: Delivery,
    /// It in words.
    text: String,
    /// It as programs get it.
    event: Json,
    /// Every attempt, the first one first.
    tried: Vec<DeliveryTried>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeliveriesAsked {
    /// Only those in this state: `pending`, `delivered`, `failed` or `cancelled`.
    state: Option<String>,
    /// Only at the endpoint with this id.
    endpoint: Option<Uuid>,
    /// Only by the rule with this id.
    rule: Option<Uuid>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
}

/// What was told
///
/// The latest first.
#[utoipa::path(get, operation_id = "deliveries", path = "/api/v1/deliveries", tag = "Rules", params(DeliveriesAsked), responses(
    (status = 200, body = Listed<Delivery>),
))]
pub(crate) async fn deliveries(State(site): State<Site>, Parameters(asked): Parameters<DeliveriesAsked>) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let state = asked.state.as_deref().map(|word| {
        DeliveryState::read(word).ok_or_else(|| {
            let words = DeliveryState::ALL.map(DeliveryState::word).join(", ");
            WebError::bad_request("state", format!("There is no such state: there are {words}."))
        })
    });
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let (endpoint, rule) = (text(asked.endpoint), text(asked.rule));
    let rows = delivery_list_named(&site.context().store, state.transpose()?, (&endpoint, &rule), limit).await;
    let rows = rows.map_err(|error| WebError::from_store(&error))?;
    json(&Listed::<Delivery> { items: rows.told(), next: None })
}

/// One delivery
///
/// With what is told, and every attempt.
#[utoipa::path(get, operation_id = "delivery", path = "/api/v1/deliveries/{id}", tag = "Rules", params(("id" = Uuid, Path)), responses(
    (status = 200, body = DeliveryExplained),
))]
pub(crate) async fn delivery(State(site): State<Site>, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let found = delivery_show(&site.context().store, id).await.map_err(|error| WebError::from_store(&error))?;
    let DeliveryAnswer { delivery, notice, attempts } = found.ok_or_else(|| WebError::not_found("delivery"))?;
    let (text, event) = (notice.text, notice.event);
    json(&DeliveryExplained { delivery: delivery.told(), text, event, tried: attempts.told() })
}
