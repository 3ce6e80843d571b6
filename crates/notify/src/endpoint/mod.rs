//! Endpoints: where alerts go, as people set them up.

mod field;
mod form;
mod kind;

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use field::{SecretField, SettingField, SettingProblem};
pub(crate) use form::Form;
pub use kind::EndpointKind;

use crate::email::EmailSettings;
use crate::file::FileSettings;
use crate::github::GitHubSettings;
use crate::jira::JiraSettings;
use crate::slack::SlackSettings;
use crate::syslog::SyslogSettings;
use crate::webhook::WebhookSettings;

/// The settings of an endpoint, without its secret.
///
/// Its `Debug` shows no more of an address than the host; what is written for the database holds whole addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum EndpointSettings {
    /// Mailboxes.
    Email(EmailSettings),
    /// A chat.
    Slack(SlackSettings),
    /// A program of one's own.
    Webhook(WebhookSettings),
    /// A Jira project.
    Jira(JiraSettings),
    /// A GitHub repository.
    GitHub(GitHubSettings),
    /// A file.
    File(FileSettings),
    /// A log.
    Syslog(SyslogSettings),
}

impl EndpointSettings {
    /// Reads a form: the settings that the kind with this word has, by their names.
    ///
    /// # Errors
    /// Everything that is wrong with it, ordered by the names of settings.
    pub fn read(kind: &str, settings: &BTreeMap<String, String>) -> Result<Self, Vec<SettingProblem>> {
        let Some(kind) = EndpointKind::read(kind) else {
            let words: Vec<&str> = EndpointKind::ALL.into_iter().map(EndpointKind::word).collect();
            let reason = format!("there is no such kind of endpoint; there are {}", words.join(", "));
            return Err(vec![SettingProblem::new("kind", reason)]);
        };
        let form = Form::new(kind.fields(), settings);
        match kind {
            EndpointKind::Email => EmailSettings::read(form).map(Self::Email),
            EndpointKind::Slack => SlackSettings::read(form).map(Self::Slack),
            EndpointKind::Webhook => WebhookSettings::read(form).map(Self::Webhook),
            EndpointKind::Jira => JiraSettings::read(form).map(Self::Jira),
            EndpointKind::GitHub => GitHubSettings::read(form).map(Self::GitHub),
            EndpointKind::File => FileSettings::read(form).map(Self::File),
            EndpointKind::Syslog => SyslogSettings::read(form).map(Self::Syslog),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> EndpointKind {
        match self {
            Self::Email(_) => EndpointKind::Email,
            Self::Slack(_) => EndpointKind::Slack,
            Self::Webhook(_) => EndpointKind::Webhook,
            Self::Jira(_) => EndpointKind::Jira,
            Self::GitHub(_) => EndpointKind::GitHub,
            Self::File(_) => EndpointKind::File,
            Self::Syslog(_) => EndpointKind::Syslog,
        }
    }

    /// Looks at a secret beside these settings: a mail server's password belongs to a user.
    ///
    /// # Errors
    /// What is wrong with it, without any part of it.
    pub fn check_secret(&self, secret: Option<&SecretString>) -> Result<(), SettingProblem> {
        self.kind().check_secret(secret)?;
        match self {
            Self::Email(settings) => settings.check_secret(secret),
            _ => Ok(()),
        }
    }
}
