//! Where something is told, and what is told there.
//!
//! | question | file |
//! |---|---|
//! | how is an endpoint added, changed and removed? | `change.rs` |
//! | what waits to be told, and what was? | `delivery.rs` |
//! | how does an attempt end? | `attempt.rs` |

mod attempt;
mod change;
mod delivery;

use rolecall_model::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

pub use attempt::{AttemptEnd, AttemptWrite};
pub(crate) use change::{endpoint_record, endpoint_write};
pub(crate) use delivery::deliveries_insert;
pub use delivery::{Delivery, DeliveryAttempt, DeliveryDue, DeliveryFilter, DeliveryState, NewDelivery};

use crate::EndpointId;
use crate::connector::{json_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::error::Failure;

/// Somewhere something is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Key.
    pub id: EndpointId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What people call it.
    pub name: String,
    /// What kind it is: `email`.
    pub kind: String,
    /// How it is reached, in JSON; nothing of it is secret.
    pub settings: Json,
    /// How often it was changed.
    pub version: i64,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Since when nothing could be told there.
    pub failing_since: Option<Timestamp>,
    /// Since when it is not tried any more, and why.
    pub disabled: Option<(Timestamp, String)>,
    /// Whether it has a sealed secret.
    pub has_secret: bool,
}

const COLUMNS: &str = "e.id, e.uuid, e.name, e.kind, e.settings, e.version, e.created_at, e.updated_at, e.failing_since, \
                       e.disabled_at, e.disabled_why, (select count(*) from secret s where s.endpoint_id = e.id) as secrets";

async fn endpoints(db: &mut Connection) -> Result<Vec<Endpoint>, Failure> {
    let text = format!("select {COLUMNS} from endpoint e where e.removed_at is null order by e.name");
    db::query(text).fetch_all(db).await?.iter().map(endpoint_of).collect()
}

async fn endpoint_by_name(db: &mut Connection, name: &str) -> Result<Option<Endpoint>, Failure> {
    let text = format!("select {COLUMNS} from endpoint e where e.removed_at is null and e.name = $1");
    db::query(text).bind(name).fetch_optional(db).await?.as_ref().map(endpoint_of).transpose()
}

fn endpoint_of(row: &Row) -> Result<Endpoint, Failure> {
    let moment = |column| Ok::<_, Failure>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    let why: Option<String> = row.try_get("disabled_why")?;
    Ok(Endpoint {
        id: EndpointId(row.try_get("id")?),
        uuid: uuid_read(row.try_get("uuid")?)?,
        name: row.try_get("name")?,
        kind: row.try_get("kind")?,
        settings: json_of(row, "settings")?,
        version: row.try_get("version")?,
        created_at: Timestamp(row.try_get("created_at")?),
        updated_at: Timestamp(row.try_get("updated_at")?),
        failing_since: moment("failing_since")?,
        disabled: moment("disabled_at")?.map(|at| (at, why.unwrap_or_default())),
        has_secret: row.try_get::<i64, _>("secrets")? > 0,
    })
}
