//! What several crates' tests share: a server that replays recorded answers, and a way to run the binary.

mod binary;
mod recording;
mod replay;

pub use binary::{Binary, Ran};
pub use recording::{Exchange, Recording};
pub use replay::Replay;
