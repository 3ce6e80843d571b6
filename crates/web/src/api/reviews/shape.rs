//! What programs are told of reviews, and how they write a campaign.

use std::collections::BTreeMap;

use rolecall_engine::reviews::{
    AccuracyFlag, ConnectorAccuracy, EventRow, ItemDecision, ItemGives, ItemRow, ItemShown, ReviewAccuracy,
    ReviewDefinition, ReviewDetail, ReviewError, ReviewRepeat, ReviewRow, ReviewScope, ReviewShare, ReviewerRow,
    ScopeCount, ScopeEntity,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::api::shape::{Moment, Told, shape};

/// What a campaign is to be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct CampaignDefinition {
    /// What it is for.
    pub(crate) description: String,
    pub(crate) scope: CampaignScope,
    /// Where the reviewer of a grant is found, in order: `resource-owner`, `manager`, `account-owner`, or somebody by name or
    /// mail address.
    pub(crate) reviewers: Vec<String>,
    /// Who reviews what none of them finds somebody for.
    pub(crate) fallback: String,
    /// Who runs it; whoever makes it, where nobody is named.
    pub(crate) owner: String,
    /// How many days reviewers have.
    pub(crate) days: u32,
    /// How many days there are to carry out what was denied.
    pub(crate) plan_days: u32,
    /// What becomes of what nobody decided about: `skip` or `deny`.
    pub(crate) remaining: String,
    /// How often it is done again: `never`, `weekly`, `monthly`, `quarterly` or `yearly`.
    pub(crate) repeat: String,
    /// How many days before the end reviewers are reminded.
    pub(crate) remind: Vec<u32>,
    /// The endpoint at which reviewers are told; empty for none.
    pub(crate) endpoint: String,
    /// Whether it starts by itself as soon as it is staged.
    pub(crate) starts_by_itself: bool,
}

/// Which grants are in a campaign. Whatever is empty restricts nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct CampaignScope {
    /// Of these connectors: `npm:acme`.
    connectors: Vec<String>,
    /// Of these entitlements: `owner`, or of one type only `package:read-write`.
    entitlements: Vec<String>,
    /// On these resources, or by which somebody comes to hold something on them.
    resources: Vec<String>,
    /// Of what this question finds: a query, or the id of a saved question.
    question: String,
    /// Of these, as holder or as what is held.
    entities: Vec<CampaignEntity>,
    /// Only what accounts hold.
    accounts_only: bool,
}

/// Something by its place in a connector.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CampaignEntity {
    connector: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

impl Default for CampaignDefinition {
    fn default() -> Self {
        ReviewDefinition::default().told()
    }
}

impl Told<CampaignDefinition> for ReviewDefinition {
    fn told(self) -> CampaignDefinition {
        let scope = self.scope;
        let entity = |one: ScopeEntity| CampaignEntity { connector: one.connector, kind: one.kind, id: one.id };
        CampaignDefinition {
            description: self.description,
            scope: CampaignScope {
                connectors: scope.connectors,
                entitlements: scope.entitlements,
                resources: scope.resources,
                question: scope.question,
                entities: scope.entities.into_iter().map(entity).collect(),
                accounts_only: scope.accounts_only,
            },
            reviewers: self.reviewers,
            fallback: self.fallback,
            owner: self.owner,
            days: self.days,
            plan_days: self.plan_days,
            remaining: self.remaining,
            repeat: self.repeat.word().to_owned(),
            remind: self.remind,
            endpoint: self.endpoint,
            starts_by_itself: self.starts_by_itself,
        }
    }
}

impl CampaignDefinition {
    /// As the engine keeps it.
    pub(crate) fn read(self) -> Result<ReviewDefinition, ReviewError> {
        let repeat = ReviewRepeat::read(&self.repeat).ok_or_else(|| {
            let words = ReviewRepeat::ALL.map(ReviewRepeat::word).join("`, `");
            ReviewError::Wrong { field: "repeat", message: format!("it is done again `{words}`") }
        })?;
        let scope = self.scope;
        let entity = |one: CampaignEntity| ScopeEntity { connector: one.connector, kind: one.kind, id: one.id };
        Ok(ReviewDefinition {
            description: self.description,
            scope: ReviewScope {
                connectors: scope.connectors,
                entitlements: scope.entitlements,
                resources: scope.resources,
                question: scope.question,
                entities: scope.entities.into_iter().map(entity).collect(),
                accounts_only: scope.accounts_only,
            },
            reviewers: self.reviewers,
            fallback: self.fallback,
            owner: self.owner,
            days: self.days,
            plan_days: self.plan_days,
            remaining: self.remaining,
            repeat,
            remind: self.remind,
            endpoint: self.endpoint,
            starts_by_itself: self.starts_by_itself,
        })
    }
}

shape! {
    /// A campaign in short.
    Campaign of ReviewRow {
        id: String,
        name: String,
        description: String,
        /// `draft`, `staged`, `running`, `completed` or `cancelled`.
        state: String,
        /// Counts every change.
        version: i64,
        /// `person`, `repeats …`, or `rule …`.
        origin: String,
        /// Who runs it.
        owner: String,
        /// How many grants are in it.
        grants: i64,
        certified: i64,
        denied: i64,
        undecided: i64,
        staged_at: Option<Moment>,
        started_at: Option<Moment>,
        /// Until when reviewers are to decide.
        due_at: Option<Moment>,
        is_overdue: bool,
        ended_at: Option<Moment>,
        /// How often it is done again.
        repeat: String,
    }
}

shape! {
    /// How far a reviewer is.
    CampaignReviewer of ReviewerRow {
        /// Who; null of grants that nobody reviews.
        reviewer: Option<String>,
        name: String,
        has_left: bool,
        certified: i64,
        denied: i64,
        undecided: i64,
    }
}

shape! {
    /// Something that happened in a campaign.
    CampaignEvent of EventRow {
        at: Moment,
        /// A stable word: `created`, `staged`, `submitted`, …
        what: String,
        /// Null where the hub did it.
        actor: Option<String>,
        reason: Option<String>,
        details: Json,
    }
}

shape! {
    /// What speaks against relying on what is known of a connector.
    CampaignFlag of AccuracyFlag {
        /// `never-read`, `stale`, `incomplete`, `failed`, `paused`, `removals-wait`, `sight-shrank`.
        code: String,
        text: String,
    }
}

/// How complete what is known of a connector is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CampaignConnector {
    connector: String,
    id: String,
    /// The snapshot that grants are taken from, as the audit log numbers it.
    snapshot: Option<i64>,
    /// The sync whose result is current.
    sync: Option<String>,
    synced_at: Option<Moment>,
    read_in_full_since: Option<Moment>,
    flags: Vec<CampaignFlag>,
    /// What was not read in full, in sentences.
    gaps: Vec<String>,
}

impl Told<CampaignConnector> for ConnectorAccuracy {
    fn told(self) -> CampaignConnector {
        CampaignConnector {
            connector: self.connector,
            id: self.id,
            snapshot: self.snapshot,
            sync: self.sync,
            synced_at: self.synced_at.told(),
            read_in_full_since: self.read_in_full_since.told(),
            flags: self.flags.told(),
            gaps: self.gaps.iter().map(|gap| crate::text::sentence(gap.sentence())).collect(),
        }
    }
}

shape! {
    /// How complete what a campaign is taken from is.
    CampaignAccuracy of ReviewAccuracy {
        /// When that was looked at; empty where nothing is staged.
        at: String,
        connectors: Vec<CampaignConnector>,
    }
}

shape! {
    /// How much is in a scope.
    CampaignCount of ScopeCount {
        grants: u64,
        /// How many accounts and groups hold them.
        holders: u64,
        /// How many of each connector.
        connectors: BTreeMap<String, u64>,
        /// How many the registries' own rules and settings give, which are not in it.
        given_by_rule: u64,
        /// How many nothing explains but a second list.
        path_unknown: u64,
    }
}

impl Told<BTreeMap<String, u64>> for BTreeMap<String, usize> {
    fn told(self) -> BTreeMap<String, u64> {
        self.into_iter().map(|(name, count)| (name, count.told())).collect()
    }
}

impl Told<BTreeMap<String, u64>> for BTreeMap<&'static str, usize> {
    fn told(self) -> BTreeMap<String, u64> {
        self.into_iter().map(|(name, count)| (name.to_owned(), count.told())).collect()
    }
}

impl Told<BTreeMap<String, i64>> for BTreeMap<&'static str, i64> {
    fn told(self) -> BTreeMap<String, i64> {
        self.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
    }
}

/// A campaign with everything about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CampaignExplained {
    #[serde(flatten)]
    campaign: Campaign,
    definition: CampaignDefinition,
    /// A digest of its population.
    population: String,
    /// As it was when the campaign was staged.
    accuracy: CampaignAccuracy,
    reviewers: Vec<CampaignReviewer>,
    /// How many grants are `new`, `changed`, `unchanged` beside what was certified before.
    novelty: BTreeMap<String, u64>,
    /// The plan that followed from it.
    plan: Option<String>,
    /// What happened in it, the earliest first.
    events: Vec<CampaignEvent>,
}

impl Told<CampaignExplained> for ReviewDetail {
    fn told(self) -> CampaignExplained {
        CampaignExplained {
            campaign: self.row.told(),
            definition: self.definition.told(),
            population: self.population,
            accuracy: self.accuracy.told(),
            reviewers: self.reviewers.told(),
            novelty: self.novelty.told(),
            plan: self.plan,
            events: self.events.told(),
        }
    }
}

shape! {
    /// How far somebody is with what they decide.
    CampaignShare of ReviewShare {
        /// How many grants are theirs to decide.
        grants: i64,
        certified: i64,
        denied: i64,
        /// How many undecided ones are `new`, `changed`, `unchanged`.
        undecided: BTreeMap<String, i64>,
        /// How many choices wait to be submitted.
        chosen: u64,
    }
}

shape! {
    /// What can be written by a grant or an account.
    CampaignGives of ItemGives {
        /// `publish`, …
        action: String,
        writes: u64,
        of: u64,
        examples: Vec<String>,
        /// How many would stay without the grant.
        kept: u64,
        /// How many nobody else can write.
        alone: u64,
        /// How often all of it is fetched in a month; null where no source tells.
        fetched: Option<u64>,
    }
}

shape! {
    /// What is shown of a grant, as it was when it was staged. What is not known is null, and never *no*.
    CampaignShown of ItemShown {
        holder: String,
        is_group: bool,
        members: Option<u64>,
        person: Option<String>,
        person_key: Option<String>,
        /// `active`, `on-leave`, `departed`, `unknown`.
        employment: Option<String>,
        /// `person`, `suggested`, `ambiguous`, `unmatched`, `service`, `external` or `protected`; null of a group.
        account_state: Option<String>,
        account_owner: Option<String>,
        /// What the grant lets them do, in a sentence.
        may: String,
        /// As baton spells it.
        entitlement: String,
        meaning: String,
        path: String,
        gives: CampaignGives,
        blast_radius: Option<CampaignGives>,
        last_activity: Option<Moment>,
        last_activity_what: Option<String>,
        /// `on`, `off`, or in words what somebody states; null where it is not known.
        two_factor: Option<String>,
        suspended: Option<bool>,
        since: Moment,
        /// Whether it may be older.
        or_earlier: bool,
        removal_unconfirmed: bool,
        /// Whether everything behind this was read in full; otherwise numbers are *at least*.
        is_complete: bool,
    }
}

shape! {
    /// A decision about a grant.
    CampaignDecision of ItemDecision {
        reviewer: String,
        /// `certify` or `deny`.
        decision: String,
        reason: String,
        at: Moment,
    }
}

/// A grant of a campaign.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CampaignItem {
    number: i64,
    connector: String,
    /// What makes it the same grant in another campaign.
    grant: String,
    shown: CampaignShown,
    /// `new`, `changed` or `unchanged` beside what was certified before.
    novelty: String,
    /// What was decided last, in words.
    previous: Option<String>,
    reviewer: String,
    reviewer_key: Option<String>,
    /// Why it is they.
    reviewer_why: String,
    /// `undecided`, `certified` or `denied`.
    outcome: String,
    /// What was submitted, the earliest first.
    decisions: Vec<CampaignDecision>,
    /// What whoever asks has chosen and not submitted.
    chosen: Option<CampaignChosen>,
    /// Whether whoever asks holds it, as far as is known.
    is_own: bool,
}

/// A choice that is not submitted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CampaignChosen {
    decision: String,
    reason: String,
}

impl Told<CampaignItem> for ItemRow {
    fn told(self) -> CampaignItem {
        let chosen = |(decision, reason): (&'static str, String)| CampaignChosen { decision: decision.told(), reason };
        CampaignItem {
            number: self.number,
            connector: self.connector,
            grant: self.grant,
            shown: self.shown.told(),
            novelty: self.novelty.told(),
            previous: self.previous,
            reviewer: self.reviewer,
            reviewer_key: self.reviewer_key.map(|key| key.to_string()),
            reviewer_why: self.reviewer_why,
            outcome: self.outcome.told(),
            decisions: self.decisions.told(),
            chosen: self.chosen.map(chosen),
            is_own: self.is_own,
        }
    }
}
