//! What GitHub asks for.

use serde::{Deserialize, Serialize};

use crate::endpoint::{Form, SecretField, SettingField, SettingProblem};
use crate::ticket::LABEL;
use crate::{Address, DeliveryError, Notice};

/// Where GitHub's interface is.
const API: &str = "https://api.github.com";
/// The longest label that GitHub takes, in characters.
const LONGEST_LABEL: usize = 50;

pub(crate) const FIELDS: &[SettingField] = &[
    SettingField {
        name: "repository",
        title: "Repository",
        help: "The repository that gets the issues: its owner and its name.",
        required: true,
        example: "acme/registry-alerts",
    },
    SettingField {
        name: "labels",
        title: "Labels",
        help: "Labels that issues get besides `rolecall`, by which they are found again, with commas between them.",
        required: false,
        example: "security",
    },
    SettingField {
        name: "api",
        title: "Address of the interface",
        help: "Of GitHub Enterprise; GitHub's own where nothing is said.",
        required: false,
        example: "https://github.example.test/api/v3",
    },
];

pub(crate) const SECRET: SecretField = SecretField {
    title: "token",
    help: "A fine-grained token of the repository that may read and write issues, and nothing else.",
    required: true,
    generated: false,
    example: "github_pat_AAAAAAAAAAAA",
};

/// A GitHub repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitHubSettings {
    /// Where the interface is.
    pub api: Address,
    /// Whose repository it is.
    pub owner: String,
    /// What it is called.
    pub name: String,
    /// Labels of new issues, besides ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

impl GitHubSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let api = form.address("api").or_else(|| Address::read(API).ok());
        let repository = form.checked("repository", repository);
        let labels = form.list("labels", check_label);
        let read = api.zip(repository);
        form.finish(read.map(|(api, (owner, name))| Self { api, owner, name, labels }))
    }

    /// The labels of an issue of this notice, ours first.
    pub(super) fn labels(&self, notice: &Notice) -> Result<Vec<String>, DeliveryError> {
        let mut labels = vec![LABEL.to_owned()];
        for label in self.labels.iter().cloned().chain(notice.listed("labels")) {
            check_label(&label).map_err(|reason| DeliveryError::settings(format!("a label: {reason}")))?;
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        Ok(labels)
    }
}

fn repository(text: &str) -> Result<(String, String), &'static str> {
    let is_name = |name: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=100).contains(&name.len()) && name.bytes().all(is_plain) && !matches!(name, "." | "..")
    };
    match text.split_once('/') {
        Some((owner, name)) if is_name(owner) && is_name(name) => Ok((owner.to_owned(), name.to_owned())),
        _ => Err("it is no owner and name of a repository, such as acme/registry-alerts"),
    }
}

fn check_label(label: &str) -> Result<(), &'static str> {
    if label.is_empty() || label.contains(',') || label.chars().count() > LONGEST_LABEL {
        return Err("labels have no commas and at most 50 characters");
    }
    Ok(())
}
