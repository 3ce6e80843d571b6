//! The language of templates and conditions: what stands between `{{` and `}}`.
//!
//! It is what JupiterOne's rules use, which is JEXL with transforms of its own; `docs/reference/rule-templates.md` says
//! what each word means. Nothing here reads, writes or waits.
//!
//! *Architecture Invariant*: whatever is written and whatever it is asked of, reading and rendering end, without a panic
//! and within the bounds of `bounds`: in length, in depth and in work.
//!
//! | question | module |
//! |---|---|
//! | what is written? | `lexer`, `parser`, `tree` |
//! | what does a text with templates in it make? | `template` |
//! | does a condition hold? | `condition` |
//! | what is there to name? | `scope`, `member` |
//! | what does it come to? | `evaluation`, `operator`, `transform`, `value` |
//! | how much of it may there be? | `bounds` |

mod bounds;
mod condition;
mod error;
mod evaluation;
mod lexer;
mod member;
mod operator;
mod parser;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod transform;
mod tree;
mod used;
mod value;

pub use condition::Condition;
pub use error::ExpressionError;
pub use scope::Scope;
pub use template::{Template, render_deep};
pub use used::Used;
