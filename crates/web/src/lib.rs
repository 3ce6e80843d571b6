//! HTTP in: pages for people, an interface for programs, and events for both.
//!
//! Pages are made on the server and work without JavaScript; what a script adds is comfort. Nothing is decided here: a
//! handler reads what was asked, calls a use-case of `engine`, and shows what that says.
//!
//! | question | module |
//! |---|---|
//! | which addresses are there, and who may use them? | [`route_table`], `route` |
//! | what stands between a request and its handler? | `guard` |
//! | what is shown? | `page`, with the templates in `templates/` |
//! | what do programs get? | `api` |
//! | how do identity providers push users and groups? | `scim` |
//! | where do programs ask that read a connector elsewhere? | `runner` |
//! | which commands does it run for clients? | [`CommandRunner`] |
//! | how does somebody sign in with another's word? | [`SingleSignOn`] |
//! | how does a page follow what happens? | `live` |
//! | how is a finding decided about? | `finding` |
//! | how is a review held? | `review` |
//! | how is a question in J1QL asked? | `query`, of what: `world` |
//! | what watches over a hub from outside? | [`Telemetry`] |
//! | what can every request reach? | [`Site`] |

mod address;
mod agent;
mod api;
mod asset;
mod command;
mod error;
mod finding;
mod form;
mod guard;
mod health;
mod kept;
mod live;
mod overview;
mod page;
mod people;
mod picture;
mod query;
mod review;
mod route;
mod runner;
mod scim;
mod serve;
mod single_sign_on;
mod site;
mod spreadsheet;
mod telemetry;
mod text;
mod world;

pub use command::{CommandEnd, CommandPiece, CommandRefusal, CommandRunner, CommandStop, CommandWish, PreparedCommand};
pub use page::invitation::address_path as invitation_path;
pub use route::{RouteRow, route_table};
pub use serve::serve;
pub use single_sign_on::{Outbound, SingleSignOn};
pub use site::{Site, SiteOptions};
pub use telemetry::{Telemetry, metrics_serve};
