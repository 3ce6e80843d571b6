//! `rolecall audit list`.

use std::collections::{BTreeMap, HashMap};

use clap::Args;
use clap::builder::PossibleValuesParser;
use rolecall_engine::{clock_system, connector_title, moment_parse, moment_text};
use rolecall_store::{AUDIT_ACTIONS, AuditFilter, AuditRecord, PersonalField, Store, StoreError};
use serde::Serialize;
use serde_json::Value as Json;

use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, Row, line, print_rows};

/// Stands for a field that was erased.
const ERASED: &str = "(erased)";

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall audit list
  rolecall audit list --since 2026-11-01 --action removals.confirmed
  rolecall audit list --actor alice --format csv")]
pub(super) struct ListArgs {
    /// Only since then: 2026-11-23, 7d, 24h
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only this action
    #[arg(long, value_parser = PossibleValuesParser::new(AUDIT_ACTIONS), hide_possible_values = true)]
    action: Option<String>,
    /// Only what this person did
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// At most this many, newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    limit: u32,
}

/// Lists records.
pub(super) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let since = args.since.as_deref().map(|text| moment_parse(text, clock_system())).transpose();
    let filter = AuditFilter {
        since: since.map_err(|error| Failure::new(Exit::Usage, error))?,
        action: args.action.clone(),
        actor: args.actor.clone(),
        limit: usize::try_from(args.limit).unwrap_or(usize::MAX),
    };
    let store = store_read(global).await?;
    let records = store.audit_list(&filter).await?;
    let titles = titles(&store).await?;
    let format = global.chosen_format();
    if records.is_empty() && format == Format::Table {
        line("No such record.")?;
        return Ok(Exit::Done);
    }
    print_rows(format, &records.iter().map(|record| RecordAnswer::of(record, &titles)).collect::<Vec<_>>())?;
    Ok(Exit::Done)
}

/// The names of connectors, removed ones included, by uuid.
async fn titles(store: &Store) -> Result<HashMap<String, String>, StoreError> {
    let mut connectors = store.connector_list().await?;
    connectors.extend(store.connector_list_removed().await?);
    Ok(connectors.iter().map(|connector| (connector.uuid.to_string(), connector_title(connector))).collect())
}

/// A record as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordAnswer {
    sequence: i64,
    at: String,
    /// Nobody for what the program does by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    action: String,
    subject: String,
    /// What the subject is called, while there is such a connector.
    #[serde(skip_serializing_if = "Option::is_none")]
    connector: Option<String>,
    details: Json,
    /// What people wrote, by name; `null` where it was erased.
    personal: BTreeMap<String, Json>,
    hash: String,
}

impl RecordAnswer {
    fn of(record: &AuditRecord, titles: &HashMap<String, String>) -> Self {
        let told = |field: &PersonalField| match field {
            PersonalField::Told { value, .. } => Some(value.clone()),
            PersonalField::Erased => None,
        };
        let actor = record.personal.get("actor").map(|field| told(field).unwrap_or_else(|| ERASED.to_owned()));
        let others = record.personal.iter().filter(|(name, _)| *name != "actor");
        Self {
            sequence: record.sequence,
            at: moment_text(record.at),
            actor,
            action: record.action.clone(),
            subject: record.subject.clone(),
            connector: titles.get(&record.subject).cloned(),
            details: serde_json::from_str(&record.details).unwrap_or_default(),
            personal: others.map(|(name, field)| (name.clone(), told(field).map_or(Json::Null, readable))).collect(),
            hash: record.hash.to_string(),
        }
    }

    /// The details in one line, and the reason where there is one.
    fn details_text(&self) -> String {
        let details = self.details.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let reason = self.personal.get("reason").map(|reason| match reason {
            Json::String(reason) => format!("because: {reason}"),
            _ => format!("because: {ERASED}"),
        });
        let details = details.map(|(name, value)| match value {
            Json::String(text) => format!("{name}: {text}"),
            Json::Array(items) => {
                let items: Vec<_> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
                format!("{name}: {}", items.join(", "))
            }
            other => format!("{name}: {other}"),
        });
        details.chain(reason).collect::<Vec<_>>().join("; ")
    }
}

/// What people wrote, as JSON where it is JSON.
fn readable(value: String) -> Json {
    match serde_json::from_str(&value) {
        Ok(json @ Json::Object(_)) => json,
        _ => value.into(),
    }
}

impl Row for RecordAnswer {
    const COLUMNS: &'static [&'static str] = &["record", "at", "by", "action", "of", "details"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.sequence.to_string(),
            self.at.clone(),
            self.actor.clone().unwrap_or_default(),
            self.action.clone(),
            self.connector.as_ref().unwrap_or(&self.subject).clone(),
            self.details_text(),
        ]
    }
}
