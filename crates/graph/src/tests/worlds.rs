//! Several segments: source-wide resources are joined, everything else is kept apart.

use std::sync::Arc;

use super::support::{facts, items, name, node, path, segment};
use crate::World;

const ACME: &str = "
    alice holds developer on organization:acme
    alice holds member on team:acme/core
    team:acme/core in organization:acme
    team:acme/core holds read-write on package:a
    package:a in organization:acme
";
const BETA: &str = "
    alice holds member on team:beta/core
    team:beta/core in organization:beta
    team:beta/core holds read-only on package:b
    package:b in organization:beta
";

fn two(first_host: &str, second_host: &str) -> World {
    World::new(vec![segment("acme", first_host, &facts(ACME)), segment("beta", second_host, &facts(BETA))])
}

#[test]
fn one_account_in_two_organisations_is_one_account() {
    let world = two("registry.example", "registry.example");
    let alice = node(&world, "alice");
    let both: Vec<_> = world.same_account(alice).map(|node| node.segment()).collect();
    assert_eq!(both, [0, 1]);
    let expected = [
        "organization:acme developer",
        "package:a read-write",
        "package:b read-only",
        "team:acme/core member",
        "team:beta/core member",
    ];
    assert_eq!(items(&world, &world.access(alice)), expected);
    assert_eq!(items(&world, &world.access(world.find("user", "alice")[1])), expected);
    assert_eq!((world.accounts().count(), world.counts().accounts), (1, 1));
    let holder = &world.who_can(node(&world, "package:b"), &["read-only"]).holders[0];
    assert_eq!(holder.account.segment(), 1, "the account is named as the package's segment knows it");
}

#[test]
fn leaving_one_organisation_leaves_the_other() {
    let world = two("registry.example", "registry.example");
    let remains = world.remains_after_leaving(node(&world, "alice"), node(&world, "organization:acme"));
    assert_eq!(items(&world, &remains), ["package:b read-only", "team:beta/core member"]);
}

#[test]
fn groups_that_another_segment_puts_inside_a_lost_one_are_lost_too() {
    let acme = facts("team:outer in organization:acme\n alice holds member on team:inner");
    let beta = facts("team:inner in team:outer");
    let world = World::new(vec![segment("acme", "h", &acme), segment("beta", "h", &beta)]);
    let remains = world.remains_after_leaving(node(&world, "alice"), node(&world, "organization:acme"));
    assert!(items(&world, &remains).is_empty());
}

#[test]
fn any_number_of_segments_is_joined() {
    let one = |team: &str| segment("acme", "h", &facts(&format!("alice holds member on team:{team}")));
    let world = World::new(vec![one("a"), one("b"), one("c"), one("d")]);
    let alice = world.find("user", "alice");
    assert_eq!(alice.len(), 4);
    for node in alice {
        assert_eq!(world.access(node).items.len(), 4);
        assert_eq!(world.same_account(node).count(), 4);
    }
}

#[test]
fn different_or_unknown_hosts_join_nothing() {
    for world in [two("one.example", "two.example"), two("", "")] {
        let alice = node(&world, "alice");
        assert_eq!(world.same_account(alice).collect::<Vec<_>>(), [alice]);
        assert_eq!(world.access(alice).items.len(), 3);
        assert_eq!(world.accounts().count(), 2);
    }
}

#[test]
fn a_group_known_to_two_segments_passes_grants_on_across_them() {
    let outer = facts("team:shared holds read-write on package:a");
    let inner = facts(
        "maya holds maintainer on team:shared\n kim holds member on team:inner\n team:inner holds member on team:shared",
    );
    let world = World::new(vec![segment("acme", "h", &outer), segment("beta", "h", &inner)]);
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    let paths = answer.holders.iter().flat_map(|holder| &holder.paths);
    let paths: Vec<_> = paths.map(|found| path(&world, found)).collect();
    let expected = [
        "kim -member-> team:inner -member-> team:shared -read-write-> package:a",
        "maya -maintainer-> team:shared -read-write-> package:a",
    ];
    assert_eq!(paths, expected);
    assert_eq!(items(&world, &world.access(node(&world, "maya"))), ["package:a read-write", "team:shared maintainer"]);
}

#[test]
fn an_outsider_of_one_organisation_whose_path_leads_through_another_is_explained() {
    let acme = facts("package:a in organization:acme\n collaborators says bob has read-only on package:a");
    let beta = facts("team:t holds read-write on package:a\n bob holds member on team:t");
    let alone = World::new(vec![segment("acme", "h", &acme)]);
    assert_eq!(alone.counts().path_unknown, 1);
    let together = alone.with_segment(1, segment("beta", "h", &beta));
    assert_eq!(together.counts().path_unknown, 0);
    let holders = together.who_can(node(&together, "package:a"), &["read-only"]).holders;
    assert_eq!((holders.len(), holders[0].paths.len(), holders[0].paths[0].steps.len()), (1, 1, 2));
}

#[test]
fn a_swapped_segment_gives_what_a_full_rebuild_gives() {
    let old = two("h", "h");
    let fresh = segment("beta", "h", &facts("alice holds owner on package:a"));
    let swapped = old.with_segment(1, Arc::clone(&fresh));
    let rebuilt = World::new(vec![segment("acme", "h", &facts(ACME)), fresh]);
    assert!(Arc::ptr_eq(&old.segments()[0], &swapped.segments()[0]));
    for node in rebuilt.nodes(0).chain(rebuilt.nodes(1)) {
        assert_eq!(name(&swapped, node), name(&rebuilt, node));
        assert_eq!(swapped.access(node), rebuilt.access(node));
        assert_eq!(swapped.who_can(node, &["read-only"]), rebuilt.who_can(node, &["read-only"]));
    }
}

#[test]
fn a_world_of_nothing_answers_nothing() {
    let world = World::new(Vec::new());
    assert_eq!(world.accounts().count() + world.nodes_of("user").count() + world.find("user", "a").len(), 0);
    assert_eq!((world.counts(), world.root(0)), (crate::Counts::default(), None));
}
