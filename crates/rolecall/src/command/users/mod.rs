//! `rolecall users`: the people who use the hub, for whoever has its database and cannot, or need not, sign in.

mod change;
mod invite;
mod list;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use rolecall_engine::hub::{Caller, Hub, HubError, Permission, Role, User};
use rolecall_engine::{Context, Silent, clock_system};
use rolecall_store::{HubRefusal, KeyPlace, Store};
use url::Url;

use super::{store_read, store_write};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, LIST};
use crate::place::{Place, changes};
use crate::{environment, stop};

#[derive(Debug, Args)]
#[command(after_help = "Whoever has the database may do all of this without signing in; the audit log names them.

Examples:
  rolecall users list
  rolecall users invite --role reviewer --email bob@example.com --base-url https://rolecall.example.com
  rolecall users disable bob
  rolecall users enable bob
  rolecall users reset bob --base-url https://rolecall.example.com
  rolecall users reset bob --only second-factor")]
pub(crate) struct UsersArgs {
    #[command(subcommand)]
    command: UsersCommand,
}

#[derive(Debug, Subcommand)]
enum UsersCommand {
    /// List the people who use the hub
    List,
    /// Invite somebody: print a link that makes one account, within 7 days
    Invite(invite::InviteArgs),
    /// Disable an account: its sessions end, and its tokens open nothing any more
    Disable(UserArgs),
    /// Enable an account that was disabled
    Enable(UserArgs),
    /// Take away what an account signs in with, and print a link that sets a new password, within a day
    Reset(change::ResetArgs),
}

impl UsersArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        use UsersCommand::{Disable, Enable, Invite, List, Reset};
        match self.command {
            List => Place::Hub(Permission::Administer),
            Invite(_) | Disable(_) | Enable(_) | Reset(_) => changes("do so on the hub's page of people"),
        }
    }
}

#[derive(Debug, Args)]
struct UserArgs {
    /// The sign-in name, as rolecall users list shows it
    name: String,
}

/// Where links lead.
#[derive(Debug, Args)]
struct LinkArgs {
    /// Where the hub is reached, to print a whole address; otherwise what comes behind it is printed
    #[arg(long, value_name = "URL", env = "ROLECALL_BASE_URL")]
    base_url: Option<Url>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    /// May do everything
    Administrator,
    /// Looks after connectors and rules, and decides about removals and findings
    ConnectorAdmin,
    /// Reviews access
    Reviewer,
    /// Reads everything, and changes nothing
    Auditor,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Administrator => Self::Administrator,
            RoleArg::ConnectorAdmin => Self::ConnectorAdmin,
            RoleArg::Reviewer => Self::Reviewer,
            RoleArg::Auditor => Self::Auditor,
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &UsersArgs) -> Result<Exit, Failure> {
    let can = if matches!(args.command, UsersCommand::List) { LIST } else { ANSWER };
    let format = Format::among(global.format, can)?;
    match &args.command {
        UsersCommand::List => list::run(&People::of(store_read(global).await?), format).await,
        UsersCommand::Invite(args) => invite::run(&People::of(store_write(global).await?), args, format).await,
        UsersCommand::Disable(args) => change::disable(&People::of(store_write(global).await?), args, format).await,
        UsersCommand::Enable(args) => change::enable(&People::of(store_write(global).await?), args, format).await,
        UsersCommand::Reset(args) => change::reset(&People::of(store_write(global).await?), args, format).await,
    }
}

/// The hub's people, and who asks about them.
struct People {
    hub: Hub,
    caller: Caller,
}

impl People {
    fn of(store: Store) -> Self {
        // Nothing here is sealed or opened, so that no key is needed.
        let key = environment::key_place(store.address()).unwrap_or_else(|_| KeyPlace::File(PathBuf::new()));
        let context = Context { store, clock: clock_system, stop: stop::watch(), progress: Arc::new(Silent) };
        Self { hub: Hub::new(&context, key), caller: Caller::terminal(&environment::actor()) }
    }

    async fn named(&self, name: &str) -> Result<User, Failure> {
        let found = self.hub.user_by_name(&self.caller, name).await;
        found.map_err(|error| match error {
            HubError::Conflict(HubRefusal::Unknown(_)) => {
                Failure::new(Exit::Name, format!("nobody has the sign-in name {name}"))
                    .hint("see every account with: rolecall users list")
            }
            other => other.into(),
        })
    }
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        let exit = match error {
            HubError::Store(error) => return error.into(),
            HubError::Machine(_) => Exit::Failure,
            _ => Exit::Usage,
        };
        Self { exit, message: error.to_string(), hint: error.hint() }
    }
}
