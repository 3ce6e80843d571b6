//! The kinds of endpoints there are.

use std::fmt;
use std::io;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::field::{SecretField, SettingField, SettingProblem};
use crate::{email, file, github, jira, slack, syslog, webhook};

/// A kind of place that something can be told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
    /// Mailboxes, by way of a mail server.
    Email,
    /// A channel of Slack, or of a chat that takes what Slack takes.
    Slack,
    /// A program of one's own, by Standard Webhooks.
    Webhook,
    /// Issues of a Jira project.
    Jira,
    /// Issues of a GitHub repository.
    GitHub,
    /// A file of this machine.
    File,
    /// A system's log, here or elsewhere.
    Syslog,
}

impl EndpointKind {
    /// All of them, those that people read first.
    pub const ALL: [Self; 7] =
        [Self::Email, Self::Slack, Self::Jira, Self::GitHub, Self::Webhook, Self::Syslog, Self::File];

    /// The word for it where it is written down.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::Jira => "jira",
            Self::GitHub => "github",
            Self::File => "file",
            Self::Syslog => "syslog",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Slack => "Slack",
            Self::Webhook => "Webhook",
            Self::Jira => "Jira",
            Self::GitHub => "GitHub",
            Self::File => "File",
            Self::Syslog => "System log",
        }
    }

    /// What becomes of a notice there: a sentence.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Email => "Sends a mail to each recipient by way of your mail server.",
            Self::Slack => "Posts to a channel of Slack, Mattermost or another chat with incoming webhooks.",
            Self::Webhook => "Posts the whole event as JSON to a program of yours, signed by Standard Webhooks.",
            Self::Jira => "Keeps one open issue for whatever an alert is about, and comments on it.",
            Self::GitHub => "Keeps one open issue for whatever an alert is about, and comments on it.",
            Self::File => "Appends the whole event as a line of JSON to a file of the machine that Rolecall runs on.",
            Self::Syslog => "Writes the whole event as JSON to a log, in the form of RFC 5424.",
        }
    }

    /// The settings it knows, in the order in which people fill them in.
    #[must_use]
    pub const fn fields(self) -> &'static [SettingField] {
        match self {
            Self::Email => email::FIELDS,
            Self::Slack => slack::FIELDS,
            Self::Webhook => webhook::FIELDS,
            Self::Jira => jira::FIELDS,
            Self::GitHub => github::FIELDS,
            Self::File => file::FIELDS,
            Self::Syslog => syslog::FIELDS,
        }
    }

    /// Its secret, if it has one.
    #[must_use]
    pub const fn secret(self) -> Option<&'static SecretField> {
        match self {
            Self::Email => Some(&email::SECRET),
            Self::Slack => Some(&slack::SECRET),
            Self::Webhook => Some(&webhook::SECRET),
            Self::Jira => Some(&jira::SECRET),
            Self::GitHub => Some(&github::SECRET),
            Self::File | Self::Syslog => None,
        }
    }

    /// Makes a secret, for a kind whose secret is made by us.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn generate_secret(self) -> io::Result<Option<SecretString>> {
        match self {
            Self::Webhook => webhook::generate_secret().map(Some),
            _ => Ok(None),
        }
    }

    /// Looks at a secret, as far as that is possible without the settings: [`super::EndpointSettings::check_secret`].
    ///
    /// # Errors
    /// What is wrong with it, without any part of it.
    pub fn check_secret(self, secret: Option<&SecretString>) -> Result<(), SettingProblem> {
        let secret = secret.map(|secret| secret.expose_secret()).filter(|secret| !secret.trim().is_empty());
        let (secret, field) = match (secret, self.secret()) {
            (Some(_), None) => return Err(SettingProblem::secret("this kind of endpoint has none")),
            (None, Some(field)) if field.required => {
                return Err(SettingProblem::secret(format!("the {} is missing", field.title)));
            }
            (None, _) => return Ok(()),
            (Some(secret), Some(field)) => (secret, field),
        };
        let checked = match self {
            Self::Slack => slack::check_secret(secret),
            Self::Webhook => webhook::check_secret(secret),
            _ if secret.chars().any(char::is_control) => Err("it has a line break or another hidden character"),
            _ => Ok(()),
        };
        checked.map_err(|reason| SettingProblem::secret(format!("the {}: {reason}", field.title)))
    }
}

impl fmt::Display for EndpointKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
