//! `rolecall connectors edit`: changes what is said, and leaves everything else.

use clap::Args;
use rolecall_engine::connector_title;
use rolecall_store::{Connector, ConnectorChange, NewConnector, SEALED};
use serde_json::json;

use super::add::change;
use super::said::{SaidArgs, usage};
use super::store_write;
use crate::cli::Global;
use crate::connectors::check::credential_check;
use crate::connectors::difference::{Difference, differences};
use crate::connectors::form::OfAnyType;
use crate::connectors::settings::{Setting, TOKEN_EXPIRES};
use crate::connectors::{Kind, connector_named, expiry, kind, name_check, place_of, settings_of};
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, note, paint_warning, print_json};

#[derive(Debug, Args)]
#[command(after_help = "The organisation cannot be changed: its history would mix two. Add another connector instead.

Examples:
  rolecall connectors edit npm:acme --token-expires 2027-01-31 --owner ana@example.com
  rolecall connectors edit npm:acme --every 6h
  rolecall connectors edit npm:acme --token-file /run/secrets/npm --check
  rolecall connectors edit npm:acme --removal-limit 5 --removal-limit team-members=10 --removal-share 0.05
  rolecall connectors edit npm:acme --seal-token --token-stdin < token.txt
  rolecall connectors edit npm:acme --name prod --unset rate --unset description")]
pub(super) struct EditArgs {
    /// Which one, such as npm:acme
    #[arg(value_name = "NAME")]
    connector: String,
    /// Call it this from now on
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    own: OfAnyType,
    #[command(flatten)]
    said: SaidArgs,
    /// Go back to the default: description, owners, token, token-expires, rate, …; may be given several times
    #[arg(long, value_name = "WHAT")]
    unset: Vec<String>,
    /// Try the token as it is configured then, before anything is changed
    #[arg(long)]
    check: bool,
}

/// Changes a connector.
pub(super) async fn run(global: &Global, args: &EditArgs) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let records = store.connector_list().await?;
    let record = connector_named(&records, &args.connector)?;
    let kind = kind(&record.config.connector_type)?;
    let config = edited(kind, args, &record.config)?;
    let mut different = differences(kind, &record.config, &config);
    if !different.is_empty() {
        kind.check(&config)?;
    }
    let before = place_of(&record.config).unwrap_or_default();
    let sealing = args.said.token_to_seal(kind, args.own.of(kind)?, before, &config)?;
    let secret = sealing.as_ref().map(|found| found.secret.clone());
    let mut exit = Exit::Done;
    if args.check {
        let found = match sealing {
            Some(found) => found,
            None => kind.token_find(&record_named(record, &config), &place_of(&config)?, Some(&store)).await?,
        };
        let checked = credential_check(&config, found).await?;
        note(&printable(&format!("{}; {}", checked.token, checked.sentence)));
        exit = checked.exit();
    }
    let changed = change(&store, &changes(record, &config), secret.as_ref()).await?;
    if secret.is_some() && different.iter().all(|difference| difference.field != "token") {
        different.push(Difference { field: "token".into(), before: SEALED.into(), after: "sealed anew".into() });
    }
    say(global, &changed, &different)?;
    Ok(exit)
}

/// The new configuration under the name that is still the recorded one, by which a sealed token is found.
fn record_named(record: &Connector, config: &NewConnector) -> NewConnector {
    NewConnector { name: record.config.name.clone(), ..config.clone() }
}

fn edited(kind: &dyn Kind, args: &EditArgs, known: &NewConnector) -> Result<NewConnector, Failure> {
    let own = args.own.of(kind)?;
    let mut config = known.clone();
    if let Some(name) = &args.name {
        name_check(name).map_err(usage)?;
        config.name.clone_from(name);
    }
    if own.base.is_some() {
        config.base_url = kind.base(own.base.as_deref())?;
    }
    for what in &args.unset {
        unset(kind, what, &mut config)?;
    }
    args.said.apply(own, &mut config)?;
    Ok(config)
}

/// Both spellings are understood: `token-expires` and `token_expires`.
fn unset(kind: &dyn Kind, what: &str, config: &mut NewConnector) -> Result<(), Failure> {
    let name = what.trim_start_matches('-').replace('-', "_");
    match name.as_str() {
        "description" => config.description.clear(),
        "owners" | "owner" => config.owners.clear(),
        "token" => config.secret_source = None,
        name if name == kind.base_key() => config.base_url = kind.base(None)?,
        name => {
            let Some(setting) = kind.settings().find(|setting| setting.name == name) else {
                let known: Vec<String> = kind.settings().map(Setting::flag).collect();
                return Err(usage(format!("{what:?} is nothing to unset; there is {}", known.join(", "))));
            };
            let mut settings = settings_of(config);
            settings.unset(setting);
            config.settings = settings.to_json();
        }
    }
    Ok(())
}

fn changes(record: &Connector, config: &NewConnector) -> Vec<ConnectorChange> {
    let mut changes = Vec::new();
    if record.config.name != config.name {
        changes.push(ConnectorChange::Rename { connector: record.id, name: config.name.clone() });
    }
    changes.push(ConnectorChange::Put(config.clone()));
    changes
}

fn say(global: &Global, record: &Connector, different: &[Difference]) -> Result<(), Failure> {
    let title = connector_title(record);
    let expires = settings_of(&record.config).date(&TOKEN_EXPIRES);
    if let Some(warning) = expires.and_then(|date| expiry::warning(date, expiry::today())) {
        note(&paint_warning(&warning));
    }
    match global.chosen_format() {
        Format::Json => print_json(&json!({ "connector": title, "action": "changed", "changes": different }))?,
        _ if different.is_empty() => line(&printable(&format!("{title} is as it was.")))?,
        _ => {
            line(&printable(&format!("{title} is changed:")))?;
            for difference in different {
                line(&printable(&format!("  {}", difference.sentence())))?;
            }
        }
    }
    Ok(())
}
