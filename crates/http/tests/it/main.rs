//! The kit against real servers on this machine, well-behaved and not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

mod answers;
mod canary;
mod child;
mod exchange;
mod faults;
mod guard;
mod headers;
mod observer;
mod outward;
mod pacing;
mod proxy;
mod refusals;
mod support;
mod tls;
