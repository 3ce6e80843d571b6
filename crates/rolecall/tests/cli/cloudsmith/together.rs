//! Two npm organisations and one of Cloudsmith in one database: names mean what they say, and one account in two
//! organisations is one account.

use rolecall_sim::npm::{Role, Server, TokenSpec, World};

use super::support::{Workspace, json};
use crate::source::Source;
use crate::support::run;

#[tokio::test(flavor = "multi_thread")]
async fn names_are_found_by_prefix_and_one_account_in_two_organisations_is_shown_together() {
    let mut world = World::new();
    for organization in ["acme", "umbrella"] {
        world.organization(organization).member(organization, "reader", Role::Owner);
        world.member(organization, "jonas-weber", Role::Developer);
    }
    world.package("@acme/production").published("1.0.0", "reader", "2024-05-01");
    let tokens = ["acme", "umbrella"].map(|name| world.token(TokenSpec::granular("reader").reads_organization(name)));
    let npm = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let workspace = Workspace::story().await;
    let mut binary = workspace.binary();
    for (organization, token) in ["acme", "umbrella"].into_iter().zip(&tokens) {
        binary = binary.variable("NPM_TOKEN", token);
        let ran = run(&binary, &["sync", "npm", "--org", organization, "--registry", npm.url()]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(workspace.sync(&binary, &[]).code, 0);

    assert_eq!(json(&binary, &["who-can", "push", "acme/production"])["resource"]["connector"], "cloudsmith:acme");
    assert_eq!(json(&binary, &["who-can", "publish", "@acme/production"])["resource"]["connector"], "npm:acme");

    // The same name in two registries may be two people: it has to be said which is meant.
    let ambiguous = run(&binary, &["access", "jonas-weber"]);
    assert_eq!(ambiguous.code, 6, "{ambiguous:?}");
    for candidate in ["npm:acme", "cloudsmith:acme"] {
        assert!(ambiguous.stderr.contains(candidate), "{ambiguous:?}");
    }
    let in_npm = json(&binary, &["access", "npm:jonas-weber"]);
    assert_eq!(in_npm["seenIn"], serde_json::json!(["npm:acme", "npm:umbrella"]), "one account in two organisations");
    let in_cloudsmith = json(&binary, &["access", "cloudsmith:jonas-weber"]);
    assert_eq!(in_cloudsmith["seenIn"], serde_json::json!(["cloudsmith:acme"]));
    let held = |answer: &serde_json::Value, kind: &str| {
        answer["items"].as_array().unwrap().iter().filter(|item| item["resource"]["type"] == kind).count()
    };
    assert_eq!((held(&in_npm, "repository"), held(&in_cloudsmith, "package")), (0, 0));
    assert!(held(&in_cloudsmith, "repository") > 0);

    // An action that the registry does not know says which there are.
    let wrong = run(&binary, &["who-can", "publish", "acme/production"]);
    assert_eq!(wrong.code, 6, "{wrong:?}");
    assert!(wrong.stderr.contains("push, read, admin"), "{wrong:?}");
    for command in
        [&["check"][..], &["status"], &["changes"], &["export"], &["list", "repositories"], &["list", "packages"]]
    {
        let ran = run(&binary, command);
        assert_eq!(ran.code, 0, "{command:?}: {ran:?}");
    }
}
