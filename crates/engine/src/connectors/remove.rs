//! Taking a connector away: out of every answer, or with everything that was recorded of it.

use rolecall_model::Timestamp;
use rolecall_store::{Connector, PurgeAgreement, PurgeWish};
use serde::Serialize;
use uuid::Uuid;

use super::subject::connector_any;
use super::{ConnectorCatalog, ConnectorsError, FieldError};
use crate::Context;

/// How a connector is to be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Its history is kept. Its secret is destroyed at once.
    KeepHistory,
    /// Its history is deleted too. Where somebody else could, they have to agree first.
    DeleteHistory {
        /// Why, in a person's words.
        reason: String,
        /// Whether there is another administrator, whose agreement is needed.
        has_other_administrator: bool,
    },
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is in no answer any more, its secret is destroyed, and its history is kept.
    Kept {
        /// Jobs that were cancelled.
        jobs_cancelled: usize,
        /// Whether its secret is in no file of the database any more. Otherwise somebody was reading the database all the
        /// while; it is when the hub has been started anew at the latest.
        is_secret_gone: bool,
    },
    /// It is removed as with [`Self::Kept`], and its history goes once another administrator agrees.
    Asked(PurgeRequest),
    /// Everything that was recorded of it is gone.
    Purged {
        /// How many rows.
        rows: u64,
    },
}

/// The wish to delete a connector's history, which another administrator has to agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PurgeRequest {
    /// Its id.
    pub id: Uuid,
    /// The connector.
    pub connector: Uuid,
    /// What people call it: `npm:acme`.
    pub title: String,
    /// Who wants it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub asked_at: Timestamp,
}

/// Removes a connector. Nothing is derived from it: no access was removed, only nobody looks any more.
///
/// # Errors
/// When there is no such connector, a reason is missing, or the database cannot be written.
pub async fn connector_remove(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    actor: &str,
    connector: Uuid,
    removal: &Removal,
) -> Result<Removed, ConnectorsError> {
    let known = connector_any(context, connector).await?;
    match removal {
        Removal::KeepHistory if known.removed_at.is_some() => Err(ConnectorsError::Unknown { what: "connector" }),
        Removal::KeepHistory => withdraw(context, actor, &known).await,
        Removal::DeleteHistory { reason, has_other_administrator } => {
            let reason = reason.trim();
            if reason.is_empty() {
                let error = FieldError::new("reason", "is missing").hint("say why the history is to be deleted");
                return Err(ConnectorsError::Fields(vec![error]));
            }
            if known.removed_at.is_none() {
                withdraw(context, actor, &known).await?;
            }
            if *has_other_administrator {
                let wish = context.store.purge_ask(known.id, actor, reason, context.now()).await?;
                return Ok(Removed::Asked(PurgeRequest::of(wish)));
            }
            let agreement = PurgeAgreement { reason: reason.to_owned(), request: None };
            purge(context, catalog, actor, &known, &agreement).await
        }
    }
}

/// The wishes to delete a history that nobody has answered yet, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn purge_requests(context: &Context) -> Result<Vec<PurgeRequest>, ConnectorsError> {
    Ok(context.store.purge_wishes().await?.into_iter().map(PurgeRequest::of).collect())
}

/// Agrees to the deletion of a history, and deletes it. Nobody agrees to what they asked for themselves.
///
/// # Errors
/// When there is no such request any more, it is the actor's own, or the database cannot be written.
pub async fn purge_approve(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    actor: &str,
    request: Uuid,
) -> Result<Removed, ConnectorsError> {
    let wishes = context.store.purge_wishes().await?;
    let wish = wishes.into_iter().find(|wish| wish.uuid == request);
    let wish = wish.ok_or(ConnectorsError::Unknown { what: "request" })?;
    if wish.actor == actor {
        let why = "whoever wants a history deleted cannot agree to it themselves";
        return Err(ConnectorsError::refused("own-request", why, Some("ask another administrator")));
    }
    let known = connector_any(context, wish.connector_uuid).await?;
    let agreement = PurgeAgreement { reason: wish.reason, request: Some(request) };
    purge(context, catalog, actor, &known, &agreement).await
}

/// Withdraws or declines such a wish.
///
/// # Errors
/// When there is none any more, or the database cannot be written.
pub async fn purge_withdraw(context: &Context, actor: &str, request: Uuid) -> Result<PurgeRequest, ConnectorsError> {
    let wish = context.store.purge_withdraw(request, actor, context.now()).await?;
    wish.map(PurgeRequest::of).ok_or(ConnectorsError::Unknown { what: "request" })
}

impl PurgeRequest {
    pub(super) fn of(wish: PurgeWish) -> Self {
        let (kind, name) = wish.connector_title;
        Self {
            id: wish.uuid,
            connector: wish.connector_uuid,
            title: format!("{kind}:{name}"),
            actor: wish.actor,
            reason: wish.reason,
            asked_at: wish.asked_at,
        }
    }
}

/// Takes a connector out of every answer, with its secret and its jobs. Decisions about it that wait are not carried out.
async fn withdraw(context: &Context, actor: &str, known: &Connector) -> Result<Removed, ConnectorsError> {
    let withdrawn = context.store.connector_withdraw(known.id, actor, context.now()).await?;
    for decision in context.store.decisions_pending(Some(known.id)).await? {
        context.store.decision_withdraw(decision.uuid, actor, context.now()).await?;
    }
    Ok(Removed::Kept { jobs_cancelled: withdrawn.jobs_cancelled, is_secret_gone: withdrawn.is_scrubbed })
}

async fn purge(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    actor: &str,
    known: &Connector,
    agreement: &PurgeAgreement,
) -> Result<Removed, ConnectorsError> {
    let purged = context.store.connector_purge_agreed(known.id, actor, Some(agreement), context.now()).await?;
    if let Err(error) = catalog.graph_images(context.store.address()).delete(known.uuid) {
        tracing::warn!(connector = %known.uuid, %error, "graph images of a deleted history could not be deleted");
    }
    Ok(Removed::Purged { rows: purged.iter().map(|purged| purged.rows).sum() })
}
