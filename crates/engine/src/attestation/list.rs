//! What was stated, and what became of it, as lists show it.

use std::collections::HashMap;

use rolecall_model::Timestamp;
use rolecall_store::{AccountStatement, Attestation, AttestationKind, ConnectorId, Store, StoreError};
use serde::Serialize;
use uuid::Uuid;

use crate::moment::moment_text;
use crate::world::connector_title;

/// Something that was stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationRow {
    /// Its id.
    pub id: Uuid,
    /// Of which organisation.
    pub connector: String,
    /// `npm-2fa` or `npm-2fa-required`.
    pub kind: &'static str,
    /// In words: `5 accounts, 4 with two-factor authentication`.
    pub what: String,
    /// `current`, `expired`, `superseded` or `withdrawn`.
    pub state: &'static str,
    /// Who stated it.
    pub by: String,
    /// When.
    pub on: String,
    /// Until when it holds or held.
    pub until: String,
    /// Of how many accounts it says something.
    pub accounts: u64,
    /// Of how many of them that two-factor authentication is on.
    pub with_two_factor: u64,
    /// Of how many of them something was stated later.
    pub accounts_superseded: u64,
    /// The day since which the organisation requires it.
    pub since: Option<String>,
    /// What it was read from, or what proves it.
    pub file: Option<String>,
    /// The SHA-256 digest of that.
    pub sha256: Option<String>,
    /// Who took it back.
    pub withdrawn_by: Option<String>,
    /// Why.
    pub withdrawn_because: Option<String>,
}

/// What was stated of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationStatementRow {
    /// The statement that it is a part of.
    pub id: Uuid,
    /// In which organisation.
    pub connector: String,
    /// Which account.
    pub account: String,
    /// Whether two-factor authentication is on.
    pub is_on: bool,
    /// `current`, `expired`, `superseded` or `withdrawn`.
    pub state: &'static str,
    /// Who stated it.
    pub by: String,
    /// When.
    pub on: String,
    /// Until when it holds or held.
    pub until: String,
}

/// Everything that was ever stated, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn attestation_rows(store: &Store, now: Timestamp) -> Result<Vec<AttestationRow>, StoreError> {
    let titles = titles(store).await?;
    Ok(store.attestation_list().await?.into_iter().map(|one| row(one, &titles, now)).collect())
}

/// Everything that was ever stated of the accounts of this name, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn attestation_statements(
    store: &Store,
    account: &str,
    now: Timestamp,
) -> Result<Vec<AttestationStatementRow>, StoreError> {
    let titles = titles(store).await?;
    let stated = store.attestation_account_history(account).await?;
    Ok(stated.into_iter().map(|one| statement_row(one, &titles, now)).collect())
}

type Titles = HashMap<ConnectorId, String>;

async fn titles(store: &Store) -> Result<Titles, StoreError> {
    let connectors = store.connector_list().await?;
    Ok(connectors.iter().map(|record| (record.id, connector_title(record))).collect())
}

/// What was stated outlives its connector's configuration.
fn title(titles: &Titles, connector: ConnectorId) -> String {
    titles.get(&connector).cloned().unwrap_or_else(|| "removed connector".to_owned())
}

fn row(one: Attestation, titles: &Titles, now: Timestamp) -> AttestationRow {
    let (state, until) = one.state(now);
    let what = what(&one);
    let (withdrawn_by, withdrawn_because) = one.withdrawn.map(|it| (it.actor, it.reason)).unzip();
    let (file, sha256) = one.file.map(|file| (file.name, file.sha256)).unzip();
    AttestationRow {
        id: one.uuid,
        connector: title(titles, one.connector),
        kind: one.kind.word(),
        what,
        state: state.word(),
        by: one.actor,
        on: moment_text(one.at),
        until: moment_text(until),
        accounts: one.accounts,
        with_two_factor: one.with_two_factor,
        accounts_superseded: one.accounts_superseded,
        since: one.since,
        file,
        sha256,
        withdrawn_by,
        withdrawn_because,
    }
}

fn what(one: &Attestation) -> String {
    match one.kind {
        AttestationKind::TwoFactor => {
            let accounts = if one.accounts == 1 { "account" } else { "accounts" };
            let mut text =
                format!("{} {accounts}, {} with two-factor authentication", one.accounts, one.with_two_factor);
            if one.accounts_superseded > 0 && one.superseded_at.is_none() {
                text.push_str(&format!("; of {} something was stated later", one.accounts_superseded));
            }
            text
        }
        AttestationKind::TwoFactorRequired => {
            format!("two-factor authentication is required since {}", one.since.as_deref().unwrap_or("an unknown day"))
        }
    }
}

fn statement_row(one: AccountStatement, titles: &Titles, now: Timestamp) -> AttestationStatementRow {
    let (state, until) = one.state(now);
    AttestationStatementRow {
        id: one.attestation.uuid,
        connector: title(titles, one.attestation.connector),
        account: one.account,
        is_on: one.two_factor,
        state: state.word(),
        by: one.attestation.actor,
        on: moment_text(one.attestation.at),
        until: moment_text(until),
    }
}
