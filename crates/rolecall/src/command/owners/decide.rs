//! `rolecall owners set` and `unset`: what a person says of who answers for something.

use clap::{ArgGroup, Args};
use rolecall_engine::clock_system;
use rolecall_engine::owners::{OwnedAnswer, OwnerNameError, owner_set, owner_unset};
use rolecall_store::Decision;

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, line, print_json};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true).multiple(true))]
pub(super) struct SetArgs {
    /// Which package or repository, such as npm:@acme/core
    resource: String,
    /// Who answers for it: an id, an e-mail address or a whole name; may be repeated
    #[arg(long = "person", value_name = "PERSON", group = "who")]
    people: Vec<String>,
    /// Which team answers for it, such as cloudsmith:acme/release; may be repeated
    #[arg(long = "team", value_name = "TEAM", group = "who")]
    teams: Vec<String>,
    /// How you know, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct UnsetArgs {
    /// Which package or repository, such as npm:@acme/core
    resource: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Says who answers for something.
pub(super) async fn set(global: &Global, args: &SetArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_write(global).await?;
    let decision = decision(&args.reason);
    let who = (args.people.as_slice(), args.teams.as_slice());
    let owned = owner_set(&store, &args.resource, who, &decision, clock_system()).await.map_err(failure)?;
    done(format, &owned)
}

/// Takes a word back.
pub(super) async fn unset(global: &Global, args: &UnsetArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_write(global).await?;
    let decision = decision(&args.reason);
    let owned = owner_unset(&store, &args.resource, &decision, clock_system()).await.map_err(failure)?;
    let Some(owned) = owned else {
        return Err(Failure::new(Exit::Name, format!("nobody said who answers for {}", args.resource))
            .hint("see how owners are known with: rolecall owners list"));
    };
    done(format, &owned)
}

pub(super) fn decision(reason: &str) -> Decision {
    Decision { actor: environment::actor(), reason: reason.to_owned() }
}

fn done(format: Format, owned: &OwnedAnswer) -> Result<Exit, Failure> {
    let names: Vec<String> =
        owned.owners.iter().map(|owner| format!("{}, {}", owner.text(), owner.source_text())).collect();
    let id = &owned.resource.id;
    match (format, names.as_slice()) {
        (Format::Json, _) => print_json(owned)?,
        (_, []) => line(&printable(&format!("Nobody answers for {id}.")))?,
        (_, [one]) => line(&printable(&format!("{id}: answered for by {one}.")))?,
        (_, several) => line(&printable(&format!("{id}: answered for by {}.", several.join("; "))))?,
    }
    Ok(Exit::Done)
}

pub(super) fn failure(error: OwnerNameError) -> Failure {
    match error {
        OwnerNameError::Name(error) => error.into(),
        OwnerNameError::Person(error) => Failure::new(Exit::Name, error.to_string()).hint(error.hint()),
        OwnerNameError::Store(error) => error.into(),
    }
}
