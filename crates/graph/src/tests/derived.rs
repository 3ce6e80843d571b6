//! Evidence that counts, and grants whose removal is unconfirmed.

use super::support::{items, node, take, who_can, world};

const ACME: &str = "
    mia holds developer on organization:acme
    package:a in organization:acme
    team:core in organization:acme
    team:core holds read-only on package:a
";

#[test]
fn evidence_about_an_outsider_counts_as_a_grant_of_unknown_path() {
    let world = world(&format!("{ACME} collaborators says olli has read-write on package:a"));
    assert_eq!(who_can(&world, "package:a", &["read-only"]), ["olli -read-write~-> package:a"]);
    assert_eq!(items(&world, &world.access(node(&world, "olli"))), ["package:a read-write"]);
    assert_eq!(world.grants(0).filter(|step| step.origin != crate::Origin::Observed).count(), 1);
    assert_eq!((world.counts().path_unknown, world.counts().grants), (1, 2));
}

#[test]
fn an_outsider_who_leaves_keeps_what_they_had_by_the_same_path() {
    let world = world(&format!("{ACME} collaborators says olli has read-write on package:a"));
    let remains = world.remains_after_leaving(node(&world, "olli"), node(&world, "organization:acme"));
    assert_eq!(remains, world.access(node(&world, "olli")));
}

#[test]
fn outdated_evidence_about_an_insider_and_evidence_of_another_listing_do_not_count() {
    let world = world(&format!(
        "{ACME}
        collaborators said mia has read-write on package:a
        packument says olli has read-write on package:a"
    ));
    assert!(who_can(&world, "package:a", &["read-only"]).is_empty());
    assert_eq!(world.evidence(0).count(), 2, "it is still there to compare with");
}

#[test]
fn evidence_about_an_insider_counts_while_it_is_up_to_date() {
    let world = world(&format!(
        "{ACME}
        mia holds member on team:core
        collaborators says mia has read-write on package:a
        collaborators said mia has owner on package:a"
    ));
    assert_eq!(who_can(&world, "package:a", &["read-write"]), ["mia -read-write~-> package:a"]);
    let remains = world.remains_after_leaving(node(&world, "mia"), node(&world, "organization:acme"));
    assert_eq!(items(&world, &remains), ["package:a owner"], "then mia is an outsider, and no group explains either");
}

#[test]
fn whoever_is_in_through_a_group_or_by_an_unconfirmed_grant_is_an_insider() {
    let world = world(&format!(
        "{ACME}
        team:core holds admin on organization:acme
        gina holds maintainer on team:core
        una holds? developer on organization:acme
        collaborators said gina has owner on package:a
        collaborators said una has read-write on package:a"
    ));
    assert_eq!(who_can(&world, "package:a", &["read-write"]), [""; 0]);
}

#[test]
fn a_computed_path_leaves_no_room_for_an_unknown_one() {
    let world = world(&format!(
        "{ACME}
        olli holds member on team:core
        collaborators says olli has read-only on package:a
        collaborators says olli has read-write on package:a"
    ));
    assert_eq!(who_can(&world, "package:a", &["read-only"]), ["olli -member-> team:core -read-only-> package:a"]);
    assert_eq!(who_can(&world, "package:a", &["read-write"]), ["olli -read-write~-> package:a"]);
    assert_eq!(world.counts().path_unknown, 1);
}

#[test]
fn evidence_on_a_group_is_passed_on_like_a_grant() {
    let world = world(&format!("{ACME} collaborators says olli has member on team:core"));
    assert_eq!(who_can(&world, "package:a", &["read-only"]), ["olli -member~-> team:core -read-only-> package:a"]);
}

#[test]
fn a_resource_without_a_parent_has_only_outsiders() {
    let world = world("collaborators says olli has owner on package:free");
    assert_eq!(who_can(&world, "package:free", &["read-only"]), ["olli -owner~-> package:free"]);
}

#[test]
fn an_unconfirmed_grant_holds_and_says_so() {
    let world = world(&format!(
        "{ACME}
        mia holds? member on team:core
        olga holds? owner on organization:acme
        team:solid holds read-only on package:a
        nina holds member on team:solid
        nina holds member on team:core"
    ));
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    let told: Vec<_> = answer.holders.iter().map(|holder| (world.id(holder.account), holder.unconfirmed)).collect();
    assert_eq!(told, [("mia", true), ("nina", false)]);
    assert!(answer.holders[0].paths[0].unconfirmed() && !answer.holders[1].paths[0].unconfirmed());

    let write = world.who_can(node(&world, "package:a"), &["read-write"]);
    let takes: Vec<_> = write.can_take.iter().map(|found| take(&world, found)).collect();
    assert_eq!(takes, ["olga via owner? on organization:acme"]);
    assert!(world.access(node(&world, "olga")).can_take[0].unconfirmed);
    assert!(world.access(node(&world, "mia")).items[1].unconfirmed);
}

#[test]
fn a_grant_that_another_listing_still_states_is_confirmed() {
    let world = world("mia holds? member on team:core\n mia holds member on team:core");
    assert_eq!(who_can(&world, "team:core", &["member"]), ["mia -member-> team:core"]);
}
