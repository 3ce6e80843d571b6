//! A simulated Cloudsmith: organisations with members, teams, services and repositories, with the
//! rules that decide who may read, push to and administer each repository, and who sees what.
//!
//! Facts: `cloudsmith-api.md` (calls, objects, roles, views) and `cloudsmith-client-requests.md`
//! (what real clients send and accept). Where those leave a question open, the choice made here is
//! written at [`Quirks`] or beside the code that makes it.
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
