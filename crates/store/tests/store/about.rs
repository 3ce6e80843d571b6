//! What changed about one thing is what all changes say of it, found without looking at all of them.

use std::collections::BTreeSet;

use rolecall_model::{Fact, IdReuse, ResourceRef};
use rolecall_store::{Change, ChangeFilter, NewConnector};

use crate::world::{
    World, config, described, exists, line, member, members, minute, org, owner, roster, team, teams, user,
};

/// Ada, bob and a team come and go, and bob comes back.
async fn story(world: &mut World) {
    let dev = |text: &str| vec![exists(team("dev")), described("dev", text)];
    let people = |names: &[&str]| names.iter().flat_map(|name| [exists(user(name)), owner(name)]).collect::<Vec<_>>();
    world.sync_reading(vec![(roster(), people(&["ada", "bob"])), (teams(), dev("builds"))]).await;
    world.sync_reading(vec![(members("dev"), vec![member("dev", "ada")])]).await;
    world.sync_reading(vec![(members("dev"), vec![member("dev", "ada"), member("dev", "bob")])]).await;
    world.sync_reading(vec![(roster(), people(&["ada"])), (members("dev"), vec![member("dev", "ada")])]).await;
    world.sync_reading(vec![(roster(), people(&["ada", "bob"])), (teams(), dev("ships"))]).await;
    world.sync_reading(vec![(teams(), vec![])]).await;
}

async fn about(world: &World, resource: ResourceRef) -> Vec<Change> {
    let filter = ChangeFilter { about: Some(resource), ..ChangeFilter::default() };
    world.store.changes(&filter).await.unwrap()
}

fn names(fact: &Fact) -> BTreeSet<ResourceRef> {
    let object = match fact {
        Fact::Resource { parent, .. } => parent.clone(),
        Fact::Property { .. } => None,
        Fact::Grant { principal, .. } | Fact::Evidence { principal, .. } => Some(principal.clone()),
        Fact::Link { to, .. } => Some(to.clone()),
    };
    [fact.subject().clone()].into_iter().chain(object).collect()
}

fn lines(changes: &[Change]) -> Vec<String> {
    changes.iter().map(line).collect()
}

#[tokio::test]
async fn what_changed_about_a_thing_is_what_all_changes_say_of_it() {
    for reused in [vec![], vec![("user", IdReuse::Untold)]] {
        let mut world = World::new().await;
        world.reused_ids = reused;
        story(&mut world).await;
        let all = world.changes().await;
        for resource in [org(), user("ada"), user("bob"), team("dev"), user("nobody")] {
            let expected: Vec<Change> =
                all.iter().filter(|change| names(&change.fact).contains(&resource)).cloned().collect();
            let mut found = lines(&about(&world, resource.clone()).await);
            let mut expected = lines(&expected);
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{resource}");
        }
        world.is_sound().await;
    }
}

#[tokio::test]
async fn the_newest_come_first_and_only_as_many_as_were_asked_for() {
    let mut world = World::new().await;
    story(&mut world).await;
    let bob = about(&world, user("bob")).await;
    assert_eq!(
        lines(&bob)[..2],
        ["+ user:bob", "+ bob has organization:acme:owner"],
        "he came back last: {:?}",
        lines(&bob)
    );
    assert!(bob.is_sorted_by(|one, next| one.snapshot >= next.snapshot));
    let filter = ChangeFilter { about: Some(user("bob")), limit: Some(3), ..ChangeFilter::default() };
    assert_eq!(world.store.changes(&filter).await.unwrap(), bob[..3]);
    let until = ChangeFilter { until: Some(bob[2].made_current_at), ..ChangeFilter { limit: None, ..filter } };
    assert_eq!(world.store.changes(&until).await.unwrap(), bob[2..]);
}

#[tokio::test]
async fn another_connector_has_other_things_of_the_same_name() {
    let mut world = World::new().await;
    story(&mut world).await;
    let other = world.store.connector_put(&NewConnector { ..config("other") }, "mara", minute(0)).await.unwrap().id;
    let of =
        |connector| ChangeFilter { connector: Some(connector), about: Some(user("bob")), ..ChangeFilter::default() };
    assert_eq!(world.store.changes(&of(other)).await.unwrap(), []);
    let (own, all) = (world.store.changes(&of(world.connector)).await.unwrap(), about(&world, user("bob")).await);
    assert_eq!(own, all);
    assert_eq!(world.store.resources_called(other, "bob").await.unwrap(), []);
}

#[tokio::test]
async fn what_is_gone_is_still_known_by_its_name() {
    let mut world = World::new().await;
    story(&mut world).await;
    assert!(!world.facts().await.contains(&exists(team("dev"))), "the team is gone");
    let called = async |id: &str| world.store.resources_called(world.connector, id).await.unwrap();
    assert_eq!(called("acme/dev").await, [team("dev")]);
    assert_eq!((called("bob").await, called("acme").await), (vec![user("bob")], vec![org()]));
    let first = async |thing, at| world.store.resource_first_read(world.connector, &thing, at).await.unwrap();
    let snapshots = world.store.snapshot_list(world.connector, usize::MAX).await.unwrap();
    let began = snapshots.last().unwrap().made_current_at;
    assert_eq!(
        (first(user("bob"), None).await, first(team("dev"), Some(world.now())).await),
        (Some(began), Some(began))
    );
    assert_eq!((first(user("bob"), Some(minute(0))).await, first(user("nobody"), None).await), (None, None));
    for nothing in ["", "dev", "BOB", "bob%", "\u{202e}bob", "a\0b"] {
        assert_eq!(called(nothing).await, [], "{nothing:?}");
    }
}
