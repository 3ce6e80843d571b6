//! Every direct dependency has a sentence that says what it is for.

use std::fs;
use std::path::Path;

#[test]
fn every_dependency_of_the_workspace_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the workspace's manifest");
    let page = fs::read_to_string(root.join("docs/DEPENDENCIES.md")).expect("docs/DEPENDENCIES.md");

    let declared = declared(&manifest);
    assert!(declared.contains(&"serde"), "the manifest was not understood: {declared:?}");
    let missing: Vec<&&str> = declared.iter().filter(|name| !explained(&page, name)).collect();
    assert!(missing.is_empty(), "docs/DEPENDENCIES.md does not say what these are for: {missing:?}");

    let stale: Vec<&str> = rows(&page).filter(|name| !declared.contains(name)).collect();
    assert!(stale.is_empty(), "docs/DEPENDENCIES.md explains what is no longer used: {stale:?}");
}

/// The foreign packages of `[workspace.dependencies]`.
fn declared(manifest: &str) -> Vec<&str> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim())
        .filter(|name| !name.starts_with('#') && !name.starts_with("rolecall-"))
        .collect()
}

fn explained(page: &str, name: &str) -> bool {
    rows(page).any(|row| row == name)
}

/// The names in the first column of the page's table.
fn rows(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).map(|(name, _)| name)
}
