//! What a mail server asks for.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Host;

use super::address;
use crate::endpoint::{Form, SecretField, SettingField, SettingProblem};

pub(crate) const FIELDS: &[SettingField] = &[
    SettingField {
        name: "host",
        title: "Mail server",
        help: "The server that takes your mail, by its name.",
        required: true,
        example: "mail.example.test",
    },
    SettingField {
        name: "port",
        title: "Port",
        help: "587 with starttls, 465 with tls and 25 without either, where nothing is said.",
        required: false,
        example: "587",
    },
    SettingField {
        name: "security",
        title: "Encryption",
        help: "starttls, tls or none; starttls where nothing is said. Without any only inside your own network, where whoever \
               operates Rolecall allows that.",
        required: false,
        example: "starttls",
    },
    SettingField {
        name: "user",
        title: "User",
        help: "Who the server knows, where it asks for that; the password is the secret.",
        required: false,
        example: "rolecall",
    },
    SettingField {
        name: "from",
        title: "Sender",
        help: "The address that mails come from.",
        required: true,
        example: "Rolecall <rolecall@example.test>",
    },
    SettingField {
        name: "to",
        title: "Recipients",
        help: "Whom mails go to, with commas between them. Those that an action names take their place.",
        required: false,
        example: "security@example.test",
    },
];

pub(crate) const SECRET: SecretField = SecretField {
    title: "password",
    help: "The password of the mail server's user. None where the server asks for none.",
    required: false,
    generated: false,
    example: "correct horse battery staple",
};

/// A mail server, and whom mails go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailSettings {
    /// The server's name or address.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: MailSecurity,
    /// Who the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The address that mails come from, which may have a name.
    pub from: String,
    /// Whom mails go to where the notice names nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// From the beginning.
    Tls,
    /// Before anything is told; a server that does not offer it gets nothing.
    Starttls,
    /// Not at all.
    None,
}

impl MailSecurity {
    fn read(word: &str) -> Result<Self, &'static str> {
        match word.to_ascii_lowercase().as_str() {
            "tls" => Ok(Self::Tls),
            "starttls" => Ok(Self::Starttls),
            "none" => Ok(Self::None),
            _ => Err("it is none of starttls, tls and none"),
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

impl EmailSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let host = form.checked("host", |text| match Host::parse(text) {
            Ok(Host::Ipv6(address)) => Ok(address.to_string()),
            Ok(host) => Ok(host.to_string()),
            Err(_) => Err("it is no name of a server, such as mail.example.test"),
        });
        let security = form.checked("security", MailSecurity::read).unwrap_or(MailSecurity::Starttls);
        let port = form.checked("port", |text| match text.parse() {
            Ok(0) | Err(_) => Err("it is no number from 1 to 65535"),
            Ok(port) => Ok(port),
        });
        let user = form.text("user");
        let from = form.checked("from", |text| address::read(text).map(|_| text.to_owned()));
        let to = form.list("to", |item| address::read(item).map(|_| ()));
        let port = port.unwrap_or_else(|| security.port());
        let read = host.zip(from).map(|(host, from)| Self { host, port, security, user, from, to });
        form.finish(read)
    }

    pub(crate) fn check_secret(&self, secret: Option<&SecretString>) -> Result<(), SettingProblem> {
        let has_password = secret.is_some_and(|secret| !secret.expose_secret().trim().is_empty());
        match (&self.user, has_password) {
            (Some(_), false) => Err(SettingProblem::secret("the password of the user is missing")),
            (None, true) => Err(SettingProblem::secret("there is a password, and no user whose it is")),
            _ => Ok(()),
        }
    }
}
