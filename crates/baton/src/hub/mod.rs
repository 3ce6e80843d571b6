//! The hub's side of the protocol by which connectors that run elsewhere sign in, ask what to do and bring what they read.
//!
//! | question | module |
//! |---|---|
//! | what does a connector show who it is by? | `credential` |
//! | how does it prove that? | `token` |
//! | what may it call, and what does that mean? | `service` |
//! | how does a file come? | `upload` |
//! | what has a hub to decide? | [`HubHandler`] |
//!
//! Only the protocol: who may do something, what is due, and what becomes of a file is the handler's. Nothing that is sent
//! is trusted to be short, or to be of any shape.

mod credential;
mod handler;
mod service;
mod task_id;
mod text;
mod token;
mod upload;

pub use credential::{ClientId, CredentialError, PublicKey, RunnerCredential};
pub use handler::{Heard, Hello, HubHandler, NextTask, Refusal, TaskOutcome, Upload};
pub use service::{METHODS, SERVICE, call};
pub use task_id::TaskId;
pub use token::{AssertionFlaw, TOKEN_PATH, TokenReply, TokenRequest, TokenRequestFlaw, assertion_check};
