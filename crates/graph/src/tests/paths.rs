//! Bounds on paths, and that they bound nothing else.

use std::fmt::Write;

use super::support::{node, world};

/// Layers of teams, each a member of every team of the next: `width` to the power of `depth` paths.
fn layers(width: usize, depth: usize) -> String {
    let mut text = String::new();
    for team in 0..width {
        writeln!(text, "alice holds member on team:0-{team}\n team:{depth}-{team} holds read-write on package:a")
            .unwrap();
        writeln!(text, "late{team} holds member on team:{depth}-{team}").unwrap();
    }
    for (layer, from, to) in (0..depth).flat_map(|l| (0..width).flat_map(move |f| (0..width).map(move |t| (l, f, t)))) {
        writeln!(text, "team:{layer}-{from} holds member on team:{}-{to}", layer + 1).unwrap();
    }
    text
}

#[test]
fn paths_are_bounded_and_the_answer_says_so() {
    let world = world(&layers(4, 6));
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    assert!(answer.truncated);
    let told: Vec<_> =
        answer.holders.iter().map(|holder| (world.id(holder.account), holder.paths.len(), holder.truncated)).collect();
    let late = |id| (id, 1, false);
    assert_eq!(told, [("alice", 64, true), late("late0"), late("late1"), late("late2"), late("late3")]);

    let access = world.access(node(&world, "alice"));
    let package = access.items.iter().find(|item| world.kind(item.resource) == "package").unwrap();
    assert_eq!((package.paths.len(), package.truncated, access.truncated), (64, true, true));
}

#[test]
fn a_number_of_paths_within_the_bound_is_listed_whole() {
    let world = world(&layers(4, 2));
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    assert_eq!((answer.holders[0].paths.len(), answer.truncated), (64, false), "4 · 4 · 4");
}

#[test]
fn the_shortest_paths_are_the_ones_that_are_listed() {
    let lines = layers(4, 5) + "alice holds read-only on package:a\n alice holds member on team:5-3";
    let world = world(&lines);
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    let lengths: Vec<_> = answer.holders[0].paths.iter().map(|path| path.steps.len()).collect();
    assert_eq!(lengths[..3], [1, 2, 7]);
}

#[test]
fn everybody_in_everybodys_team_is_answered_in_bounded_work() {
    let teams = 40;
    let mut lines = String::from("alice holds member on team:0\n team:39 holds read-only on package:a\n");
    for (from, to) in (0..teams).flat_map(|from| (0..teams).map(move |to| (from, to))) {
        writeln!(lines, "team:{from} holds member on team:{to}").unwrap();
    }
    let world = world(&lines);
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    assert_eq!((answer.holders.len(), answer.holders[0].paths.len(), answer.truncated), (1, 64, true));
    assert_eq!(world.access(node(&world, "alice")).items.len(), teams + 1);
}
