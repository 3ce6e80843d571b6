//! A package's own document: maintainers, who published what when, and where its source is.

use std::collections::BTreeMap;

use rolecall_model::{Fact, Proof, Reading, Reason, ResourceRef, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use super::declaration::{
    CODE_REPOSITORY, LAST_PUBLISHED, OBSERVED_PUBLISHERS, OWNER, PACKAGE, PROVENANCE, READ_WRITE, REPOSITORY,
    REPOSITORY_DIRECTORY, USER,
};
use super::repository::repository_id;

/// No path in a repository is longer, in bytes.
const LONGEST_DIRECTORY: usize = 4096;

/// The parts of a package document that we read. Every one may be missing or of a surprising shape in old documents,
/// which is why the odd ones are read leniently: a strange `repository` must not hide the maintainers.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Packument {
    #[serde(default)]
    name: Json,
    #[serde(default)]
    maintainers: Vec<Maintainer>,
    #[serde(default)]
    time: BTreeMap<String, Json>,
    #[serde(default)]
    versions: BTreeMap<String, Version>,
    #[serde(default, rename = "dist-tags")]
    dist_tags: BTreeMap<String, Json>,
    #[serde(default)]
    repository: Json,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Maintainer {
    Object {
        name: String,
    },
    /// `name <mail>`, as some clients write it.
    Text(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Version {
    #[serde(rename = "_npmUser")]
    publisher: Json,
    dist: Json,
}

impl Version {
    /// Whose workflow published this version: the trusted publisher's provider, or `provenance` when an attestation says
    /// that it was a workflow and the account whose token it used is all that is named.
    fn provider(&self) -> Option<&str> {
        let trusted = self.publisher.pointer("/trustedPublisher/id").and_then(Json::as_str);
        trusted.or_else(|| self.dist.get("attestations").map(|_| "provenance"))
    }
}

impl Maintainer {
    fn name(&self) -> &str {
        match self {
            Self::Object { name } => name,
            Self::Text(text) => text.split(" <").next().unwrap_or(text),
        }
    }
}

/// Reads a package document.
pub(super) fn reading(package: &ResourceRef, packument: &Packument) -> Reading {
    if packument.name.is_null() && packument.maintainers.is_empty() && packument.versions.is_empty() {
        return Reading::unavailable(Reason::new("unexpected-shape", "npm's answer is no document of a package"));
    }
    let mut facts = maintainers(package, packument);
    facts.extend(publications(package, packument));
    facts.extend(workflows(package, packument));
    facts.extend(source(package, packument));
    Reading::whole(Proof::Itself, facts)
}

/// Maintainers of an unscoped package own it. In a scope, teams decide, and the field is only evidence
/// (`npm-api.md` §4, *Outside collaborators*).
fn maintainers(package: &ResourceRef, packument: &Packument) -> Vec<Fact> {
    let is_scoped = package.id.starts_with('@');
    let mut facts = Vec::new();
    for name in packument.maintainers.iter().map(Maintainer::name).filter(|name| !name.is_empty()) {
        let user = &ResourceRef::new(USER, name);
        facts.push(if is_scoped {
            Fact::evidence(user, package, READ_WRITE)
        } else {
            Fact::grant(user, package, OWNER)
        });
    }
    facts
}

/// Latest version, and when each account last published. Mail addresses in the document are left out: they are those
/// of the time of publishing, and anyone can edit them.
fn publications(package: &ResourceRef, packument: &Packument) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for (number, version) in &packument.versions {
        let publisher = version.publisher.get("name").and_then(Json::as_str);
        let time = packument.time.get(number).and_then(Json::as_str);
        if let (Some(publisher), Some(time)) = (publisher, time) {
            last.entry(publisher).and_modify(|known| *known = time.max(known)).or_insert(time);
        }
    }
    if !last.is_empty() {
        let object: serde_json::Map<String, Json> =
            last.iter().map(|(user, time)| ((*user).to_owned(), Json::from(*time))).collect();
        facts.push(Fact::property(package, LAST_PUBLISHED, Value::from(Json::Object(object))));
    }
    if let Some(latest) = packument.dist_tags.get("latest").and_then(Json::as_str) {
        facts.push(Fact::property(package, "version", Value::text(latest)));
        let attested = packument.versions.get(latest).is_some_and(|version| version.dist.get("attestations").is_some());
        facts.push(Fact::property(package, PROVENANCE, Value::flag(attested)));
    }
    facts
}

/// When workflows last published, by provider. Nobody needs a one-time password to see that versions come from a
/// workflow, which tells of a publisher that is no account even while trusted publishers are not read.
fn workflows(package: &ResourceRef, packument: &Packument) -> Option<Fact> {
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for (number, version) in &packument.versions {
        let time = packument.time.get(number).and_then(Json::as_str).unwrap_or_default();
        if let Some(provider) = version.provider() {
            last.entry(provider).and_modify(|known| *known = time.max(known)).or_insert(time);
        }
    }
    let object: serde_json::Map<String, Json> =
        last.iter().map(|(provider, time)| ((*provider).to_owned(), Json::from(*time))).collect();
    (!object.is_empty()).then(|| Fact::property(package, OBSERVED_PUBLISHERS, Value::from(Json::Object(object))))
}

fn source(package: &ResourceRef, packument: &Packument) -> Vec<Fact> {
    let text = match &packument.repository {
        Json::String(text) => Some(text.as_str()),
        object => object.get("url").and_then(Json::as_str),
    };
    let Some(id) = text.and_then(repository_id) else {
        return Vec::new();
    };
    let repository = ResourceRef::new(CODE_REPOSITORY, id.as_str());
    debug_assert_eq!(package.kind, PACKAGE);
    let mut facts = vec![
        Fact::property(package, REPOSITORY, Value::text(&id)),
        Fact::Link { from: repository.clone(), class: "PUBLISHED".into(), to: package.clone() },
        Fact::resource(repository, None),
    ];
    let directory = packument.repository.get("directory").and_then(Json::as_str).map(str::trim);
    if let Some(directory) = directory.filter(|directory| (1..=LONGEST_DIRECTORY).contains(&directory.len())) {
        facts.push(Fact::property(package, REPOSITORY_DIRECTORY, Value::text(directory)));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, document: &Json) -> Reading {
        let package = ResourceRef::new(PACKAGE, name);
        reading(&package, &serde_json::from_value(document.clone()).unwrap())
    }

    #[test]
    fn maintainers_own_unscoped_packages_and_only_vouch_for_scoped_ones() {
        let document =
            serde_json::json!({"maintainers": [{"name": "ann", "email": "a@example.test"}, "bob <b@example.test>"]});
        let grants =
            |name: &str| read(name, &document).facts.iter().filter(|fact| matches!(fact, Fact::Grant { .. })).count();
        assert_eq!((grants("plain"), grants("@acme/x")), (2, 0));
        let text = serde_json::to_string(&read("plain", &document)).unwrap();
        assert!(!text.contains("example.test"), "no mail address is kept: {text}");
    }

    #[test]
    fn the_last_publication_of_each_account_is_kept() {
        let document = serde_json::json!({
            "versions": {"1.0.0": {"_npmUser": {"name": "ann"}}, "1.1.0": {"_npmUser": {"name": "ann"}, "dist": {"attestations": {}}}},
            "time": {"1.0.0": "2020-01-01T00:00:00.000Z", "1.1.0": "2024-01-01T00:00:00.000Z", "created": "2020-01-01T00:00:00.000Z"},
            "dist-tags": {"latest": "1.1.0"},
        });
        let facts = read("@acme/x", &document).facts;
        let package = ResourceRef::new(PACKAGE, "@acme/x");
        let last = Value::from(serde_json::json!({"ann": "2024-01-01T00:00:00.000Z"}));
        assert!(facts.contains(&Fact::property(&package, "lastPublished", last)));
        assert!(facts.contains(&Fact::property(&package, "provenance", Value::flag(true))));
    }

    #[test]
    fn a_package_says_where_in_its_repository_it_is() {
        let package = ResourceRef::new(PACKAGE, "@acme/x");
        let directory = |directory: Json| {
            let document = serde_json::json!({
                "name": "@acme/x", "repository": {"url": "git+https://code.example/acme/x.git", "directory": directory},
            });
            let facts = read("@acme/x", &document).facts;
            assert!(facts.contains(&Fact::property(&package, "repository", Value::text("code.example/acme/x"))));
            facts.into_iter().find_map(|fact| match fact {
                Fact::Property { name, value, .. } if name.as_str() == REPOSITORY_DIRECTORY => value.to_text(),
                _ => None,
            })
        };
        assert_eq!(directory(Json::from(" packages/x/ ")).as_deref(), Some("packages/x/"));
        for odd in [Json::Null, Json::from(7), Json::from(""), Json::from("x".repeat(5000))] {
            assert_eq!(directory(odd), None);
        }
    }

    #[test]
    fn versions_that_workflows_published_tell_of_them() {
        let robot = serde_json::json!({"name": "GitHub Actions", "trustedPublisher": {"id": "github"}});
        let document = serde_json::json!({
            "versions": {
                "1.0.0": {"_npmUser": {"name": "ann"}},
                "1.1.0": {"_npmUser": robot, "dist": {"attestations": {}}},
                "1.2.0": {"_npmUser": robot},
                "1.3.0": {"_npmUser": {"name": "ann"}, "dist": {"attestations": {"url": "x"}}},
            },
            "time": {"1.1.0": "2024-01-01T00:00:00.000Z", "1.2.0": "2025-01-01T00:00:00.000Z"},
        });
        let package = ResourceRef::new(PACKAGE, "@acme/x");
        let last = Value::from(serde_json::json!({"github": "2025-01-01T00:00:00.000Z", "provenance": ""}));
        let facts = read("@acme/x", &document).facts;
        assert!(facts.contains(&Fact::property(&package, "observedPublishers", last)), "{facts:?}");
    }

    #[test]
    fn odd_documents_are_read_as_far_as_they_go() {
        for document in [
            serde_json::json!({}),
            serde_json::json!({"repository": 7, "time": {"x": 1}, "versions": {"1": {"_npmUser": null, "dist": []}}}),
            serde_json::json!({"repository": {"url": ["x"]}, "dist-tags": {"latest": 3}}),
        ] {
            read("plain", &document);
        }
    }
}
