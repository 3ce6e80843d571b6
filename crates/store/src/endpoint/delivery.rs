//! What waits to be told, and what was.

use rolecall_model::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::connector::{json_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{EndpointId, RuleId, Store, StoreError};

/// Something to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    /// Where.
    pub endpoint: EndpointId,
    /// What, in JSON, as the endpoint's kind takes it.
    pub notice: Json,
    /// It in a line, for lists.
    pub subject: String,
}

/// Something that is told somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The id that goes with every attempt.
    pub uuid: Uuid,
    /// Where.
    pub endpoint: EndpointId,
    /// What the endpoint is called.
    pub endpoint_name: String,
    /// The rule that tells it; nothing where none does.
    pub rule: Option<RuleId>,
    /// What the rule is called.
    pub rule_name: Option<String>,
    /// Since when it is to be told.
    pub created_at: Timestamp,
    /// What.
    pub notice: Json,
    /// It in a line.
    pub subject: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_at: Timestamp,
    /// When it was told or given up.
    pub finished_at: Option<Timestamp>,
    /// What the receiver calls it.
    pub reference: Option<String>,
}

/// Where something to be told stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// It waits for its time.
    Pending,
    /// The receiver has it.
    Delivered,
    /// It was given up.
    Failed,
    /// It is not wanted any more.
    Cancelled,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Cancelled];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// One attempt to tell something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// When.
    pub at: Timestamp,
    /// Whether the receiver took it.
    pub is_delivered: bool,
    /// What it answered, or what stood in the way.
    pub answer: String,
}

/// Something that waits and may be tried now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryDue {
    /// What.
    pub delivery: Uuid,
    /// Where.
    pub endpoint: EndpointId,
}

/// Which deliveries to read; the default is all of them.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// In this state.
    pub state: Option<DeliveryState>,
    /// At this endpoint.
    pub endpoint: Option<EndpointId>,
    /// Of this rule.
    pub rule: Option<RuleId>,
    /// At most so many; 0 for all.
    pub limit: usize,
}

const COLUMNS: &str = "d.uuid, d.endpoint_id, e.name as endpoint_name, d.rule_id, r.name as rule_name, d.created_at, \
                       d.notice, d.subject, d.state, d.attempts, d.next_at, d.finished_at, d.reference from delivery d \
                       join endpoint e on e.id = d.endpoint_id left join rule r on r.id = d.rule_id";

impl Store {
    /// What is told, the latest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn delivery_list(&self, filter: &DeliveryFilter) -> Result<Vec<Delivery>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let text = format!(
                "select {COLUMNS} where ($1 = '' or d.state = $1) and ($2 = 0 or d.endpoint_id = $2) \
                 and ($3 = 0 or d.rule_id = $3) order by d.id desc limit $4"
            );
            let limit = if filter.limit == 0 { i64::MAX } else { i64::try_from(filter.limit).unwrap_or(i64::MAX) };
            let rows = db::query(text).bind(filter.state.map_or("", DeliveryState::word));
            let rows = rows.bind(filter.endpoint.map_or(0, |id| id.0)).bind(filter.rule.map_or(0, |id| id.0));
            rows.bind(limit).fetch_all(&mut db).await?.iter().map(delivery_of).collect()
        })
        .await
    }

    /// One of them.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn delivery_by_uuid(&self, delivery: Uuid) -> Result<Option<Delivery>, StoreError> {
        self.answer(async { by_uuid(&mut *self.reading().await?, delivery).await }).await
    }

    /// What waits and may be tried now: at endpoints that are not disabled. The oldest first, at most `limit`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn delivery_due(&self, now: Timestamp, limit: usize) -> Result<Vec<DeliveryDue>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select d.uuid, d.endpoint_id from delivery d join endpoint e on e.id = d.endpoint_id where d.state = 'pending' \
                 and d.next_at <= $1 and e.disabled_at is null order by d.id limit $2",
            );
            let rows = rows.bind(now.0).bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(&mut db).await?;
            let due = |row: &Row| {
                Ok(DeliveryDue { delivery: uuid_read(row.try_get(0)?)?, endpoint: EndpointId(row.try_get(1)?) })
            };
            rows.iter().map(due).collect()
        })
        .await
    }

    /// How often something was tried, and what came of it, the first attempt first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn delivery_attempts(&self, delivery: Uuid) -> Result<Vec<DeliveryAttempt>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select a.at, a.is_delivered, a.answer from delivery_attempt a join delivery d on d.id = a.delivery_id \
                 where d.uuid = $1 order by a.id",
            );
            let attempt = |row: &Row| {
                let (at, is_delivered) = (Timestamp(row.try_get(0)?), row.try_get(1)?);
                Ok(DeliveryAttempt { at, is_delivered, answer: row.try_get(2)? })
            };
            rows.bind(delivery.to_string()).fetch_all(&mut db).await?.iter().map(attempt).collect()
        })
        .await
    }

    /// Tells something that no rule tells, such as a try of an endpoint.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn delivery_add(&self, delivery: &NewDelivery, now: Timestamp) -> Result<Uuid, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let added = deliveries_insert(&mut tx, None, std::slice::from_ref(delivery), now).await?;
            tx.commit().await?;
            added.into_iter().next().ok_or_else(|| Failure::Inconsistent("nothing was added".to_owned()))
        })
        .await
    }
}

pub(super) async fn by_uuid(db: &mut Connection, delivery: Uuid) -> Result<Option<Delivery>, Failure> {
    let text = format!("select {COLUMNS} where d.uuid = $1");
    db::query(text).bind(delivery.to_string()).fetch_optional(db).await?.as_ref().map(delivery_of).transpose()
}

/// Adds what is to be told, in the transaction of what it tells of.
pub(crate) async fn deliveries_insert(
    db: &mut Connection,
    rule: Option<RuleId>,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<Vec<Uuid>, Failure> {
    let mut added = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let uuid = Uuid::now_v7();
        let insert = db::query(
            "insert into delivery (uuid, endpoint_id, rule_id, created_at, notice, subject, state, next_at) \
             values ($1, $2, $3, $4, $5, $6, 'pending', $4)",
        );
        let insert = insert.bind(uuid.to_string()).bind(delivery.endpoint.0).bind(rule.map(|rule| rule.0)).bind(now.0);
        insert.bind(delivery.notice.to_string()).bind(&delivery.subject).execute(&mut *db).await?;
        added.push(uuid);
    }
    Ok(added)
}

fn delivery_of(row: &Row) -> Result<Delivery, Failure> {
    let state: String = row.try_get("state")?;
    Ok(Delivery {
        uuid: uuid_read(row.try_get("uuid")?)?,
        endpoint: EndpointId(row.try_get("endpoint_id")?),
        endpoint_name: row.try_get("endpoint_name")?,
        rule: row.try_get::<Option<i64>, _>("rule_id")?.map(RuleId),
        rule_name: row.try_get("rule_name")?,
        created_at: Timestamp(row.try_get("created_at")?),
        notice: json_of(row, "notice")?,
        subject: row.try_get("subject")?,
        state: DeliveryState::read(&state).ok_or_else(|| Failure::Corrupt(format!("no delivery is {state:?}")))?,
        attempts: row.try_get("attempts")?,
        next_at: Timestamp(row.try_get("next_at")?),
        finished_at: row.try_get::<Option<i64>, _>("finished_at")?.map(Timestamp),
        reference: row.try_get("reference")?,
    })
}
