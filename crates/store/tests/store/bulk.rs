//! How fast a million grants would load. Run by hand: `cargo test -p rolecall-store --release -- --ignored --nocapture`.

use std::time::Instant;

use rolecall_model::Fact;
use rolecall_store::{ListingDelta, ListingWrite};

use crate::world::{World, member, members};

const TEAMS: usize = 400;
const MEMBERS: usize = 500;

#[tokio::test]
#[ignore = "a measurement"]
async fn many_grants() {
    let mut world = World::new().await;
    let mut listings: Vec<ListingWrite> = Vec::new();
    for number in 0..TEAMS {
        let name = format!("team-{number}");
        let facts: Vec<Fact> = (0..MEMBERS).map(|user| member(&name, &format!("user-{}", user * 7 + number))).collect();
        listings.push(world.changes_to(members(&name), ListingDelta { appear: facts, ..ListingDelta::default() }));
    }
    let facts = (TEAMS * MEMBERS) as f64;
    let timed = |what: &str, since: Instant| {
        let seconds = since.elapsed().as_secs_f64();
        println!("{what}: {seconds:.2} s, {:.0} facts/s", facts / seconds);
    };
    let start = Instant::now();
    world.sync(listings.clone()).await;
    timed("first sync", start);
    let start = Instant::now();
    let same =
        listings.into_iter().map(|listing| ListingWrite { change: rolecall_store::ListingChange::Same, ..listing });
    world.sync(same.collect()).await;
    timed("unchanged sync", start);
    let start = Instant::now();
    let count = world.store.facts_at(world.connector, None, |_| ()).await.unwrap();
    timed("scan", start);
    assert_eq!(count, (TEAMS * MEMBERS) as u64);
    let start = Instant::now();
    world.is_sound().await;
    timed("integrity", start);
}
