//! One moment held still.

use crate::world::{World, config, exists, member, members, minute, owner, roster, team, teams};

#[tokio::test]
async fn what_is_read_of_a_moment_belongs_together_whatever_is_written_meanwhile() {
    let mut world = World::new().await;
    let team_facts = || vec![exists(team("dev"))];
    world
        .sync_reading(vec![
            (roster(), vec![owner("bob"), owner("ada")]),
            (teams(), team_facts()),
            (members("dev"), vec![member("dev", "ada")]),
        ])
        .await;
    let mut moment = world.store.moment().await.unwrap();
    let before = moment.counts(world.connector).await.unwrap();
    assert_eq!(before.facts, 4);

    world.store.connector_put(&config("other"), "tester", minute(99)).await.unwrap();
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("eve")]), (teams(), vec![])]).await;

    assert_eq!(moment.connectors().await.unwrap().len(), 1);
    assert_eq!(moment.counts(world.connector).await.unwrap(), before);
    assert_eq!(moment.resources(world.connector, "team").await.unwrap(), [team("dev")]);
    let mut found = Vec::new();
    for state in moment.listings(world.connector).await.unwrap() {
        found.extend(moment.facts(world.connector, state.id).await.unwrap());
    }
    assert!(found.iter().all(|current| current.baseline && !current.unconfirmed));
    let facts: Vec<_> = found.into_iter().map(|current| current.fact).collect();
    assert_eq!(facts, [owner("ada"), owner("bob"), member("dev", "ada"), exists(team("dev"))], "in a fixed order");
}

#[tokio::test]
async fn a_retired_listing_is_no_more_and_a_new_fact_says_since_when() {
    let mut world = World::new().await;
    let listings = vec![(teams(), vec![exists(team("dev"))]), (members("dev"), vec![member("dev", "ada")])];
    world.sync_reading(listings).await;
    world.sync_reading(vec![(teams(), vec![exists(team("ops"))])]).await;
    let at = world.now();
    let mut moment = world.store.moment().await.unwrap();
    let states = moment.listings(world.connector).await.unwrap();
    assert_eq!(states.iter().map(|state| state.key.clone()).collect::<Vec<_>>(), [teams()]);
    let facts = moment.facts(world.connector, states[0].id).await.unwrap();
    assert_eq!((facts.len(), facts[0].baseline, facts[0].since), (1, false, at));
    let counts = moment.counts(world.connector).await.unwrap();
    assert_eq!((counts.facts, counts.current_since), (1, Some(at)));
}
