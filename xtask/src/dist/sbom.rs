//! The bill of materials: every package that is linked into the binary, as CycloneDX.
//!
//! `cargo tree` says which packages those are, because `cargo metadata` joins the features that any package of the
//! workspace asks for; `cargo metadata` says what they are, and `Cargo.lock` what their archives' digests are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, NodeDep, Package};
use serde_json::{Value as Json, json};

use crate::process::{self, Failure};

/// A package's name and version.
pub(super) type Key = (String, String);

/// One package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) version: String,
    licence: Option<String>,
    repository: Option<String>,
    /// SHA-256 of the archive it came as; none for our own.
    digest: Option<String>,
    uses: BTreeSet<Key>,
}

/// The binary's own package, and everything linked into it.
#[derive(Debug)]
pub(super) struct Packages {
    pub(super) root: Component,
    linked: Vec<Component>,
}

/// Finds them.
pub(super) fn packages(target: &str) -> Result<Packages, Failure> {
    let tree = ["tree", "--locked", "--package", "rolecall", "--target", target];
    let shape = ["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    let linked = tree_parse(&process::output(process::cargo().args(tree).args(shape))?);
    let metadata = ["metadata", "--locked", "--format-version", "1", "--filter-platform", target];
    let metadata = MetadataCommand::parse(process::output(process::cargo().args(metadata))?)
        .map_err(|error| Failure::new(format!("cannot understand `cargo metadata`: {error}")))?;
    let lock = process::root().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| Failure::io("read", &lock, &error))?;

    let (mut own, linked): (Vec<_>, Vec<_>) = components(&metadata, &linked, &lock_parse(&lock))
        .into_iter()
        .partition(|component| component.name == "rolecall");
    let root = own.pop().ok_or_else(|| Failure::new("`cargo tree` does not name rolecall itself"))?;
    Ok(Packages { root, linked })
}

/// The list as a file. It has no serial number and no time: the same packages make the same file.
pub(super) fn document(packages: &Packages) -> String {
    let mut main = component(&packages.root);
    main["type"] = "application".into();
    let mut dependencies = vec![dependency(&packages.root)];
    dependencies.extend(packages.linked.iter().map(dependency));
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": main },
        "components": packages.linked.iter().map(component).collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    format!("{document:#}\n")
}

fn components(metadata: &Metadata, linked: &BTreeSet<Key>, digests: &BTreeMap<Key, String>) -> Vec<Component> {
    let key = |package: &Package| (package.name.to_string(), package.version.to_string());
    let keys: BTreeMap<_, Key> = metadata.packages.iter().map(|package| (&package.id, key(package))).collect();
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let uses: BTreeMap<_, BTreeSet<Key>> = nodes
        .map(|node| {
            (&node.id, node.deps.iter().filter(is_normal).filter_map(|used| keys.get(&used.pkg)).cloned().collect())
        })
        .collect();
    let packages: BTreeMap<Key, &Package> = metadata
        .packages
        .iter()
        .map(|package| (key(package), package))
        .filter(|(key, _)| linked.contains(key))
        .collect();
    packages
        .into_iter()
        .map(|(key, package)| Component {
            digest: digests.get(&key).cloned(),
            licence: package.license.as_deref().map(expression),
            repository: package.repository.clone(),
            uses: uses.get(&package.id).into_iter().flatten().filter(|used| linked.contains(*used)).cloned().collect(),
            name: key.0,
            version: key.1,
        })
        .collect()
}

/// Whether the code itself uses it, and not only its tests or its build script.
fn is_normal(used: &&NodeDep) -> bool {
    used.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
}

fn component(component: &Component) -> Json {
    let Component { name, version, .. } = component;
    let reference = purl(name, version);
    let mut entry = json!({
        "type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference, "scope": "required",
    });
    if let Some(licence) = &component.licence {
        entry["licenses"] = json!([{ "expression": licence }]);
    }
    if let Some(digest) = &component.digest {
        entry["hashes"] = json!([{ "alg": "SHA-256", "content": digest }]);
    }
    if let Some(repository) = &component.repository {
        entry["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    entry
}

fn dependency(component: &Component) -> Json {
    let uses: Vec<String> = component.uses.iter().map(|(name, version)| purl(name, version)).collect();
    json!({ "ref": purl(&component.name, &component.version), "dependsOn": uses })
}

/// The package's address in the language of such lists; a version's `+` would be read as a space.
fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// A licence as SPDX spells it: older packages write `MIT/Apache-2.0`.
fn expression(licence: &str) -> String {
    licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

/// The packages of `cargo tree --prefix none --format {p}`: `name v1.2.3`, then a path or a remark.
fn tree_parse(text: &str) -> BTreeSet<Key> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

/// The digests in `Cargo.lock`.
fn lock_parse(text: &str) -> BTreeMap<Key, String> {
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
        line.and_then(|value| value.strip_suffix('"')).map(str::to_owned)
    };
    let digest = |block: &str| Some(((field(block, "name")?, field(block, "version")?), field(block, "checksum")?));
    text.split("[[package]]").filter_map(digest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_read_whatever_stands_behind_a_version() {
        let text = "rolecall v0.1.0 (/some/where)\nserde v1.0.2\nserde v1.0.2 (*)\ncc v1.0.0+x\n\n[build]\n";
        let expected = [("cc", "1.0.0+x"), ("rolecall", "0.1.0"), ("serde", "1.0.2")];
        assert_eq!(tree_parse(text), expected.map(|(name, version)| (name.to_owned(), version.to_owned())).into());
    }

    #[test]
    fn our_own_packages_have_no_digest_in_the_lock() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"\nchecksum = \"abc\"\n\
                    dependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n";
        let digests = lock_parse(text);
        assert_eq!(digests, [(("a".to_owned(), "1.0.0".to_owned()), "abc".to_owned())].into());
    }

    #[test]
    fn licences_and_addresses_are_spelled_as_others_read_them() {
        assert_eq!(expression("MIT/Apache-2.0"), "MIT OR Apache-2.0");
        assert_eq!(expression("(MIT OR Apache-2.0) AND Unicode-3.0"), "(MIT OR Apache-2.0) AND Unicode-3.0");
        assert_eq!(purl("sys", "1.2.0+3.4"), "pkg:cargo/sys@1.2.0%2B3.4");
    }

    #[test]
    fn the_document_names_each_package_and_what_it_uses() {
        let leaf = Component {
            name: "leaf".to_owned(),
            version: "2.0.0".to_owned(),
            licence: Some("MIT".to_owned()),
            digest: Some("abc".to_owned()),
            ..Component::default()
        };
        let uses = [("leaf".to_owned(), "2.0.0".to_owned())].into();
        let root = Component { name: "rolecall".to_owned(), version: "1.0.0".to_owned(), uses, ..Component::default() };
        let text = document(&Packages { root, linked: vec![leaf] });
        let read: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(read["metadata"]["component"]["type"], "application");
        assert_eq!(read["components"][0]["hashes"][0]["content"], "abc");
        assert_eq!(read["components"][0]["licenses"][0]["expression"], "MIT");
        assert_eq!(read["dependencies"][0]["dependsOn"][0], "pkg:cargo/leaf@2.0.0");
        assert!(read["metadata"]["component"].get("hashes").is_none());
    }
}
