//! What `rolecall leaver` says is to be done, done with a real npm: what remains is what it said would.

use std::path::Path;

use rolecall_e2e::{Npm, Simulator, rolecall};
use serde_json::Value;
use tempfile::TempDir;

/// Reads the organisation as it is now.
fn read(simulator: &Simulator, database: &Path) {
    let token = database.with_file_name("token");
    std::fs::write(&token, simulator.token("read-only")).expect("a file for the token");
    let token = token.display().to_string();
    rolecall(database, &["sync", "npm", "--org", "acme", "--registry", simulator.registry(), "--token-file", &token]);
}

fn leaver(database: &Path, account: &str) -> Value {
    let answer = rolecall(database, &["leaver", &format!("npm:{account}"), "--format", "json"]);
    serde_json::from_str(&answer).expect("an answer")
}

fn texts(list: &Value, path: &str) -> Vec<String> {
    let text = |one: &Value| one.pointer(path).and_then(Value::as_str).expect("a text").to_owned();
    list.as_array().expect("a list").iter().map(text).collect()
}

/// The packages that npm itself says an account may publish.
fn publishes(npm: &Npm, packages: &[String], account: &str) -> Vec<String> {
    let may = |package: &&String| {
        let rights = npm.run(&format!("access list collaborators {package} --json")).json();
        rights[account] == "read-write"
    };
    packages.iter().filter(may).cloned().collect()
}

#[test]
fn once_npm_has_taken_every_step_no_more_remains_than_was_told() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let home = TempDir::new().expect("a folder");
    let database = home.path().join("rolecall.db");
    read(&simulator, &database);
    // Members of teams, one of whom has rights by several.
    for account in ["yuki_tan", "lena.k", "HenrikB"] {
        let answer = leaver(&database, account);
        let told = texts(&answer["accounts"][0]["writes"], "/id");
        assert_eq!(publishes(&npm, &told, account), told, "{account}: {answer:#}");
        let steps = texts(&answer["steps"], "/how");
        assert!(!steps.is_empty(), "{account}: {answer:#}");
        for step in steps {
            let line = step.strip_prefix("npm ").expect("a command of npm's");
            npm.run(&format!("{line} {}", simulator.otp())).succeeded();
        }
        let remains = texts(&answer["remains"], "/resource/id");
        assert_eq!(publishes(&npm, &told, account), remains, "{account}: {answer:#}");
        read(&simulator, &database);
        let known = rolecall(&database, &["list", "grants", "--format", "csv"]);
        assert!(!known.lines().any(|line| line.contains(account)) || !remains.is_empty(), "{account}: {known}");
    }
}

#[test]
fn npm_refuses_to_remove_the_only_maintainer_and_the_step_says_so() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let home = TempDir::new().expect("a folder");
    let database = home.path().join("rolecall.db");
    read(&simulator, &database);
    let answer = leaver(&database, "nadia-freelance");
    let [step] = answer["steps"].as_array().expect("steps").as_slice() else { panic!("one step: {answer:#}") };
    let line = step["how"].as_str().and_then(|how| how.strip_prefix("npm ")).expect("a command of npm's");
    npm.run(&format!("{line} {}", simulator.otp())).failed("EOWNERRM");
    assert!(step["needs"].as_str().expect("a text").contains("npm owner add SOMEBODY PACKAGE"), "{step:#}");
}
