//! J1QL: what a query says, what it needs, and its answer.
//!
//! `docs/reference/j1ql.md` says what the language means.
//!
//! **Architecture Invariant:** nothing here performs I/O, takes a clock or fails on a query or on data. Whatever is wrong
//! with a query is a [`Diagnostic`] with its place.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod answer;
mod asked;
pub mod ast;
mod bind;
mod changes;
mod compile;
mod diagnostic;
mod lex;
mod moment;
mod nearest;
mod needs;
mod parse;
mod prepare;
mod print;
mod remarks;
mod run;
mod set;
mod span;
mod table;
mod value;
mod visit;
mod words;

pub use answer::{Answer, Edge, Found, FoundPath, Limit, LimitReached, PathStep, Tree, TreeEdge};
pub use asked::{Asked, Budget, Needs, Worlds};
pub use changes::{Change, Changes, Window};
pub use diagnostic::{Diagnostic, Severity};
pub use nearest::nearest;
pub use parse::{LONGEST, Parsed, parse};
pub use prepare::{Prepared, prepare};
pub use span::Span;
pub use table::{Cell, Table, TableRow};
pub use visit::entity_sets;
