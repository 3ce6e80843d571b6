//! What happens to campaigns without anybody asking: what rules and the calendar ask for is begun, reviewers are told and
//! reminded, and what waits for somebody who left comes to somebody else.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewOutcome, ReviewState, ReviewerKey};
use rolecall_store::{
    NewDelivery, ReviewAssign, ReviewFilter, ReviewItem, ReviewItemFilter, ReviewRequest, ReviewWrite, Store,
    StoreError, StoredReview,
};
use serde_json::{Value as Json, json};

use super::item::grants_text;
use super::run::review_start;
use super::stage::review_stage;
use super::{ReviewDefinition, ReviewError, ReviewPeople, ReviewRepeat, ReviewScope, ScopeEntity};
use crate::Context;
use crate::alerting::NoticeContent;
use crate::moment::{day_text, moment_text};
use crate::world::{WorldView, world_load};

/// Who does it, as records say.
const PROGRAM: &str = "the hub";
const DAY_SECONDS: i64 = 24 * 3600;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewUpkeep {
    /// Reviews that were begun, by name.
    pub begun: Vec<String>,
    /// What could not be begun, and why.
    pub failed: Vec<String>,
    /// How many reviewers were told something.
    pub told: usize,
    /// How many grants came to somebody else.
    pub escalated: usize,
    /// How many steps of plans stand elsewhere.
    pub steps: usize,
}

/// Whether there is anything to look after: reviews that run, that rules ask for, or that are to be done again.
///
/// # Errors
/// When the database cannot be read.
pub async fn review_is_due(store: &Store) -> Result<bool, StoreError> {
    if !store.review_requests().await?.is_empty() {
        return Ok(true);
    }
    let reviews = store.review_list(ReviewFilter::default()).await?;
    let repeats = |review: &StoredReview| {
        let repeat = ReviewDefinition::of(review).map(|definition| definition.repeat).unwrap_or_default();
        review.started_at.is_some() && repeat != ReviewRepeat::Never
    };
    Ok(reviews.iter().any(|review| review.state == ReviewState::Running || repeats(review)))
}

/// Does all of it.
///
/// # Errors
/// When the database cannot be read or written. What fails of one review is told and keeps no other from it.
pub async fn review_upkeep(context: &Context, link: Option<&str>) -> Result<ReviewUpkeep, ReviewError> {
    let store = &context.store;
    let mut upkeep =
        ReviewUpkeep { steps: store.plan_step_seen(context.now()).await?.len(), ..ReviewUpkeep::default() };
    if !review_is_due(store).await? {
        return Ok(upkeep);
    }
    let view = world_load(store, None, None).await?;
    let people = ReviewPeople::load(store, &view).await?;
    for request in store.review_requests().await? {
        let begun = request_begin(context, &view, &request).await;
        note(&mut upkeep, begun);
    }
    let reviews = store.review_list(ReviewFilter::default()).await?;
    for review in &reviews {
        let begun = repeat_begin(context, &view, review, &reviews).await;
        note(&mut upkeep, begun.transpose().unwrap_or(Ok(String::new())));
    }
    for review in store.review_list(ReviewFilter { state: Some(ReviewState::Running) }).await? {
        let definition = ReviewDefinition::of(&review)?;
        connectors_note(context, &view, &review).await?;
        let undecided = ReviewItemFilter { outcome: Some(ReviewOutcome::Undecided), ..ReviewItemFilter::default() };
        let items = store.review_items(review.id, &undecided).await?;
        upkeep.escalated += escalate(context, &people, (&review, &definition), &items).await?;
        let items = store.review_items(review.id, &undecided).await?;
        upkeep.told += tell(context, &people, (&review, &definition), &items, link).await?;
    }
    Ok(upkeep)
}

fn note(upkeep: &mut ReviewUpkeep, begun: Result<String, ReviewError>) {
    match begun {
        Ok(name) if name.is_empty() => {}
        Ok(name) => upkeep.begun.push(name),
        Err(error) => {
            tracing::warn!(code = error.code(), "a review could not be begun: {error}");
            upkeep.failed.push(error.to_string());
        }
    }
}

/// Begins what a rule asks for.
async fn request_begin(context: &Context, view: &WorldView, request: &ReviewRequest) -> Result<String, ReviewError> {
    let store = &context.store;
    let text = |name: &str| request.content.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let rule = text("rule");
    let reviewers = request.content.get("reviewers").and_then(Json::as_array).into_iter().flatten();
    let usual = ReviewDefinition::default();
    let reviewers: Vec<String> = reviewers.filter_map(Json::as_str).map(str::to_owned).collect();
    let days = request.content.get("days").and_then(Json::as_u64).and_then(|days| u32::try_from(days).ok());
    let days = days.filter(|days| *days > 0).unwrap_or(7);
    let definition = ReviewDefinition {
        description: format!("Asked for by the rule {rule:?}."),
        scope: ReviewScope { entities: entities_of(view, &request.content), ..ReviewScope::default() },
        reviewers: if reviewers.is_empty() { usual.reviewers.clone() } else { reviewers },
        owner: text("owner"),
        endpoint: text("endpoint"),
        days,
        remind: vec![1.min(days)],
        starts_by_itself: true,
        ..usual
    };
    let wanted = Some(text("name")).filter(|name| !name.trim().is_empty()).unwrap_or(rule.clone());
    let name = free_name(store, &format!("{} {}", wanted.trim(), day_text(&moment_text(request.at)))).await?;
    let write = ReviewWrite { name, definition: definition.json(), origin: format!("rule {rule}") };
    let made = store.review_of_request(request.number, &write, PROGRAM, context.now()).await?;
    match made {
        Some(review) => begin(context, view, &review).await,
        None => Ok(String::new()),
    }
}

/// Which things a rule names, by their connector's title or number.
fn entities_of(view: &WorldView, content: &Json) -> Vec<ScopeEntity> {
    let named = content.get("entities").and_then(Json::as_array).into_iter().flatten();
    let entity = |one: &Json| {
        let connector = one.get("connector")?;
        let title = match connector.as_i64() {
            Some(number) => view.connectors.iter().find(|known| known.record.id.0 == number)?.title(),
            None => connector.as_str()?.to_owned(),
        };
        let (kind, id) = (one.get("kind")?.as_str()?.to_owned(), one.get("id")?.as_str()?.to_owned());
        Some(ScopeEntity { connector: title, kind, id })
    };
    named.filter_map(entity).collect()
}

/// Begins a review again whose time has come, unless that was done.
async fn repeat_begin(
    context: &Context,
    view: &WorldView,
    review: &StoredReview,
    all: &[StoredReview],
) -> Result<Option<String>, ReviewError> {
    let definition = ReviewDefinition::of(review)?;
    let Some(next) = review.started_at.and_then(|started| definition.repeat.next(started)) else { return Ok(None) };
    let origin = format!("repeats {}", review.uuid);
    let is_over = review.state == ReviewState::Cancelled;
    if is_over || next > context.now() || all.iter().any(|other| other.origin == origin) {
        return Ok(None);
    }
    let base = review.name.split(" · ").next().unwrap_or(&review.name);
    let name = free_name(&context.store, &format!("{base} · {}", day_text(&moment_text(next)))).await?;
    let definition = ReviewDefinition { starts_by_itself: true, ..definition };
    let write = ReviewWrite { name, definition: definition.json(), origin };
    let made = context.store.review_create(&write, PROGRAM, context.now()).await?;
    begin(context, view, &made).await.map(Some)
}

async fn begin(context: &Context, view: &WorldView, review: &StoredReview) -> Result<String, ReviewError> {
    let id = review.uuid.to_string();
    review_stage(context, view, &id, PROGRAM).await?;
    review_start(context, &id, PROGRAM).await?;
    Ok(review.name.clone())
}

/// A name that no review has.
async fn free_name(store: &Store, wanted: &str) -> Result<String, StoreError> {
    let wanted: String = wanted.chars().filter(|letter| !letter.is_control()).take(100).collect();
    let mut name = wanted.clone();
    for number in 2..10_000 {
        if store.review_named(&name).await?.is_none() {
            break;
        }
        name = format!("{wanted} ({number})");
    }
    Ok(name)
}

/// Writes down that a connector of the population is not there any more: what was staged stays, and nothing can be verified.
pub(super) async fn connectors_note(
    context: &Context,
    view: &WorldView,
    review: &StoredReview,
) -> Result<(), ReviewError> {
    let staged = review.accuracy.get("connectors").and_then(Json::as_array).into_iter().flatten();
    let there: BTreeSet<String> = view.connectors.iter().map(|connector| connector.record.uuid.to_string()).collect();
    let text = |one: &Json, name: &str| one.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let gone = staged.map(|one| (text(one, "id"), text(one, "connector"))).filter(|(id, _)| !there.contains(id));
    let events = context.store.review_events(review.uuid).await?;
    for (id, title) in gone {
        let is_known = events.iter().any(|event| event.what == "connector-removed" && event.details["id"] == *id);
        if !is_known {
            let details = json!({ "id": id, "connector": title });
            context.store.review_note(review.id, "connector-removed", &details, context.now()).await?;
        }
    }
    Ok(())
}

/// Gives what waits for somebody who left, or for nobody, to somebody else; and what is overdue to whoever manages the
/// reviewer, or runs the campaign. How many grants changed hands.
async fn escalate(
    context: &Context,
    people: &ReviewPeople,
    (review, definition): (&StoredReview, &ReviewDefinition),
    items: &[ReviewItem],
) -> Result<usize, ReviewError> {
    let now = context.now();
    let is_overdue = review.due_at.is_some_and(|due| due < now);
    let events = context.store.review_events(review.uuid).await?;
    let was_late: BTreeSet<i64> = events
        .iter()
        .filter(|event| event.what == "escalated" && event.reason.as_deref() == Some(LATE))
        .flat_map(|event| event.details["grants"].as_array().cloned().unwrap_or_default())
        .filter_map(|number| number.as_i64())
        .collect();
    let mut waiting: BTreeMap<(Option<ReviewerKey>, &'static str), Vec<i64>> = BTreeMap::new();
    for item in items {
        let has_left = item.reviewer.as_ref().is_none_or(|reviewer| people.has_left(reviewer));
        let why = match (&item.reviewer, has_left) {
            (None, _) => "nobody reviewed it",
            (Some(_), true) => "its reviewer has left",
            (Some(_), false) if is_overdue && !was_late.contains(&item.number) => LATE,
            (Some(_), false) => continue,
        };
        waiting.entry((item.reviewer.clone(), why)).or_default().push(item.number);
    }
    let mut moved = 0;
    for ((reviewer, why), numbers) in waiting {
        moved += escalate_to(context, people, (review, definition), (reviewer.as_ref(), why), numbers).await?;
    }
    Ok(moved)
}

/// Said of what was not decided in time.
const LATE: &str = "it was not decided in time";

async fn escalate_to(
    context: &Context,
    people: &ReviewPeople,
    (review, definition): (&StoredReview, &ReviewDefinition),
    (reviewer, why): (Option<&ReviewerKey>, &'static str),
    mut numbers: Vec<i64>,
) -> Result<usize, ReviewError> {
    let person = reviewer.and_then(ReviewerKey::person_key);
    let manager = person.and_then(|key| people.manager(&rolecall_model::person::PersonKey::from(key)));
    let named = [&definition.fallback, &definition.owner].into_iter().filter_map(|who| people.named(who));
    let mut moved = 0;
    for candidate in manager.into_iter().chain(named) {
        if numbers.is_empty() || people.has_left(&candidate.0) || Some(&candidate.0) == reviewer {
            continue;
        }
        let assign = ReviewAssign {
            review: review.uuid,
            numbers: numbers.clone(),
            own: people.own_keys_of(&candidate.0),
            reviewer: candidate,
            reason: why.to_owned(),
            is_escalation: true,
        };
        let taken = context.store.review_assign(&assign, None, context.now()).await?;
        numbers.retain(|number| !taken.contains(number));
        moved += taken.len();
    }
    Ok(moved)
}

/// Tells each reviewer what waits for them, when it begins, some days before the end, and when it is over; each once.
async fn tell(
    context: &Context,
    people: &ReviewPeople,
    (review, definition): (&StoredReview, &ReviewDefinition),
    items: &[ReviewItem],
    link: Option<&str>,
) -> Result<usize, ReviewError> {
    let (store, now) = (&context.store, context.now());
    let mut waiting: BTreeMap<ReviewerKey, (String, usize)> = BTreeMap::new();
    for item in items {
        if let Some(reviewer) = &item.reviewer {
            waiting.entry(reviewer.clone()).or_insert_with(|| (item.reviewer_name.clone(), 0)).1 += 1;
        }
    }
    let occasion = occasion(review, definition, now);
    let events = store.review_events(review.uuid).await?;
    let endpoints = store.endpoint_list().await?;
    let endpoint = endpoints.iter().find(|endpoint| endpoint.name == definition.endpoint);
    let mut told = 0;
    for (reviewer, (name, count)) in waiting {
        let is_told = events.iter().any(|event| {
            event.what == "reminded"
                && event.details["reviewer"] == reviewer.as_str()
                && event.details["occasion"] == occasion
        });
        if is_told {
            continue;
        }
        let address = people.address(&reviewer);
        let delivery = endpoint.map(|endpoint| {
            let content = reminder(review, (&name, count), &occasion, address.clone(), link, now);
            let subject = content.subject.clone();
            NewDelivery { endpoint: endpoint.id, notice: serde_json::to_value(content).unwrap_or_default(), subject }
        });
        if let Some(delivery) = &delivery {
            store.delivery_add(delivery, now).await?;
        }
        let details = json!({
            "reviewer": reviewer.as_str(),
            "name": name,
            "occasion": occasion,
            "grants": count,
            "sent": delivery.is_some(),
        });
        store.review_note(review.id, "reminded", &details, now).await?;
        told += 1;
    }
    Ok(told)
}

/// On which occasion reviewers are told now: `asked`, `7 days left`, `overdue`.
fn occasion(review: &StoredReview, definition: &ReviewDefinition, now: Timestamp) -> String {
    let Some(due) = review.due_at else { return "asked".to_owned() };
    if due < now {
        return "overdue".to_owned();
    }
    let mut days: Vec<u32> = definition.remind.clone();
    days.sort_unstable();
    let reached = days.into_iter().find(|days| due.plus_seconds(-i64::from(*days) * DAY_SECONDS) <= now);
    reached.map_or_else(
        || "asked".to_owned(),
        |days| format!("{} left", crate::text::counted(days as usize, "day", "days")),
    )
}

fn reminder(
    review: &StoredReview,
    (name, count): (&str, usize),
    occasion: &str,
    address: Option<String>,
    link: Option<&str>,
    now: Timestamp,
) -> NoticeContent {
    let due = review.due_at.map(|due| day_text(&moment_text(due))).unwrap_or_default();
    let (title, grants) = (&review.name, grants_text(count));
    let subject = format!("{title}: {grants} to review until {due}");
    let link = link.map(|link| format!("{}/reviews/{}", link.trim_end_matches('/'), review.uuid)).unwrap_or_default();
    let text = format!(
        "{name}, you are asked whether {grants} are still right ({occasion}).\n\nCertify what is, deny what is not and say why, \
         and submit it until {due}.\n\n{link}"
    );
    let event = json!({
        "type": "review.reminder",
        "timestamp": moment_text(now),
        "data": { "review": title, "id": review.uuid, "reviewer": name, "grants": count, "occasion": occasion, "link": link },
    });
    NoticeContent {
        kind: "review.reminder".to_owned(),
        subject,
        text: text.trim_end().to_owned(),
        event,
        group: review.uuid.to_string(),
        recipients: address.into_iter().collect(),
        ..NoticeContent::default()
    }
}
