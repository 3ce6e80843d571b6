//! Programs that read a connector elsewhere: by which key each proves who it is, and what it shows with its calls.
//!
//! What a runner does are jobs as all others (`by_runner`), so that leases, attempts and cancelling are written once. Only
//! public keys and digests are kept.

mod client;
mod refusal;
mod token;

pub use client::{NewRunnerKey, RunnerClient, RunnerSeen};
pub use refusal::RunnerRefusal;
pub use token::NewRunnerToken;
