//! `rolecall list`: what is recorded, as rows.

use std::io;

use rolecall_engine::WorldView;
use rolecall_engine::list::{GrantRow, PackageRow, ResourceRow, SyncRow, TeamRow, TokenRow, UserRow};
use rolecall_engine::reappearance::NAME_USED_BEFORE;
use rolecall_engine::{day_text, since_text};
use rolecall_model::Trait;
use rolecall_store::Store;
use serde_json::Value as Json;

use super::answer::{as_of_note, as_of_print, completeness_note, completeness_print};
use super::{exit_of, store_read, view_load};
use crate::cli::{Global, ListArgs};
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, print_rows_as_of};

/// Prints the list.
pub(crate) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let view = view_load(&store, &args.question).await?;
    if args.what == "syncs" {
        return syncs_print(format, &store, &view).await;
    }
    match format {
        Format::Table => as_of_print(view.as_of())?,
        _ => as_of_note(view.as_of()),
    }
    let rows = rows_print(format, &args.what, &view)?;
    let completeness = view.list_completeness_of(&args.what);
    match format {
        Format::Table => {
            line("")?;
            line(&format!("{}.", super::answer::counted(rows, completeness.complete, "row", "rows")))?;
            completeness_print(&completeness)?;
        }
        // A list in JSON is one array, so that what it lacks can only be said beside it.
        _ => completeness_note(&completeness),
    }
    Ok(exit_of(&args.question, completeness.complete))
}

fn rows_print(format: Format, what: &str, view: &WorldView) -> io::Result<usize> {
    fn all<R: Row>(format: Format, rows: &[R], view: &WorldView) -> io::Result<usize> {
        print_rows_as_of(format, rows, view.as_of().map(|as_of| &*as_of.moment))?;
        Ok(rows.len())
    }
    match what {
        "grants" => all(format, &view.list_grants(), view),
        "teams" => all(format, &view.list_teams(), view),
        "packages" => all(format, &view.list_packages(), view),
        "tokens" => all(format, &view.list_tokens(), view),
        accounts if are_accounts(accounts) => all(format, &view.list_users(accounts), view),
        other => all(format, &view.list_resources(other), view),
    }
}

/// What was read when is known in full, so that nothing is said about completeness.
async fn syncs_print(format: Format, store: &Store, view: &WorldView) -> Result<Exit, Failure> {
    let rows = view.list_syncs(store).await?;
    match format {
        Format::Table => as_of_print(view.as_of())?,
        _ => as_of_note(view.as_of()),
    }
    print_rows_as_of(format, &rows, view.as_of().map(|as_of| &*as_of.moment))?;
    Ok(Exit::Done)
}

/// Whether some connector type calls accounts so: `users`, `services`.
fn are_accounts(plural: &str) -> bool {
    let mut types = rolecall_connect::DECLARATIONS.iter().flat_map(|declaration| declaration.types);
    types.any(|declared| declared.plural == plural && declared.trait_ == Some(Trait::User))
}

impl Row for UserRow {
    const COLUMNS: &'static [&'static str] =
        &["account", "role", "teams", "publishes", "last published", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.account.clone(),
            if self.roles.is_empty() { "outsider".to_owned() } else { self.roles.join(", ") },
            self.teams.to_string(),
            self.publishes.to_string(),
            self.last_published.as_deref().map(day_text).unwrap_or_default(),
            self.connector.clone(),
            account_remark(self),
        ]
    }
}

impl Row for TeamRow {
    const COLUMNS: &'static [&'static str] = &["team", "members", "writes", "reads", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.team.clone(),
            self.members.to_string(),
            self.writes.to_string(),
            self.reads.to_string(),
            self.connector.clone(),
            remark(false, self.removal_unconfirmed),
        ]
    }
}

impl Row for PackageRow {
    const COLUMNS: &'static [&'static str] =
        &["package", "publishers", "visibility", "version", "last published", "repository", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.package.clone(),
            self.publishers.to_string(),
            match self.public {
                Some(true) => "public",
                Some(false) => "private",
                None => "unknown",
            }
            .to_owned(),
            self.version.clone().unwrap_or_default(),
            self.last_published.as_deref().map(day_text).unwrap_or_default(),
            self.repository.clone().unwrap_or_default(),
            self.connector.clone(),
            remark(false, self.removal_unconfirmed),
        ]
    }
}

impl Row for GrantRow {
    const COLUMNS: &'static [&'static str] = &["principal", "entitlement", "origin", "since", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.principal.clone(),
            self.entitlement.clone(),
            self.origin.to_owned(),
            since_text(&self.since, self.or_earlier),
            self.connector.clone(),
            remark(false, self.removal_unconfirmed),
        ]
    }
}

impl Row for SyncRow {
    const COLUMNS: &'static [&'static str] = &[
        "sync",
        "connector",
        "started",
        "finished",
        "status",
        "current since",
        "appeared",
        "removed",
        "held",
        "requests",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.sync.clone(),
            self.connector.clone(),
            self.started.clone(),
            self.finished.clone().unwrap_or_default(),
            self.status.to_owned(),
            self.current_since.clone().unwrap_or_default(),
            self.appeared.to_string(),
            self.removed.to_string(),
            self.held.to_string(),
            self.requests.to_string(),
        ]
    }
}

impl Row for TokenRow {
    const COLUMNS: &'static [&'static str] = &[
        "token",
        "name",
        "of",
        "account",
        "read only",
        "bypasses 2fa",
        "created",
        "last used",
        "expires",
        "connector",
        "remark",
    ];

    fn cells(&self) -> Vec<String> {
        let known = |flag: Option<bool>| match flag {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        vec![
            self.token.clone(),
            self.name.clone().unwrap_or_default(),
            self.of.clone().unwrap_or_default(),
            self.account.clone().unwrap_or_default(),
            known(self.readonly).to_owned(),
            known(self.bypass2fa).to_owned(),
            self.created.as_deref().map(day_text).unwrap_or_default(),
            self.last_used.as_deref().map(day_text).unwrap_or_default(),
            self.expires.as_deref().map(day_text).unwrap_or_default(),
            self.connector.clone(),
            if self.active == Some(false) { "switched off".to_owned() } else { String::new() },
        ]
    }
}

impl Row for ResourceRow {
    const COLUMNS: &'static [&'static str] = &["id", "writers", "about", "connector", "remark"];

    fn cells(&self) -> Vec<String> {
        let about = self.properties.iter().map(|(name, value)| match value {
            Json::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        });
        vec![
            self.id.clone(),
            self.writers.map(|writers| writers.to_string()).unwrap_or_default(),
            self.links.iter().cloned().chain(about).collect::<Vec<_>>().join(" "),
            self.connector.clone(),
            remark(false, self.removal_unconfirmed),
        ]
    }
}

/// What is said at the end of an account's row.
fn account_remark(row: &UserRow) -> String {
    let used_before = if row.name_used_before { NAME_USED_BEFORE } else { "" };
    let remarks = [used_before.to_owned(), remark(row.suspended == Some(true), row.removal_unconfirmed)];
    remarks.into_iter().filter(|remark| !remark.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What is said at the end of a row.
pub(crate) fn remark(suspended: bool, removal_unconfirmed: bool) -> String {
    let remarks = [(suspended, "suspended"), (removal_unconfirmed, "removal unconfirmed")];
    let said: Vec<&str> = remarks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect();
    said.join(", ")
}
