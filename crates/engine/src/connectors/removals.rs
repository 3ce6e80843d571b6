//! Removals that wait for a person, as a page shows them.

use rolecall_model::{ConnectorDeclaration, Fact, ResourceRef, Trait};
use rolecall_store::{Connector, PendingRemoval};
use serde::Serialize;
use uuid::Uuid;

use super::subject::connector_known;
use super::{ConnectorsError, PendingDecision};
use crate::changes::fact_text;
use crate::world::declaration_of;
use crate::{Context, moment_text};

/// What waits for a person's word on one connector.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovalsView {
    /// How many wait, without those that were discarded.
    pub waiting: usize,
    /// By the listing that stopped stating them.
    pub listings: Vec<RemovalGroup>,
    /// The last of what is shown. A decision is about nothing newer: see [`super::removals_decide`].
    pub seen: i64,
    /// Decisions that were made and are not carried out yet.
    pub decisions: Vec<PendingDecision>,
}

/// Removals from one listing.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovalGroup {
    /// Its number, by which a decision can be about it alone.
    pub listing: i64,
    /// In words.
    pub title: String,
    /// Why they wait.
    pub reason: String,
    /// What would be removed.
    pub removals: Vec<RemovalRow>,
}

/// One removal.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovalRow {
    /// In words: `user alice holds owner on organization acme`.
    pub text: String,
    /// The account that would lose something, if it is about one.
    pub account: Option<String>,
    /// Since when it is missing, as text.
    pub missing_since: String,
    /// Whether somebody already said that the reading was wrong.
    pub discarded: bool,
}

/// The removals of a connector that wait.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn removals_view(context: &Context, connector: Uuid) -> Result<RemovalsView, ConnectorsError> {
    let known = connector_known(context, connector).await?;
    let pending = context.store.removals_pending(known.id).await?;
    let declaration = declaration(&known);
    let mut listings: Vec<RemovalGroup> = Vec::new();
    for removal in &pending {
        if listings.last().is_none_or(|group| group.listing != removal.listing.0) {
            listings.push(group_of(declaration, removal));
        }
        if let Some(group) = listings.last_mut() {
            group.removals.push(row_of(declaration, removal));
        }
    }
    let decisions = context.store.decisions_pending(Some(known.id)).await?;
    Ok(RemovalsView {
        waiting: pending.iter().filter(|removal| !removal.discarded).count(),
        listings,
        seen: pending.iter().map(|removal| removal.missing_since.0).max().unwrap_or_default(),
        decisions: decisions.iter().map(PendingDecision::of).collect(),
    })
}

/// What its type declares; nothing of a type that another version had.
pub(super) fn declaration(known: &Connector) -> Option<&'static ConnectorDeclaration> {
    declaration_of(&known.config)
}

fn group_of(declaration: Option<&ConnectorDeclaration>, removal: &PendingRemoval) -> RemovalGroup {
    let declared = declaration.and_then(|declaration| declaration.listing(removal.key.kind.as_str()));
    RemovalGroup {
        listing: removal.listing.0,
        title: declared.map_or_else(|| removal.key.to_string(), |declared| declared.title_of(&removal.key.subject.id)),
        reason: removal.reason.clone(),
        removals: Vec::new(),
    }
}

fn row_of(declaration: Option<&ConnectorDeclaration>, removal: &PendingRemoval) -> RemovalRow {
    RemovalRow {
        text: fact_text(&removal.fact),
        account: accounts_of(declaration, &removal.fact).next().map(|account| account.id.to_string()),
        missing_since: moment_text(removal.missing_since_at),
        discarded: removal.discarded,
    }
}

/// The accounts that a fact is about.
pub(super) fn accounts_of<'f>(
    declaration: Option<&'f ConnectorDeclaration>,
    fact: &'f Fact,
) -> impl Iterator<Item = &'f ResourceRef> {
    let (first, second) = match fact {
        Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } => {
            (principal, Some(&entitlement.resource))
        }
        Fact::Resource { resource, parent } => (resource, parent.as_ref()),
        Fact::Property { resource, .. } => (resource, None),
        Fact::Link { from, to, .. } => (from, Some(to)),
    };
    let is_account = move |resource: &&ResourceRef| {
        let declared = declaration.and_then(|declaration| declaration.resource_type(resource.kind.as_str()));
        declared.is_some_and(|declared| declared.trait_ == Some(Trait::User))
    };
    [Some(first), second].into_iter().flatten().filter(is_account)
}
