//! `rolecall connectors show`: one connector, its latest syncs, and who changed what.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use clap::Args;
use rolecall_engine::moment_text;
use rolecall_store::{Connector, ConnectorEvent, Store, Sync};
use serde_json::{Value as Json, json};

use super::store_read;
use super::view::ConnectorView;
use crate::cli::Global;
use crate::connectors::settings::{Kind as SettingKind, Setting};
use crate::connectors::{connector_named, kind, removals, settings_of};
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, paint_bold, paint_dim, paint_warning, print_json, print_rows};

/// How many syncs and changes are shown.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall connectors show npm:acme
  rolecall connectors show acme --format json")]
pub(super) struct ShowArgs {
    /// Which one, such as npm:acme; one that was removed can be shown too
    name: String,
}

/// Shows one connector.
pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let store = store_read(global).await?;
    let record = any_named(&store, &args.name).await?;
    let view = ConnectorView::load(&store, &record).await?;
    let syncs = store.sync_list(record.id, SHOWN).await?;
    let events = store.connector_events(record.uuid, SHOWN).await?;
    match global.chosen_format() {
        Format::Json => print_json(&json(&view, &syncs, &events)?)?,
        Format::Csv => print_rows(Format::Csv, &[view])?,
        _ => {
            print(&view, &record)?;
            log_print(&syncs, &events)?;
        }
    }
    Ok(Exit::Done)
}

/// The connector of that name, removed or not; one that is not removed comes first.
pub(super) async fn any_named(store: &Store, name: &str) -> Result<Connector, Failure> {
    let current = store.connector_list().await?;
    match connector_named(&current, name) {
        Ok(record) => Ok(record.clone()),
        Err(failure) => {
            let removed = store.connector_list_removed().await?;
            connector_named(&removed, name).cloned().map_err(|_| failure)
        }
    }
}

/// Prints one connector for people.
pub(super) fn print(view: &ConnectorView, record: &Connector) -> io::Result<()> {
    let field = |name: &str, value: &str| line(&format!("  {name:<18} {}", printable(value)));
    line(&paint_bold(&printable(&format!("{}: {}", view.connector, view.state.state))))?;
    for (name, value) in [("description", view.description.as_str()), ("owners", &view.owners.join(", "))] {
        field(name, if value.is_empty() { "none" } else { value })?;
    }
    field("reads", &format!("{} at {}", view.root, view.source))?;
    field("token", &token_text(view))?;
    if let Some(sees) = &view.sees {
        field("sees as", sees)?;
    }
    if view.sees_less {
        let accept = format!("rolecall connectors accept-sight {}", printable(&view.connector));
        line(&paint_warning(&format!("  less than before, so that removals wait; if that is meant to be: {accept}")))?;
    }
    for (name, value) in settings(record) {
        field(&name, &value)?;
    }
    field("removals that pass", &removals::sentence(&removals::policies(&settings_of(&record.config))))?;
    field("configured", &view.created_at)?;
    field("last sync", view.state.last_sync.as_deref().unwrap_or("never"))?;
    for (name, at) in [("paused", &view.state.paused_since), ("removed", &view.state.removed_at)] {
        if let Some(at) = at {
            line(&paint_warning(&format!("  {name:<18} since {at}")))?;
        }
    }
    Ok(())
}

fn token_text(view: &ConnectorView) -> String {
    let expires = view.expires();
    if expires.is_empty() { view.token.clone() } else { format!("{}, expires {expires}", view.token) }
}

/// What is set, but for what is shown elsewhere.
fn settings(record: &Connector) -> Vec<(String, String)> {
    let settings = settings_of(&record.config);
    let Ok(kind) = kind(&record.config.connector_type) else { return Vec::new() };
    let is_elsewhere = |setting: &&Setting| matches!(setting.kind, SettingKind::Date | SettingKind::ByListing(_));
    let shown = kind.settings().filter(|setting| !is_elsewhere(setting));
    shown.filter_map(|setting| Some((setting.flag(), value_text(setting, settings.get(setting)?)))).collect()
}

/// A setting's value, in words.
pub(super) fn value_text(setting: &Setting, value: &Json) -> String {
    match (setting.kind, value) {
        (SettingKind::Flag, Json::Bool(true)) => "yes".to_owned(),
        (SettingKind::On, Json::Bool(false)) => "no".to_owned(),
        (_, Json::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

fn log_print(syncs: &[Sync], events: &[ConnectorEvent]) -> io::Result<()> {
    line("")?;
    line(&paint_bold("Latest syncs"))?;
    if syncs.is_empty() {
        line("  none")?;
    }
    for sync in syncs {
        let error = sync.error.as_ref().map(|error| format!(": {}", error.as_str().unwrap_or("failed")));
        let (at, status) = (moment_text(sync.started_at), sync.status.word());
        line(&printable(&format!("  {at} {status}, {} requests{}", sync.requests, error.unwrap_or_default())))?;
    }
    line("")?;
    line(&paint_bold("Latest changes"))?;
    for event in events {
        let text = format!("  {} {} by {}", moment_text(event.at), event.action.word(), event.actor);
        line(&printable(&text))?;
        for change in changed(event) {
            line(&paint_dim(&printable(&format!("    {change}"))))?;
        }
    }
    Ok(())
}

/// What an event changed, field by field.
fn changed(event: &ConnectorEvent) -> Vec<String> {
    let (Some(before), Some(after)) = (&event.before, &event.after) else { return Vec::new() };
    let (before, after) = (fields(before), fields(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let text = |value: Option<&Json>| value.map_or_else(|| "not set".to_owned(), Json::to_string);
    let differs = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differs.map(|name| format!("{name}: {} → {}", text(before.get(name)), text(after.get(name)))).collect()
}

/// The fields of a connector, its settings among them.
fn fields(connector: &Json) -> BTreeMap<String, Json> {
    let object = |value: &Json| value.as_object().cloned().unwrap_or_default();
    let settings = connector.get("settings").map(object).unwrap_or_default();
    object(connector).into_iter().filter(|(name, _)| name != "settings").chain(settings).collect()
}

fn json(view: &ConnectorView, syncs: &[Sync], events: &[ConnectorEvent]) -> Result<Json, Failure> {
    let mut json = serde_json::to_value(view).map_err(std::io::Error::other)?;
    json["syncs"] = syncs
        .iter()
        .map(|sync| {
            json!({
                "startedAt": moment_text(sync.started_at),
                "finishedAt": sync.finished_at.map(moment_text),
                "status": sync.status.word(),
                "requests": sync.requests,
                "error": sync.error,
            })
        })
        .collect();
    json["changes"] = events
        .iter()
        .map(|event| {
            json!({
                "at": moment_text(event.at),
                "actor": event.actor,
                "action": event.action.word(),
                "before": event.before,
                "after": event.after,
            })
        })
        .collect();
    Ok(json)
}
