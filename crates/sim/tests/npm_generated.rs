//! Generated organisations: the same from the same seed, of every size, and readable.

mod support;

use rolecall_sim::npm::Role;
use rolecall_sim::npm::generate::{Shape, world};
use support::{Client, serve};

const SMALL: Shape = Shape { members: 60, teams: 12, packages: 80 };

#[test]
fn a_seed_gives_one_world() {
    let (one, two) = (world(7, SMALL), world(7, SMALL));
    assert_eq!(one.token, two.token);
    assert_eq!(one.world.members(&one.organization), two.world.members(&two.organization));
    assert_eq!(one.world.packages(), two.world.packages());
    let publishers = |name: &String| (one.world.publishers(name), two.world.publishers(name));
    assert!(one.world.packages().iter().map(publishers).all(|(one, two)| one == two));
    assert_ne!(world(8, SMALL).world.packages(), one.world.packages());
}

#[test]
fn every_size_has_an_owner_and_its_reader() {
    for members in [0, 3, 4, 17, 1000] {
        for seed in 0..4 {
            let made = world(seed, Shape { members, teams: members / 3, packages: members });
            let roster = made.world.members(&made.organization);
            assert_eq!(roster.len(), members.max(3));
            assert!(roster.iter().any(|(_, role)| *role == Role::Owner));
            assert!(roster.contains(&(made.reader, Role::Admin)));
        }
    }
}

#[test]
fn the_shape_has_what_real_organizations_have() {
    let made: Vec<_> = (0..30).map(|seed| world(seed, SMALL)).collect();
    let teams = made.iter().map(|it| it.world.teams(&it.organization));
    let absent = teams.filter(|teams| !teams.contains(&"developers".to_owned())).count();
    assert!((2..15).contains(&absent), "some have no developers team, most do: {absent}");
    for it in &made {
        let members: Vec<_> = it.world.members(&it.organization).into_iter().map(|it| it.0).collect();
        let packages = it.world.packages();
        let publishers = packages.iter().flat_map(|name| it.world.publishers(name));
        assert!(publishers.into_iter().any(|name| !members.contains(&name)), "outside collaborators");
        assert!(packages.iter().any(|name| !name.starts_with('@')), "unscoped packages");
    }
}

#[tokio::test]
async fn a_hundred_thousand_members_can_be_read() {
    let made = world(1, Shape { members: 100_000, teams: 400, packages: 2_000 });
    let server = serve(made.world).await;
    let client = Client::new(&server, &made.token);
    let (status, roster) = client.get(&format!("/-/org/{}/user", made.organization)).await;
    assert_eq!(status, 200);
    assert_eq!(roster.as_object().map(serde_json::Map::len), Some(100_000));
}
