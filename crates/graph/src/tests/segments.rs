//! What a segment keeps: properties, parents, links, order and size.

use std::fmt::Write;
use std::sync::Arc;

use super::support::{facts, name, node, resource, segment, world};
use crate::World;

#[test]
fn properties_of_different_listings_are_settled_by_declared_order() {
    let mut lines = facts("alice is name \"A\"\n alice is age 40");
    let mut later = facts("alice is name \"0-later\"");
    later[0].1 = "collaborators";
    let mut stale = facts("alice is age 1");
    stale[0].2 = true;
    lines.splice(0..0, later.into_iter().chain(stale));
    let world = World::new(vec![segment("acme", "", &lines)]);
    let alice = node(&world, "alice");
    assert_eq!(world.property(alice, "name"), Some("\"A\""));
    assert_eq!(world.properties(alice).collect::<Vec<_>>(), [("age", "40"), ("name", "\"A\"")]);
    assert_eq!(
        (world.property(alice, "height"), world.property(node(&world, "organization:acme"), "name")),
        (None, None)
    );
}

#[test]
fn the_order_and_number_of_facts_make_no_difference() {
    let lines = "
        alice holds member on team:a
        package:p in organization:acme
        package:p in organization:zeta
        alice is name \"x\"
        alice is name \"y\"
        package:p from repo:r
        collaborators says bob has owner on package:p";
    let forward = facts(lines);
    let mut backward = forward.clone();
    backward.reverse();
    backward.extend(forward.clone());
    let segments = [segment("acme", "h", &forward), segment("acme", "h", &backward)];
    let worlds = segments.map(|segment| World::new(vec![segment]));
    assert_eq!(format!("{:?}", worlds[0].segments()), format!("{:?}", worlds[1].segments()));
    assert_eq!(worlds[0].id(worlds[0].parent(node(&worlds[0], "package:p")).unwrap()), "acme");
}

#[test]
fn nodes_come_by_type_and_id_and_are_found_by_them() {
    let world = world("zoe holds member on team:b\n adam holds member on team:a\n team:a in organization:acme");
    let names: Vec<_> = world.nodes(0).map(|node| name(&world, node)).collect();
    assert_eq!(names, ["organization:acme", "team:a", "team:b", "adam", "zoe"]);
    assert_eq!(world.nodes_of("user").map(|node| world.id(node)).collect::<Vec<_>>(), ["adam", "zoe"]);
    assert_eq!(world.nodes_of("nothing").count(), 0);
    assert_eq!(world.root(0), Some(node(&world, "organization:acme")));
    assert_eq!(world.children(node(&world, "organization:acme")).collect::<Vec<_>>(), [node(&world, "team:a")]);
    assert_eq!(world.reference(node(&world, "team:a")), resource("team:a"));
    assert_eq!((world.resource(0, "team", "zoe"), world.resource(9, "team", "a")), (None, None));
}

#[test]
fn links_are_read_from_both_ends() {
    let world = world("package:p from repo:r\n package:q from repo:r");
    let (p, r) = (node(&world, "package:p"), node(&world, "repo:r"));
    assert_eq!(world.links_from(p).map(|link| (link.from, link.class, link.to)).collect::<Vec<_>>(), [(p, "FROM", r)]);
    assert_eq!(world.links_to(r).map(|link| name(&world, link.from)).collect::<Vec<_>>(), ["package:p", "package:q"]);
    assert_eq!((world.links(0).count(), world.counts().links), (2, 2));
}

#[test]
fn a_grant_costs_less_than_forty_bytes() {
    let mut lines = String::new();
    for grant in 0..50_000 {
        writeln!(lines, "user:{} holds member on team:{}", grant / 50, (grant * 7) % 500).unwrap();
    }
    let segment = segment("acme", "h", &facts(&lines));
    let world = World::new(vec![Arc::clone(&segment)]);
    let grants = world.counts().grants;
    assert!(grants > 40_000);
    assert!(segment.bytes() < 40 * grants, "{} bytes for {grants} grants", segment.bytes());
    assert_eq!(segment.dropped(), 0);
}
