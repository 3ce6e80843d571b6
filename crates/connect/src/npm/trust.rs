//! Trusted publishers: workflows that publish a package without anybody's token (`npm-api.md` §3.5).
//!
//! Whoever can write to the repository can make its workflow publish, so the right belongs to the repository.

use rolecall_model::{Diagnostic, Fact, Outcome, Proof, Reading, Reason, ResourceRef, Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::declaration::{CODE_REPOSITORY, TRUSTED_PUBLISHER, TRUSTED_STAGER};
use super::repository::repository_id;

/// One trusted publisher as npm describes it.
#[derive(Debug, Deserialize)]
pub(super) struct Trusted {
    #[serde(rename = "type")]
    provider: String,
    #[serde(default)]
    claims: Json,
    #[serde(default)]
    permissions: Vec<String>,
}

/// Reads a package's trusted publishers. The property is always stated, so that *none* is a fact and not a gap.
pub(super) fn reading(package: &ResourceRef, trusted: &[Trusted]) -> Reading {
    let described: Vec<Json> = trusted.iter().map(Trusted::describe).collect();
    let mut facts = vec![Fact::property(package, "trustedPublishers", Value::from(Json::Array(described)))];
    let mut diagnostics = Vec::new();
    let mut outcome = Outcome::Whole(Proof::Itself);
    for one in trusted {
        diagnostics.extend(one.oddities());
        match one.repository() {
            Some(id) => {
                let repository = ResourceRef::new(CODE_REPOSITORY, id);
                facts.push(Fact::grant(&repository, package, one.entitlement()));
                facts.push(Fact::resource(repository, None));
            }
            // It may publish and nothing says who stands behind it.
            None => {
                let text =
                    format!("npm named a trusted publisher of type {:?} and no repository we know", one.provider);
                outcome = Outcome::Partial(Reason::new("unknown-trusted-publisher", text));
            }
        }
    }
    Reading { outcome, facts, diagnostics, validator: None }
}

impl Trusted {
    fn claim(&self, pointer: &str) -> Option<&str> {
        self.claims.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
    }

    /// The repository whose writers publish, or CircleCI's project where no repository is named.
    fn repository(&self) -> Option<String> {
        match self.provider.as_str() {
            "github" => Some(format!("github.com/{}", self.claim("/repository")?)),
            "gitlab" => Some(format!("gitlab.com/{}", self.claim("/project_path")?)),
            "circleci" => {
                let origin = self.claim("/oidc.circleci.com~1vcs-origin");
                let origin = origin.and_then(|origin| repository_id(&format!("https://{origin}")));
                let organization = self.claim("/oidc.circleci.com~1org-id");
                let project = self.claim("/oidc.circleci.com~1project-id");
                origin.or_else(|| Some(format!("circleci.com/{}/{}", organization?, project?)))
            }
            _ => None,
        }
    }

    fn workflow(&self) -> Option<&str> {
        ["/workflow_ref/file", "/ci_config_ref_uri/file", "/oidc.circleci.com~1pipeline-definition-id"]
            .iter()
            .find_map(|pointer| self.claim(pointer))
    }

    /// Without a permission, as before npm had them, it may publish; so it may with one we do not know.
    fn may_publish(&self) -> bool {
        self.permissions.is_empty() || self.permissions.iter().any(|given| given != "createStagedPackage")
    }

    fn entitlement(&self) -> &'static str {
        if self.may_publish() { TRUSTED_PUBLISHER } else { TRUSTED_STAGER }
    }

    fn describe(&self) -> Json {
        json!({
            "provider": self.provider,
            "repository": self.repository(),
            "workflow": self.workflow(),
            "environment": self.claim("/environment"),
            "permission": if self.may_publish() { "publish" } else { "stage" },
        })
    }

    fn oddities(&self) -> Option<Diagnostic> {
        let known = |word: &&String| matches!(word.as_str(), "createPackage" | "createStagedPackage");
        let odd = self.permissions.iter().find(|word| !known(word))?;
        let text =
            format!("npm sent the trusted publisher's permission {odd:?}, which is not known and counts as publishing");
        Some(Diagnostic::new("unknown-permission", text))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::declaration::PACKAGE;
    use super::*;

    fn read(trusted: Json) -> Reading {
        let trusted: Vec<Trusted> = serde_json::from_value(trusted).unwrap();
        reading(&ResourceRef::new(PACKAGE, "@acme/lib"), &trusted)
    }

    #[rstest]
    #[case(json!({"type": "github", "claims": {"repository": "acme/lib", "workflow_ref": {"file": "publish.yml"}, "environment": "production"}, "permissions": ["createPackage"]}), "github.com/acme/lib", "trusted-publisher", Some("publish.yml"))]
    #[case(json!({"type": "gitlab", "claims": {"project_path": "acme/sub/lib", "ci_config_ref_uri": {"file": ".gitlab-ci.yml"}}, "permissions": ["createStagedPackage"]}), "gitlab.com/acme/sub/lib", "trusted-stager", Some(".gitlab-ci.yml"))]
    #[case(json!({"type": "circleci", "claims": {"oidc.circleci.com/org-id": "o", "oidc.circleci.com/project-id": "p"}}), "circleci.com/o/p", "trusted-publisher", None)]
    #[case(json!({"type": "circleci", "claims": {"oidc.circleci.com/vcs-origin": "github.com/acme/lib"}}), "github.com/acme/lib", "trusted-publisher", None)]
    #[case(json!({"type": "github", "claims": {"repository": "a/b"}, "permissions": ["createStagedPackage", "createPackage"]}), "github.com/a/b", "trusted-publisher", None)]
    fn the_right_belongs_to_the_repository(
        #[case] trusted: Json,
        #[case] repository: &str,
        #[case] slug: &'static str,
        #[case] workflow: Option<&str>,
    ) {
        let reading = read(json!([trusted]));
        assert_eq!(reading.outcome, Outcome::Whole(Proof::Itself));
        let package = ResourceRef::new(PACKAGE, "@acme/lib");
        let grant = Fact::grant(&ResourceRef::new(CODE_REPOSITORY, repository), &package, slug);
        assert!(reading.facts.contains(&grant), "{:?}", reading.facts);
        let Fact::Property { value, .. } = &reading.facts[0] else { panic!() };
        assert_eq!(value.to_json()[0]["workflow"].as_str(), workflow);
    }

    #[test]
    fn none_is_a_fact_and_an_unknown_kind_is_no_complete_answer() {
        let none = read(json!([]));
        assert_eq!((none.facts.len(), none.outcome), (1, Outcome::Whole(Proof::Itself)));
        let unknown = read(json!([{"type": "sourcehut", "claims": {"x": 1}, "permissions": ["createPackage"]}]));
        assert!(matches!(unknown.outcome, Outcome::Partial(_)));
        let odd = read(json!([{"type": "github", "claims": {"repository": "a/b"}, "permissions": ["createAnything"]}]));
        assert_eq!(odd.diagnostics.len(), 1);
    }
}
