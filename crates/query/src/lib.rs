//! J1QL: what a query says, what it needs, and its answer.
//!
//! `docs/reference/j1ql.md` says what the language means.
//!
//! **Architecture Invariant:** nothing here performs I/O, takes a clock or fails on a query or on data. Whatever is wrong
//! with a query is a [`Diagnostic`] with its place.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

pub mod ast;
mod diagnostic;
mod lex;
mod moment;
mod nearest;
mod parse;
mod print;
mod remarks;
mod span;
mod words;

pub use diagnostic::{Diagnostic, Severity};
pub use parse::{LONGEST, Parsed, parse};
pub use span::Span;
