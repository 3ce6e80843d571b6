//! What several crates' tests share: a server that replays recorded answers, a way to run the binary, and how many
//! cases to try.

mod binary;
mod level;
mod recording;
mod replay;

pub use binary::{Binary, Ran};
pub use level::cases;
pub use recording::{Exchange, Recording};
pub use replay::Replay;
