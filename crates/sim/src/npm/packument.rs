//! The document of a package, in its full and its abbreviated form (`npm-api.md` §3.4).

use serde_json::{Map, Value, json};

use super::package::{Package, Publisher, Version};
use super::path::bare;
use super::world::{AccountId, World, iso};
use crate::seed::Dice;

impl World {
    /// Everything, with maintainers and times.
    pub(crate) fn packument(&self, package: &Package, base: &str) -> Value {
        let maintainers = package.maintainers.iter().map(|id| self.person(*id));
        let versions = package.versions.iter().map(|version| {
            let document = self.full_version(package, version, base);
            (version.number.to_string(), document)
        });
        let mut document = json!({
            "_id": package.name.as_ref(),
            "_rev": package.revision(),
            "name": package.name.as_ref(),
            "description": package.description.as_deref(),
            "maintainers": maintainers.collect::<Vec<_>>(),
            "versions": versions.collect::<Map<_, _>>(),
            "dist-tags": tags(package),
            "time": times(package),
        });
        if let (Some(url), Some(fields)) = (&package.repository, document.as_object_mut()) {
            let mut repository = json!({ "type": "git", "url": url.as_ref() });
            if let (Some(directory), Some(repository)) = (&package.directory, repository.as_object_mut()) {
                repository.insert("directory".to_owned(), json!(directory.as_ref()));
            }
            fields.insert("repository".to_owned(), repository);
        }
        document
    }

    /// What an installer needs.
    pub(crate) fn abbreviated(&self, package: &Package, base: &str) -> Value {
        let versions =
            package.versions.iter().map(|version| (version.number.to_string(), self.version(package, version, base)));
        json!({
            "name": package.name.as_ref(),
            "modified": iso(modified(package)),
            "versions": versions.collect::<Map<_, _>>(),
            "dist-tags": tags(package),
        })
    }

    fn full_version(&self, package: &Package, version: &Version, base: &str) -> Value {
        let mut document = self.version(package, version, base);
        if let Some(fields) = document.as_object_mut() {
            fields.insert("_npmUser".to_owned(), self.publisher(version.publisher));
        }
        document
    }

    fn version(&self, package: &Package, version: &Version, base: &str) -> Value {
        let (name, number) = (&package.name, &version.number);
        let mut dist = json!({
            "tarball": format!("{base}/{name}/-/{}-{number}.tgz", bare(name)),
            "shasum": shasum(name, number),
        });
        if version.attested {
            dist["attestations"] = json!({
                "url": format!("{base}/-/npm/v1/attestations/{name}@{number}"),
                "provenance": { "predicateType": "https://slsa.dev/provenance/v1" },
            });
        }
        let mut document = json!({
            "_id": format!("{name}@{number}"),
            "name": name.as_ref(),
            "version": number.as_ref(),
            "dist": dist,
        });
        if let Some(message) = &version.deprecated {
            document["deprecated"] = json!(message.as_ref());
        }
        document
    }

    /// A person with the address of publish time.
    pub(crate) fn person(&self, id: AccountId) -> Value {
        let account = self.at(id);
        json!({ "name": account.name.as_ref(), "email": account.published_email() })
    }

    fn publisher(&self, publisher: Publisher) -> Value {
        match publisher {
            Publisher::Account(id) => self.person(id),
            Publisher::Trusted(provider) => json!({
                "name": provider.title(),
                "email": "no-reply@ci.example",
                "trustedPublisher": { "id": provider.as_str() },
            }),
        }
    }
}

/// A checksum with the right looks; no tarball is kept that it could be the sum of.
pub(crate) fn shasum(name: &str, version: &str) -> String {
    let bytes = name.bytes().chain([b'@']).chain(version.bytes());
    let seed = bytes.fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut dice = Dice::new(seed);
    format!("{:016x}{:016x}{:08x}", dice.roll(), dice.roll(), dice.roll() >> 32)
}

/// When the last version came.
pub(crate) fn modified(package: &Package) -> jiff::Timestamp {
    let last = package.versions.iter().map(|version| version.at).max();
    last.unwrap_or(package.created)
}

/// The dist-tags.
pub(crate) fn tags(package: &Package) -> Map<String, Value> {
    let tags = package.tags.iter();
    tags.map(|(tag, version)| (tag.to_string(), json!(version.as_ref()))).collect()
}

fn times(package: &Package) -> Map<String, Value> {
    let mut times = Map::new();
    times.insert("created".to_owned(), json!(iso(package.created)));
    times.insert("modified".to_owned(), json!(iso(modified(package))));
    for version in &package.versions {
        times.insert(version.number.to_string(), json!(iso(version.at)));
    }
    times
}
