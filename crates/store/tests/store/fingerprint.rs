//! What credentials could see.

use rolecall_model::{Aspect, Fingerprint};
use rolecall_store::FingerprintWrite;

use crate::world::{World, decision, owner, roster};

pub(crate) fn seen(role: &str, level: u32) -> Fingerprint {
    Fingerprint {
        account: Some("ada".to_owned()),
        aspects: vec![Aspect::new("role", level, role)],
        ..Fingerprint::default()
    }
}

async fn sync(world: &mut World, role: &str, level: u32, is_reference: bool) {
    world.fingerprint = Some(FingerprintWrite { seen: seen(role, level), is_reference });
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
}

#[tokio::test]
async fn what_is_seen_unchanged_is_one_row_and_what_is_less_is_no_reference() {
    let mut world = World::new().await;
    assert_eq!(world.store.fingerprints(world.connector).await.unwrap().latest, None);
    sync(&mut world, "owner", 3, true).await;
    let first = world.now();
    sync(&mut world, "owner", 3, true).await;
    let known = world.store.fingerprints(world.connector).await.unwrap();
    let latest = known.latest.clone().unwrap();
    assert_eq!((latest.first_at, latest.last_at, &latest.seen), (first, world.now(), &seen("owner", 3)));
    assert_eq!(known.reference, known.latest);

    let last = world.now();
    sync(&mut world, "manager", 2, false).await;
    let known = world.store.fingerprints(world.connector).await.unwrap();
    let (latest, reference) = (known.latest.unwrap(), known.reference.unwrap());
    assert_eq!((latest.seen, latest.is_reference), (seen("manager", 2), false));
    assert_eq!((reference.seen, reference.last_at), (seen("owner", 3), last));
    world.is_sound().await;
}

#[tokio::test]
async fn less_is_compared_with_once_somebody_accepted_it() {
    let mut world = World::new().await;
    sync(&mut world, "owner", 3, true).await;
    let now = world.tick();
    let accepted = world.store.fingerprint_accept(world.connector, &decision(), now).await.unwrap();
    assert!(!accepted, "there is nothing less to accept");
    sync(&mut world, "manager", 2, false).await;
    let now = world.tick();
    assert!(world.store.fingerprint_accept(world.connector, &decision(), now).await.unwrap());
    let known = world.store.fingerprints(world.connector).await.unwrap();
    assert_eq!(known.reference.unwrap().seen, seen("manager", 2));
    assert!(!world.store.fingerprint_accept(world.connector, &decision(), now).await.unwrap());
    sync(&mut world, "owner", 3, true).await;
    assert_eq!(world.store.fingerprints(world.connector).await.unwrap().reference.unwrap().seen, seen("owner", 3));
}
