//! Stating something: what it would be, whether it is about accounts that there are, and writing it down.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rolecall_connect::attestation::{TwoFactorLine, two_factor_read};
use rolecall_connect::roster::text::Problems;
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_query::{did_you_mean, nearest};
use rolecall_store::{Attestation, AttestedFile, Connector, NewAttestation, Stated, Store, StoreError};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Expiry;
use super::expiry::day_of;
use super::standing::is_attestable;
use crate::moment::moment_text;
use crate::name::NameError;
use crate::world::{WorldView, connector_title, connectors_of, world_load};

/// For so many accounts that are not there the names nearest to them are looked for: each takes a look at all members.
const GUESSED: usize = 20;

/// What somebody wants to state.
#[derive(Clone, Debug)]
pub struct AttestationWish {
    /// Of which organisation: `npm:acme` or `acme`.
    pub connector: String,
    /// What.
    pub stated: StatedWish,
    /// How long it is to hold.
    pub expires: Expiry,
    /// Who states it.
    pub actor: String,
}

/// What is to be stated.
#[derive(Clone, Debug)]
pub enum StatedWish {
    /// What a list says of accounts.
    TwoFactor {
        /// What was read, as it is.
        list: AttestedSource,
    },
    /// That the organisation requires two-factor authentication.
    TwoFactorRequired {
        /// Since this day.
        since: Date,
        /// What proves it.
        evidence: Option<AttestedSource>,
    },
}

/// A file behind a statement.
#[derive(Clone, Debug)]
pub struct AttestedSource {
    /// Its name, without the folder.
    pub name: String,
    /// All that is in it.
    pub bytes: Vec<u8>,
}

/// What would be stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationPreview {
    /// Of which organisation.
    pub connector: String,
    /// `npm-2fa` or `npm-2fa-required`.
    pub kind: &'static str,
    /// Who states it.
    pub by: String,
    /// When it ends to hold.
    pub until: String,
    /// The day since which the organisation requires it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The file's name.
    pub file: Option<String>,
    /// The SHA-256 digest of its bytes.
    pub sha256: Option<String>,
    /// What is stated of accounts, by name.
    pub accounts: Vec<StatedAccount>,
    /// Members of whom nothing is stated.
    pub members_left_out: Vec<String>,
}

/// What would be stated of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatedAccount {
    /// Which.
    pub account: String,
    /// Whether two-factor authentication is on.
    pub is_on: bool,
    /// What counts until then, if anything does.
    pub was_on: Option<bool>,
}

/// Why something cannot be stated.
#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    /// The list cannot be read, or names accounts that are not there.
    #[error("nothing of the list was used")]
    Refused(Problems),
    /// No connector is called so.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Nothing can be stated of such a connector.
    #[error("{0} is no npm organisation")]
    NotNpm(String),
    /// Nobody is known who could be stated of.
    #[error("nobody is in the roster of {0} yet, so that nothing can be said of anybody")]
    NoRoster(String),
    /// It cannot hold for so long, or not since then.
    #[error("{0}")]
    Day(String),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Works out what would be stated. Nothing is written. `O(list + facts of the organisation)`.
///
/// # Errors
/// When the list has anything wrong in it, names an account that is not in the roster, or a day is none; all of it is
/// told. A list that names somebody who is not there is refused whole: a misspelt name would leave an account without a
/// statement, and look as if it had one.
pub async fn attestation_prepare(
    store: &Store,
    wish: &AttestationWish,
    now: Timestamp,
) -> Result<(NewAttestation, AttestationPreview), AttestationError> {
    let record = connector_of(store, &wish.connector).await?;
    let title = connector_title(&record);
    let expires_at = wish.expires.end(now).map_err(AttestationError::Day)?;
    let (stated, file, members) = match &wish.stated {
        StatedWish::TwoFactor { list } => {
            let lines = lines_of(list).map_err(AttestationError::Refused)?;
            let members = Members::load(store, &title).await?;
            members.check(&lines).map_err(AttestationError::Refused)?;
            let mut accounts: Vec<(String, bool)> = lines.into_iter().map(|line| (line.account, line.is_on)).collect();
            accounts.sort();
            (Stated::TwoFactor(accounts), Some(list), Some(members))
        }
        StatedWish::TwoFactorRequired { since, evidence } => {
            if day_of(now).is_some_and(|today| *since > today) {
                return Err(AttestationError::Day(format!("{since} is still to come; state it once it is so")));
            }
            (Stated::TwoFactorRequired { since: since.to_string() }, evidence.as_ref(), None)
        }
    };
    let file = file.map(|source| AttestedFile { name: source.name.clone(), sha256: sha256(&source.bytes) });
    let new = NewAttestation { connector: record.id, stated, actor: wish.actor.clone(), file, expires_at };
    let preview = preview(&title, &new, members.as_ref());
    Ok((new, preview))
}

/// Writes it down.
///
/// # Errors
/// As of any writing; all of it is written or nothing.
pub async fn attestation_record(
    store: &Store,
    new: &NewAttestation,
    now: Timestamp,
) -> Result<Attestation, StoreError> {
    store.attestation_add(new, now).await
}

async fn connector_of(store: &Store, name: &str) -> Result<Connector, AttestationError> {
    let mut named = connectors_of(store, Some(name), None).await?;
    // A bare name may be that of connectors of several types, and one organisation of npm is meant.
    named.sort_by_key(|record| !is_attestable(&record.config.connector_type));
    match named.into_iter().next() {
        Some(record) if is_attestable(&record.config.connector_type) => Ok(record),
        Some(record) => Err(AttestationError::NotNpm(connector_title(&record))),
        None => {
            let known = connectors_of(store, None, None).await?.iter().map(connector_title).collect();
            Err(NameError::Connector { name: name.to_owned(), known }.into())
        }
    }
}

fn lines_of(list: &AttestedSource) -> Result<Vec<TwoFactorLine>, Problems> {
    let text = std::str::from_utf8(&list.bytes).map_err(|error| {
        let before = list.bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        let line = u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1);
        Problems::one(line, "this is not UTF-8; save the list as “CSV UTF-8”, or convert it first")
    })?;
    two_factor_read(text)
}

/// Who belongs to an organisation, and what counts of what was stated of them.
struct Members {
    title: String,
    view: WorldView,
    names: BTreeSet<String>,
}

impl Members {
    async fn load(store: &Store, title: &str) -> Result<Self, AttestationError> {
        let view = world_load(store, Some(title), None).await?;
        let root = view.world.root(0);
        let is_member = |node: &rolecall_graph::NodeId| {
            view.world.is_account(*node) && view.world.grants_by(*node).any(|step| Some(step.resource) == root)
        };
        let nodes = view.world.nodes(0).filter(is_member);
        let names: BTreeSet<String> = nodes.map(|node| view.world.id(node).to_owned()).collect();
        if names.is_empty() {
            return Err(AttestationError::NoRoster(title.to_owned()));
        }
        Ok(Self { title: title.to_owned(), view, names })
    }

    /// That everybody whom a list names is there.
    fn check(&self, lines: &[TwoFactorLine]) -> Result<(), Problems> {
        let mut problems = Problems::default();
        for line in lines.iter().filter(|line| !self.names.contains(&line.account)) {
            let near = if problems.count() < GUESSED { self.near(&line.account) } else { String::new() };
            problems.add(line.line, format!("`{}` is not in the roster of {}{near}", line.account, self.title));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn near(&self, account: &str) -> String {
        let near = did_you_mean(&nearest(account, self.names.iter().map(String::as_str)));
        near.map(|near| format!("; {near}")).unwrap_or_default()
    }

    /// What counts of what was stated of an account before.
    fn was_on(&self, account: &str) -> Option<bool> {
        let connector = self.view.connectors.first()?;
        let account = ResourceRef::new(connector.declaration.account_type, account);
        connector.attested_counting(&account)
    }
}

fn preview(title: &str, new: &NewAttestation, members: Option<&Members>) -> AttestationPreview {
    let (accounts, since) = match &new.stated {
        Stated::TwoFactor(accounts) => (accounts.as_slice(), None),
        Stated::TwoFactorRequired { since } => (&[][..], Some(since.clone())),
    };
    let stated: BTreeSet<&str> = accounts.iter().map(|(account, _)| account.as_str()).collect();
    let names = members.iter().flat_map(|members| &members.names);
    AttestationPreview {
        connector: title.to_owned(),
        kind: new.stated.kind().word(),
        by: new.actor.clone(),
        until: moment_text(new.expires_at),
        since,
        file: new.file.as_ref().map(|file| file.name.clone()),
        sha256: new.file.as_ref().map(|file| file.sha256.clone()),
        accounts: accounts
            .iter()
            .map(|(account, is_on)| StatedAccount {
                account: account.clone(),
                is_on: *is_on,
                was_on: members.and_then(|members| members.was_on(account)),
            })
            .collect(),
        members_left_out: names.filter(|name| !stated.contains(name.as_str())).cloned().collect(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}
