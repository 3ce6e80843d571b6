//! Rights that rules give through a parent, rights that may be held, and accounts that are suspended.

use rolecall_model::Given;

use super::support::{EVERY_RULE, facts, items, name, node, path, ruled_world, segment_of, take, who_can};
use crate::{FewHolders, Holder, Might, NodeId, Origin, World};

const ACME: &str = r#"
    olga holds owner on organization:acme
    adam holds admin on organization:acme
    dora holds developer on organization:acme
    rita holds read-only on organization:acme
    package:a in organization:acme
    package:b in organization:acme
    package:a is default "read-write"
    organization:acme is default "read-only"
"#;

fn names(world: &World, holders: &[Holder<'_>]) -> Vec<String> {
    holders.iter().map(|holder| name(world, holder.account)).collect()
}

fn might(world: &World, might: &Might) -> String {
    let unconfirmed = if might.unconfirmed { "?" } else { "" };
    format!("{} {}{unconfirmed} via {}", name(world, might.account), might.slug, might.via)
}

#[test]
fn each_rule_gives_its_slug_to_its_own_holders_and_to_nobody_else() {
    let world = ruled_world(ACME);
    let expected = [
        "adam -admin-> organization:acme -read-write!-> package:a",
        "olga -owner-> organization:acme -owner!-> package:a",
        "olga -owner-> organization:acme -read-write!-> package:a",
        "rita -read-only-> organization:acme -read-only!-> package:a",
    ];
    assert_eq!(who_can(&world, "package:a", &["read-only"]), expected);
    let expected = [
        "olga -owner-> organization:acme -owner!-> package:b",
        "rita -read-only-> organization:acme -read-only!-> package:b",
    ];
    assert_eq!(who_can(&world, "package:b", &["read-only"]), expected, "no default of its own");
    assert_eq!(items(&world, &world.access(node(&world, "dora"))), ["organization:acme developer"]);
    let rights = ["organization:acme admin", "package:a read-write"];
    assert_eq!(items(&world, &world.access(node(&world, "adam"))), rights);
}

#[test]
fn a_step_says_whether_a_rule_or_a_setting_gives_it() {
    let world = ruled_world(ACME);
    let given = world.grants_on(node(&world, "package:a")).map(|step| (step.slug, step.origin)).collect::<Vec<_>>();
    let expected = [
        ("owner", Origin::Rule { why: "owners own" }),
        ("read-write", Origin::Setting { why: "the package's default", gives: Given::Property("default") }),
        ("read-only", Origin::Setting { why: "the default of what it is in", gives: Given::ParentProperty("default") }),
    ];
    assert_eq!(given, expected);
    assert_eq!((world.counts().grants, world.counts().inherited), (4, 5), "a rule observes nothing");
}

#[test]
fn what_the_parent_was_granted_is_passed_on_by_expandable_and_not_to_the_holders_of_a_rule() {
    let world = ruled_world(&format!("{ACME} organization:acme holds owner on package:b"));
    let expected = [
        "dora -developer-> organization:acme -owner-> package:b",
        "olga -owner-> organization:acme -owner!-> package:b",
    ];
    assert_eq!(who_can(&world, "package:b", &["owner"]), expected);
}

#[test]
fn a_property_that_names_no_entitlement_gives_nothing() {
    for value in ["\"none\"", "\"member\"", "7", "true", "[\"read-write\"]", "\"\""] {
        let world = ruled_world(&format!(
            "adam holds admin on organization:o\n package:p in organization:o\n package:p is default {value}"
        ));
        assert_eq!(who_can(&world, "package:p", &["read-only"]), [""; 0], "{value}");
        assert!(!world.is_stated(node(&world, "organization:o")), "a rule makes nothing exist");
    }
}

#[test]
fn a_parent_that_is_no_group_passes_nothing_on() {
    let world = ruled_world("olga holds owner on package:outer\n package:inner in package:outer");
    assert_eq!(who_can(&world, "package:inner", &["owner"]), [""; 0]);
}

#[test]
fn groups_inherit_and_members_of_the_outer_are_members_of_the_inner() {
    let world = ruled_world(
        "mia holds member on team:outer
        team:inner in team:outer
        team:core in team:inner
        team:core holds read-write on package:p",
    );
    let expected = ["mia -member-> team:outer -member!-> team:inner -member!-> team:core -read-write-> package:p"];
    assert_eq!(who_can(&world, "package:p", &["read-write"]), expected);
}

#[test]
fn whatever_a_right_rests_on_may_be_unconfirmed() {
    let told = |lines: &str| who_can(&ruled_world(lines), "package:p", &["read-only"]);
    let adam = "adam holds admin on organization:o\n";
    let sure = "adam -admin-> organization:o -read-write!-> package:p";
    let unsure = ["adam -admin-> organization:o -read-write?!-> package:p"];
    assert_eq!(told(&format!("{adam} package:p in organization:o\n package:p is default \"read-write\"")), [sure]);
    for lines in [
        "package:p in? organization:o\n package:p is default \"read-write\"",
        "package:p in organization:o\n package:p is? default \"read-write\"",
        "package:p in organization:o\n package:p is default \"read-write\"\n organization:o in? organization:outer",
    ] {
        assert_eq!(told(&format!("{adam}{lines}")), unsure, "{lines}");
        assert!(ruled_world(lines).segments()[0].has_unconfirmed());
    }
}

#[test]
fn whom_a_rule_explains_has_no_path_unknown_and_whom_it_does_not_has() {
    let world = ruled_world(
        "mia holds maintainer on team:t
        mona holds member on team:t
        package:p in team:t
        package:p is default \"read-write\"
        collaborators says mia has read-write on package:p
        collaborators says mona has read-write on package:p",
    );
    let expected = ["mia -maintainer-> team:t -read-write!-> package:p", "mona -read-write~-> package:p"];
    assert_eq!(who_can(&world, "package:p", &["read-write"]), expected);
    assert!(world.agreement(0, &["read-write"], "collaborators", &[])[0].only_computed.is_empty());
}

#[test]
fn evidence_that_the_account_s_own_grant_explains_does_not_count() {
    let world = ruled_world("mia holds maintainer on team:t\n collaborators says mia has member on team:t");
    assert_eq!(world.counts().path_unknown, 0);
}

#[test]
fn a_suspended_account_keeps_its_rights_and_is_told_apart() {
    let world = ruled_world(&format!("{ACME} olga is active false\n adam is active true\n rita is active \"false\""));
    let package = node(&world, "package:a");
    let answer = world.who_can(package, &["read-only"]);
    assert_eq!(names(&world, &answer.holders), ["adam", "rita"], "only false is false");
    assert_eq!(names(&world, &answer.suspended), ["olga"]);
    assert_eq!(path(&world, &answer.suspended[0].paths[0]), "olga -owner-> organization:acme -owner!-> package:a");
    assert_eq!(names(&world, &world.holders(package, &["read-only"])), ["adam", "rita"]);
    assert!(world.is_suspended(node(&world, "olga")) && !world.is_suspended(node(&world, "rita")));
    let rights = ["organization:acme owner", "package:a owner", "package:b owner"];
    assert_eq!(items(&world, &world.access(node(&world, "olga"))), rights, "what it would have");
}

#[test]
fn who_is_suspended_can_do_nothing_now() {
    let world = ruled_world(&format!(
        "{ACME} olga is active false\n team:t holds owner on package:a\n olga holds member on team:t"
    ));
    let reach = world.action_reach(0, "publish", false);
    assert!(reach.of(node(&world, "olga")).is_empty() && reach.example(node(&world, "olga")).is_none());
    assert_eq!(reach.of(node(&world, "adam")).len(), 1);
    assert!(reach.members(node(&world, "team:t"), &["member"]).is_empty());
    let few: Vec<NodeId> = FewHolders::new(&world, "publish", 1).on(node(&world, "package:a")).to_vec();
    assert_eq!(few, [node(&world, "adam")], "who is suspended does not end the search");
}

#[test]
fn a_suspended_account_cannot_take_a_right() {
    let lines = "olga holds owner on organization:o\n adam holds admin on organization:o\n token:x in organization:o";
    let world = ruled_world(&format!("{lines}\n package:p in organization:o\n adam is active false"));
    let answer = world.who_can(node(&world, "package:p"), &["read-write"]);
    assert!(answer.can_take.is_empty(), "olga holds it, adam is suspended");
    assert!(world.access(node(&world, "adam")).can_take.is_empty());
    let active = ruled_world(&format!("{lines}\n package:p in organization:o"));
    let answer = active.who_can(node(&active, "package:p"), &["read-write"]);
    assert_eq!(
        answer.can_take.iter().map(|one| take(&active, one)).collect::<Vec<_>>(),
        ["adam via admin on organization:o"]
    );
}

#[test]
fn an_account_is_suspended_where_its_own_organisation_says_so() {
    let lines = |org: &str, active: &str| {
        facts(&format!(
            "dora holds owner on organization:{org}\n package:{org} in organization:{org}\n dora is active {active}"
        ))
    };
    let acme = segment_of(&EVERY_RULE, "acme", "h", &lines("acme", "false"));
    let beta = segment_of(&EVERY_RULE, "beta", "h", &lines("beta", "true"));
    let world = World::new(vec![acme, beta]);
    let told = |package: &str| {
        let answer = world.who_can(node(&world, package), &["owner"]);
        (answer.holders.len(), answer.suspended.len())
    };
    assert_eq!((told("package:acme"), told("package:beta")), ((0, 1), (1, 0)));
    let dora = node(&world, "dora");
    let can = |segment| world.action_reach(segment, "publish", false).of(dora).len();
    assert_eq!((can(0), can(1)), (0, 1));
}

#[test]
fn who_may_hold_a_right_is_told_apart_and_never_counted() {
    let world = ruled_world(&format!(
        "{ACME}
        zoe holds odd on organization:acme
        ivan holds odd on organization:acme
        ivan holds owner on package:a
        sam holds odd on organization:acme
        sam is active false
        team:t holds odd on organization:acme"
    ));
    let answer = world.who_can(node(&world, "package:a"), &["read-only"]);
    let mights: Vec<_> = answer.might.iter().map(|one| might(&world, one)).collect();
    assert_eq!(mights, ["zoe read-write via odd"], "adam has it by a rule, ivan by a grant, sam could not use it");
    assert_eq!(answer.might[0].why, "nobody says whether odd ones get the default");
    assert_eq!(names(&world, &answer.holders), ["adam", "ivan", "olga", "rita"]);
    assert!(world.who_can(node(&world, "package:a"), &["owner"]).might.is_empty(), "it may be read-write, not owner");
    assert!(world.who_can(node(&world, "package:b"), &["read-only"]).might.is_empty(), "there is no default");

    let access = world.access(node(&world, "zoe"));
    assert_eq!(items(&world, &access), ["organization:acme odd"]);
    let group = &access.might[0];
    assert_eq!((access.might.len(), group.via, group.slug, group.resources.len()), (1, "odd", "read-write", 1));
    assert!(world.action_reach(0, "publish", false).of(node(&world, "zoe")).is_empty());
}

#[test]
fn what_everybody_holds_nobody_may_hold_besides() {
    let world = ruled_world(
        "zoe holds odd on organization:o\n package:p in organization:o\n package:p is default \"read-only\"\n package:p is public true",
    );
    let answer = world.who_can(node(&world, "package:p"), &["read-only"]);
    assert!(answer.anyone.is_some() && answer.might.is_empty());
    assert!(world.access(node(&world, "zoe")).might.is_empty());
}

#[test]
fn whoever_leaves_keeps_nothing_that_a_rule_gave() {
    let world = ruled_world(ACME);
    for who in ["olga", "adam", "rita"] {
        let remains = world.remains_after_leaving(node(&world, who), node(&world, "organization:acme"));
        assert!(remains.items.is_empty() && remains.might.is_empty(), "{who}");
    }
}
