//! `rolecall connectors add`: one subcommand for each connector type.

use clap::Args;
use rolecall_connect::TokenPlace;
use rolecall_engine::{clock_system, connector_title, moment_text};
use rolecall_store::{Connector, ConnectorChange, Mode, NewConnector, Store};
use secrecy::SecretString;

use super::said::SaidArgs;
use super::show;
use super::view::ConnectorView;
use crate::cli::Global;
use crate::connectors::check::{Checked, credential_check};
use crate::connectors::form::{OfType, Purpose, Shared};
use crate::connectors::settings::TOKEN_EXPIRES;
use crate::connectors::{expiry, kind, place_of, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, note, paint_warning, print_json};

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    #[command(subcommand)]
    source: OfType<OneArgs>,
}

#[derive(Debug, Args)]
struct OneArgs {
    /// What to call this connector [default: the organisation's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Try the token now, by reading who is in the organisation
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    said: SaidArgs,
}

impl Shared for OneArgs {
    const PURPOSE: Purpose = Purpose::Add;
}

/// Configures a connector.
pub(super) async fn run(global: &Global, args: &AddArgs) -> Result<Exit, Failure> {
    let OfType { kind, said: own, shared, .. } = &args.source;
    let mut config = args.source.config(shared.name.as_deref())?;
    shared.said.apply(own, &mut config)?;
    kind.check(&config)?;
    let address = environment::database(global.database.as_deref())?;
    if !address.is_missing() {
        free(&Store::open(&address, Mode::Write).await?, &config).await?;
    }
    let sealing = shared.said.token_to_seal(*kind, own, TokenPlace::Usual, &config)?;
    let secret = sealing.as_ref().map(|found| found.secret.clone());
    let checked = match (shared.check, sealing) {
        (false, _) => None,
        (true, Some(found)) => Some(credential_check(&config, found).await?),
        (true, None) => Some(credential_check(&config, kind.token(&config, &place_of(&config)?)?).await?),
    };
    let store = Store::open(&address, Mode::Write).await?;
    let known = free(&store, &config).await?;
    let record = change(&store, &[ConnectorChange::Put(config)], secret.as_ref()).await?;
    say(global, &store, &record, known.as_ref(), checked.as_ref()).await?;
    Ok(checked.map_or(Exit::Done, |checked| checked.exit()))
}

/// Makes the changes, and seals the token if there is one to seal. Returns the connector after the last of them.
pub(super) async fn change(
    store: &Store,
    changes: &[ConnectorChange],
    secret: Option<&SecretString>,
) -> Result<Connector, Failure> {
    let (actor, now) = (environment::actor(), clock_system());
    let changed = match secret {
        Some(secret) => {
            let vault = store.vault(environment::key_place(store.address())?);
            vault.connector_change_sealing(changes, secret, &actor, now).await?
        }
        None => store.connector_change(changes, &actor, now).await?,
    };
    changed.into_iter().last().ok_or_else(|| Failure::new(Exit::Failure, "nothing was to be changed"))
}

/// The removed connector that this one continues, if there is one. A name in use is not taken over by `add`.
async fn free(store: &Store, config: &NewConnector) -> Result<Option<Connector>, Failure> {
    let Some(known) = store.connector_find(&config.connector_type, &config.name).await? else { return Ok(None) };
    let title = connector_title(&known);
    let is_same = known.config.root == config.root && known.config.base_url == config.base_url;
    match known.removed_at {
        None => Err(Failure::new(Exit::Usage, format!("{title} is configured already"))
            .hint(format!("change it with: rolecall connectors edit {title}; or give this one another --name"))),
        Some(_) if is_same => Ok(Some(known)),
        Some(at) => Err(Failure::new(
            Exit::Usage,
            format!(
                "{title} was removed at {}, and its history is that of {} at {}",
                moment_text(at),
                known.config.root,
                known.config.base_url
            ),
        )
        .hint(format!(
            "give this one another --name, or delete that history with: rolecall connectors remove {title} --purge"
        ))),
    }
}

async fn say(
    global: &Global,
    store: &Store,
    record: &Connector,
    known: Option<&Connector>,
    checked: Option<&Checked>,
) -> Result<(), Failure> {
    let title = printable(&connector_title(record));
    match checked {
        Some(checked) => {
            note(&checked.token);
            let sentence = printable(&checked.sentence);
            note(&if checked.is_complete { sentence } else { paint_warning(&sentence) });
        }
        None => missing_token_note(&record.config),
    }
    if let Some(warning) =
        settings_of(&record.config).date(&TOKEN_EXPIRES).and_then(|date| expiry::warning(date, expiry::today()))
    {
        note(&paint_warning(&warning));
    }
    let view = ConnectorView::load(store, record).await?;
    if global.chosen_format() == Format::Json {
        return Ok(print_json(&view)?);
    }
    match known {
        Some(_) => line(&format!("{title} is configured again, and continues with its history."))?,
        None => line(&format!("{title} is configured."))?,
    }
    show::print(&view, record)?;
    Ok(line(&format!("Read it with: rolecall connectors sync {title}"))?)
}

/// A token that is not there yet is no mistake: it may be set only where syncs run.
fn missing_token_note(config: &NewConnector) {
    let found = kind(&config.connector_type).and_then(|kind| match place_of(config)? {
        TokenPlace::Sealed => Ok(()),
        place => kind.token(config, &place).map(drop),
    });
    if let Err(failure) = found {
        note(&paint_warning(&printable(&format!("not usable here yet: {}", failure.message))));
    }
}
