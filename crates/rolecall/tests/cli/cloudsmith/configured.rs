//! How a Cloudsmith connector is configured: its key or identity token, what is stated of it, and where that is kept.

use std::path::Path;

use rolecall_sim::cloudsmith::ServiceRole;
use rolecall_testkit::{Binary, Ran};
use serde_json::{Value as Json, json};

use super::support::Workspace;
use crate::source::Source;
use crate::support::run;

fn done(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

fn refused(binary: &Binary, arguments: &[&str], code: i32, word: &str) {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
    assert!(ran.stderr.contains(word), "{word:?} is missing in {ran:?}");
}

fn shown(binary: &Binary, name: &str) -> Json {
    done(binary, &["connectors", "show", name, "--format", "json"]).json()
}

/// A binary without any key in its environment.
fn without_key(workspace: &Workspace) -> Binary {
    workspace.binary().variable("CLOUDSMITH_API_KEY", "")
}

fn arguments<'a>(workspace: &'a Workspace, command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [command, &["cloudsmith", "--org", &workspace.organization, "--api", workspace.server.url()], more].concat()
}

fn file_write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_cloudsmiths_own_command_line_is_used_and_goes_nowhere_by_itself() {
    let workspace = Workspace::story().await;
    let binary = without_key(&workspace);
    let wrong = "wrong00000000000000000000000000000000000";
    let text = format!("[default]\napi_key = {wrong}\n\n[profile:audit]\napi_key = {}\n", workspace.key);
    file_write(&binary.home().join(".config/cloudsmith/credentials.ini"), &text);
    // A project's own file is never looked at.
    file_write(&binary.home().join("credentials.ini"), &format!("[default]\napi_key = {wrong}\n"));

    refused(&binary, &arguments(&workspace, &["sync"], &[]), 3, "no Cloudsmith API key");
    assert!(workspace.server.requests().is_empty(), "the file's key is for Cloudsmith's own address");
    let named = ["--token-credentials-file"];
    refused(&binary, &arguments(&workspace, &["sync"], &named), 3, "wrong, expired, revoked");
    let binary = binary.variable("CLOUDSMITH_PROFILE", "audit");
    let read = done(&binary, &arguments(&workspace, &["sync"], &named));
    assert!(read.stderr.contains(".config/cloudsmith/credentials.ini"), "{read:?}");

    done(&binary, &["connectors", "edit", "acme", "--token-credentials-file"]);
    assert_eq!(shown(&binary, "acme")["tokenSource"], "credentials_file");
    done(&binary, &["connectors", "sync", "acme"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_token_is_exchanged_for_a_services() {
    let workspace = Workspace::story().await;
    let (good, foreign) = {
        let mut world = workspace.server.world();
        world.service("acme", "rolecall", ServiceRole::Manager);
        let issuer = "https://issuer.example.com";
        world.oidc("acme", "audit", issuer).claim("sub", "audit").service("rolecall");
        (world.oidc_token(issuer, &[("sub", "audit")]), world.oidc_token(issuer, &[("sub", "somebody")]))
    };
    let binary = without_key(&workspace);
    file_write(&binary.home().join("token.jwt"), &good);
    let exchange = ["--oidc-service", "rolecall", "--oidc-token-file", "token.jwt"];
    let ran = run(&binary, &arguments(&workspace, &["sync"], &exchange));
    assert!(matches!(ran.code, 0 | 5), "a manager does not see every repository: {ran:?}");
    assert!(ran.stderr.contains("token.jwt, to be exchanged for one of service rolecall"), "{ran:?}");
    let sent = workspace.server.requests();
    assert_eq!(sent.iter().filter(|request| request.method == "POST").count(), 1, "{sent:?}");
    assert!(!ran.stderr.contains(&good[..40]) && !ran.stdout.contains(&good[..40]), "{ran:?}");

    // Kept with the connector, the place of its token is that of the identity token.
    let kept = ["--oidc-service", "rolecall", "--name", "kept"];
    done(&binary, &arguments(&workspace, &["connectors", "add"], &kept));
    refused(&binary, &["connectors", "sync", "kept"], 3, "CLOUDSMITH_OIDC_TOKEN is not set");
    let binary = binary.variable("CLOUDSMITH_OIDC_TOKEN", &good);
    assert!(matches!(run(&binary, &["connectors", "sync", "kept"]).code, 0 | 5));

    let doctor = |binary: &Binary| {
        let ran = run(binary, &arguments(&workspace, &["doctor"], &["--name", "kept", "--format", "json"]));
        (ran.code, ran.json()["checks"][0].clone())
    };
    let (code, token) = doctor(&binary);
    assert_eq!((code, &token["state"]), (5, &json!("ok")), "{token}");
    let (code, token) = doctor(&binary.variable("CLOUDSMITH_OIDC_TOKEN", &foreign));
    assert_eq!((code, &token["state"]), (3, &json!("failed")), "{token}");
    assert!(token["change"].as_str().unwrap().contains("claims agree"), "{token}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stated_of_the_workspace_is_remembered_and_can_be_changed() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    done(&binary, &arguments(&workspace, &["sync"], &["--default-privilege", "read"]));
    assert_eq!(shown(&binary, "acme")["settings"], json!({ "defaultPrivilege": "read" }));
    done(&binary, &["connectors", "sync", "acme"]);
    let readers = done(&binary, &["who-can", "read", "acme/payments", "--format", "json"]).json();
    assert!(readers.to_string().contains("default object privilege"), "{readers}");
    done(&binary, &["connectors", "edit", "acme", "--default-privilege", "write"]);
    let printed = done(&binary, &["connectors", "show", "acme"]).stdout;
    assert!(printed.contains("default-privilege  write"), "{printed}");
    done(&binary, &["connectors", "edit", "acme", "--unset", "default-privilege"]);
    assert_eq!(shown(&binary, "acme")["settings"], json!({}));
    refused(&binary, &["connectors", "edit", "acme", "--default-privilege", "all"], 2, "possible values: none");
}

#[tokio::test(flavor = "multi_thread")]
async fn services_and_repositories_are_listed_beside_people_and_teams() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    done(&binary, &arguments(&workspace, &["sync"], &[]));
    let list = |what: &str| done(&binary, &["list", what, "--format", "json"]).json();
    let names = |rows: &Json, field: &str| -> Vec<String> {
        let names = rows.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap().to_owned());
        names.collect()
    };
    let (services, repositories) = (list("services"), list("repositories"));
    assert!(names(&services, "account").contains(&"acme-release-bot".to_owned()), "{services}");
    assert!(services.to_string().contains("service-manager"), "{services}");
    assert!(!names(&list("users"), "account").contains(&"acme-release-bot".to_owned()));
    let world = workspace.server.world().repositories("acme");
    assert_eq!(names(&repositories, "id").len(), world.len());
    let open = repositories.as_array().unwrap().iter().find(|row| row["properties"]["public"] == true).unwrap();
    assert!(open["writers"].as_u64().unwrap() > 0, "{open}");
    let table = done(&binary, &["list", "repositories"]).stdout;
    assert!(table.contains("defaultPrivilege=") && table.contains("acme/payments"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_type_is_refused() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    done(&binary, &arguments(&workspace, &["connectors", "add"], &[]));
    done(&binary, &["connectors", "add", "npm", "--org", "widgets"]);
    for (name, flags, word) in [
        ("npm:widgets", vec!["--default-privilege", "read"], "npm has no --default-privilege"),
        ("npm:widgets", vec!["--token-credentials-file"], "npm has no --token-credentials-file"),
        ("npm:widgets", vec!["--api", "https://api.example.com"], "npm has no --api"),
        ("cloudsmith:acme", vec!["--registry", "https://npm.example.com"], "Cloudsmith has no --registry"),
        ("cloudsmith:acme", vec!["--token-npmrc"], "Cloudsmith has no --token-npmrc"),
    ] {
        refused(&binary, &[&["connectors", "edit", name][..], &flags].concat(), 2, word);
    }
    assert_eq!(done(&binary, &["connectors", "list", "--format", "json"]).json().as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_declares_both_types_beside_each_other() {
    let workspace = Workspace::story().await;
    let binary = without_key(&workspace);
    file_write(&binary.home().join("secrets/key"), &workspace.key);
    let text = format!(
        "[[connector]]\ntype = \"npm\"\norg = \"widgets\"\n\n[[connector]]\ntype = \"cloudsmith\"\nname = \"prod\"\n\
         org = \"https://app.example.com/{}/settings\"\napi = \"{}/v1\"\ntoken = {{ file = \"secrets/key\" }}\n\
         default_privilege = \"read\"\n",
        workspace.organization,
        workspace.server.url()
    );
    file_write(&binary.home().join("connectors.toml"), &text);
    done(&binary, &["connectors", "apply", "connectors.toml"]);
    let prod = shown(&binary, "prod");
    let source = format!("{}/", workspace.server.url());
    assert_eq!((&prod["root"], &prod["source"]), (&json!("acme"), &json!(source)), "{prod}");
    done(&binary, &["connectors", "sync", "cloudsmith:prod"]);

    for (from, to, word) in [
        ("\"read\"", "\"some\"", "default_privilege must be one of none, read, write, admin"),
        ("type = \"cloudsmith\"", "type = \"npm\"", "unknown key \"api\""),
        ("file = \"secrets/key\"", "npmrc = true", "credentials_file = true"),
        ("{ file = \"secrets/key\" }", &format!("\"{}\"", workspace.key), "does not belong in a file"),
    ] {
        file_write(&binary.home().join("wrong.toml"), &text.replace(from, to));
        refused(&binary, &["connectors", "apply", "wrong.toml"], 2, word);
        let ran = run(&binary, &["connectors", "apply", "wrong.toml"]);
        assert!(!ran.stderr.contains(&workspace.key[..12]), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_in_any_output_or_in_any_file() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    let mut printed = String::new();
    for arguments in [
        arguments(&workspace, &["connectors", "add"], &["--check", "-vv"]),
        arguments(&workspace, &["sync"], &["-vv"]),
        arguments(&workspace, &["sync"], &["--token-file", &workspace.key]),
        arguments(&workspace, &["sync"], &["--token-env", &workspace.key]),
        arguments(&workspace, &["sync"], &[&workspace.key]),
        arguments(&workspace, &["doctor"], &["-vv"]),
        vec!["connectors", "show", "acme", "--format", "json"],
        vec!["list", "tokens", "--format", "json"],
        vec!["export", "--output", "all.json"],
    ] {
        let ran = run(&binary, &arguments);
        printed.push_str(&ran.stdout);
        printed.push_str(&ran.stderr);
    }
    assert!(printed.contains("GET") && !printed.contains(&workspace.key[..12]), "{printed}");
    assert!(!files_hold(binary.home(), &workspace.key[..12]));
}

fn files_hold(directory: &Path, secret: &str) -> bool {
    std::fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return files_hold(&path, secret);
        }
        std::fs::read(&path).unwrap().windows(secret.len()).any(|window| window == secret.as_bytes())
    })
}
