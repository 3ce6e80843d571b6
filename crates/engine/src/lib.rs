//! Use-cases, one module each. They speak to each other through the store only.
//!
//! | question | module |
//! |---|---|
//! | how is an organisation read, and what becomes current? | [`sync`](mod@sync) |
//! | who can do something, by which path? | [`who_can`] |
//! | what may one account do, and what remains if it leaves? | [`account_access`] |
//! | how much could a stolen account write? | [`blast_radius`](mod@blast_radius) |
//! | who could, and what may have been? | [`was`] |
//! | what is recorded? | [`list`] |
//! | what changed, and what waits for a person? | [`changes`] |
//! | what happens, for whoever follows it? | [`feed`] |
//! | what changed about one thing? | [`history`] |
//! | who is in a group, and what does that give? | [`group`] |
//! | is an account the one that had its name before? | [`reappearance`] |
//! | how is everything? | [`status`] |
//! | what does somebody want to know who has a minute? | [`overview`](mod@overview) |
//! | how are connectors configured, watched and removed where there is no command line? | [`connectors`] |
//! | what does a query need, and is asked of? | [`query`] |
//! | what is worth asking? | [`questions`] |
//! | what of it is wrong? | [`rules`] |
//! | what became of it, and what do people decide about it? | [`findings`] |
//! | which rules do people keep, when is what they find news, and what is then done? | [`alerting`] |
//! | who are the people? | [`people`] |
//! | who answers for what? | [`owners`] |
//! | what do people state that no registry tells? | [`attestation`] |
//! | who uses the hub, and what may they do? | [`hub`] |
//! | how is a connector read elsewhere, by a program that this hub tells what to do? | [`runner`] |
//! | how does everything leave as one file, and come back? | [`export`] |
//! | what is given to an auditor, and is it what was signed? | [`evidence`] |
//! | how do two of them differ? | [`diff`](mod@diff) |
//! | how does what is recorded differ from what a file wants? | [`drift`](mod@drift) |
//! | what does somebody without a terminal read? | [`report`]; what may stand in a cell: [`spreadsheet_cell`] |
//! | how do signed heads of the audit log leave the machine? | [`audit`] |
//! | who does all of this when no person does? | [`work`] |
//! | do the computed rights agree with what the registry says? | [`agreement`] |

mod about;
pub mod account_access;
pub mod agreement;
pub mod alerting;
mod alike;
mod as_of;
pub mod attestation;
mod attribute;
pub mod audit;
mod author;
pub mod baton;
pub mod blast_radius;
mod change_fold;
pub mod changes;
mod completeness;
pub mod connectors;
mod context;
mod decision;
mod diagnostic;
pub mod diff;
mod document;
pub mod drift;
mod entitlement;
pub mod evidence;
pub mod export;
pub mod feed;
pub mod findings;
mod gives;
pub mod group;
pub mod history;
pub mod hub;
mod image;
pub mod jobs;
pub mod list;
mod loading;
mod measure;
mod moment;
mod moments;
mod name;
mod once;
mod outdated;
pub mod overview;
pub mod owners;
mod path;
pub mod people;
mod placed;
pub mod plans;
mod publisher;
pub mod query;
pub mod questions;
pub mod reappearance;
pub mod report;
pub mod reviews;
pub mod rules;
pub mod runner;
pub mod search;
mod search_index;
mod since;
mod spreadsheet;
pub mod status;
pub mod step_text;
mod sync;
#[cfg(test)]
mod tests;
mod text;
pub mod was;
pub mod who_can;
pub mod work;
mod world;

pub use about::{About, about_of};
pub use as_of::{AsOf, KnownThen, past_parse};
pub use attribute::AttributeAnswer;
pub use completeness::{Completeness, Gap, PausedConnector};
pub use context::{Context, ListingSettled, Progress, Silent, clock_system};
pub use entitlement::EntitlementAnswer;
pub use image::GraphImages;
pub use moment::{day_text, moment_parse, moment_text, since_text, span_parse};
pub use name::{Candidate, NameError, first_steps};
pub use path::{PathAnswer, StepAnswer};
pub use publisher::{CredentialAnswer, ObservedPublisherAnswer, TrustedPublisherAnswer};
pub use spreadsheet::spreadsheet_cell;
pub use sync::{
    DEFAULT_MONTHLY_REQUESTS, EventsReport, HeldListing, LeftOut, ListingTrouble, StageReport, SyncError, SyncOptions,
    SyncReport, sync_run,
};
pub use world::{
    WorldVersion, WorldView, connector_is_named, connector_title, connectors_of, world_load, world_load_with,
    world_version,
};
