//! What somebody has to be told about connectors without asking. Each is told once.

use async_trait::async_trait;
use jiff::civil::Date;
use rolecall_model::Timestamp;
use rolecall_store::{Connector, ConnectorId, Standing, StoreError, Sync as SyncRecord, SyncStatus};
use serde::Serialize;
use uuid::Uuid;

use super::overview::{error_text, expiry_of, today_of};
use super::{ConnectorsError, TokenExpiry};
use crate::work::SYNC;
use crate::{Context, connector_title};

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The connector.
    pub connector: Uuid,
    /// What people call it: `npm:acme`.
    pub title: String,
    /// In a sentence or two.
    pub text: String,
    /// Who is to be told.
    pub to: NoticeTo,
    /// The same for the same thing, so that nothing is told twice.
    pub key: String,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// The token expires soon, or has expired.
    TokenExpires,
    /// Three syncs in a row failed.
    SyncsFail,
    /// Nobody answers for the connector.
    Ownerless,
}

/// Who is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeTo {
    /// Those who answer for the connector, by name or mail address.
    Owners(Vec<String>),
    /// Every administrator: the connector has no owner, or it is about that.
    Administrators,
}

/// Where notices go. What fails is tried again with the next ones.
#[async_trait]
pub trait NoticeSink: Send + Sync {
    /// Takes one.
    ///
    /// # Errors
    /// When it cannot be kept.
    async fn take(&self, notice: &Notice, now: Timestamp) -> Result<(), StoreError>;
}

/// What is to be told now and was not yet, recorded as told in the same transaction. The owners of a connector are told 14,
/// 7 and 1 days before its token expires, and when it has; and when three syncs in a row failed. Where nobody answers for a
/// connector, administrators are told instead, and that nobody does.
///
/// # Errors
/// When the database cannot be written.
pub async fn notices_due(context: &Context) -> Result<Vec<Notice>, ConnectorsError> {
    let standing = context.store.connectors_standing(SYNC).await?;
    let ended = context.store.syncs_ended(FAILED_IN_A_ROW).await?;
    let finished = context.store.syncs_finished_last().await?;
    let today = today_of(context.now());
    owned_forget(context, &standing).await?;
    let mut found = Vec::new();
    for Standing { connector, .. } in standing.iter().filter(|standing| standing.connector.is_active()) {
        let mine: Vec<&SyncRecord> = ended.iter().filter(|sync| sync.connector == connector.id).collect();
        let good = finished.get(&connector.id).map_or(0, |sync| sync.0);
        let notices = [expires(connector, today), fails(connector, &mine, good), ownerless(connector)];
        found.extend(notices.into_iter().flatten().map(|notice| (connector.id, notice)));
    }
    let keys: Vec<_> = found.iter().map(|(id, notice)| (*id, notice.key.clone())).collect();
    let is_new = context.store.notices_tell(&keys, context.now()).await?;
    Ok(found.into_iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|((_, notice), _)| notice).collect())
}

/// Hands what is to be told now to whoever takes it, and says how much that was.
///
/// # Errors
/// When the database cannot be written, or one could not be taken; the others were.
pub async fn notices_deliver(context: &Context, sink: &dyn NoticeSink) -> Result<usize, ConnectorsError> {
    let (mut taken, mut failed) = (0, None);
    for notice in notices_due(context).await? {
        match sink.take(&notice, context.now()).await {
            Ok(()) => taken += 1,
            Err(error) => {
                context.store.notices_forget(&[notice.key]).await?;
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(taken), |error| Err(error.into()))
}

/// How many days before a token expires somebody is told.
const DAYS: [i64; 3] = [1, 7, 14];
/// So many failures in a row are no accident.
const FAILED_IN_A_ROW: usize = 3;

fn expires(connector: &Connector, today: Option<Date>) -> Option<Notice> {
    let TokenExpiry { date, days_left } = expiry_of(connector, today)?;
    let title = connector_title(connector);
    let (step, text) = match DAYS.into_iter().find(|days| days_left <= *days) {
        _ if days_left < 0 => ("past".to_owned(), format!("the token of {title} expired on {date}: give it another")),
        None => return None,
        Some(step) => {
            let when = match days_left {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                days => format!("in {days} days"),
            };
            (
                step.to_string(),
                format!("the token of {title} expires {when}, on {date}: make another and give it to the connector"),
            )
        }
    };
    Some(notice(connector, NoticeKind::TokenExpires, text, &format!("{date}:{step}")))
}

/// What begins after one good sync, numbered `good`, is told once, however long it goes on.
fn fails(connector: &Connector, syncs: &[&SyncRecord], good: i64) -> Option<Notice> {
    let is_failing = syncs.len() >= FAILED_IN_A_ROW && syncs.iter().all(|sync| sync.status == SyncStatus::Failed);
    let (last, title) = (syncs.first().filter(|_| is_failing)?, connector_title(connector));
    let why = last.error.as_ref().map(error_text).unwrap_or_default();
    let text = format!("{title} could not be read {FAILED_IN_A_ROW} times in a row: {why}");
    Some(notice(connector, NoticeKind::SyncsFail, text, &format!("since {good}")))
}

/// A connector that has owners again, and loses them once more, is told of once more.
async fn owned_forget(context: &Context, standing: &[Standing]) -> Result<(), ConnectorsError> {
    let told = context.store.notices_told(NoticeKind::Ownerless.word()).await?;
    let has_owners = |id: &ConnectorId| {
        standing.iter().any(|one| one.connector.id == *id && !one.connector.config.owners.is_empty())
    };
    let outdated: Vec<String> = told.into_iter().filter(|(id, _)| has_owners(id)).map(|(_, key)| key).collect();
    if outdated.is_empty() { Ok(()) } else { Ok(context.store.notices_forget(&outdated).await?) }
}

fn ownerless(connector: &Connector) -> Option<Notice> {
    let text = format!("nobody answers for {}: give it an owner", connector_title(connector));
    let is_ownerless = connector.config.owners.is_empty();
    is_ownerless
        .then(|| Notice { to: NoticeTo::Administrators, ..notice(connector, NoticeKind::Ownerless, text, "now") })
}

fn notice(connector: &Connector, kind: NoticeKind, text: String, what: &str) -> Notice {
    let owners = connector.config.owners.clone();
    Notice {
        kind,
        connector: connector.uuid,
        title: connector_title(connector),
        text,
        to: if owners.is_empty() { NoticeTo::Administrators } else { NoticeTo::Owners(owners) },
        key: format!("{}:{}:{what}", kind.word(), connector.uuid),
    }
}

impl NoticeKind {
    /// A stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TokenExpires => "token-expires",
            Self::SyncsFail => "syncs-fail",
            Self::Ownerless => "ownerless",
        }
    }
}
