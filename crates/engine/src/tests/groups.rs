//! Who is in a group, what that gives, and what else is known of things.

use super::support::view;
use crate::group::GroupAnswer;
use crate::name::{Candidate, NameError};
use crate::world::WorldView;

const ACME: &str = r#"
    ada owner workspace:acme
    mia member workspace:acme
    dora member workspace:acme
    + mia member team:core
    dora member team:core
    dora active = false
    ci service-member workspace:acme
    team:core in workspace:acme
    team:core write repository:r
    team:core description = "builds"
    repository:r in workspace:acme
    repository:r default = "write"
    + repository:r public = true
    repository:new in workspace:acme
    workspace:acme default = "read"
    eve curator team:core
"#;

fn given(answer: &GroupAnswer) -> Vec<(&str, &str, String)> {
    let rows = answer.gives.iter();
    rows.map(|given| (&*given.resource.id, &*given.entitlement, given.holders.join(", "))).collect()
}

fn members(answer: &GroupAnswer) -> Vec<(&str, String, Option<&str>)> {
    let rows = answer.members.iter();
    rows.map(|one| (&*one.account.id, one.entitlements.join(", "), one.suspended.as_deref())).collect()
}

fn resource(kind: &str, id: &str) -> Candidate {
    Candidate { connector: "hosted:acme".to_owned(), kind: kind.to_owned(), id: id.to_owned() }
}

#[test]
fn a_team_says_who_is_in_it_since_when_and_what_that_gives() {
    let view = view(ACME);
    let core = view.group("core").unwrap();
    let expected = [
        ("eve", "curator".to_owned(), None),
        ("mia", "member".to_owned(), None),
        ("dora", "member".to_owned(), Some("not active")),
    ];
    assert_eq!(members(&core), expected);
    assert!(core.members[1].paths[0].since.starts_with("2025-06-15") && !core.members[1].paths[0].or_earlier);
    assert_eq!(given(&core), [("r", "write", "member, manager".to_owned())], "a curator gets nothing");
    assert_eq!(core.attributes[0].title, "Description");
    assert!(core.completeness.complete && core.beyond.is_empty());
}

#[test]
fn what_an_organisation_gives_by_rules_and_settings_is_told_for_each_entitlement() {
    let view = view(ACME);
    let acme = view.group("hosted:acme:acme").unwrap();
    let expected = [
        ("new", "admin", "owner".to_owned()),
        ("new", "read", "member, manager".to_owned()),
        ("r", "admin", "owner".to_owned()),
        ("r", "write", "member, manager".to_owned()),
    ];
    assert_eq!(given(&acme), expected);
    assert_eq!(acme.gives[0].paths[0].text, "every owner administers every repository");
    assert_eq!((acme.beyond.len(), &*acme.beyond[0].holders[0], acme.beyond[0].can_take), (1, "service-member", false));
}

#[test]
fn what_a_group_gives_is_what_its_members_hold() {
    let view = view(ACME);
    for name in ["core", "acme"] {
        let answer = view.group(name).unwrap();
        for given in &answer.gives {
            let in_it =
                answer.members.iter().filter(|one| one.entitlements.iter().any(|it| given.holders.contains(it)));
            for member in in_it {
                let access = view.account_access(&member.account.id).unwrap();
                let node = view.node_of(&given.resource).unwrap();
                let holds = access.items.iter().any(|item| {
                    item.resource == given.resource
                        && view.world.includes_any(node, &item.entitlement, &[given.entitlement.as_str()])
                });
                assert!(holds, "{} in {name}: {given:?}", member.account.id);
            }
        }
    }
}

#[test]
fn as_many_hold_an_entitlement_as_who_can_names() {
    let view = view(ACME);
    let of = |id: &str| view.entitlements(&resource("repository", id));
    for (action, slug) in [("push", "write"), ("read", "read")] {
        let answer = view.who_can(action, "r").unwrap();
        let row = of("r").into_iter().find(|row| row.slug == slug).unwrap();
        assert_eq!((row.accounts, row.others), (answer.count, answer.credentials.len()), "{action}");
        assert_eq!(row.anyone, answer.anyone.is_some(), "{action}");
    }
    let told: Vec<String> = of("new").into_iter().map(|row| format!("{}: {}", row.slug, row.text)).collect();
    let expected = [
        "read: a level of rights; may read",
        "write: a level of rights; may push, read; includes read",
        "admin: ownership; may push, read; includes write",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_entitlement_that_is_not_declared_is_told_all_the_same() {
    let view = view(ACME);
    let rows = view.entitlements(&resource("team", "core"));
    let told: Vec<_> = rows.iter().map(|row| (&*row.slug, row.accounts)).collect();
    assert_eq!(told, [("member", 1), ("manager", 0), ("curator", 1)]);
    assert!(rows[2].text.starts_with("not described") && rows[0].text.contains("brings what the team holds"));
}

#[test]
fn attributes_say_since_when_where_rights_depend_on_them() {
    let view = view(ACME);
    let told: Vec<_> = view.attributes(&resource("repository", "r"));
    let told: Vec<_> = told.iter().map(|one| (&*one.title, &*one.text, one.since.as_deref(), one.or_earlier)).collect();
    let [first, later] = ["2023-11-14T22:13:20Z", "2025-06-15T15:06:40Z"];
    assert_eq!(told, [("Default", "write", Some(first), true), ("Public", "yes", Some(later), true)]);
    let team = view.attributes(&resource("team", "core"));
    assert_eq!((&*team[0].text, &team[0].since), ("builds", &None));
}

#[test]
fn what_is_no_group_is_not_found_as_one() {
    let view = view(ACME);
    for name in ["mia", "r", "nothing", ""] {
        assert!(matches!(view.group(name), Err(NameError::Unknown { .. })), "{name}");
    }
}

#[test]
fn a_search_finds_groups_too() {
    let found = |view: &WorldView, text: &str| {
        let rows = view.search(text, 10).rows.into_iter();
        rows.map(|row| (row.named.id, row.is_group)).collect::<Vec<_>>()
    };
    let view = view(ACME);
    assert_eq!(found(&view, "core"), [("core".to_owned(), true)]);
    assert_eq!(found(&view, "mia"), [("mia".to_owned(), false)]);
}

#[test]
fn a_list_that_was_not_read_makes_the_answer_a_lower_bound() {
    let mut view = view(ACME);
    let is_members_of_core = |state: &rolecall_store::ListingState| state.key.kind == "team-members";
    view.connectors[0].states.retain(|state| !is_members_of_core(state));
    let core = view.group("core").unwrap().completeness;
    assert!(!core.complete && core.gaps[0].sentence().contains("members of team core"), "{core:?}");
    assert!(view.group("acme").unwrap().completeness.complete, "who is in a team is no part of it");
}
