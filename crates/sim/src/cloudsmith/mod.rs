//! A simulated Cloudsmith: organisations with members, teams, services and repositories, with the
//! rules that decide who may read, push to and administer each repository, and who sees what.
//!
//! Facts: `cloudsmith-api.md` (calls, objects, roles, views) and `cloudsmith-client-requests.md`
//! (what real clients send and accept). Where those leave a question open, the choice made here is
//! written at [`Quirks`] or beside the code that makes it.
//!
//! ```
//! use rolecall_sim::cloudsmith::{Level, Principal, Role, Server, ServiceRole, TeamRole, World};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut world = World::new();
//! world
//!     .organization("acme")
//!     .member("acme", "alice", Role::Owner)
//!     .team_member("acme", "release", "bob", TeamRole::Member)
//!     .service("acme", "ci", ServiceRole::Member)
//!     .privilege("acme", "prod", Principal::Team("release"), Level::Write);
//! world.repository("acme", "prod").default_privilege(Level::Read);
//! let key = world.key("alice");
//!
//! let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await?;
//! // … let a client read `server.url()` with `key` …
//! assert!(server.world().may_push("acme", "prod", "bob"));
//! server.world().team_member_remove("acme", "release", "bob");
//! assert!(server.world().may_read("acme", "prod", "bob"), "by the repository's default");
//! assert!(!server.world().may_read("acme", "prod", "ci"), "which does not count for services");
//! # let _ = key;
//! server.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! | question | file |
//! |---|---|
//! | what is there? | `world`, `account`, `organization`, `team`, `service`, `repository`, `entitlement`, `invitation`, `saml`, `oidc`, `key_rule`, `audit`, `package`, `quota` |
//! | how are things found? | `shelf` |
//! | who may do what? | `enforce` (repositories), `caller` (credentials and organisations), `credential` |
//! | who sees what? | `view`, `routes/*` |
//! | what do bodies and answers look like? | `schema/*`, `page`, `refuse`, `rate`, `document` |
//! | what is different on demand? | `quirks`, `disfigure`, `stale`, [`faults`] |
//! | ready-made worlds? | [`story`], [`generate`] |

mod account;
mod audit;
mod caller;
mod credential;
mod disfigure;
mod document;
mod enforce;
mod entitlement;
pub mod faults;
pub mod generate;
mod invitation;
mod key_rule;
mod oidc;
mod organization;
mod package;
mod page;
mod quirks;
mod quota;
mod rate;
mod refuse;
mod repository;
mod routes;
mod saml;
mod schema;
mod service;
mod shelf;
mod stale;
pub mod story;
mod team;
mod view;
mod world;

pub use account::{AccountEdit, LoginMethod};
pub use entitlement::EntitlementEdit;
pub use key_rule::KeyRuleKind;
pub use oidc::ProviderEdit;
pub use organization::Role;
pub use quirks::{Listed, PageHeaders, PageShift, Quirks, Redaction};
pub use repository::{Broadcast, Level, Principal, RepositoryEdit, Visibility};
pub use service::ServiceRole;
pub use team::TeamRole;
pub use world::World;

/// A running simulated Cloudsmith; see [`crate::Server`] for what a test can do with it.
pub type Server = crate::Server<World>;
