//! Rules that people keep: what they ask, when the answer is news, and what is then done.
//!
//! | question | module |
//! |---|---|
//! | what is a rule? | `definition` |
//! | what do its templates and conditions come to? | [`expression`] |

mod definition;
pub mod expression;

pub use definition::{Action, Interval, Operation, RuleDefinition, RuleQuery, Subject, Trigger};
