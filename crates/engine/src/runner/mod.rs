//! Connectors that are read elsewhere: by runners, which ask this hub what to do and bring a file of what they read.
//!
//! | question | module |
//! |---|---|
//! | how is such a connector added? | `create` |
//! | by which key does its runner show who it is, and who makes that key? | `key` |
//! | what is given for a proof, and what does that open? | `token` |
//! | what does a runner do, as the protocol says it? | [`RunnerDesk`] |
//! | how does its file become current? | `import` |
//! | what is known of it, for people? | `view` |
//!
//! A sync of such a connector is a job as all others; only that the runner claims it, and no worker. So leases, attempts,
//! cancelling and the list of jobs are those that there are. What was brought is taken over by the hub as an attempt of its
//! own, so that from then on the runner can write nothing for it.

mod create;
mod desk;
mod import;
mod key;
mod token;
mod view;

pub use create::{RunnerForm, runner_connector_create};
pub use desk::{RunnerDesk, RunnerLimits};
pub use key::{RunnerAddress, RunnerKeyMade};
pub use rolecall_baton::hub::{
    METHODS, SERVICE, TOKEN_PATH, TokenReply, TokenRequest, TokenRequestFlaw, call as runner_call,
};
pub use rolecall_store::{RunnerClient, RunnerSeen};
pub use token::Runner;
pub use view::{RunnerView, runner_view};

pub(crate) use import::file_import;
