//! Simulated registries for tests and demonstrations: state, *enforcement* and faults.
//!
//! A simulator answers the same calls as the real service and decides by itself what that service
//! would allow, so that a client's idea of "who may publish" can be tried against an independent
//! opponent: publish, and see whether it is refused. It listens on loopback addresses only.
//!
//! ```
//! use rolecall_sim::npm::{Permission, Role, Server, TokenSpec, World};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut world = World::new();
//! world
//!     .organization("acme")
//!     .member("acme", "alice", Role::Owner)
//!     .member("acme", "bob", Role::Developer)
//!     .member("acme", "carol", Role::Developer)
//!     .team_member("acme", "release", "bob");
//! world.package("@acme/lib").published("1.0.0", "alice", "2024-05-01");
//! // A new package is writable by the `developers` team, which every member joins.
//! world
//!     .grant_remove("acme", "developers", "@acme/lib")
//!     .grant("acme", "release", "@acme/lib", Permission::Write);
//! let token = world.token(TokenSpec::granular("alice").reads_organization("acme"));
//!
//! let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await?;
//! // … let a client read `server.url()` with `token` …
//! assert!(server.world().may_publish("bob", "@acme/lib"));
//! server.world().team_member_remove("acme", "release", "bob");
//! assert!(!server.world().may_publish("bob", "@acme/lib"));
//! assert!(server.requests().is_empty(), "nobody has asked anything yet");
//! # let _ = token;
//! server.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! | question | file |
//! |---|---|
//! | what can go wrong on demand? | [`Fault`], [`Times`], [`Pattern`] |
//! | what did the client send? | [`Logged`] |
//! | what does the npm registry hold, decide, answer? | [`npm`] |
//! | what does Cloudsmith hold, decide, answer? | [`cloudsmith`] |

mod base64;
mod clock;
pub mod cloudsmith;
mod connection;
mod damage;
mod fault;
mod finish;
mod handle;
mod limit;
mod log;
mod names;
pub mod npm;
mod pattern;
mod script;
pub mod seed;
mod server;
mod wire;

pub use fault::{Fault, Faults, Times};
pub use limit::Budget;
pub use log::Logged;
pub use pattern::Pattern;
pub use server::{Registry, Server, StartError};
pub use wire::{Answer, Request};
