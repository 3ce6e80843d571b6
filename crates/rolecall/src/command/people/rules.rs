//! `rolecall people rules`: how accounts are matched with people, and what another way would change.

use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::people::{Identities, identities_renew};
use rolecall_engine::{clock_system, world_load};
use rolecall_model::person::{CorrelationSettings, LinkChange, changes};
use serde_json::json;

use crate::cli::Global;
use crate::command::{store_read, store_write};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, print_json};

/// So many changes are shown one by one.
const SHOWN: usize = 50;

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Say what these settings would change, and change nothing: a file as this command prints it
    #[arg(long = "try", value_name = "FILE", conflicts_with = "set")]
    tried: Option<PathBuf>,
    /// Match by these settings from now on
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
}

/// Prints, tries or sets them.
pub(super) async fn run(global: &Global, args: &RulesArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    match (&args.tried, &args.set) {
        (Some(file), _) => tried(global, file, format).await,
        (None, Some(file)) => {
            let settings = read(file)?;
            let (store, now) = (store_write(global).await?, clock_system());
            store.identity_settings_put(&settings, &environment::actor(), now).await?;
            identities_renew(&store, now).await?;
            line("Accounts are matched like this from now on.")?;
            Ok(Exit::Done)
        }
        (None, None) => {
            print_json(&store_read(global).await?.identity_settings().await?)?;
            Ok(Exit::Done)
        }
    }
}

async fn tried(global: &Global, file: &Path, format: Format) -> Result<Exit, Failure> {
    let settings = read(file)?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let known = Identities::load(&store, &view).await?.correlation;
    let other = Identities::load_with(&store, &view, &settings).await?.correlation;
    let changed = changes(&known, &other);
    let sentences: Vec<String> = changed.iter().map(LinkChange::sentence).collect();
    if format == Format::Json {
        print_json(&json!({ "changes": changed, "sentences": sentences }))?;
        return Ok(Exit::Done);
    }
    let number = count(u64::try_from(sentences.len()).unwrap_or(u64::MAX), "account", "accounts");
    line(&format!("{number} would be something else. Nothing is changed."))?;
    sentences.iter().take(SHOWN).try_for_each(|sentence| line(&printable(&format!("  - {sentence}"))))?;
    match sentences.len().saturating_sub(SHOWN) {
        0 => {}
        more => line(&format!("and {more} more; all of them with --format json"))?,
    }
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<CorrelationSettings, Failure> {
    let wrong = |why: String| {
        Failure::new(Exit::Usage, format!("{}: {why}", file.display()))
            .hint("change a file that rolecall people rules has printed; nothing was changed")
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}
