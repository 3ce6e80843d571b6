//! `rolecall reviews`: campaigns in which people say of grants whether they are still right, and what follows from it.

mod assign;
mod begin;
mod decide;
mod end;
mod file;
mod list;
mod plan;
mod show;
mod write;

use std::sync::Arc;

use clap::{Args, Subcommand};
use rolecall_engine::reviews::{ReviewError, ReviewPeople};
use rolecall_engine::{Context, Silent, WorldView, clock_system, world_load};
use rolecall_store::Store;

use crate::cli::Global;
use crate::command::store_write;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, changes, files};
use crate::stop;

#[derive(Debug, Args)]
#[command(
    after_help = "A campaign goes from draft to staged (its population is fixed), running (reviewers decide) and completed. What was
denied becomes a plan of exact steps, and each is verified by a later complete reading and by nothing else.

Examples:
  rolecall reviews create 'Q4 npm' --connector npm:acme --reviewer resource-owner --reviewer manager --fallback ada@acme.test
  rolecall reviews scope 'Q4 npm'                      how many grants it is about
  rolecall reviews accuracy 'Q4 npm'                   what was not read, or not lately
  rolecall reviews stage 'Q4 npm' && rolecall reviews start 'Q4 npm'
  rolecall reviews items 'Q4 npm' --reviewer olaf@acme.test --undecided
  rolecall reviews decide 'Q4 npm' 3 4 --certify --reviewer olaf@acme.test
  rolecall reviews decide 'Q4 npm' 7 --deny --reason 'left in May' --reviewer olaf@acme.test
  rolecall reviews export 'Q4 npm' --reviewer olaf@acme.test -f olaf.csv
  rolecall reviews import 'Q4 npm' olaf.csv
  rolecall reviews complete 'Q4 npm' --reason 'the time is over'
  rolecall reviews plan 'Q4 npm'                       what to do, and what is verified to be gone
  rolecall reviews done 'Q4 npm' 1"
)]
pub(crate) struct ReviewsArgs {
    #[command(subcommand)]
    command: ReviewsCommand,
}

#[derive(Debug, Subcommand)]
enum ReviewsCommand {
    /// List campaigns, the latest first
    List(list::ListArgs),
    /// Show a campaign: scope, reviewers, how far each is, and what happened
    Show(show::ShowArgs),
    /// Write a campaign as a draft
    Create(write::CreateArgs),
    /// Change a campaign that nobody was asked about yet
    Change(write::ChangeArgs),
    /// Say how many grants a campaign is about, without staging it
    Scope(begin::NameArgs),
    /// Say how complete what a campaign is taken from is
    Accuracy(begin::AccuracyArgs),
    /// Fix the population of a campaign, with what reviewers are shown
    Stage(begin::NameArgs),
    /// Ask the reviewers
    Start(begin::NameArgs),
    /// List the grants of a campaign, new and changed ones first
    Items(list::ItemsArgs),
    /// Certify or deny grants; what is decided is submitted at once
    Decide(decide::DecideArgs),
    /// Give grants to another reviewer
    Reassign(assign::ReassignArgs),
    /// Say who decides for somebody else for a while
    Delegate(assign::DelegateArgs),
    /// List who decides for whom
    Delegates,
    /// End such a delegation before its time
    Undelegate(assign::UndelegateArgs),
    /// Write grants as a CSV file for reviewers outside
    Export(file::ExportArgs),
    /// Take the decisions of such a file
    Import(file::ImportArgs),
    /// End a campaign: decisions stand, and what was denied becomes a plan
    Complete(end::CompleteArgs),
    /// Give a campaign up
    Cancel(end::CancelArgs),
    /// Show the steps of a campaign's plan, and what readings say of them
    Plan(plan::PlanArgs),
    /// List plans
    Plans,
    /// Say that a step is done; a later complete reading verifies it
    Done(plan::DoneArgs),
    /// Say who does a step, and until when
    Step(plan::StepArgs),
    /// Do what a hub does by itself: begin what rules and the calendar ask for, remind, escalate
    Upkeep,
}

impl ReviewsArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match &self.command {
            ReviewsCommand::List(_)
            | ReviewsCommand::Show(_)
            | ReviewsCommand::Scope(_)
            | ReviewsCommand::Accuracy(_)
            | ReviewsCommand::Delegates
            | ReviewsCommand::Plan(_)
            | ReviewsCommand::Plans => READ,
            ReviewsCommand::Items(args) => args.place(),
            ReviewsCommand::Export(_) | ReviewsCommand::Import(_) => files("use the campaign's page"),
            ReviewsCommand::Create(_)
            | ReviewsCommand::Change(_)
            | ReviewsCommand::Stage(_)
            | ReviewsCommand::Start(_)
            | ReviewsCommand::Decide(_)
            | ReviewsCommand::Reassign(_)
            | ReviewsCommand::Delegate(_)
            | ReviewsCommand::Undelegate(_)
            | ReviewsCommand::Complete(_)
            | ReviewsCommand::Cancel(_)
            | ReviewsCommand::Done(_)
            | ReviewsCommand::Step(_)
            | ReviewsCommand::Upkeep => changes("use the campaign's page"),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &ReviewsArgs) -> Result<Exit, Failure> {
    match &args.command {
        ReviewsCommand::List(args) => list::run(global, args).await,
        ReviewsCommand::Show(args) => show::run(global, args).await,
        ReviewsCommand::Create(args) => write::create(global, args).await,
        ReviewsCommand::Change(args) => write::change(global, args).await,
        ReviewsCommand::Scope(args) => begin::scope(global, args).await,
        ReviewsCommand::Accuracy(args) => begin::accuracy(global, args).await,
        ReviewsCommand::Stage(args) => begin::stage(global, args).await,
        ReviewsCommand::Start(args) => begin::start(global, args).await,
        ReviewsCommand::Items(args) => list::items(global, args).await,
        ReviewsCommand::Decide(args) => decide::run(global, args).await,
        ReviewsCommand::Reassign(args) => assign::reassign(global, args).await,
        ReviewsCommand::Delegate(args) => assign::delegate(global, args).await,
        ReviewsCommand::Delegates => assign::delegates(global).await,
        ReviewsCommand::Undelegate(args) => assign::undelegate(global, args).await,
        ReviewsCommand::Export(args) => file::export(global, args).await,
        ReviewsCommand::Import(args) => file::import(global, args).await,
        ReviewsCommand::Complete(args) => end::complete(global, args).await,
        ReviewsCommand::Cancel(args) => end::cancel(global, args).await,
        ReviewsCommand::Plan(args) => plan::show(global, args).await,
        ReviewsCommand::Plans => plan::list(global).await,
        ReviewsCommand::Done(args) => plan::done(global, args).await,
        ReviewsCommand::Step(args) => plan::step(global, args).await,
        ReviewsCommand::Upkeep => end::upkeep(global).await,
    }
}

/// That nobody is meant by a name, or several are.
fn nobody(who: &str) -> Failure {
    let failure = Failure::new(Exit::Name, format!("nobody, or more than one person, is called {who:?}"));
    failure.hint("write a mail address, or an id of the directories")
}

/// What use-cases about reviews are given.
fn context_of(store: Store) -> Context {
    Context { store, clock: clock_system, stop: stop::watch(), progress: Arc::new(Silent) }
}

/// The database for changing it, with everything that decisions rest on.
struct Open {
    context: Context,
    view: WorldView,
    people: ReviewPeople,
}

impl Open {
    async fn for_changes(global: &Global) -> Result<Self, Failure> {
        Self::of(context_of(store_write(global).await?)).await
    }

    async fn of(context: Context) -> Result<Self, Failure> {
        let view = world_load(&context.store, None, None).await?;
        let people = ReviewPeople::load(&context.store, &view).await?;
        Ok(Self { context, view, people })
    }

    async fn close(self) {
        self.context.store.close().await;
    }
}

impl From<ReviewError> for Failure {
    fn from(error: ReviewError) -> Self {
        let exit = match &error {
            ReviewError::Unknown { .. } | ReviewError::Nobody { .. } => Exit::Name,
            ReviewError::Wrong { .. } | ReviewError::Refused { .. } => Exit::Usage,
            ReviewError::Store(store) => Exit::from(store),
        };
        let (message, hint) = (error.to_string(), error.hint());
        Self { exit, message, hint }
    }
}
