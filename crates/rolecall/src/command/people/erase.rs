//! `rolecall people erase`.

use clap::Args;
use rolecall_engine::people::{Identities, PersonEraseError, person_erase};
use rolecall_engine::{clock_system, world_load};
use rolecall_store::Decision;
use serde_json::json;

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Whoever is erased is known by a pseudonym from then on, so that accounts which were theirs remain told apart. What
directories told of them is overwritten, now and of the past; so are their name and addresses in decisions and in the
audit log, which still verifies and records that somebody was erased. What a registry says of accounts is no part of it,
and neither are exports and copies made before. It cannot be undone.

Examples:
  rolecall people erase bob@acme.test --reason 'asked to on 3 March'"
)]
pub(super) struct EraseArgs {
    /// Whom: an id, an e-mail address or a whole name; no directory may list them any more
    person: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) async fn run(global: &Global, args: &EraseArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_write(global).await?;
    let view = world_load(&store, None, None).await?;
    let identities = Identities::load(&store, &view).await?;
    let named = identities.person_named(&args.person);
    let key = named.map_err(|error| Failure::new(Exit::Name, error.to_string()).hint(error.hint()))?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let erased = person_erase(&store, &identities, &key, &decision, clock_system()).await;
    let erased = erased.map_err(|error| match error {
        PersonEraseError::Store(error) => Failure::from(error),
        listed @ PersonEraseError::Listed { .. } => Failure::new(Exit::Usage, listed.to_string())
            .hint("take them out of it first: import a roster without them, or delete them at the identity provider"),
    })?;
    store.close().await;
    match format {
        Format::Json => {
            print_json(&json!({ "pseudonym": erased.pseudonym, "fields": erased.fields, "rows": erased.rows }))?;
        }
        _ => line(&printable(&format!(
            "They are {} from now on: {} of the audit log and {} elsewhere are erased.",
            erased.pseudonym,
            count(erased.fields, "field", "fields"),
            count(erased.rows, "row", "rows"),
        )))?,
    }
    Ok(Exit::Done)
}
