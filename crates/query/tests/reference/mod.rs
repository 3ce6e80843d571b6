//! A reference evaluator: the written semantics as nested loops, for comparison with the real engine.
//!
//! Numbers in comments, such as `(7)`, are those of `docs/reference/j1ql.md`. Nothing here is clever, and nothing here
//! looks at how the engine does it.

pub(crate) mod aggregate;
pub(crate) mod check;
pub(crate) mod condition;
pub(crate) mod dates;
pub(crate) mod engine;
pub(crate) mod evaluate;
pub(crate) mod examples;
pub(crate) mod expression;
pub(crate) mod fixture;
pub(crate) mod fixture_json;
pub(crate) mod generate;
pub(crate) mod generate_graph;
pub(crate) mod generate_values;
pub(crate) mod laws;
pub(crate) mod order;
pub(crate) mod paths;
pub(crate) mod patterns;
pub(crate) mod print;
pub(crate) mod project;
pub(crate) mod scope;
pub(crate) mod text;
pub(crate) mod values;
