//! Who can, and what one account may do.

use rstest::rstest;

use super::support::view;
use crate::who_can::WhoCanAnswer;

const ACME: &str = r#"
    ada owner workspace:acme
    mia member workspace:acme
    dora member workspace:acme
    dora member team:core
    dora active = false
    mia active = true
    ci service-member workspace:acme
    team:core in workspace:acme
    team:core write repository:r
    repository:r in workspace:acme
    repository:r default = "write"
    + repository:new in workspace:acme
    workspace:acme default = "read"
    entitlement-token:t1 read repository:r
    entitlement-token:t1 name = "Default"
"#;

fn paths(answer: &WhoCanAnswer) -> Vec<(&str, &str)> {
    let of = answer.accounts.iter();
    of.flat_map(|account| account.paths.iter().map(|path| (&*account.account.id, &*path.text))).collect()
}

#[test]
fn a_right_that_a_rule_or_setting_gives_says_so() {
    let view = view(ACME);
    let answer = view.who_can("push", "r").unwrap();
    let expected = [
        ("ada", "owner of acme (every owner administers every repository)"),
        ("ada", "owner of acme (the repository's default privilege: write)"),
        ("mia", "member of acme (the repository's default privilege: write)"),
    ];
    assert_eq!(paths(&answer), expected);
    let origins: Vec<_> =
        answer.accounts[0].paths[0].steps.iter().map(|step| (step.origin, step.why, &*step.entitlement)).collect();
    let rule = Some("every owner administers every repository");
    assert_eq!(origins, [("observed", None, "workspace:acme:owner"), ("rule", rule, "repository:r:admin")]);
    assert_eq!(answer.accounts[1].paths[0].steps[1].origin, "setting");
}

#[test]
fn who_is_suspended_is_told_apart_with_paths_and_not_counted() {
    let view = view(ACME);
    let answer = view.who_can("push", "r").unwrap();
    assert_eq!(answer.count, 2);
    let suspended = &answer.suspended[0];
    assert_eq!((answer.suspended.len(), &*suspended.account.account.id, &*suspended.why), (1, "dora", "not active"));
    let texts: Vec<&str> = suspended.account.paths.iter().map(|path| &*path.text).collect();
    assert_eq!(texts, ["team core", "member of acme (the repository's default privilege: write)"]);
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["suspended"][0]["account"]["id"], "dora");
    assert_eq!(json["suspended"][0]["roles"][0], "member");
    assert_eq!(json["suspended"][0]["why"], "not active");
}

#[test]
fn who_may_hold_a_right_is_told_apart_with_what_is_not_known() {
    let view = view(ACME);
    let answer = view.who_can("push", "r").unwrap();
    let might = &answer.might[0];
    assert_eq!((answer.might.len(), &*might.account.id, might.gives), (1, "ci", "write"));
    assert_eq!(might.entitlement, "workspace:acme:service-member");
    assert!(might.why.contains("not documented"));
    assert!(view.who_can("push", "new").unwrap().might.is_empty(), "it has no default privilege");
}

#[test]
fn a_credential_is_shown_as_what_it_is_and_only_where_it_has_the_right() {
    let view = view(ACME);
    let read = view.who_can("read", "r").unwrap();
    assert_eq!(read.credentials[0].text, "entitlement token Default (t1)");
    assert!(read.credentials[0].or_earlier && read.trusted_publishers.is_empty());
    assert!(view.who_can("push", "r").unwrap().credentials.is_empty());
}

#[rstest]
#[case::of_a_new_repository("new", "2025-06-15")]
#[case::of_an_old_one("r", "2023-11-14")]
fn what_a_rule_gives_is_as_old_as_the_resource(#[case] repository: &str, #[case] since: &str) {
    let view = view(ACME);
    let answer = view.who_can("push", repository).unwrap();
    let path = &answer.accounts[0].paths[0];
    assert!(path.since.starts_with(since), "{}", path.since);
    assert_eq!(path.or_earlier, repository == "r");
}

#[test]
fn what_a_setting_gives_is_not_older_than_the_setting() {
    let view = view("mia member workspace:acme\n repository:r in workspace:acme\n + workspace:acme default = \"read\"");
    let answer = view.who_can("read", "r").unwrap();
    assert!(answer.accounts[0].paths[0].since.starts_with("2025-06-15"));
    assert!(!answer.accounts[0].paths[0].or_earlier);
}

#[test]
fn access_says_where_an_account_is_suspended_and_what_it_may_have() {
    let view = view(ACME);
    let dora = view.account_access("dora").unwrap();
    let told: Vec<_> = dora.suspended.iter().map(|one| (&*one.connector, &*one.why)).collect();
    assert_eq!(told, [("hosted:acme", "not active")]);
    assert!(dora.items.iter().any(|item| item.entitlement == "write"), "what it would have");
    let ci = view.account_access("ci").unwrap();
    assert_eq!((ci.might.len(), ci.might[0].count, &*ci.might[0].counted), (1, 1, "1 repository"));
    assert_eq!(ci.might[0].because, "workspace:acme:service-member");
    assert!(ci.suspended.is_empty() && view.account_access("mia").unwrap().might.is_empty());
}

#[test]
fn a_list_of_users_says_who_is_suspended_and_counts_what_can_be_done() {
    let view = view(ACME);
    let rows: Vec<_> =
        view.list_users("users").into_iter().map(|row| (row.account, row.suspended, row.publishes)).collect();
    let row = |account: &str, suspended, publishes| (account.to_owned(), suspended, publishes);
    let expected = [row("ada", None, 2), row("ci", None, 0), row("dora", Some(true), 0), row("mia", Some(false), 1)];
    assert_eq!(rows, expected, "unknown is not false");
}

#[test]
fn somebody_whom_only_the_roster_puts_in_a_team_is_listed_there() {
    let view = view(
        "team:t in workspace:acme\n team:t write repository:r\n roster: olli member team:t\n repository:r in workspace:acme",
    );
    let answer = view.who_can("push", "r").unwrap();
    assert_eq!(paths(&answer), [("olli", "team t (listed in roster, path unknown)")]);
    assert!(answer.accounts[0].paths[0].path_unknown);
    assert_eq!(paths(&view.who_can("push", "r").unwrap()).len(), 1);
}

#[test]
fn a_report_counts_who_can_and_names_the_others() {
    let view = view(ACME);
    let packages = view.package_publishers(0);
    let package = packages.iter().find(|package| package.package == "r").unwrap();
    assert_eq!(
        (package.count, &*package.suspended, &*package.might),
        (2, &["dora".to_owned()][..], &["ci".to_owned()][..])
    );
    let governors: Vec<_> = view.governors(&view.connectors[0], 0).into_iter().map(|one| one.account).collect();
    assert_eq!(governors, ["ada"], "owners administer everything by a rule");
}
