//! Which name in a query means what, and the ways through it.
//!
//! This needs no graph: what is wrong here is wrong of any graph.

mod chain;
mod names;
mod slots;

pub(crate) use chain::{Chain, MOST_CHAINS, chains};
pub(crate) use names::{Names, Target, joined};
pub(crate) use slots::{MOST_HOPS, Slots};
