//! Questions about what changed, and about both registries: the stories' week, read before and after.

use std::collections::BTreeSet;

use rolecall_sim::cloudsmith::{self, Level};
use rolecall_sim::npm;

use super::{Expected, every_question, is_of_both, is_whole, rows};
use crate::cloudsmith::support::Workspace;
use crate::support::{Served, story_served};

/// A package that a team gets within the week, and that a leaver could publish.
const PACKAGE: &str = "@acme/payments-sdk";

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_change_find_what_happened_within_the_week() {
    let served = story_served().await;
    let workspace = Workspace::story().await;
    let binary = served.binary().variable("CLOUDSMITH_API_KEY", &workspace.key);
    for code in [served.sync(&binary, &[]).await.code, workspace.sync(&binary, &[]).code] {
        assert_eq!(code, 0);
    }
    let before = publishers(&served);
    let moment = jiff::Timestamp::now().to_string();
    {
        let mut world = served.server.world();
        npm::story::a_week_later(&mut world);
        world.package("@acme/billing-rules").public();
        let mut world = workspace.server.world();
        cloudsmith::story::a_week_later(&mut world);
        world.repository("acme", "payments").public();
        world.repository("acme", "production").default_privilege(Level::Read);
    }
    for code in [served.sync(&binary, &[]).await.code, workspace.sync(&binary, &[]).code] {
        assert_eq!(code, 0);
    }
    let after = publishers(&served);
    let mut expected = expected();
    expected.insert("npm-new-publishers", after.difference(&before).cloned().collect());
    expected.insert("npm-former-publishers", before.difference(&after).cloned().collect());
    assert!(expected["npm-new-publishers"].len() > 1 && expected["npm-former-publishers"] == ["amara-d"]);
    expected.insert("npm-publish-everything", everything(&served));
    is_whole(&expected, is_of_both);
    every_question(&binary, &expected, &[("package", PACKAGE), ("user", "kai-new"), ("date", &moment)]);
}

fn publishers(served: &Served) -> BTreeSet<String> {
    served.server.world().publishers(PACKAGE).into_iter().collect()
}

/// Who can publish every package of the organisation, with how many that are.
fn everything(served: &Served) -> Vec<String> {
    let world = served.server.world();
    let packages: Vec<String> = world.packages().into_iter().filter(|name| name.starts_with("@acme/")).collect();
    let can_all = |who: &String| packages.iter().all(|package| world.may_publish(who, package));
    let all = world.accounts().into_iter().filter(can_all);
    all.map(|who| format!("{who} | {}", packages.len())).collect()
}

/// What is read off how the stories tell their week.
fn expected() -> Expected {
    let mut all = accounts();
    all.extend(rights());
    all.extend(both());
    all
}

fn accounts() -> Expected {
    let of_kai = [
        "cloudsmith_user | appeared | ",
        // An account that may be used holds rights by that.
        "cloudsmith_user | changed | active",
        "cloudsmith_user | gained | member on acme",
        "cloudsmith_user | gained | member on acme/web",
        "npm_user | appeared | ",
        "npm_user | gained | developer on acme",
        "npm_user | gained | member on acme/developers",
    ];
    let named = of_kai.map(|row| row.replacen("_user | ", "_user | kai-new | ", 1));
    let others = [
        "cloudsmith_user | amara-d | changed | active",
        "cloudsmith_user | amara-d | disappeared | ",
        "cloudsmith_user | amara-d | lost | member on acme",
        "cloudsmith_user | amara-d | lost | member on acme/web",
        "cloudsmith_user | henrikb | lost | member on acme/release",
        "cloudsmith_user | lena-k | gained | owner on acme",
        "cloudsmith_user | nadia-freelance | gained | write on acme/partner-drops",
        "npm_user | HenrikB | lost | member on acme/release",
        "npm_user | amara-d | disappeared | ",
        "npm_user | amara-d | lost | developer on acme",
        "npm_user | amara-d | lost | member on acme/developers",
        "npm_user | amara-d | lost | member on acme/web",
        "npm_user | lena.k | gained | owner on acme",
    ];
    [
        ("changed-accounts", rows(&others).into_iter().chain(named).collect()),
        ("account-changes", rows(&of_kai)),
        ("new-accounts", rows(&["cloudsmith_user | kai-new | member", "npm_user | kai-new | developer"])),
        ("gone-accounts", rows(&["cloudsmith_user | amara-d", "npm_user | amara-d"])),
        ("removed-accounts", rows(&["cloudsmith_user | amara-d", "npm_user | amara-d"])),
        (
            "new-administrators",
            rows(&["cloudsmith_organization | owner of lena-k", "npm_organization | owner of lena.k"]),
        ),
    ]
    .into()
}

fn rights() -> Expected {
    [
        ("npm-new-grants", rows(&["@acme/payments-sdk | read-write of acme/web"])),
        ("npm-lost-grants", Vec::new()),
        ("cloudsmith-new-privileges", rows(&["acme/partner-drops | write of nadia-freelance"])),
        (
            "changed-teams",
            rows(&[
                "cloudsmith_team | Release | lost | member of henrikb",
                "cloudsmith_team | Web | gained | member of kai-new",
                "cloudsmith_team | Web | lost | member of amara-d",
                "npm_team | acme/developers | gained | member of kai-new",
                "npm_team | acme/developers | lost | member of amara-d",
                "npm_team | acme/release | lost | member of HenrikB",
                "npm_team | acme/web | gained | read-write on @acme/payments-sdk",
                "npm_team | acme/web | lost | member of amara-d",
            ]),
        ),
        ("npm-new-versions", rows(&["@acme/core | 4.2.0 | 4.3.0"])),
        ("npm-lost-provenance", rows(&["@acme/core | 4.3.0"])),
        ("made-public", rows(&["cloudsmith_repository | acme/payments", "npm_package | @acme/billing-rules"])),
        (
            "changed-settings",
            rows(&[
                "acme/payments | kind | Private | Public",
                "acme/payments | public | false | true",
                "acme/production | defaultPrivilege | none | read",
            ]),
        ),
    ]
    .into()
}

fn both() -> Expected {
    [
        (
            "registry-administrators",
            rows(&[
                "cloudsmith_service | acme-release-bot | service-manager",
                "cloudsmith_user | acme-inventory | owner",
                "cloudsmith_user | lena-k | owner",
                "cloudsmith_user | maria-lund | owner",
                "cloudsmith_user | otto-brandt | manager",
                "cloudsmith_user | priya-n | manager",
                "npm_user | Priya-N | admin",
                "npm_user | acme-inventory | admin",
                "npm_user | acme-release-bot | owner",
                "npm_user | lena.k | owner",
                "npm_user | maria-lund | owner",
                "npm_user | otto.brandt | owner",
            ]),
        ),
        (
            "inventory",
            rows(&[
                "cloudsmith_api_key_rule | 1",
                "cloudsmith_oidc_provider | 2",
                "cloudsmith_organization | 1",
                "cloudsmith_repository | 8",
                // Four of people and two of services.
                "cloudsmith_role | 6",
                "cloudsmith_saml_mapping | 1",
                "cloudsmith_service | 3",
                "cloudsmith_team | 5",
                "cloudsmith_token | 3",
                "cloudsmith_user | 11",
                "code_repo | 5",
                "npm_organization | 1",
                "npm_package | 14",
                "npm_role | 3",
                // The story's four, and the one that every organisation has.
                "npm_team | 5",
                "npm_token | 1",
                // Twelve members, and two who are only named by packages.
                "npm_user | 14",
            ]),
        ),
        (
            "machine-accounts",
            rows(&[
                "cloudsmith_service | acme-release-bot | service-manager",
                "cloudsmith_service | ci | service-member",
                "cloudsmith_service | mirror | service-member",
                "cloudsmith_user | acme-inventory | owner",
                "npm_user | acme-inventory | admin",
                "npm_user | acme-release-bot | owner",
            ]),
        ),
        ("unconfirmed", Vec::new()),
        ("account-everywhere", rows(&["cloudsmith_user | acme | member", "npm_user | acme | developer"])),
        ("organisations", rows(&["cloudsmith_organization | acme", "npm_organization | acme"])),
    ]
    .into()
}
