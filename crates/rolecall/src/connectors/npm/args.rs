//! What only an npm connector has on the command line.

use clap::Args;
use rolecall_connect::TokenPlace;
use rolecall_connect::npm::TOKENS;
use serde_json::Value as Json;

use super::{ATTEST_MEMBERS, ATTEST_USER};
use crate::connectors::form::{Form, Purpose, Said};
use crate::person::{Asked, OtpForm};

/// Its part of each command.
pub(super) fn form(purpose: Purpose) -> Form {
    match purpose {
        Purpose::Sync => Form::of::<SyncFlags>("Read one npm organisation", SYNC),
        Purpose::Doctor => {
            Form::of::<OneFlags>("Examine one npm organisation, with the token that a sync would use", DOCTOR)
        }
        Purpose::Add => Form::of::<OneFlags>("Configure the reading of one npm organisation", ADD),
        Purpose::Edit => Form::of::<EditFlags>("Options of npm connectors", ""),
    }
}

const SYNC: &str = "The token is read from NPM_TOKEN, from your .npmrc's entry for the very host, from --token-file, or
from standard input; never from an argument. It is not stored. It should belong to an owner or admin of
the organisation and be a granular, read-only token with the organisation selected.

A connector that is configured already is read as it is configured; options given here hold for this run,
but for --token-expires, which is remembered (see: rolecall connectors --help).

Examples:
  rolecall sync npm --org acme
  rolecall sync npm --org @acme/widgets --token-file token.txt --token-expires 2027-01-31
  rolecall sync npm --org acme --registry https://npm.example.com --membership-only
  rolecall sync npm --org acme --with-trust      trusted publishers too: npm asks you for a one-time password";

const DOCTOR: &str =
    "It only reads, and records nothing. A connector that is configured is examined as it is configured, but
for what is said here. Exit codes: 0 everything needed can be seen, 3 the token is missing, refused or
shows nothing, 4 the registry cannot be reached or read, 5 part of what is needed cannot be seen.

Examples:
  rolecall doctor npm --org acme
  rolecall doctor npm --org acme --requests            what would be sent, without sending it
  rolecall doctor npm --org acme --bundle report.json  for whoever helps you: no token, mail address or name in it";

const ADD: &str =
    "The token is looked for at every sync where you say: in an environment variable, in a file, or in the
usual places (NPM_TOKEN, then your .npmrc's entry for the very host). It is not stored, unless you say
--seal-token: then it is taken from there once, and kept sealed in the database.

Examples:
  rolecall connectors add npm --org acme --check
  rolecall connectors add npm --org acme --name prod --owner ana@example.com --token-env ACME_NPM_TOKEN
  rolecall connectors add npm --org acme --seal-token --token-stdin < token.txt
  rolecall connectors add npm --org acme --registry https://npm.example.com --token-file /run/secrets/npm";

#[derive(Debug, Args)]
struct OneFlags {
    /// The organisation: acme, @acme, @acme/package, or its web address
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Another registry than npm's own
    #[arg(long, env = "npm_config_registry", value_name = "URL")]
    registry: Option<String>,
    #[command(flatten)]
    own: OwnFlags,
}

#[derive(Debug, Args)]
struct SyncFlags {
    #[command(flatten)]
    one: OneFlags,
    /// Read trusted publishers too, which npm shows only to a person who gives a one-time password
    #[arg(long)]
    with_trust: bool,
    /// How you answer when npm wants a one-time password [default: web, in a terminal]
    #[arg(long, value_enum, value_name = "HOW", requires = "with_trust")]
    otp: Option<OtpForm>,
}

#[derive(Debug, Args)]
#[group(skip)]
struct EditFlags {
    /// Read it from this address
    #[arg(long, value_name = "URL")]
    registry: Option<String>,
    #[command(flatten)]
    own: OwnFlags,
}

#[derive(Debug, Args)]
#[group(skip)]
struct OwnFlags {
    /// Take the token from your .npmrc only, even when NPM_TOKEN is set
    #[arg(long, group = "token_place")]
    token_npmrc: bool,
    /// The account the token belongs to, if npm does not say; goes with --attest-members
    #[arg(long, value_name = "USER")]
    attest_user: Option<String>,
    /// How many members the organisation has, as its web page shows; goes with --attest-user
    #[arg(long, value_name = "NUMBER")]
    attest_members: Option<usize>,
}

impl From<OneFlags> for Said {
    fn from(flags: OneFlags) -> Self {
        Self { root: Some(flags.org), base: flags.registry, ..flags.own.into() }
    }
}

impl From<SyncFlags> for Said {
    fn from(flags: SyncFlags) -> Self {
        Self { person: flags.with_trust.then_some(Asked { form: flags.otp }), ..flags.one.into() }
    }
}

impl From<EditFlags> for Said {
    fn from(flags: EditFlags) -> Self {
        Self { base: flags.registry, ..flags.own.into() }
    }
}

impl From<OwnFlags> for Said {
    fn from(flags: OwnFlags) -> Self {
        let user = flags.attest_user.map(|user| (&ATTEST_USER, Json::from(user)));
        let members = flags.attest_members.map(|members| (&ATTEST_MEMBERS, Json::from(members)));
        Self {
            settings: user.into_iter().chain(members).collect(),
            place: if flags.token_npmrc { TokenPlace::own(&TOKENS, "npmrc") } else { None },
            ..Self::default()
        }
    }
}
