//! Fixing the population of a campaign: every grant in its scope, what its reviewer is shown, and who that is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolecall_graph::{NodeId, Step};
use rolecall_model::review::{ReviewNovelty, ReviewerKey};
use rolecall_store::{ItemPrevious, NewReviewItem, ReviewCertified, ReviewStage, StoredReview};
use sha2::{Digest as _, Sha256};

use super::accuracy::review_accuracy;
use super::draft::review_known;
use super::item::{Items, grant_key};
use super::reviewer::Reviewers;
use super::scope::Scoped;
use super::{ReviewDefinition, ReviewError, ReviewPeople};
use crate::Context;
use crate::gives::digest_whole;
use crate::owners::OwnerBook;
use crate::rules::RuleKnown;
use crate::world::WorldView;

/// So many grants nobody reviews in one campaign.
const MOST: usize = 1_000_000;

/// Fixes the population of a campaign, in the place of what was staged of it before.
///
/// # Errors
/// When its scope names what is not there or holds nothing, when it runs already, or the database cannot be written.
pub async fn review_stage(
    context: &Context,
    view: &WorldView,
    name: &str,
    actor: &str,
) -> Result<StoredReview, ReviewError> {
    let review = review_known(&context.store, name).await?;
    let definition = ReviewDefinition::of(&review)?;
    let stage = staged(context, view, &review, &definition).await?;
    Ok(context.store.review_stage(review.uuid, &stage, actor, context.now()).await?)
}

async fn staged(
    context: &Context,
    view: &WorldView,
    review: &StoredReview,
    definition: &ReviewDefinition,
) -> Result<ReviewStage, ReviewError> {
    let (store, now) = (&context.store, context.now());
    let scoped = Scoped::of(context, view, &definition.scope).await?;
    if scoped.steps.is_empty() {
        let why = format!("no grant is in the scope of {:?}", review.name);
        return Err(ReviewError::refused("review-empty", why, Some("widen its scope, or read its connectors first")));
    }
    if scoped.steps.len() > MOST {
        let why = format!("{} grants are in its scope, and {MOST} at most are reviewed at once", scoped.steps.len());
        return Err(ReviewError::refused(
            "review-too-large",
            why,
            Some("review connectors or entitlements one by one"),
        ));
    }
    let people = ReviewPeople::load(store, view).await?;
    let certified = store.review_certified().await?;
    let certified: HashMap<&str, &ReviewCertified> = certified.iter().map(|one| (one.grant.as_str(), one)).collect();
    let book = OwnerBook::load(store, view, &people.identities).await?;
    let known = RuleKnown::default();
    let accuracy = review_accuracy(store, view, &definition.scope.connectors, now).await?;
    let mut staging = Staging {
        view,
        people: &people,
        items: Items::of(view, &people, &known, now),
        reviewers: Reviewers::of(view, &people, book, definition),
        certified,
        holders: HashMap::new(),
    };
    let mut items: Vec<NewReviewItem> = scoped.steps.iter().map(|step| staging.item(step)).collect();
    // What is new or changed comes first: that is what deserves to be looked at.
    items.sort_by(|left, right| {
        let order = |item: &NewReviewItem| (item.novelty, item.connector_title.clone());
        order(left)
            .cmp(&order(right))
            .then_with(|| left.principal.cmp(&right.principal))
            .then_with(|| left.entitlement.cmp(&right.entitlement))
    });
    let population = population(&items);
    let accuracy = serde_json::to_value(&accuracy).unwrap_or_default();
    Ok(ReviewStage { version: review.version, holders: staging.holders(), items, population, accuracy })
}

/// What is needed to make items of grants.
struct Staging<'v> {
    view: &'v WorldView,
    people: &'v ReviewPeople,
    items: Items<'v>,
    reviewers: Reviewers<'v>,
    certified: HashMap<&'v str, &'v ReviewCertified>,
    holders: HashMap<NodeId, BTreeSet<ReviewerKey>>,
}

impl<'v> Staging<'v> {
    fn item(&mut self, step: &Step<'v>) -> NewReviewItem {
        let view = self.view;
        let shown = self.items.shown(step);
        let content = self.items.content(step, &shown);
        let grant = grant_key(view, step);
        let before = self.certified.get(grant.as_str()).copied();
        let certified = before.filter(|before| before.previous.outcome == "certified");
        let novelty = match (before, certified) {
            // What was denied and is there again has changed, whatever it gives.
            (Some(_), None) => ReviewNovelty::Changed,
            (_, certified) => ReviewNovelty::of(&content, certified.map(|certified| certified.content.as_str())),
        };
        let holders = self.holders_of(step.principal);
        let reviewer = self.reviewers.choose(step, &holders);
        let connector = view.connector(step.resource);
        NewReviewItem {
            connector: connector.map(|connector| connector.record.uuid).unwrap_or_default(),
            connector_title: view.title(step.resource),
            principal: view.world.reference(step.principal),
            entitlement: view.world.reference(step.resource).entitlement(step.slug.to_owned()),
            holding: holding_of(view, step.principal),
            previous: before.map(|before| ItemPrevious::clone(&before.previous)),
            shown: serde_json::to_value(&shown).unwrap_or_default(),
            grant,
            content,
            novelty,
            reviewer,
        }
    }

    /// Who holds what somebody or something holds: of a group everybody in it.
    fn holders_of(&mut self, principal: NodeId) -> BTreeSet<ReviewerKey> {
        if let Some(known) = self.holders.get(&principal) {
            return known.clone();
        }
        let holders: BTreeSet<ReviewerKey> = match self.view.world.is_account(principal) {
            true => self.people.holders_of(self.view, principal),
            false => {
                let accounts = self.items.accounts_in(principal).into_iter();
                accounts.flat_map(|account| self.people.holders_of(self.view, account)).collect()
            }
        };
        self.holders.insert(principal, holders.clone());
        holders
    }

    fn holders(&self) -> Vec<(String, ReviewerKey)> {
        let mut all: BTreeMap<String, BTreeSet<ReviewerKey>> = BTreeMap::new();
        for (principal, holders) in &self.holders {
            all.entry(holding_of(self.view, *principal)).or_default().extend(holders.iter().cloned());
        }
        all.into_iter().flat_map(|(holding, keys)| keys.into_iter().map(move |key| (holding.clone(), key))).collect()
    }
}

/// Under which name the holders of what somebody or something holds are kept.
pub(super) fn holding_of(view: &WorldView, principal: NodeId) -> String {
    let connector = view.connector(principal).map(|connector| connector.record.uuid.to_string()).unwrap_or_default();
    format!("{connector} {}", view.world.reference(principal))
}

/// A digest of a whole population, so that anybody can show that nothing of it was changed since.
fn population(items: &[NewReviewItem]) -> String {
    let mut digest = Sha256::new();
    for item in items {
        digest.update(item.grant.as_bytes());
        digest.update(item.content.as_bytes());
        digest.update(item.shown.to_string().as_bytes());
        digest.update([0]);
    }
    digest_whole(&digest.finalize())
}
