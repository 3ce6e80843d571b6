//! What groups pass on, and to whom; who is inside.

use super::support::{name, node, path, world};

const LINES: &str = "
    package:a in organization:acme
    package:b in organization:acme
    package:c in organization:acme
    team:all holds read-write on package:a
    team:all holds owner on package:b
    team:all holds read-only on package:c
    team:some holds member on team:all
    alice holds maintainer on team:all
    bob holds member on team:some
    walt holds watcher on team:all
    alice holds owner on organization:acme
    collaborators says nadia has read-write on package:c";

#[test]
fn a_group_passes_on_what_its_entitlement_lets_through() {
    let world = world(LINES);
    let reach = world.action_reach(0, "publish", false);
    let passing = reach.passing(node(&world, "team:all"));
    let texts: Vec<_> = passing.iter().map(|passing| (passing.slug, passing.targets.len())).collect();
    assert_eq!(texts, [("maintainer", 2), ("member", 2)], "a watcher gets nothing");
    let slugs: Vec<_> = passing.iter().map(|passing| passing.slug).collect();
    let members = reach.members(node(&world, "team:all"), &slugs);
    assert_eq!(members.into_iter().map(|member| name(&world, member)).collect::<Vec<_>>(), ["alice", "bob"]);
}

#[test]
fn the_example_is_a_shortest_path_and_an_outsiders_right_counts() {
    let world = world(LINES);
    let reach = world.action_reach(0, "publish", false);
    let example = |who: &str| reach.example(node(&world, who)).map(|found| path(&world, &found));
    let bob = "bob -member-> team:some -member-> team:all -read-write-> package:a";
    assert_eq!(example("bob").as_deref(), Some(bob));
    assert_eq!(example("nadia").as_deref(), Some("nadia -read-write~-> package:c"));
    assert_eq!(example("walt"), None);
}

#[test]
fn an_insider_holds_anything_at_all() {
    let world = world(LINES);
    let insiders = world.insiders(node(&world, "organization:acme"));
    assert_eq!(insiders.into_iter().map(|node| name(&world, node)).collect::<Vec<_>>(), ["alice"]);
}
