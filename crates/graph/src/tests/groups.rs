//! Nested groups, cycles and references to nothing.

use super::support::{items, node, who_can, world};

#[test]
fn nested_groups_expand_to_any_depth() {
    let world = world(
        "alice holds member on team:1
        team:1 holds member on team:2
        team:2 holds member on team:3
        team:3 holds read-only on package:a",
    );
    let expected = ["alice -member-> team:1 -member-> team:2 -member-> team:3 -read-only-> package:a"];
    assert_eq!(who_can(&world, "package:a", &["read-only"]), expected);
    let access = world.access(node(&world, "alice"));
    assert_eq!(items(&world, &access), ["package:a read-only", "team:1 member", "team:2 member", "team:3 member"]);
}

#[test]
fn cycles_end_and_paths_visit_nothing_twice() {
    let world = world(
        "alice holds member on team:1
        team:1 holds member on team:2
        team:2 holds member on team:1
        team:2 holds member on team:2
        team:1 holds read-only on package:a
        team:2 holds read-write on package:a",
    );
    let expected = [
        "alice -member-> team:1 -read-only-> package:a",
        "alice -member-> team:1 -member-> team:2 -read-write-> package:a",
    ];
    assert_eq!(who_can(&world, "package:a", &["read-only"]), expected);
    assert_eq!(who_can(&world, "team:1", &["member"]), ["alice -member-> team:1"]);
}

#[test]
fn an_entitlement_that_implies_membership_passes_grants_on_and_another_does_not() {
    let world = world(
        "mary holds maintainer on team:1
        walt holds watcher on team:1
        team:1 holds read-only on package:a
        team:1 holds admin on organization:acme",
    );
    assert_eq!(who_can(&world, "package:a", &["read-only"]), ["mary -maintainer-> team:1 -read-only-> package:a"]);
    assert_eq!(
        who_can(&world, "organization:acme", &["admin"]),
        ["mary -maintainer-> team:1 -admin-> organization:acme"],
        "organisations are passed on to maintainers only"
    );
}

#[test]
fn a_grant_that_no_rule_expands_stays_with_its_group() {
    let world = world(
        "alice holds member on team:1
        team:1 holds pet on token:t
        alice holds developer on organization:acme
        organization:acme holds read-only on package:a",
    );
    assert!(who_can(&world, "token:t", &["pet"]).is_empty());
    assert!(who_can(&world, "package:a", &["read-only"]).is_empty());
    assert_eq!(items(&world, &world.access(node(&world, "team:1"))), ["token:t pet"], "a group can be asked about");
}

#[test]
fn someone_who_is_reached_only_by_passing_a_group_twice_still_has_a_path() {
    let world = world(
        "alice holds member on team:q
        team:q holds maintainer on team:p
        team:p holds maintainer on team:q
        team:q holds admin on organization:acme",
    );
    let answer = world.who_can(node(&world, "organization:acme"), &["admin"]);
    assert_eq!(answer.holders.len(), 1);
    assert_eq!(answer.holders[0].paths.len(), 1);
    assert_eq!(answer.holders[0].paths[0].steps.len(), 4);
}

#[test]
fn slugs_that_imply_each_other_are_one_item() {
    let world = world("alice holds beta on package:a\n alice holds alpha on package:a");
    assert_eq!(items(&world, &world.access(node(&world, "alice"))), ["package:a alpha"]);
    assert_eq!(who_can(&world, "package:a", &["beta"]).len(), 2);
}

#[test]
fn references_to_nothing_and_unknown_words_are_data_like_any_other() {
    let world = world(
        "ghost holds haunts on mystery:m
        team:nowhere holds read-only on package:gone
        elf holds own on elf
        package:x in package:x",
    );
    assert_eq!(who_can(&world, "mystery:m", &["haunts"]), ["ghost -haunts-> mystery:m"]);
    assert!(who_can(&world, "package:gone", &["read-only"]).is_empty());
    assert!(who_can(&world, "package:gone", &["no such slug"]).is_empty());
    assert_eq!(who_can(&world, "elf", &["own"]), ["elf -own-> elf"]);
    assert_eq!(world.parent(node(&world, "package:x")), None);
    assert!(!world.is_stated(node(&world, "package:gone")) && world.is_stated(node(&world, "package:x")));
}

#[test]
fn a_node_of_another_world_gives_empty_answers() {
    let world = world("alice holds member on team:1");
    for stranger in [crate::NodeId::new(0, 999), crate::NodeId::new(7, 0), crate::NodeId::new(u32::MAX, u32::MAX)] {
        assert_eq!((world.kind(stranger), world.id(stranger), world.parent(stranger)), ("", "", None));
        assert!(world.who_can(stranger, &["member"]).holders.is_empty());
        assert!(world.access(stranger).items.is_empty());
        assert!(world.remains_after_leaving(stranger, stranger).items.is_empty());
        assert!(
            world.agreement(stranger.segment(), &["member"], "roster", &[stranger]).is_empty()
                || stranger.segment() == 0
        );
        assert_eq!(world.same_account(stranger).collect::<Vec<_>>(), [stranger]);
        assert_eq!(world.children(stranger).count() + world.links_from(stranger).count(), 0);
    }
}
