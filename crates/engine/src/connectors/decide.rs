//! Decisions about removals that wait. What concerns somebody's own access another administrator decides. Where there is
//! none, the decision is carried out a day later; those who look after the hub are told, and may withdraw it until then or
//! carry it out at once in their own name.

use std::time::Duration;

use rolecall_model::Timestamp;
use rolecall_store::{
    Audience, Connector, Decision, JobFilter, JobState, ListingId, NewDecisionPending, NewNotice, PendingRemoval,
    RemovalFilter, Role, SnapshotId, StoreError, WriterLock,
};
use serde::Serialize;
use uuid::Uuid;

use super::ConnectorsError;
use super::removals::{accounts_of, declaration};
use super::subject::connector_known;
use crate::people::identities_refresh;
use crate::work::SYNC;
use crate::{Context, connector_title};

/// Who decides.
#[derive(Clone, Debug, Default)]
pub struct Decider {
    /// Their name, for the record.
    pub name: String,
    /// Their account names and mail addresses in sources, as far as they are known.
    pub accounts: Vec<String>,
    /// Whether somebody else could decide instead.
    pub has_other_administrator: bool,
}

/// What became of a decision.
#[derive(Clone, Debug)]
pub enum Decided {
    /// It is carried out: about so many facts.
    Done {
        /// How many.
        facts: u64,
    },
    /// It concerns the person who made it, nobody else could make it, and it waits.
    Delayed(PendingDecision),
}

/// A decision that is not carried out yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingDecision {
    /// Its id.
    pub id: Uuid,
    /// The connector.
    pub connector: Uuid,
    /// `confirm` or `discard`.
    pub action: String,
    /// Who made it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub made_at: Timestamp,
    /// When it is carried out unless it is withdrawn.
    pub due_at: Timestamp,
}

/// Withdraws a decision that is not carried out yet.
///
/// # Errors
/// When there is none any more, or the database cannot be written.
pub async fn decision_withdraw(
    context: &Context,
    actor: &str,
    decision: Uuid,
) -> Result<PendingDecision, ConnectorsError> {
    let withdrawn = context.store.decision_withdraw(decision, actor, context.now()).await?;
    withdrawn.as_ref().map(PendingDecision::of).ok_or(ConnectorsError::Unknown { what: "decision" })
}

/// How long a decision waits that concerns whoever made it, in seconds.
pub const DELAY_SECONDS: i64 = 24 * 3600;

impl PendingDecision {
    pub(super) fn of(pending: &rolecall_store::DecisionPending) -> Self {
        Self {
            id: pending.uuid,
            connector: pending.connector_uuid,
            action: if pending.asked.is_confirmation { "confirm" } else { "discard" }.to_owned(),
            actor: pending.asked.actor.clone(),
            reason: pending.asked.reason.clone(),
            made_at: pending.made_at,
            due_at: pending.asked.due_at,
        }
    }
}

impl Decider {
    /// Whether a name or a mail address of an account is this person's.
    #[must_use]
    pub fn concerns(&self, account: &str) -> bool {
        self.accounts.iter().any(|own| own.trim().eq_ignore_ascii_case(account.trim()))
    }
}

/// What is ruled about removals that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// They pass.
    Confirm,
    /// They are not to be believed.
    Discard,
}

/// What a ruling is about.
#[derive(Clone, Copy, Debug)]
pub struct RemovalsAsked<'a> {
    /// The connector.
    pub connector: Uuid,
    /// Only removals from this listing.
    pub listing: Option<i64>,
    /// Nothing that came after this ([`super::RemovalsView::seen`]), which nobody has looked at.
    pub seen: i64,
    /// Why.
    pub reason: &'a str,
}

/// Rules about removals that wait.
///
/// # Errors
/// When there is no such connector, or the database cannot be written.
pub async fn removals_decide(
    context: &Context,
    decider: &Decider,
    ruling: Ruling,
    asked: RemovalsAsked<'_>,
) -> Result<Decided, ConnectorsError> {
    let RemovalsAsked { connector, listing, seen, reason } = asked;
    let (listing, seen) = (listing.map(ListingId), SnapshotId(seen));
    let (known, now) = (connector_known(context, connector).await?, context.now());
    let reason = if reason.trim().is_empty() { "not given" } else { reason.trim() };
    let is_asked = |removal: &PendingRemoval| {
        !removal.discarded && removal.missing_since <= seen && listing.is_none_or(|listing| listing == removal.listing)
    };
    let pending: Vec<_> = context.store.removals_pending(known.id).await?.into_iter().filter(is_asked).collect();
    if is_own(context, decider, &known, &pending).await? {
        if decider.has_other_administrator {
            let why =
                "some of these removals concern your own access, and another administrator has to decide about them";
            return Err(ConnectorsError::refused("own-access", why, Some("ask one of them to look at this page")));
        }
        let asked = NewDecisionPending {
            connector: known.id,
            is_confirmation: ruling == Ruling::Confirm,
            listing,
            seen,
            actor: decider.name.clone(),
            reason: reason.to_owned(),
            due_at: now.plus_seconds(DELAY_SECONDS),
        };
        let pending = PendingDecision::of(&context.store.decision_delay(&asked, now).await?);
        delay_tell(context, &known, &pending).await?;
        return Ok(Decided::Delayed(pending));
    }
    let _lock = lock_take(context, &known).await?;
    let decision = Decision { actor: decider.name.clone(), reason: reason.to_owned() };
    let filter = RemovalFilter { listing, missing_until: Some(seen), ..RemovalFilter::default() };
    let report = match ruling {
        Ruling::Confirm => context.store.removals_confirm(known.id, &decision, now, filter).await?,
        Ruling::Discard => context.store.removals_discard(known.id, &decision, now, filter).await?,
    };
    context.store.tally_make(known.id).await?;
    identities_refresh(&context.store, now).await?;
    Ok(Decided::Done { facts: report.facts })
}

/// Tells everybody who may withdraw a decision, and whoever audits, that it waits.
async fn delay_tell(context: &Context, known: &Connector, pending: &PendingDecision) -> Result<(), ConnectorsError> {
    let about = connector_title(known);
    let text = format!(
        "{} decided to {} removals of {about} that concern their own access. Unless somebody withdraws it, this takes \
         effect in 24 hours.",
        pending.actor, pending.action
    );
    for role in [Role::Administrator, Role::ConnectorAdmin, Role::Auditor] {
        let notice = NewNotice {
            audience: Audience::Role(role),
            kind: "decision-delayed".to_owned(),
            about: about.clone(),
            text: text.clone(),
        };
        context.store.hub_notice_add(&notice, context.now()).await?;
    }
    Ok(())
}

/// How long a decision waits for whoever writes facts and is about to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes the lock of whoever writes facts. One lock is for all connectors of a file: while it is held by syncs of others,
/// this decision is in nobody's way, and nothing is read twice.
async fn lock_take(context: &Context, known: &Connector) -> Result<Option<WriterLock>, ConnectorsError> {
    let running = JobFilter { kind: Some(SYNC), key: None, state: Some(JobState::Running) };
    let running = context.store.job_list(running, usize::MAX).await?;
    if running.iter().any(|job| job.asked.key == known.uuid.to_string()) {
        let why = format!("{} is being read", connector_title(known));
        return Err(ConnectorsError::refused("syncing", why, Some("decide once it is done")));
    }
    // A sync of it that just ended may hold the lock a moment longer.
    let patience = if running.is_empty() { PATIENCE } else { Duration::ZERO };
    let purpose = format!("a decision about {}", connector_title(known));
    match context.store.writer_lock_within(known.id, &purpose, patience).await {
        Ok(lock) => Ok(Some(lock)),
        Err(StoreError::Busy { .. }) if !running.is_empty() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether any of these removals is about an account of whoever decides: by its name, or by its mail address.
async fn is_own(
    context: &Context,
    decider: &Decider,
    known: &Connector,
    pending: &[PendingRemoval],
) -> Result<bool, ConnectorsError> {
    if decider.accounts.is_empty() || pending.is_empty() {
        return Ok(false);
    }
    let declaration = declaration(known);
    let accounts: Vec<_> = pending.iter().flat_map(|removal| accounts_of(declaration, &removal.fact)).collect();
    if accounts.iter().any(|account| decider.concerns(&account.id)) {
        return Ok(true);
    }
    let mails = context.store.property_texts(known.id, "email").await?;
    let is_mail =
        |(account, mail): &(rolecall_model::ResourceRef, String)| decider.concerns(mail) && accounts.contains(&account);
    Ok(mails.iter().any(is_mail))
}
