//! The hub's interface for programs, held to its own document by a fuzzer: no failure, and no answer that the document does
//! not allow.

#![expect(clippy::expect_used, reason = "what helps the tests reports to them by panicking")]

mod fuzz;
mod hub;
#[cfg(test)]
mod metrics;
