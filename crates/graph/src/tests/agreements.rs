//! Computed rights against what a second source states.

use super::support::{facts, name, node, segment, world};
use crate::World;

const LEVELS: &[&str] = &["read-only", "read-write"];

fn told(world: &World, read: &[&str]) -> Vec<(String, String, String)> {
    let read: Vec<_> = read.iter().map(|text| node(world, text)).collect();
    let list = |pairs: &[(crate::NodeId, &str)]| {
        pairs.iter().map(|(account, slug)| format!("{} {slug}", name(world, *account))).collect::<Vec<_>>().join(", ")
    };
    let agreements = world.agreement(0, LEVELS, "collaborators", &read);
    agreements
        .iter()
        .inspect(|one| assert_eq!(one.agrees(), one.only_computed.len() + one.only_stated.len() == 0))
        .map(|one| (name(world, one.resource), list(&one.only_computed), list(&one.only_stated)))
        .collect()
}

fn row(resource: &str, only_computed: &str, only_stated: &str) -> (String, String, String) {
    (resource.to_owned(), only_computed.to_owned(), only_stated.to_owned())
}

#[test]
fn resources_are_compared_at_each_accounts_strongest_level() {
    let world = world(
        "team:w holds read-write on package:same
        team:w holds read-write on package:differs
        team:w holds read-write on package:unread
        alice holds member on team:w
        bert holds member on team:w
        alice holds read-only on package:same
        collaborators says alice has read-only on package:same
        collaborators says alice has owner on package:same
        collaborators says bert has read-only on package:same
        collaborators says bert has read-write on package:same
        collaborators says alice has read-only on package:differs
        collaborators says carl has read-write on package:differs
        collaborators says dave has rubs on package:differs
        packument says alice has read-write on package:unread",
    );
    let expected = [
        row("package:differs", "alice read-write, bert read-write", "alice read-only, carl read-write, dave rubs"),
        row("package:same", "", ""),
    ];
    assert_eq!(told(&world, &[]), expected);
    let unread = row("package:unread", "alice read-write, bert read-write", "");
    assert_eq!(told(&world, &["package:unread"])[2], unread);
}

#[test]
fn evidence_never_vouches_for_itself() {
    let world = world("collaborators says olli has read-write on package:a");
    assert_eq!(world.counts().path_unknown, 1);
    assert_eq!(told(&world, &[]), [row("package:a", "", "olli read-write")]);
}

#[test]
fn accounts_are_compared_across_organisations() {
    let acme = facts("collaborators says alice has read-write on package:a");
    let beta = facts("alice holds member on team:t\n team:t holds read-write on package:a");
    let world = World::new(vec![segment("acme", "h", &acme), segment("beta", "h", &beta)]);
    assert_eq!(told(&world, &[]), [row("package:a", "", "")]);
    assert!(world.agreement(5, LEVELS, "collaborators", &[]).is_empty());
    assert!(world.agreement(0, LEVELS, "no such listing", &[]).is_empty());
}
