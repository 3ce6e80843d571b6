//! Endpoints: where alerts go, as people set them up.

mod field;
mod form;
mod kind;

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

    /// The form as it was filled in, with what was left to us: what [`EndpointSettings::read`] makes the same settings of.
    /// Whole addresses are in it.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, String> {
        // Settings are objects of texts, numbers and lists of texts.
        let kept = serde_json::to_value(self).unwrap_or_default();
        let value = |name: &'static str| match (name, self) {
            ("repository", Self::GitHub(settings)) => Some(format!("{}/{}", settings.owner, settings.name)),
            _ => text(&kept[name]),
        };
        let fields = self.kind().fields().iter();
        fields.filter_map(|field| Some((field.name.to_owned(), value(field.name)?))).collect()
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

/// Where it leads, without what may be a secret.
impl fmt::Display for EndpointSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(settings) => write!(f, "{}:{}", settings.host, settings.port),
            Self::Slack(settings) => f.write_str(settings.channel.as_deref().unwrap_or("the webhook's own channel")),
            Self::Webhook(settings) => settings.url.fmt(f),
            Self::Jira(settings) => write!(f, "{} at {}", settings.project, settings.url),
            Self::GitHub(settings) => write!(f, "{}/{} at {}", settings.owner, settings.name, settings.api),
            Self::File(settings) => settings.path.display().fmt(f),
            Self::Syslog(settings) => f.write_str(settings.server.as_deref().unwrap_or("this machine's log")),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        _ => None,
    }
}
