//! The walls between the crates: who may depend on whom, and what the pure crates may use at all.
//!
//! **Architecture Invariant:** observation, decision and presentation cannot reach around each
//! other, because the dependency that would be needed does not exist.
#![expect(clippy::expect_used, reason = "a broken checkout ends the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Each crate and the crates it may use in its own code and build script.
///
/// Wanting a new row or a new entry is a decision about the architecture: write the reason down in
/// `docs/ARCHITECTURE.md` in the same commit.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("graph", &["model"]),
    ("query", &["model", "graph"]),
    ("store", &["model"]),
    ("http", &[]),
    ("connect", &["model", "http"]),
    ("notify", &["model", "http"]),
    ("proto", &[]),
    ("baton", &["model", "proto"]),
    ("engine", &["model", "graph", "query", "store", "connect", "baton", "notify"]),
    ("web", &["model", "query", "engine"]),
    // Shares no code with what it is used to test.
    ("sim", &[]),
    (
        "rolecall",
        &["model", "graph", "query", "store", "http", "connect", "notify", "proto", "baton", "engine", "web", "sim"],
    ),
    ("testkit", &["model", "graph", "query", "store", "http", "connect", "engine", "sim"]),
    // The rest drives the binary; what holds of both database engines is asked of the store itself.
    ("e2e", &["store", "testkit"]),
    ("xtask", &[]),
];

/// What any crate's tests may use on top of its own row.
const TESTS_MAY_ADD: &[&str] = &["sim", "testkit"];

/// Crates that do no input or output and take no clock.
const PURE: &[&str] = &["model", "graph", "query"];

/// What a pure crate may use from outside the workspace: data structures, digests, formats, the calendar, patterns.
const PURE_MAY_USE: &[&str] = &["blake3", "jiff", "regex", "serde", "serde_json", "thiserror"];

/// The doors to the outside world in the standard library.
const IMPURE: &[&str] = &["std::env", "std::fs", "std::net", "std::process", "std::time", "Instant::now", "SystemTime"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    for_tests: bool,
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let metadata = metadata();
    let members: Vec<&Package> = metadata.workspace_packages();
    let names: BTreeSet<&str> = members.iter().map(|member| short(&member.name)).collect();
    let mut wrong = Vec::new();
    for member in &members {
        let from = short(&member.name);
        if row(from).is_none() {
            wrong.push(format!("`{from}` is missing in the table of crates/testkit/tests/edges.rs"));
            continue;
        }
        for dependency in &member.dependencies {
            let to = short(&dependency.name);
            let within = dependency.path.is_some() && names.contains(to);
            let edge = Edge { from, to, for_tests: dependency.kind == DependencyKind::Development };
            if within && !allowed(edge) {
                wrong.push(describe(edge));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_refuses_what_it_does_not_name() {
    let refused = Edge { from: "graph", to: "store", for_tests: false };
    assert!(!allowed(refused));
    assert_eq!(describe(refused), "`graph` must not depend on `store`; it may use: model");

    assert!(!allowed(Edge { from: "connect", to: "sim", for_tests: false }));
    assert!(allowed(Edge { from: "connect", to: "sim", for_tests: true }));
    assert!(!allowed(Edge { from: "sim", to: "connect", for_tests: true }));
    assert!(!allowed(Edge { from: "rolecall", to: "testkit", for_tests: false }));
    assert!(!allowed(Edge { from: "unknown", to: "model", for_tests: false }));
}

#[test]
fn pure_crates_depend_on_nothing_that_reaches_outside() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in pure(&metadata) {
        for dependency in &package.dependencies {
            let own = dependency.path.is_some();
            let tests = dependency.kind == DependencyKind::Development;
            if !own && !tests && !PURE_MAY_USE.contains(&dependency.name.as_str()) {
                wrong.push(format!(
                    "`{}` is pure and must not depend on `{}`; it may use: {}",
                    package.name,
                    dependency.name,
                    PURE_MAY_USE.join(", ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_crates_touch_neither_clock_nor_files_nor_network() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in pure(&metadata) {
        let source = package.manifest_path.as_std_path().with_file_name("src");
        for file in rust_files(&source) {
            let text = fs::read_to_string(&file).expect("a readable source file");
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                if let Some(door) = IMPURE.iter().find(|door| line.contains(*door)) {
                    wrong.push(format!("{}:{}: `{door}` in a pure crate", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn metadata() -> Metadata {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    MetadataCommand::new().manifest_path(root).no_deps().exec().expect("the workspace's metadata")
}

fn pure(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata.workspace_packages().into_iter().filter(|package| PURE.contains(&short(&package.name)))
}

fn short(package: &str) -> &str {
    package.strip_prefix("rolecall-").unwrap_or(package)
}

fn row(name: &str) -> Option<&'static [&'static str]> {
    MAY_USE.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

fn allowed(edge: Edge<'_>) -> bool {
    let may_use = row(edge.from).is_some_and(|may_use| may_use.contains(&edge.to));
    may_use || (edge.for_tests && TESTS_MAY_ADD.contains(&edge.to))
}

fn describe(edge: Edge<'_>) -> String {
    let verb = if edge.for_tests { "must not test with" } else { "must not depend on" };
    let may_use = row(edge.from).unwrap_or_default();
    let list = if may_use.is_empty() { "nothing of the workspace".to_owned() } else { may_use.join(", ") };
    format!("`{}` {verb} `{}`; it may use: {list}", edge.from, edge.to)
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
