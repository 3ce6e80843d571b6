//! npm's rules as `reference/npm-api.md` §4 has them.

use rolecall_model::AccessRule;

use super::support::{items, name, node, take, who_can, world};

const ACME: &str = "
    olga holds owner on organization:acme
    adam holds admin on organization:acme
    dora holds developer on organization:acme
    dora holds member on team:developers
    olga holds member on team:developers
    team:developers holds read-write on package:a
    team:readers holds read-only on package:a
    dora holds member on team:readers
    package:a in organization:acme
    package:b in organization:acme
    team:developers in organization:acme
    team:readers in organization:acme
";

#[test]
fn membership_of_a_team_with_write_is_what_lets_people_publish() {
    let world = world(ACME);
    let expected = [
        "dora -member-> team:developers -read-write-> package:a",
        "olga -member-> team:developers -read-write-> package:a",
    ];
    assert_eq!(who_can(&world, "package:a", &["read-write"]), expected);
}

#[test]
fn write_includes_read_and_every_path_is_listed() {
    let world = world(ACME);
    let expected = [
        "dora -member-> team:developers -read-write-> package:a",
        "dora -member-> team:readers -read-only-> package:a",
        "olga -member-> team:developers -read-write-> package:a",
    ];
    assert_eq!(who_can(&world, "package:a", &["read-only"]), expected);
}

#[test]
fn a_role_gives_no_right_but_lets_its_holder_take_one() {
    let world = world(ACME);
    let answer = world.who_can(node(&world, "package:a"), &["read-write"]);
    let takes: Vec<_> = answer.can_take.iter().map(|found| take(&world, found)).collect();
    assert_eq!(takes, ["adam via admin on organization:acme"], "olga holds it already, dora's role allows nothing");

    let access = world.access(node(&world, "adam"));
    assert_eq!(items(&world, &access), ["organization:acme admin"]);
    let group = &access.can_take[0];
    assert_eq!((group.via, group.slug, group.resources.len()), ("admin", "read-write", 2));
}

#[test]
fn the_strongest_role_is_named_as_what_allows_taking() {
    let world = world(ACME);
    let answer = world.who_can(node(&world, "package:b"), &["read-write"]);
    let takes: Vec<_> = answer.can_take.iter().map(|found| take(&world, found)).collect();
    assert_eq!(takes, ["adam via admin on organization:acme", "olga via owner on organization:acme"]);
}

#[test]
fn access_lists_the_strongest_entitlement_on_each_resource() {
    let world = world(ACME);
    let access = world.access(node(&world, "dora"));
    let expected =
        ["organization:acme developer", "package:a read-write", "team:developers member", "team:readers member"];
    assert_eq!(items(&world, &access), expected);
    assert!(access.can_take.is_empty() && !access.truncated);
}

#[test]
fn a_public_package_is_read_by_anyone_and_published_by_few() {
    let world = world(&format!("{ACME} package:a is public true\n package:b is public false"));
    let package = node(&world, "package:a");
    let read = world.who_can(package, &["read-only"]);
    assert!(matches!(read.anyone, Some(AccessRule::Anyone { property: "public", .. })));
    assert_eq!(read.holders.len(), 2, "those who hold it in their own right are listed all the same");
    assert!(read.can_take.is_empty(), "nobody needs to take what everybody has");
    assert_eq!(world.who_can(package, &["read-write"]).anyone, None);
    assert_eq!(world.who_can(node(&world, "package:b"), &["read-only"]).anyone, None);
}

#[test]
fn an_action_word_names_slugs_and_an_unknown_one_none() {
    let world = world(ACME);
    let package = node(&world, "package:a");
    assert_eq!(world.slugs_of_action(package, "publish"), Some(&["read-write"][..]));
    assert_eq!(world.slugs_of_action(package, "fly"), None);
    assert_eq!(world.slugs_of_action(node(&world, "olga"), "publish"), None);
}

#[test]
fn what_was_granted_a_right_and_is_no_account_is_listed_apart() {
    let world = world(
        "token:t holds read-write on package:a\n repository:r holds read-write on package:a\n dora holds read-write on package:a\n team:x holds read-write on package:a",
    );
    let answer = world.who_can(node(&world, "package:a"), &["read-write"]);
    let names = |holders: &[crate::Holder<'_>]| -> Vec<String> {
        holders.iter().map(|holder| name(&world, holder.account)).collect()
    };
    assert_eq!(names(&answer.holders), ["dora"]);
    assert_eq!(names(&answer.others), ["repository:r", "token:t"], "a group is neither");
}

#[test]
fn a_credential_that_was_granted_a_right_is_listed_although_it_is_no_account() {
    let world = world("token:t holds read-write on package:a");
    assert_eq!(who_can(&world, "package:a", &["read-write"]), ["token:t -read-write-> package:a"]);
    assert!(!world.is_account(node(&world, "token:t")));
}

#[test]
fn leaving_the_organisation_leaves_what_is_held_outside_it() {
    let world = world(&format!(
        "{ACME}
        dora holds owner on package:own
        package:own in organization:acme
        collaborators says dora has read-write on package:b
        collaborators says dora has read-write on package:a
        team:outer holds read-only on package:b
        dora holds member on team:outer"
    ));
    let remains = world.remains_after_leaving(node(&world, "dora"), node(&world, "organization:acme"));
    let expected = ["package:b read-write", "package:own owner", "team:outer member"];
    assert_eq!(items(&world, &remains), expected);
    assert!(remains.can_take.is_empty());
    let unknown = &remains.items[0].paths;
    assert!(unknown.len() == 1 && unknown[0].path_unknown(), "npm says so, and no team explains it");
}

#[test]
fn after_leaving_the_weaker_right_may_be_all_that_remains() {
    let world = world(&format!(
        "{ACME}
        team:outer holds read-only on package:a
        dora holds member on team:outer"
    ));
    let remains = world.remains_after_leaving(node(&world, "dora"), node(&world, "organization:acme"));
    assert_eq!(items(&world, &remains), ["package:a read-only", "team:outer member"]);
}
