//! `rolecall people pin`, `unpin` and `refuse`: what a person knows of accounts.

use clap::{ArgGroup, Args};
use rolecall_engine::people::{Identities, PersonNameError, account_pin, account_refuse, account_unpin};
use rolecall_engine::{WorldView, clock_system, world_load};
use rolecall_model::person::{PersonKey, Pinned};
use rolecall_store::{AccountNamed, Decision, Store};
use serde_json::json;

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, line, print_json};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(super) struct PinArgs {
    /// Which account, such as npm:alice
    account: String,
    /// It is this person's: an id, an e-mail address or a whole name
    #[arg(long, value_name = "PERSON", group = "what")]
    person: Option<String>,
    /// It is a service's
    #[arg(long, group = "what")]
    service: bool,
    /// It is somebody's outside the organisation
    #[arg(long, group = "what")]
    external: bool,
    /// Nobody may take it away, such as one for emergencies
    #[arg(long, group = "what", requires = "owner")]
    protected: bool,
    /// Who answers for it
    #[arg(long, value_name = "PERSON", conflicts_with_all = ["person", "external"])]
    owner: Option<String>,
    /// How you know, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct UnpinArgs {
    /// Which account, such as npm:alice
    account: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct RefuseArgs {
    /// Which account, such as npm:alice
    account: String,
    /// Whose it is not: an id, an e-mail address or a whole name
    #[arg(long, value_name = "PERSON")]
    person: String,
    /// How you know, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What a decision is about.
struct Asked {
    store: Store,
    identities: Identities,
    accounts: Vec<AccountNamed>,
    decision: Decision,
    format: Format,
}

impl Asked {
    async fn of(global: &Global, account: &str, reason: &str) -> Result<Self, Failure> {
        let format = Format::among(global.format, ANSWER)?;
        let store = store_write(global).await?;
        let view: WorldView = world_load(&store, None, None).await?;
        let accounts = view.accounts_named(account)?;
        let identities = Identities::load(&store, &view).await?;
        let decision = Decision { actor: environment::actor(), reason: reason.to_owned() };
        Ok(Self { store, identities, accounts, decision, format })
    }

    fn person(&self, name: &str) -> Result<PersonKey, Failure> {
        self.identities.person_named(name).map_err(|error| person_failure(&error))
    }

    /// Says what became of it.
    fn done(&self, word: &str, text: &str) -> Result<Exit, Failure> {
        let accounts: Vec<String> = self.accounts.iter().map(|account| account.resource.id.to_string()).collect();
        match self.format {
            Format::Json => print_json(&json!({ "accounts": accounts, "done": word }))?,
            _ => line(&printable(text))?,
        }
        Ok(Exit::Done)
    }
}

fn person_failure(error: &PersonNameError) -> Failure {
    Failure::new(Exit::Name, error.to_string()).hint(error.hint())
}

/// Says what an account is.
pub(super) async fn pin(global: &Global, args: &PinArgs) -> Result<Exit, Failure> {
    let asked = Asked::of(global, &args.account, &args.reason).await?;
    let owner = args.owner.as_deref().map(|owner| asked.person(owner)).transpose()?;
    let (pinned, text) = match (&args.person, owner) {
        (Some(person), _) => {
            let key = asked.person(person)?;
            let text = format!("{} is {}'s.", args.account, asked.identities.name_of(&key));
            (Pinned::Person(key), text)
        }
        (None, Some(owner)) if args.protected => {
            let text = format!("{} is protected; {} answers for it.", args.account, asked.identities.name_of(&owner));
            (Pinned::Protected { owner }, text)
        }
        (None, owner) if args.service => (Pinned::Service { owner }, format!("{} is a service's.", args.account)),
        _ => (Pinned::External, format!("{} is somebody's outside the organisation.", args.account)),
    };
    account_pin(&asked.store, &asked.accounts, &pinned, &asked.decision, clock_system()).await?;
    asked.done("pinned", &text)
}

/// Takes a word back.
pub(super) async fn unpin(global: &Global, args: &UnpinArgs) -> Result<Exit, Failure> {
    let asked = Asked::of(global, &args.account, &args.reason).await?;
    if !account_unpin(&asked.store, &asked.accounts, &asked.decision, clock_system()).await? {
        return Err(Failure::new(Exit::Name, format!("nobody said what {} is", args.account))
            .hint("see what is known with: rolecall people accounts"));
    }
    asked.done("unpinned", &format!("The rules say again what {} is.", args.account))
}

/// Says whose an account is not.
pub(super) async fn refuse(global: &Global, args: &RefuseArgs) -> Result<Exit, Failure> {
    let asked = Asked::of(global, &args.account, &args.reason).await?;
    let person = asked.person(&args.person)?;
    account_refuse(&asked.store, &asked.accounts, &person, &asked.decision, clock_system()).await?;
    let text = format!("{} is not {}'s.", args.account, asked.identities.name_of(&person));
    asked.done("refused", &text)
}
