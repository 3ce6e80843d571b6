//! What only a Cloudsmith connector has on the command line.

use std::path::Path;

use clap::{Args, ValueEnum};
use rolecall_connect::TokenPlace;
use rolecall_connect::cloudsmith::{CREDENTIALS_FILE, KEYS};
use serde_json::Value as Json;

use super::{DEFAULT_PRIVILEGE, OIDC_SERVICE};
use crate::connectors::form::{Form, Purpose, Said};

/// Its part of each command.
pub(super) fn form(purpose: Purpose) -> Form {
    match purpose {
        Purpose::Sync => Form::of::<OneFlags>("Read one Cloudsmith organisation", SYNC),
        Purpose::Doctor => {
            Form::of::<OneFlags>("Examine one Cloudsmith organisation, with the key that a sync would use", DOCTOR)
        }
        Purpose::Add => Form::of::<OneFlags>("Configure the reading of one Cloudsmith organisation", ADD),
        Purpose::Edit => Form::of::<EditFlags>("Options of Cloudsmith connectors", ""),
    }
}

const SYNC: &str =
    "Cloudsmith shows most keys a part of an organisation only, and does not say so: use the API key of an owner, or
of a service that is a manager (see: rolecall doctor cloudsmith --help). It is read from CLOUDSMITH_API_KEY,
from your own credentials.ini of Cloudsmith's command line, from --token-file, or from standard input; never
from an argument. It is not stored. Without a key, --oidc-service exchanges an identity token for a service's.

A connector that is configured already is read as it is configured; options given here hold for this run, but
for --default-privilege and --token-expires, which are remembered (see: rolecall connectors --help).

Examples:
  rolecall sync cloudsmith --org acme --default-privilege read
  rolecall sync cloudsmith --org https://app.cloudsmith.com/acme --token-file key.txt
  rolecall sync cloudsmith --org acme --oidc-service rolecall --oidc-token-file token.jwt";

const DOCTOR: &str = "It says whose key it is, what that account is not shown, and what to change. It only reads, and records
nothing. A connector that is configured is examined as it is configured, but for what is said here. Exit
codes: 0 everything needed can be seen, 3 the key is missing, refused or shows nothing, 4 Cloudsmith cannot
be reached or read, 5 part of what is needed cannot be seen.

Examples:
  rolecall doctor cloudsmith --org acme
  rolecall doctor cloudsmith --org acme --requests            what would be sent, without sending it
  rolecall doctor cloudsmith --org acme --bundle report.json  for whoever helps you: no key, mail address or name in it";

const ADD: &str =
    "The API key is looked for at every sync where you say: in an environment variable, in a file, or in the usual
places (CLOUDSMITH_API_KEY, then your own credentials.ini of Cloudsmith's command line). It is not
stored, unless you say --seal-token: then it is taken from there once, and kept sealed in the database.

Examples:
  rolecall connectors add cloudsmith --org acme --default-privilege read --check
  rolecall connectors add cloudsmith --org acme --name prod --owner ana@example.com --token-file /run/secrets/acme
  rolecall connectors add cloudsmith --org acme --oidc-service rolecall --token-env CI_JOB_JWT";

#[derive(Debug, Args)]
struct OneFlags {
    /// Organization slug: acme, or the workspace's web address
    #[arg(long, env = "CLOUDSMITH_ORG", value_name = "SLUG")]
    org: String,
    /// Another address than Cloudsmith's own, with or without /v1
    #[arg(long, env = "CLOUDSMITH_API_HOST", value_name = "URL")]
    api: Option<String>,
    #[command(flatten)]
    own: OwnFlags,
}

#[derive(Debug, Args)]
#[group(skip)]
struct EditFlags {
    /// Read it from this address
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    #[command(flatten)]
    own: OwnFlags,
}

#[derive(Debug, Args)]
#[group(skip)]
struct OwnFlags {
    /// The workspace's default object privilege, which Cloudsmith shows on its settings page only
    #[arg(long, value_enum, value_name = "PRIVILEGE")]
    default_privilege: Option<Privilege>,
    /// Take the key from your own credentials.ini of Cloudsmith's command line only
    #[arg(long, group = "token_place")]
    token_credentials_file: bool,
    /// Exchange an identity token for one of this service, instead of using a key
    #[arg(long, value_name = "SLUG")]
    oidc_service: Option<String>,
    /// Read the identity token from this file [default: CLOUDSMITH_OIDC_TOKEN]
    #[arg(long, value_name = "FILE", group = "token_place", requires = "oidc_service", value_parser = |path: &str| TokenPlace::file(Path::new(path)))]
    oidc_token_file: Option<TokenPlace>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Privilege {
    None,
    Read,
    Write,
    Admin,
}

impl Privilege {
    const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

impl From<OneFlags> for Said {
    fn from(flags: OneFlags) -> Self {
        Self { root: Some(flags.org), base: flags.api, ..flags.own.into() }
    }
}

impl From<EditFlags> for Said {
    fn from(flags: EditFlags) -> Self {
        Self { base: flags.api, ..flags.own.into() }
    }
}

impl From<OwnFlags> for Said {
    fn from(flags: OwnFlags) -> Self {
        let in_file = || if flags.token_credentials_file { TokenPlace::own(&KEYS, CREDENTIALS_FILE) } else { None };
        let stated = flags.default_privilege.map(|privilege| (&DEFAULT_PRIVILEGE, Json::from(privilege.word())));
        Self {
            settings: flags.oidc_service.map(|slug| (&OIDC_SERVICE, Json::from(slug))).into_iter().collect(),
            stated: stated.into_iter().collect(),
            place: flags.oidc_token_file.or_else(in_file),
            ..Self::default()
        }
    }
}
