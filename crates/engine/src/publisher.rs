//! What can do something and is no account: credentials with rights of their own, trusted publishers, and the workflows
//! that were seen to publish.
//!
//! The graph tells which principals hold a right without being accounts; what a workflow is called, and what it was seen
//! to publish, are properties of the package.

use std::collections::BTreeMap;

use rolecall_graph::{Holder, NodeId, Step, WhoCan};
use rolecall_model::{Trait, Value};
use serde::Serialize;
use serde_json::Value as Json;

use crate::moment::{day_text, moment_text};
use crate::name::Candidate;
use crate::path::PathAnswer;
use crate::world::WorldView;

/// Something that can and is no account: a source repository whose workflow publishes. Whoever can write to it can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustedPublisherAnswer {
    /// What holds the right, such as the repository.
    pub principal: Candidate,
    /// The entitlement it holds.
    pub entitlement: String,
    /// Whether it can do what was asked about. A workflow that may only stage versions cannot publish by itself.
    pub can: bool,
    /// In words.
    pub text: String,
    /// Whose workflow it is: `github`, `gitlab`, `circleci`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The workflow's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// The environment it must run in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// When it was first observed.
    pub since: String,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A credential that can by itself: whoever has its value can, whether or not an account is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialAnswer {
    /// The credential, never its value.
    pub credential: Candidate,
    /// What people call it, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In words: `entitlement token Default (default)`.
    pub text: String,
    /// How it comes to the right.
    pub paths: Vec<PathAnswer>,
    /// When the right was first observed.
    pub since: String,
    /// Whether it may be older: it was there when it was first read.
    pub or_earlier: bool,
    /// When it expires, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A workflow that was seen to publish, whether or not its right was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedPublisherAnswer {
    /// `github`, `gitlab`, `circleci`, or `provenance` when a workflow used an account's token.
    pub provider: String,
    /// When it last published, where the document says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The repository that the package names as its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// In words.
    pub text: String,
}

impl WorldView {
    /// The credentials among those that hold a right without being accounts.
    pub(crate) fn credentials(&self, found: &WhoCan<'_>) -> Vec<CredentialAnswer> {
        let holders = found.others.iter().filter(|holder| self.is_credential(holder.account));
        holders.map(|holder| self.credential(holder)).collect()
    }

    fn credential(&self, holder: &Holder<'_>) -> CredentialAnswer {
        let (credential, name) = (self.candidate(holder.account), self.text(holder.account, "name"));
        let paths: Vec<PathAnswer> = holder.paths.iter().map(|path| self.path_answer(path)).collect();
        let oldest = paths.iter().min_by(|one, other| one.since.cmp(&other.since));
        CredentialAnswer {
            text: credential_text(&credential, name.as_deref()),
            since: oldest.map(|path| path.since.clone()).unwrap_or_default(),
            or_earlier: oldest.is_some_and(|path| path.or_earlier),
            expires: self.text(holder.account, "expires"),
            removal_unconfirmed: holder.unconfirmed,
            credential,
            name,
            paths,
        }
    }

    fn is_credential(&self, node: NodeId) -> bool {
        let declared = self.connector(node).and_then(|one| one.declaration.resource_type(self.world.kind(node)));
        declared.is_some_and(|declared| declared.trait_ == Some(Trait::Secret))
    }

    /// What can do `action` to a resource, or almost can, and is neither account nor credential.
    pub(crate) fn trusted_publishers(
        &self,
        node: NodeId,
        action: &str,
        found: &WhoCan<'_>,
    ) -> Vec<TrustedPublisherAnswer> {
        let is_able = |step: &Step<'_>| {
            let mut steps = found.others.iter().flat_map(|holder| &holder.paths).flat_map(|path| &path.steps);
            steps.any(|able| able == step)
        };
        let mut answers: Vec<TrustedPublisherAnswer> = self
            .world
            .same_account(node)
            .flat_map(|twin| self.world.grants_on(twin))
            .filter(|step| !self.world.is_account(step.principal) && !self.world.is_group(step.principal))
            .filter(|step| !self.is_credential(step.principal))
            .filter(|step| is_able(step) || self.is_shown_to_persons(step.resource, action))
            .map(|step| self.trusted_publisher(&step, is_able(&step)))
            .collect();
        answers.sort_by(|left, right| (!left.can, &left.principal.id).cmp(&(!right.can, &right.principal.id)));
        answers
            .dedup_by(|left, right| left.principal.id == right.principal.id && left.entitlement == right.entitlement);
        answers
    }

    /// Whether answers about the action rest on a listing that only a person can have read.
    pub(crate) fn is_shown_to_persons(&self, node: NodeId, action: &str) -> bool {
        let kind = self.world.kind(node);
        self.connector(node).is_some_and(|connector| {
            let mut listings = connector.declaration.listings.iter();
            listings.any(|listing| {
                listing.interactive.is_some() && listing.per == kind && listing.supports.contains(&action)
            })
        })
    }

    fn trusted_publisher(&self, step: &Step<'_>, can: bool) -> TrustedPublisherAnswer {
        let principal = self.candidate(step.principal);
        let described = self.described(step.resource, "trustedPublishers", &principal.id);
        let text_of = |name: &str| Some(described.get(name)?.as_str()?.to_owned());
        let (provider, workflow, environment) = (text_of("provider"), text_of("workflow"), text_of("environment"));
        TrustedPublisherAnswer {
            text: trusted_text(&principal.id, workflow.as_deref(), provider.as_deref(), environment.as_deref(), can),
            entitlement: self.world.reference(step.resource).entitlement(step.slug.to_owned()).to_string(),
            can,
            provider,
            workflow,
            environment,
            since: moment_text(self.since(step)),
            removal_unconfirmed: step.unconfirmed,
            principal,
        }
    }

    /// The object that describes `repository` in a property that is a list of such objects.
    fn described(&self, node: NodeId, property: &str, repository: &str) -> Json {
        let list = self.world.property(node, property).map(|json| Value::from_json_text(json).to_json());
        let list = list.as_ref().and_then(Json::as_array).into_iter().flatten();
        list.into_iter().find(|entry| entry["repository"] == repository).cloned().unwrap_or_default()
    }

    /// The workflows that were seen to publish a package.
    pub(crate) fn observed_publishers(&self, node: NodeId) -> Vec<ObservedPublisherAnswer> {
        let json = self.world.same_account(node).find_map(|twin| self.world.property(twin, "observedPublishers"));
        let last: BTreeMap<String, String> = json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let repository = self.world.same_account(node).find_map(|twin| self.world.property(twin, "repository"));
        let repository = repository.and_then(|json| Value::from_json_text(json).to_text());
        last.into_iter()
            .map(|(provider, last)| {
                let last = Some(last).filter(|last| !last.is_empty());
                let text = observed_text(&provider, last.as_deref(), repository.as_deref());
                ObservedPublisherAnswer { provider, last, repository: repository.clone(), text }
            })
            .collect()
    }
}

/// Its type in words, its name and its id.
fn credential_text(credential: &Candidate, name: Option<&str>) -> String {
    let (kind, id) = (credential.kind.replace('-', " "), &credential.id);
    name.map_or_else(|| format!("{kind} {id}"), |name| format!("{kind} {name} ({id})"))
}

fn trusted_text(
    repository: &str,
    workflow: Option<&str>,
    provider: Option<&str>,
    environment: Option<&str>,
    can: bool,
) -> String {
    let who = format!("everyone who can write to {repository}");
    let workflow = workflow.map(|file| format!(" {file}")).unwrap_or_default();
    let environment = environment.map(|name| format!("environment {name}"));
    let details: Vec<String> = provider.map(title).into_iter().chain(environment).collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    let limit = if can { "" } else { "; it may only stage versions, which a person has to approve" };
    format!("{who}, through trusted publisher{workflow}{details}{limit}")
}

fn observed_text(provider: &str, last: Option<&str>, repository: Option<&str>) -> String {
    let by = match provider {
        "provenance" => "a workflow with an account's token and provenance".to_owned(),
        provider => format!("a workflow with provenance ({})", title(provider)),
    };
    let day = last.map(|last| format!(", last on {}", day_text(last)));
    let repository = repository.map(|repository| format!(", repository {repository}"));
    format!("versions published by {by}{}{}", day.unwrap_or_default(), repository.unwrap_or_default())
}

/// What people call a provider.
fn title(provider: &str) -> String {
    match provider {
        "github" => "GitHub Actions".to_owned(),
        "gitlab" => "GitLab CI/CD".to_owned(),
        "circleci" => "CircleCI".to_owned(),
        other => other.to_owned(),
    }
}
