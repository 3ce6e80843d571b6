//! Use-cases, one module each. They speak to each other through the store only.
//!
//! | question | module |
//! |---|---|
//! | how is an organisation read, and what becomes current? | [`sync`](mod@sync) |
//! | who can do something, by which path? | [`who_can`] |
//! | what may one account do, and what remains if it leaves? | [`account_access`] |
//! | what is recorded? | [`list`] |
//! | what changed, and what waits for a person? | [`changes`] |
//! | how is everything? | [`status`] |
//! | do the computed rights agree with what the registry says? | [`agreement`] |

pub mod account_access;
pub mod agreement;
pub mod changes;
mod completeness;
mod context;
pub mod list;
mod moment;
mod name;
mod path;
mod publisher;
mod since;
pub mod status;
mod sync;
pub mod who_can;
mod world;

pub use completeness::{Completeness, Gap};
pub use context::{Context, Progress, Silent, clock_system};
pub use moment::{moment_parse, moment_text};
pub use name::{Candidate, NameError};
pub use path::{PathAnswer, StepAnswer};
pub use publisher::{ObservedPublisherAnswer, TrustedPublisherAnswer};
pub use sync::{
    DEFAULT_MONTHLY_REQUESTS, HeldListing, LeftOut, ListingTrouble, StageReport, SyncError, SyncOptions, SyncReport,
    sync_run,
};
pub use world::{WorldView, connector_title, world_load};
