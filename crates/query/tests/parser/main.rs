//! What the parser makes of texts: of real queries, of mistakes, and of anything at all.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on ends there")]

mod anything;
mod examples;
mod invariants;
mod limits;
mod messages;
mod round_trip;
mod soup;
mod strategy;
mod trees;
