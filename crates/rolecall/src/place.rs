//! Where a command may be run: by a hub for whoever may read there, or on this machine alone.
//!
//! **Architecture Invariant:** every command says it itself, in a `match` that knows all of its kinds, so that a new one
//! cannot be forgotten. What a hub runs only reads what is recorded: it changes nothing, reads and writes no file of the
//! hub's machine, asks nobody else, and waits for nobody.

use rolecall_engine::hub::Permission;

use crate::cli::{ChangesArgs, Command, DecisionCommand};

/// Where a command is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A hub runs it for whoever has this permission.
    Hub(Permission),
    /// It is about this machine and no database, so that a hub has no part in it.
    Here,
    /// No hub runs it.
    Refused {
        /// What it would do.
        why: &'static str,
        /// What to do in place of it.
        instead: &'static str,
    },
}

/// What is asked of what is recorded.
pub(crate) const READ: Place = Place::Hub(Permission::Read);

/// What changes something.
pub(crate) const fn changes(instead: &'static str) -> Place {
    Place::Refused { why: "it changes something", instead }
}

/// What reads or writes files of the machine that it is run on.
pub(crate) const fn files(instead: &'static str) -> Place {
    Place::Refused { why: "it is about files of the machine that it is run on", instead }
}

/// What connects to elsewhere.
pub(crate) const fn reaches_out(instead: &'static str) -> Place {
    Place::Refused { why: "it connects to elsewhere", instead }
}

impl Command {
    /// Where it may be run.
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::WhoCan(_) | Self::Access(_) | Self::List(_) | Self::Query(_) => READ,
            Self::Questions(args) => args.place(),
            Self::Check(_) | Self::Report(_) | Self::Status(_) | Self::Leaver(_) => READ,
            Self::Explain(_) | Self::BlastRadius(_) | Self::Drift(_) => READ,
            Self::Export(args) => args.place(),
            Self::Findings(args) => args.place(),
            Self::Rules(args) => args.place(),
            Self::Endpoints(args) => args.place(),
            Self::Deliveries(args) => args.place(),
            Self::Changes(args) => args.place(),
            Self::Diff(args) => args.place(),
            Self::Watch(args) => args.place(),
            Self::Connectors(args) => args.place(),
            Self::Jobs(args) => args.place(),
            Self::Audit(args) => args.place(),
            Self::People(args) => args.place(),
            Self::Owners(args) => args.place(),
            Self::Reviews(args) => args.place(),
            Self::Attest(args) => args.place(),
            Self::Evidence(args) => args.place(),
            Self::Users(args) => args.place(),
            Self::Secrets(args) => args.place(),
            Self::Sync(_) => reaches_out("use the button Sync of the connector's page"),
            Self::Work(_) => reaches_out("the hub does so already"),
            Self::Serve(args) => args.place(),
            Self::Runner(_) => reaches_out("run it where the connector is to run"),
            Self::Doctor(_) => reaches_out("run it on the hub's machine"),
            Self::Accounts(_) => changes("run it on the hub's machine"),
            Self::Import(_) => files("run it on the hub's machine"),
            Self::Db(_) => files("run it on the hub's machine"),
            #[cfg(feature = "sim")]
            Self::Demo(_) | Self::Sim(_) => Place::Here,
            Self::Completions { .. } | Self::Man(_) | Self::Login(_) | Self::Logout(_) => Place::Here,
        }
    }
}

impl ChangesArgs {
    fn place(&self) -> Place {
        match self.decision {
            None => READ,
            Some(DecisionCommand::Confirm(_) | DecisionCommand::Discard(_)) => {
                changes("decide on the removals' page of the connector")
            }
        }
    }
}
