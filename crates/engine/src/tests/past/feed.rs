//! Following what happens: from any event on, everything behind it is told once, whatever else was written meanwhile.

use proptest::prelude::*;
use proptest::sample::Index;
use rolecall_store::{FindingWrite, FindingsWrite};
use rolecall_testkit::cases;
use serde_json::{Value as Json, json};

use super::registry::{World, now};
use super::steps;
use crate::changes::{ChangesQuestion, changes};
use crate::feed::{FeedCursor, FeedError, FeedEvent, FeedNews, feed_end, feed_place, feed_read};
use crate::world_load;

impl World {
    /// Everything behind a cursor, and where that ends.
    async fn follow(&self, from: FeedCursor) -> (Vec<FeedEvent>, FeedCursor) {
        let (mut events, mut reached) = (Vec::new(), from);
        loop {
            let head = self.store.feed_head().await.unwrap();
            if !reached.is_before(head) {
                return (events, reached);
            }
            let view = world_load(&self.store, None, None).await.unwrap();
            let part = feed_read(&self.store, &view, reached, head, None).await.unwrap();
            events.extend(part.events);
            reached = part.reached;
        }
    }

    /// A finding that is there, or is not any more.
    async fn finding(&self, number: usize) {
        let turn = self.store.finding_turn().await.unwrap().turn;
        let code = format!("F-{}", number % 3);
        let known = self.store.finding_by_code(&code).await.unwrap().filter(|known| known.resolved_at.is_none());
        let write = match known {
            Some(known) => FindingWrite::Resolved(known.id),
            None => FindingWrite::Found {
                key: code.clone(),
                rule: "owner-count".to_owned(),
                connector: Some(self.record.id),
                severity: "high".to_owned(),
                title: format!("it is {code}"),
                content: json!({}),
                code,
            },
        };
        let write =
            FindingsWrite { turn, at: now(), seen: number.to_string(), summary: json!({}), findings: vec![write] };
        self.store.findings_write(&write).await.unwrap();
    }
}

/// Without the cursor: the order of changes and of findings among each other may be another after a cut.
fn said(events: &[FeedEvent]) -> Vec<String> {
    let mut said: Vec<String> =
        events.iter().map(|event| json!({ "at": event.at, "news": event.news }).to_string()).collect();
    said.sort();
    said
}

fn place(cursor: &str) -> FeedCursor {
    cursor.parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(12, 500)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_cut_anywhere_loses_and_repeats_nothing(steps in steps(), cuts in prop::collection::vec(any::<Index>(), 1..6)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let world = World::new().await;
            let (mut live, mut reached) = (Vec::new(), FeedCursor::default());
            world.sync().await;
            for (number, step) in steps.iter().enumerate() {
                world.step(step).await;
                world.finding(number).await;
                let (events, at) = world.follow(reached).await;
                live.extend(events);
                reached = at;
            }
            let (all, end) = world.follow(FeedCursor::default()).await;
            assert_eq!((end, end.to_string().parse()), (feed_end(&world.store).await.unwrap(), Ok(end)));
            let cursors: std::collections::BTreeSet<&str> = all.iter().map(|event| event.cursor.as_str()).collect();
            assert_eq!(cursors.len(), all.len(), "each event has a cursor of its own");
            for cut in cuts.iter().filter(|_| !all.is_empty()) {
                let cut = cut.index(all.len());
                let (rest, _) = world.follow(place(&all[cut].cursor)).await;
                let both = [&all[..=cut], &rest[..]].concat();
                assert_eq!(said(&both), said(&all), "cut behind {}", all[cut].cursor);
            }
            is_what_changes_tells(&world, &all).await;
            let followed = live.iter().filter(|event| matches!(event.news, FeedNews::Finding(_))).count();
            assert_eq!(followed, steps.len(), "each finding's event was told as it happened, once");
        });
    }
}

/// The same facts as `changes` has, in the other direction.
async fn is_what_changes_tells(world: &World, all: &[FeedEvent]) {
    let view = world_load(&world.store, None, None).await.unwrap();
    let (changed, _) = changes(&world.store, &view, &ChangesQuestion::all()).await.unwrap();
    let mut expected: Vec<Json> = changed.iter().map(|change| json!(change)).collect();
    let mut told: Vec<Json> = all
        .iter()
        .filter_map(|event| match &event.news {
            FeedNews::Change(change) => Some(json!(change)),
            FeedNews::Finding(_) => None,
        })
        .collect();
    expected.sort_by_key(Json::to_string);
    told.sort_by_key(Json::to_string);
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_place_is_a_cursor_a_moment_or_the_beginning() {
    let world = World::new().await;
    world.sync().await;
    let before = now();
    world.finding(0).await;
    let since = |text: &'static str| feed_place(&world.store, Some(text), now());
    assert_eq!(feed_place(&world.store, None, now()).await.unwrap(), FeedCursor::default());
    let of_moment = feed_place(&world.store, Some(&crate::moment_text(before)), now()).await.unwrap();
    assert!(world.follow(of_moment).await.0.len() <= 1 && world.follow(since("7d").await.unwrap()).await.0.len() == 1);
    assert!(matches!(since("soon").await, Err(FeedError::NoPlace(_))));
    assert!(matches!(since("999.2.0.0").await, Err(FeedError::Beyond(_))));
}

#[tokio::test]
async fn numbers_of_a_deleted_history_are_not_given_again() {
    let world = World::new().await;
    world.sync().await;
    world.finding(0).await;
    let before = world.store.feed_head().await.unwrap();
    world.store.connector_purge(world.record.id, "mara", now()).await.unwrap();
    assert_eq!(world.store.feed_head().await.unwrap(), before);
    let other = rolecall_store::NewConnector { name: "other".to_owned(), ..world.record.config.clone() };
    world.store.connector_change(&[rolecall_store::ConnectorChange::Put(other)], "mara", now()).await.unwrap();
    let record = world.store.connector_list().await.unwrap().remove(0);
    let mut again = world;
    again.record = record;
    again.sync().await;
    again.finding(0).await;
    let after = again.store.feed_head().await.unwrap();
    assert!(
        after.snapshot > before.snapshot && after.finding_event == before.finding_event + 1,
        "{before:?} {after:?}"
    );
    assert_eq!(again.follow(FeedCursor::default()).await.0.len(), 1);
}
