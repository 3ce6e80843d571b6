//! What the calendar asks of campaigns, by a clock that is put forward.

use std::sync::atomic::{AtomicI64, Ordering};

use rolecall_model::Timestamp;
use rolecall_store::ReviewFilter;
use serde_json::Value as Json;

use crate::reviews::{
    CompleteWish, ReviewDefinition, ReviewRepeat, review_cancel, review_complete, review_create, review_stage,
    review_start, review_upkeep,
};
use crate::tests::past::registry::World;
use crate::{Context, world_load};

const DAY: i64 = 24 * 3600 * 1_000_000;

/// Days since the beginning, of this test alone: a clock is a function.
macro_rules! clock {
    ($days:ident, $clock:ident) => {
        static $days: AtomicI64 = AtomicI64::new(0);
        fn $clock() -> Timestamp {
            Timestamp(1_900_000_000_000_000 + $days.load(Ordering::SeqCst) * DAY)
        }
    };
}

async fn started(context: &Context, definition: &ReviewDefinition) {
    review_create(context, "Weekly", definition, "mara").await.unwrap();
    let view = world_load(&context.store, None, None).await.unwrap();
    review_stage(context, &view, "Weekly", "mara").await.unwrap();
    review_start(context, "Weekly", "mara").await.unwrap();
}

async fn names(context: &Context) -> Vec<(String, &'static str)> {
    let reviews = context.store.review_list(ReviewFilter::default()).await.unwrap();
    let mut names: Vec<_> = reviews.into_iter().map(|review| (review.name, review.state.word())).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_weekly_campaign_begins_anew_each_week_and_once() {
    clock!(DAYS, clock);
    let world = World::new().await;
    world.sync().await;
    let context = Context { clock, ..world.context() };
    let definition = ReviewDefinition { repeat: ReviewRepeat::Weekly, days: 5, remind: vec![1], ..Default::default() };
    started(&context, &definition).await;
    for (day, count) in [(6, 1), (7, 2), (7, 2), (8, 2), (14, 3), (15, 3)] {
        DAYS.store(day, Ordering::SeqCst);
        let upkeep = review_upkeep(&context, None).await.unwrap();
        assert!(upkeep.failed.is_empty(), "{upkeep:?}");
        assert_eq!(names(&context).await.len(), count, "day {day}");
    }
    let all = names(&context).await;
    assert!(all.iter().all(|(name, state)| name.starts_with("Weekly") && *state == "running"), "{all:?}");
    // Whoever gives the latest up ends the row, and whoever completes it does not.
    let latest = all.last().unwrap().0.clone();
    let view = world_load(&context.store, None, None).await.unwrap();
    let wish = CompleteWish { remaining: None, reason: "over".to_owned() };
    review_complete(&context, &view, &latest, &wish, "mara").await.unwrap();
    DAYS.store(21, Ordering::SeqCst);
    review_upkeep(&context, None).await.unwrap();
    let all = names(&context).await;
    assert_eq!(all.len(), 4, "{all:?}");
    let decision = rolecall_store::Decision { actor: "mara".to_owned(), reason: "no more".to_owned() };
    review_cancel(&context, &all.last().unwrap().0, &decision).await.unwrap();
    DAYS.store(40, Ordering::SeqCst);
    review_upkeep(&context, None).await.unwrap();
    assert_eq!(names(&context).await.len(), 4);
}

#[tokio::test]
async fn reviewers_are_told_on_each_occasion_once() {
    clock!(DAYS, clock);
    let world = World::new().await;
    world.sync().await;
    let context = Context { clock, ..world.context() };
    let reviewers = vec!["rita@acme.test".to_owned()];
    let definition = ReviewDefinition { reviewers, days: 14, remind: vec![7, 1], ..Default::default() };
    started(&context, &definition).await;
    for day in [0, 0, 3, 7, 8, 13, 13, 14, 15, 16] {
        DAYS.store(day, Ordering::SeqCst);
        review_upkeep(&context, None).await.unwrap();
    }
    let review = context.store.review_named("Weekly").await.unwrap().unwrap();
    let events = context.store.review_events(review.uuid).await.unwrap();
    let told = |who: &str| -> Vec<Json> {
        let of = events.iter().filter(|event| event.what == "reminded" && event.details["reviewer"] == who);
        of.map(|event| event.details["occasion"].clone()).collect()
    };
    let rita = told("mail:rita@acme.test");
    assert_eq!(rita[..3], ["asked", "7 days left", "1 day left"], "{rita:?}");
    // What is late comes to whoever runs it, who is told so once.
    assert_eq!(told("user:mara").last().unwrap(), "overdue");
    let late = events.iter().filter(|event| event.what == "escalated").count();
    assert_eq!(late, 1);
    assert!(events.iter().any(|event| event.reason.as_deref() == Some("it was not decided in time")));
}
