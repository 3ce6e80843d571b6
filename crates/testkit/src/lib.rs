//! What several crates' tests share: a server that replays recorded answers, a proxy that inspects TLS, a way to run the
//! binary, a place for a database, and how many cases to try.

mod authority;
mod binary;
mod database;
mod inspecting_proxy;
mod level;
mod recording;
mod replay;

pub use authority::{Authority, acceptor};
pub use binary::{Binary, Ran};
pub use database::TestDatabase;
pub use inspecting_proxy::InspectingProxy;
pub use level::cases;
pub use recording::{Exchange, Recording};
pub use replay::Replay;
