//! Trusted publishers: workflows that may publish without anybody's token (`npm-api.md` §3.5).

use serde_json::{Value, json};

use super::package::PackageEdit;
use super::world::World;

/// Whose workflows are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provider {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI/CD.
    GitLab,
    /// CircleCI.
    CircleCi,
}

impl Provider {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::CircleCi => "circleci",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub Actions",
            Self::GitLab => "GitLab CI/CD",
            Self::CircleCi => "CircleCI",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        let all = [Self::GitHub, Self::GitLab, Self::CircleCi];
        all.into_iter().find(|provider| provider.as_str() == word)
    }
}

/// A trusted publisher to be set up.
#[derive(Debug, Clone)]
pub struct TrustSpec {
    provider: Provider,
    claims: Value,
    permissions: Vec<String>,
}

impl TrustSpec {
    /// A GitHub workflow file of a repository such as `acme/lib`.
    #[must_use]
    pub fn github(repository: &str, file: &str) -> Self {
        let claims = json!({ "repository": repository, "workflow_ref": { "file": file } });
        Self::new(Provider::GitHub, claims)
    }

    /// A GitLab pipeline file of a project.
    #[must_use]
    pub fn gitlab(project: &str, file: &str) -> Self {
        let claims = json!({ "project_path": project, "ci_config_ref_uri": { "file": file } });
        Self::new(Provider::GitLab, claims)
    }

    /// A CircleCI project.
    #[must_use]
    pub fn circleci(organization: &str, project: &str) -> Self {
        let claims = json!({
            "oidc.circleci.com/org-id": organization,
            "oidc.circleci.com/project-id": project,
        });
        Self::new(Provider::CircleCi, claims)
    }

    /// Limits it to an environment.
    #[must_use]
    pub fn environment(mut self, environment: &str) -> Self {
        if let Some(claims) = self.claims.as_object_mut() {
            claims.insert("environment".to_owned(), environment.into());
        }
        self
    }

    /// Lets it stage versions only, for somebody to approve.
    #[must_use]
    pub fn stage_only(mut self) -> Self {
        self.permissions = vec!["createStagedPackage".to_owned()];
        self
    }

    pub(crate) fn read(provider: Provider, claims: Value, permissions: Vec<String>) -> Self {
        Self { provider, claims, permissions }
    }

    fn new(provider: Provider, claims: Value) -> Self {
        Self::read(provider, claims, vec!["createPackage".to_owned()])
    }
}

/// A trusted publisher of a package.
#[derive(Debug, Clone)]
pub(crate) struct Trusted {
    pub(crate) id: String,
    pub(crate) provider: Provider,
    pub(crate) claims: Value,
    pub(crate) permissions: Vec<String>,
}

impl Trusted {
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.provider.as_str(),
            "claims": self.claims,
            "permissions": self.permissions,
        })
    }

    pub(crate) fn may(&self, permission: &str) -> bool {
        self.permissions.iter().any(|given| given == permission)
    }
}

impl PackageEdit<'_> {
    /// Sets the package's trusted publisher in place of the one it has.
    pub fn trusted(mut self, spec: TrustSpec) -> Self {
        let trusted = self.world().new_trusted(spec);
        self.change(|package| package.trusted = vec![trusted])
    }
}

impl World {
    pub(crate) fn new_trusted(&mut self, spec: TrustSpec) -> Trusted {
        Trusted { id: self.dice.uuid(), provider: spec.provider, claims: spec.claims, permissions: spec.permissions }
    }

    /// An identity token as the provider would give it to a workflow run with these claims, for
    /// the exchange endpoint.
    #[must_use]
    pub fn identity_token(spec: &TrustSpec) -> String {
        format!("{}.{}", spec.provider.as_str(), spec.claims).bytes().map(|byte| format!("{byte:02x}")).collect()
    }
}
