//! What rules need besides the graph: who the people are, and how the connectors themselves stand.

use std::collections::{BTreeSet, HashMap};

use rolecall_connect::is_directory;
use rolecall_model::person::{AccountKey, Employment, LinkState, Person, PersonKey};
use rolecall_model::review::StepState;
use rolecall_model::{EntitlementRef, ResourceRef, Timestamp};
use rolecall_store::{ConnectorId, PastMoment, PendingRemoval, PlanFilter, Store, StoreError};
use uuid::Uuid;

use crate::completeness::CompletenessBuilder;
use crate::people::Identities;
use crate::world::{ConnectorView, Place, WorldView, world_load_at};

/// What rules need besides the graph. Without it, rules about people and about connectors do not apply.
#[derive(Debug, Default)]
pub struct RuleKnown {
    /// Who the people are; `None` where there is no directory.
    pub(crate) people: Option<PeopleKnown>,
    /// Domains whose addresses the organisation itself gives out.
    pub(crate) trusted_domains: BTreeSet<String>,
    /// How connectors stand, or stood; nothing of one that was never read.
    pub(crate) connectors: HashMap<ConnectorId, ConnectorKnown>,
    /// What was taken away and verified to be gone, by the uuid of the connector. Of a past moment nothing is known of it.
    pub(crate) returned: HashMap<Uuid, Vec<ReturnedGrant>>,
}

/// A grant that was taken away by a plan.
#[derive(Clone, Debug)]
pub(crate) struct ReturnedGrant {
    pub(crate) principal: ResourceRef,
    pub(crate) entitlement: EntitlementRef,
    /// The review that denied it.
    pub(crate) review: Option<String>,
    /// Whether it is there again.
    pub(crate) is_back: bool,
}

/// Who the people are, and how much of the directories was read.
#[derive(Debug)]
pub(crate) struct PeopleKnown {
    pub(crate) identities: Identities,
    pub(crate) directories: CompletenessBuilder,
}

/// How a connector stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectorKnown {
    /// How many removals wait for a person.
    pub(crate) waiting: usize,
    /// Since when the first of them does.
    pub(crate) waiting_since: Option<Timestamp>,
    /// What its credential sees no more, in words; `None` of a past moment, of which nobody knows.
    pub(crate) losses: Option<Vec<String>>,
}

impl RuleKnown {
    /// What is known at the moment of a view. A view of some connectors only has people all the same.
    /// `O(accounts + people)`, and of such a view all that is recorded once more.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load(store: &Store, view: &WorldView, now: Timestamp) -> Result<Self, StoreError> {
        let settings = store.identity_settings().await?;
        Ok(Self {
            people: Box::pin(people_of(store, view, now)).await?,
            trusted_domains: settings.trusted_domains.iter().map(|domain| domain.trim().to_lowercase()).collect(),
            connectors: connectors_of(store, view).await?,
            returned: returned(store, view).await?,
        })
    }
}

async fn returned(store: &Store, view: &WorldView) -> Result<HashMap<Uuid, Vec<ReturnedGrant>>, StoreError> {
    let mut returned: HashMap<Uuid, Vec<ReturnedGrant>> = HashMap::new();
    if view.past.is_some() {
        return Ok(returned);
    }
    let plans = store.plan_list().await?;
    for step in store.plan_steps(PlanFilter::default()).await? {
        if !matches!(step.state, StepState::Verified | StepState::CameBack) {
            continue;
        }
        let plan = plans.iter().find(|plan| plan.id == step.plan);
        let review = plan.and_then(|plan| plan.review.as_ref()).map(|(_, name)| name.clone());
        let is_back = step.state == StepState::CameBack;
        let grant = ReturnedGrant { principal: step.principal, entitlement: step.entitlement, review, is_back };
        returned.entry(step.connector).or_default().push(grant);
    }
    Ok(returned)
}

async fn people_of(store: &Store, view: &WorldView, now: Timestamp) -> Result<Option<PeopleKnown>, StoreError> {
    let at = view.past.as_ref().map(|past| past.at);
    let recorded = crate::world::connectors_of(store, None, at).await?;
    if !recorded.iter().any(|record| is_directory(&record.config.connector_type)) {
        return Ok(None);
    }
    let whole = match recorded.len() == view.connectors.len() {
        true => None,
        false => {
            Some(world_load_at(store, crate::world::WorldScope::default(), at, &crate::GraphImages::off(), now).await?)
        }
    };
    let view = whole.as_ref().unwrap_or(view);
    let identities = Identities::load(store, view).await?;
    let brought = view.connectors.iter().filter(|connector| is_directory(connector.declaration.name));
    let directories = brought.fold(CompletenessBuilder::default(), directory_read);
    Ok(Some(PeopleKnown { identities, directories }))
}

/// How much of a directory was read.
pub(crate) fn directory_completeness(directory: &ConnectorView) -> crate::completeness::Completeness {
    directory_read(CompletenessBuilder::default(), directory).finish()
}

fn directory_read(mut builder: CompletenessBuilder, directory: &ConnectorView) -> CompletenessBuilder {
    let (book, root) = (directory.book(), directory.root());
    directory.declaration.listings.iter().for_each(|declared| builder.add(&book, declared, &root));
    builder
}

async fn connectors_of(store: &Store, view: &WorldView) -> Result<HashMap<ConnectorId, ConnectorKnown>, StoreError> {
    let mut known = HashMap::new();
    for connector in view.connectors.iter().filter(|connector| !is_directory(connector.declaration.name)) {
        let id = connector.record.id;
        let Some(pending) = removals_of(store, connector).await? else { continue };
        let waiting: Vec<&PendingRemoval> = pending.iter().filter(|pending| !pending.discarded).collect();
        let standing = ConnectorKnown {
            waiting: waiting.len(),
            waiting_since: waiting.iter().map(|pending| pending.missing_since_at).min(),
            losses: match connector.place {
                Place::Present => Some(losses_of(store, id).await?),
                Place::Past(_) | Place::Before => None,
            },
        };
        known.insert(id, standing);
    }
    Ok(known)
}

/// The removals that wait, or waited then; `None` before the connector was ever read.
async fn removals_of(store: &Store, connector: &ConnectorView) -> Result<Option<Vec<PendingRemoval>>, StoreError> {
    let id = connector.record.id;
    match connector.place {
        Place::Present => store.removals_pending(id).await.map(Some),
        Place::Past(PastMoment { snapshot, at }) => {
            let at = at.unwrap_or_default();
            store.removals_pending_at(id, snapshot, at).await.map(Some)
        }
        Place::Before => Ok(None),
    }
}

async fn losses_of(store: &Store, connector: ConnectorId) -> Result<Vec<String>, StoreError> {
    let seen = store.fingerprints(connector).await?;
    let losses = seen.latest.zip(seen.reference).map(|(latest, before)| latest.seen.losses(&before.seen));
    Ok(losses.unwrap_or_default())
}

impl PeopleKnown {
    /// What an account is.
    pub(crate) fn state(&self, connector: &str, account: ResourceRef) -> Option<&LinkState> {
        self.identities.correlation.states.get(&AccountKey::new(connector, account))
    }

    pub(crate) fn person(&self, key: &PersonKey) -> Option<&Person> {
        self.identities.people.get(key)
    }

    /// Whether somebody works here no more, as far as any directory says.
    pub(crate) fn has_left(&self, key: &PersonKey) -> bool {
        self.person(key).is_some_and(|person| person.employment == Employment::Departed)
    }
}
