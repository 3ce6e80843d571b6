//! `rolecall connectors add`: one subcommand for each connector type.

use clap::{Args, Subcommand};
use rolecall_engine::{clock_system, connector_title, moment_text};
use rolecall_store::{Connector, Mode, NewConnector, Store};

use super::said::{Own, SaidArgs, usage};
use super::show;
use super::view::ConnectorView;
use crate::cli::Global;
use crate::connectors::check::{Checked, credential_check};
use crate::connectors::npm::{Npm, NpmSettingArgs};
use crate::connectors::settings::{Settings, TOKEN_EXPIRES};
use crate::connectors::{Kind, connector_build, expiry, name_check, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, note, paint_warning, print_json};

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    #[command(subcommand)]
    source: AddSource,
}

#[derive(Debug, Subcommand)]
enum AddSource {
    /// Configure the reading of one npm organisation
    #[command(
        after_help = "The token is looked for at every sync where you say: in an environment variable, in a file, or in the
usual places (NPM_TOKEN, then your .npmrc's entry for the very host). It is never stored.

Examples:
  rolecall connectors add npm --org acme --check
  rolecall connectors add npm --org acme --name prod --owner ana@example.com --token-env ACME_NPM_TOKEN
  rolecall connectors add npm --org acme --registry https://npm.example.com --token-file /run/secrets/npm"
    )]
    Npm(NpmAddArgs),
}

#[derive(Debug, Args)]
struct NpmAddArgs {
    /// The organisation: acme, @acme, @acme/package, or its web address
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Another registry than npm's own
    #[arg(long, env = "npm_config_registry", value_name = "URL")]
    registry: Option<String>,
    #[command(flatten)]
    named: NamedArgs,
    #[command(flatten)]
    said: SaidArgs,
    #[command(flatten)]
    own: NpmSettingArgs,
}

#[derive(Debug, Args)]
struct NamedArgs {
    /// What to call this connector [default: the organisation's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Try the token now, by reading who is in the organisation
    #[arg(long)]
    check: bool,
}

/// Configures a connector.
pub(super) async fn run(global: &Global, args: &AddArgs) -> Result<Exit, Failure> {
    match &args.source {
        AddSource::Npm(args) => {
            let own = Own { settings: args.own.said(), place: args.own.place() };
            let config = config(&Npm, &args.named, &args.org, args.registry.as_deref())?;
            add(global, &Npm, args.named.check, &args.said, own, config).await
        }
    }
}

fn config(kind: &dyn Kind, named: &NamedArgs, root: &str, base: Option<&str>) -> Result<NewConnector, Failure> {
    let root = kind.root(root)?;
    let name = named.name.clone().unwrap_or_else(|| root.clone());
    name_check(&name).map_err(usage)?;
    Ok(NewConnector {
        connector_type: kind.name().to_owned(),
        name,
        root,
        base_url: kind.base(base)?,
        settings: Settings::default().to_json(),
        ..NewConnector::default()
    })
}

async fn add(
    global: &Global,
    kind: &dyn Kind,
    check: bool,
    said: &SaidArgs,
    own: Own,
    mut config: NewConnector,
) -> Result<Exit, Failure> {
    said.apply(kind, own, &mut config)?;
    kind.check(&config)?;
    let address = environment::database(global.database.as_deref())?;
    if address.path().exists() {
        free(&Store::open(&address, Mode::Write).await?, &config).await?;
    }
    let checked = if check { Some(credential_check(&config).await?) } else { None };
    let store = Store::open(&address, Mode::Write).await?;
    let known = free(&store, &config).await?;
    let record = store.connector_put(&config, &environment::actor(), clock_system()).await?;
    say(global, &store, &record, known.as_ref(), checked.as_ref()).await?;
    Ok(checked.map_or(Exit::Done, |checked| checked.exit()))
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
    if let Err(failure) = connector_build(config) {
        note(&paint_warning(&printable(&format!("not usable here yet: {}", failure.message))));
    }
}
