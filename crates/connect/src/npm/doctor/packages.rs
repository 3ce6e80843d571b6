//! What can be seen of single packages: one public and one private, if there are such.

use rolecall_http::Call;

use super::super::answer::Pairs;
use super::super::packages::visibility;
use super::super::{NpmConnector, requests};
use super::Doctor;
use crate::examination::listing_check;
use crate::{Check, CheckState, Trouble};
use rolecall_model::{Fact, ResourceRef};

/// How many packages are asked for their visibility to find one of each kind.
const VISIBILITY_TRIES: usize = 6;

/// What is known of the packages that were tried.
#[derive(Debug, Default)]
pub(super) struct Tried {
    pub(super) public: Option<String>,
    pub(super) private: Option<String>,
    unseen: Option<String>,
    answered: usize,
    failure: Option<Check>,
}

impl Doctor<'_> {
    /// Looks at up to six packages' visibility, and at collaborators and document of one of each kind.
    pub(super) async fn packages_examine(&mut self, names: &[String]) -> Tried {
        if names.is_empty() {
            for name in ["visibility", "collaborators", "package document"] {
                self.push(Check::not_tried(name, "no package is known to try it on"));
            }
            return Tried::default();
        }
        let tried = self.visibility_try(names).await;
        self.push(visibility_check(&tried));
        let chosen = [tried.public.clone(), tried.private.clone().or_else(|| tried.unseen.clone())];
        let mut chosen: Vec<String> = chosen.into_iter().flatten().collect();
        if chosen.is_empty() {
            chosen.extend(names.first().cloned());
        }
        for package in &chosen {
            self.package_examine(package).await;
        }
        tried
    }

    async fn visibility_try(&self, names: &[String]) -> Tried {
        let mut tried = Tried::default();
        for name in names.iter().take(VISIBILITY_TRIES) {
            let call = Call::new().path("package", name.as_str());
            match self.ask::<Pairs>(&requests::VISIBILITY, call).await {
                Ok(pairs) => {
                    tried.answered += 1;
                    match is_public(name, &pairs) {
                        Some(true) => tried.public = tried.public.or_else(|| Some(name.clone())),
                        Some(false) => tried.private = tried.private.or_else(|| Some(name.clone())),
                        None => {}
                    }
                }
                Err(error) => {
                    let check = self.failed("visibility", &requests::VISIBILITY, &error).of(name.as_str());
                    tried.failure = tried.failure.or(Some(check));
                    tried.unseen = tried.unseen.or_else(|| Some(name.clone()));
                }
            }
            if tried.public.is_some() && tried.private.is_some() {
                break;
            }
        }
        tried
    }

    async fn package_examine(&mut self, package: &str) {
        let call = Call::new().path("package", package).query(requests::FORMAT, requests::CLI);
        let collaborators = self.ask::<Pairs>(&requests::COLLABORATORS, call).await;
        let check = match collaborators {
            Ok(pairs) => listing_check("collaborators", pairs.0.len(), "account", "accounts")
                .means("computed rights are compared with what npm itself says"),
            Err(error) => self
                .failed("collaborators", &requests::COLLABORATORS, &error)
                .means("computed rights cannot be compared with npm's own, and writers from outside are not seen"),
        };
        self.push(check.of(package));
        let document = self.ask::<serde_json::Value>(&requests::PACKUMENT, Call::new().path("package", package)).await;
        let check = match document {
            Ok(document) => {
                let versions = document.get("versions").and_then(|it| it.as_object()).map_or(0, serde_json::Map::len);
                listing_check("package document", versions, "version", "versions")
                    .means("who last published, and from which repository, is known")
            }
            Err(error) => self
                .failed("package document", &requests::PACKUMENT, &error)
                .means("who last published, and from which repository, stays unknown; rights by teams are known"),
        };
        self.push(check.of(package));
    }
}

fn is_public(name: &str, pairs: &Pairs) -> Option<bool> {
    let package = ResourceRef::new(super::super::declaration::PACKAGE, name);
    match visibility(&package, pairs).facts.as_slice() {
        [Fact::Property { value, .. }] => Some(value.is_true()),
        _ => None,
    }
}

fn visibility_check(tried: &Tried) -> Check {
    let word = |name: &Option<String>, what: &str| name.as_ref().map(|name| format!("{name} is {what}"));
    let known: Vec<String> = word(&tried.public, "public").into_iter().chain(word(&tried.private, "private")).collect();
    match (&tried.failure, known.is_empty()) {
        (None, false) => Check::ok("visibility", known.join("; ")),
        (None, true) => Check::limited("visibility", "npm answered, and not whether a package is public")
            .means("public and private packages cannot be told apart")
            .trouble(Trouble::Sight),
        (Some(failure), _) => {
            let found = known.into_iter().chain([failure.found.clone()]).collect::<Vec<_>>().join("; ");
            let state = if tried.answered == 0 { failure.state } else { CheckState::Limited };
            let check = Check { state, found, ..failure.clone() };
            check.means("for a package like this, nobody learns whether everyone can read it")
        }
    }
}

impl NpmConnector {
    /// What to change so that packages can be seen that cannot.
    pub(super) fn package_advice(&self) -> String {
        format!("give the token read-only permission on the packages of @{}", self.organization())
    }
}

/// The packages that an organisation's or team's answer names.
pub(super) fn names(pairs: &Pairs) -> Vec<String> {
    pairs.0.iter().map(|(name, _)| name.clone()).collect()
}

/// The check of a listing of packages.
pub(super) fn packages_check(name: &'static str, count: usize) -> Check {
    listing_check(name, count, "package", "packages")
}
