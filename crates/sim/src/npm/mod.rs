//! A simulated npm registry: accounts, organisations, teams, packages and tokens, with the rules
//! that decide who may read what and who may publish what.
//!
//! Facts: `npm-api.md` (endpoints, roles, tokens, limits) and `npm-client-requests.md` (what real
//! clients send and accept). Where those leave a question open, the choice made here is written
//! at [`Quirks`] or beside the code that makes it.
//!
//! | question | file |
//! |---|---|
//! | what is there? | `world`, `account`, `organization`, `package`, `token`, `trust`, `stage`, `hook` |
//! | who may do what? | `enforce` (rights), `caller` (credentials), `otp` (one-time passwords) |
//! | what does an answer look like? | `routes/*`, `packument`, `view`, `quirks` |
//! | ready-made worlds? | [`story`], [`generate`] |

mod account;
mod caller;
mod enforce;
pub mod generate;
mod hook;
mod organization;
mod otp;
mod package;
mod packument;
mod path;
mod quirks;
mod routes;
mod stage;
pub mod story;
mod token;
mod trust;
mod view;
mod world;

pub use account::{AccountEdit, TwoFactor};
pub use organization::Role;
pub use package::{PackageEdit, Permission, Publishing};
pub use quirks::{OtpForm, PermissionWords, Quirks, RosterView, TeamNames, WebApproval};
pub use token::{Access, TokenSpec};
pub use trust::{Provider, TrustSpec};
pub use world::World;

/// A running simulated npm registry; see [`crate::Server`] for what a test can do with it.
pub type Server = crate::Server<World>;
