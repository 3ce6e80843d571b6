//! Rules that people keep: what they ask, when the answer is news, and what is then done.
//!
//! | question | module |
//! |---|---|
//! | what is a rule? | `definition` |
//! | what do its templates and conditions come to? | [`expression`] |
//! | which rules are in a file, and what is one of them as JupiterOne writes it? | [`file`] |

mod definition;
pub mod expression;
pub mod file;

pub use definition::{Action, Interval, Operation, RuleDefinition, RuleQuery, Subject, Trigger};
