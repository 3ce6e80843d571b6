//! What Jira asks for.

use serde::{Deserialize, Serialize};

use crate::endpoint::{Form, SecretField, SettingField, SettingProblem};
use crate::{Address, DeliveryError, Notice};

/// The longest label that Jira takes, in characters.
const LABEL: usize = 255;
/// What issues are where nothing is said.
const ISSUE_TYPE: &str = "Task";
/// The status of what is over, where nothing is said.
const RESOLVED: &str = "Done";

pub(crate) const FIELDS: &[SettingField] = &[
    SettingField {
        name: "url",
        title: "Address",
        help: "Where Jira is, without /rest.",
        required: true,
        example: "https://jira.example.test",
    },
    SettingField {
        name: "user",
        title: "User",
        help: "The mail address of the user whose API token it is, as in the cloud. Without one, the secret is a personal access \
               token of a server of your own.",
        required: false,
        example: "rolecall@example.test",
    },
    SettingField {
        name: "project",
        title: "Project",
        help: "The key of the project that gets the issues.",
        required: true,
        example: "OPS",
    },
    SettingField {
        name: "issue_type",
        title: "Issue type",
        help: "What issues are; Task where nothing is said.",
        required: false,
        example: "Task",
    },
    SettingField {
        name: "labels",
        title: "Labels",
        help: "Labels that issues get besides those by which they are found again, with commas between them.",
        required: false,
        example: "security,registry",
    },
    SettingField {
        name: "priority",
        title: "Priority",
        help: "The name of the priority of new issues.",
        required: false,
        example: "High",
    },
];

pub(crate) const SECRET: SecretField = SecretField {
    title: "API token",
    help: "An API token of the user, or a personal access token of a server of your own. It must be allowed to browse the \
           project, to make issues there, to comment on them and to move them to another status.",
    required: true,
    generated: false,
    example: "ATATT3xFfGF0AAAAAAAA",
};

/// A Jira project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JiraSettings {
    /// Where Jira is.
    pub url: Address,
    /// Whose token it is, where a token belongs to a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The project's key.
    pub project: String,
    /// The name of the type of new issues.
    pub issue_type: String,
    /// Labels of new issues, besides ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The name of the priority of new issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
}

impl JiraSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let url = form.address("url");
        let user =
            form.checked("user", |text| if text.contains(':') { Err("it has a colon") } else { Ok(text.to_owned()) });
        let project = form.checked("project", |text| check_project(text).map(|()| text.to_owned()));
        let issue_type = form.text("issue_type").unwrap_or_else(|| ISSUE_TYPE.to_owned());
        let labels = form.list("labels", check_label);
        let priority = form.text("priority");
        let read = url.zip(project);
        let read = read.map(|(url, project)| Self { url, user, project, issue_type, labels, priority });
        form.finish(read)
    }
}

/// What an issue of one notice is to be: what its action says, or else the endpoint.
pub(super) struct Wanted {
    pub(super) project: String,
    pub(super) issue_type: String,
    pub(super) labels: Vec<String>,
    pub(super) priority: Option<String>,
    pub(super) resolved: String,
}

impl Wanted {
    pub(super) fn of(settings: &JiraSettings, notice: &Notice) -> Result<Self, DeliveryError> {
        let said = |name: &str, otherwise: &str| notice.said(name).unwrap_or(otherwise).to_owned();
        let project = said("project", &settings.project);
        check_project(&project).map_err(|reason| DeliveryError::settings(format!("the project: {reason}")))?;
        let mut labels = settings.labels.clone();
        labels.extend(notice.listed("labels"));
        for label in &labels {
            check_label(label).map_err(|reason| DeliveryError::settings(format!("a label: {reason}")))?;
        }
        Ok(Self {
            project,
            issue_type: said("issueType", &settings.issue_type),
            labels,
            priority: notice.said("priority").map(str::to_owned).or_else(|| settings.priority.clone()),
            resolved: said("resolvedStatus", RESOLVED),
        })
    }
}

/// A key stands in a search, so that it is a key and nothing else.
fn check_project(key: &str) -> Result<(), &'static str> {
    let is_key = key.len() <= 255
        && key.starts_with(|first: char| first.is_ascii_uppercase())
        && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if is_key { Ok(()) } else { Err("it is no key of a project, such as OPS") }
}

fn check_label(label: &str) -> Result<(), &'static str> {
    if label.contains(char::is_whitespace) || label.chars().count() > LABEL {
        return Err("labels have no spaces and at most 255 characters");
    }
    Ok(())
}
