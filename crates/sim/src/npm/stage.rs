//! Staged versions, which wait for somebody's approval (`npm-api.md` §3.5).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::package::Publisher;
use super::packument::shasum;
use super::world::{Name, PackageId, World, iso};

/// One version that waits.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    pub(crate) id: String,
    pub(crate) package: PackageId,
    pub(crate) version: Name,
    pub(crate) tag: Name,
    pub(crate) created: Timestamp,
    pub(crate) publisher: Publisher,
}

impl World {
    /// Stages a version of a package in an account's name; gives the stage's id.
    pub fn stage(&mut self, package: &str, version: &str, account: &str) -> String {
        let package = self.ensure_package(package);
        let publisher = Publisher::Account(self.ensure_account(account));
        self.stage_add(package, version, "latest", publisher)
    }

    pub(crate) fn stage_add(&mut self, package: PackageId, version: &str, tag: &str, publisher: Publisher) -> String {
        let id = self.dice.uuid();
        self.staged.push(Staged {
            id: id.clone(),
            package,
            version: version.into(),
            tag: tag.into(),
            created: self.now,
            publisher,
        });
        id
    }

    pub(crate) fn stage_json(&self, staged: &Staged) -> Value {
        let package = self.package_at(staged.package);
        let (actor, kind) = match staged.publisher {
            Publisher::Account(account) => (self.name_of(account), "user"),
            Publisher::Trusted(provider) => (provider.title(), "oidc"),
        };
        json!({
            "id": staged.id,
            "packageName": package.name.as_ref(),
            "version": staged.version.as_ref(),
            "tag": staged.tag.as_ref(),
            "createdAt": iso(staged.created),
            "actor": actor,
            "actorType": kind,
            "access": if package.private { "restricted" } else { "public" },
            "shasum": shasum(&package.name, &staged.version),
        })
    }
}
