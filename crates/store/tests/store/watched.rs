//! What people watch: the log of a connector, how far a sync is, how all connectors stand, and pages of long lists.

use rolecall_model::Timestamp;
use rolecall_store::{ListingDelta, LogQuery, NewDecisionPending, NewLogEntry, RemovalFilter, StoredProgress};
use serde_json::json;

use crate::world::{World, config, exists, member, members, minute, owner, roster, team, teams, user};

fn entry(at: Timestamp, level: u8, code: &'static str, message: &str) -> NewLogEntry {
    NewLogEntry {
        at,
        level,
        code,
        message: message.to_owned(),
        fields: json!({ "status": 403 }),
        sync: None,
        job: None,
    }
}

async fn codes(world: &World, query: &LogQuery) -> Vec<String> {
    let found = world.store.log_list(world.connector, query, 10).await.unwrap();
    found.into_iter().map(|entry| entry.code).collect()
}

#[tokio::test]
async fn the_log_is_found_by_text_level_and_place_and_is_trimmed() {
    let world = World::new().await;
    let entries = [
        entry(minute(1), 0, "sync-begun", "a sync began"),
        entry(minute(2), 2, "request-failed", "Roster: 403 for 100% of it"),
        entry(minute(3), 1, "removals-wait", "3 removals wait"),
    ];
    world.store.log_append(world.connector, &entries, None).await.unwrap();
    let all = LogQuery::default();
    assert_eq!(codes(&world, &all).await, ["removals-wait", "request-failed", "sync-begun"]);
    assert_eq!(codes(&world, &LogQuery { level: 1, ..all.clone() }).await, ["removals-wait", "request-failed"]);
    let text = |text: &str| LogQuery { text: Some(text.to_owned()), ..LogQuery::default() };
    assert_eq!(codes(&world, &text("ROSTER")).await, ["request-failed"]);
    assert_eq!(codes(&world, &text("100%")).await, ["request-failed"]);
    assert_eq!(codes(&world, &text("1_0")).await, Vec::<String>::new());
    let first = world.store.log_list(world.connector, &all, 10).await.unwrap().pop().unwrap();
    assert_eq!(first.fields, json!({ "status": 403 }));
    let after = LogQuery { after: Some(first.id), ..all.clone() };
    assert_eq!(codes(&world, &after).await, ["request-failed", "removals-wait"]);
    assert_eq!(world.store.log_trim(world.connector, minute(2)).await.unwrap(), 1);
    assert_eq!(codes(&world, &all).await, ["removals-wait", "request-failed"]);
}

#[tokio::test]
async fn how_all_stand_is_told_without_counting_facts() {
    let mut world = World::new().await;
    let other = world.store.connector_put(&config("umbrella"), "mara", minute(1)).await.unwrap();
    let known = vec![exists(user("ada")), owner("ada"), exists(user("bob")), owner("bob")];
    world.sync_reading(vec![(roster(), known), (teams(), vec![exists(team("dev"))])]).await;
    world.sync_reading(vec![(members("dev"), vec![member("dev", "ada")])]).await;
    assert!(world.store.tally_make(world.connector).await.unwrap());
    assert!(!world.store.tally_make(world.connector).await.unwrap(), "nothing is new");
    assert!(!world.store.tally_make(other.id).await.unwrap(), "nothing was read");
    let hold = ListingDelta { hold: vec![owner("bob")], hold_reason: Some("why".into()), ..ListingDelta::default() };
    let write = world.changes_to(roster(), hold);
    world.sync(vec![write]).await;

    let standing = world.store.connectors_standing("sync").await.unwrap();
    assert_eq!(standing.iter().map(|one| one.connector.id).collect::<Vec<_>>(), [world.connector, other.id]);
    let tally = standing[0].tally.as_ref().unwrap();
    assert_eq!(tally.resources, [("team".to_owned(), 1), ("user".to_owned(), 2)]);
    assert_eq!((tally.grants, standing[0].waiting), (3, 1));
    assert!(standing[0].sync.is_some() && standing[1].sync.is_none() && standing[1].tally.is_none());
    let one = world.store.connector_standing(world.connector, "sync").await.unwrap().unwrap();
    assert_eq!(one.waiting, 1);
}

#[tokio::test]
async fn progress_is_that_of_a_sync_that_runs() {
    let world = World::new().await;
    let sync = world.store.sync_begin(world.connector, minute(1)).await.unwrap();
    let progress = StoredProgress {
        sync: sync.uuid,
        job: None,
        stage: "membership".to_owned(),
        done: 3,
        known: 7,
        listing: "members of dev".to_owned(),
        at: minute(2),
    };
    world.store.log_append(world.connector, &[], Some(&progress)).await.unwrap();
    let further = StoredProgress { done: 4, ..progress };
    world.store.log_append(world.connector, &[], Some(&further)).await.unwrap();
    assert_eq!(world.store.progress_of(world.connector).await.unwrap(), Some(further));
    world.store.sync_finish(sync.id, &rolecall_store::SyncEnd::Finished, minute(3), 1).await.unwrap();
    assert_eq!(world.store.progress_of(world.connector).await.unwrap(), None);
}

#[tokio::test]
async fn long_lists_are_read_page_by_page() {
    let mut world = World::new().await;
    let users = ["ada", "bob", "cleo"].iter().flat_map(|name| [exists(user(name)), owner(name)]).collect();
    world.sync_reading(vec![(roster(), users)]).await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    let page = world.store.resources_after(world.connector, "user", "", Some("ada"), 1).await.unwrap();
    assert_eq!((page.len(), &*page[0].resource.id), (1, "bob"));
    let found = world.store.resources_after(world.connector, "user", "LE", None, 9).await.unwrap();
    assert_eq!((found.len(), &*found[0].resource.id), (1, "cleo"));

    let latest = world.store.syncs_before(world.connector, None, 1).await.unwrap();
    assert_eq!((latest.len(), latest[0].snapshots.len()), (1, 1));
    let before = world.store.syncs_before(world.connector, Some(latest[0].sync.id), 9).await.unwrap();
    assert_eq!(before.len(), 1);
    let listings = world.store.listings_of_sync(&latest[0].sync).await.unwrap();
    assert_eq!(
        listings.iter().map(|read| (read.state.key.clone(), read.is_changed)).collect::<Vec<_>>(),
        [(teams(), true)]
    );
    let connector = world.store.connector_list().await.unwrap().remove(0);
    let events = world.store.connector_events_before(connector.uuid, None, 9).await.unwrap();
    assert_eq!(events.len(), 1);
    assert!(world.store.connector_events_before(connector.uuid, Some(events[0].0), 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_delayed_decision_is_about_what_was_seen_and_about_nothing_newer() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob"), owner("cleo")])]).await;
    let hold = |name: &str| ListingDelta {
        hold: vec![owner(name)],
        hold_reason: Some("why".to_owned()),
        ..ListingDelta::default()
    };
    let write = world.changes_to(roster(), hold("bob"));
    world.sync(vec![write]).await;
    let seen = world.store.removals_pending(world.connector).await.unwrap()[0].missing_since;
    let asked = NewDecisionPending {
        connector: world.connector,
        is_confirmation: true,
        listing: None,
        seen,
        actor: "mara".to_owned(),
        reason: "they left".to_owned(),
        due_at: minute(500),
    };
    let delayed = world.store.decision_delay(&asked, minute(400)).await.unwrap();
    let write = world.changes_to(roster(), hold("cleo"));
    world.sync(vec![write]).await;
    assert!(world.store.decision_carry_out(delayed.uuid, minute(499)).await.unwrap().is_none());
    assert_eq!(world.store.decisions_pending(Some(world.connector)).await.unwrap(), std::slice::from_ref(&delayed));
    let report = world.store.decision_carry_out(delayed.uuid, minute(500)).await.unwrap().unwrap();
    assert_eq!(report.facts, 1);
    let waiting = world.store.removals_pending(world.connector).await.unwrap();
    assert_eq!(waiting.iter().map(|removal| removal.fact.clone()).collect::<Vec<_>>(), [owner("cleo")]);
    assert!(world.store.decision_carry_out(delayed.uuid, minute(501)).await.unwrap().is_none(), "once");
    let (decision, all) = (crate::world::decision(), RemovalFilter::default());
    let rest = world.store.removals_discard(world.connector, &decision, minute(502), all);
    assert_eq!(rest.await.unwrap().facts, 1);
}

#[tokio::test]
async fn what_was_told_is_told_once() {
    let world = World::new().await;
    let key = |text: &str| (world.connector, text.to_owned());
    assert_eq!(world.store.notices_tell(&[key("a"), key("b")], minute(1)).await.unwrap(), [true, true]);
    assert_eq!(world.store.notices_tell(&[key("b"), key("c")], minute(2)).await.unwrap(), [false, true]);
    assert_eq!(world.store.notices_told("b").await.unwrap(), [key("b")]);
    world.store.notices_forget(&["b".to_owned()]).await.unwrap();
    assert_eq!(world.store.notices_tell(&[key("b"), key("c")], minute(3)).await.unwrap(), [true, false]);
}
