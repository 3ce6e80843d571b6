//! What is wrong: rules, declared as values and evaluated over the access graph of one connector at a time.
//!
//! A rule knows no registry. What writing means, who belongs to the root, which entitlements must never lose their last
//! holder: all of that it finds in the [`ConnectorDeclaration`](rolecall_model::ConnectorDeclaration), so that the same
//! rule works for the next connector type unchanged.
//!
//! **Architecture Invariant:** a rule has three answers. It *found* something, there is *nothing*, or it is *unknown*,
//! and then the answer names the listings that were not read in full. *Nothing* is said only when every listing that
//! could show otherwise is complete; what is certain although something else was not read is found all the same.
//!
//! | question | module |
//! |---|---|
//! | what does a rule declare? | `declaration` |
//! | what can be set? | [`settings`] |
//! | what does a rule see, and how much of it was read? | `world` |
//! | what is a finding? | `finding` |
//! | how are the rules evaluated? | `check` |

mod check;
mod declaration;
mod dormant_publisher;
mod finding;
mod ghost_maintainer;
mod lone_publisher;
mod outside_collaborator;
mod owner_count;
pub mod settings;
mod team_writes_everything;
mod world;

pub use check::{CheckAnswer, CheckQuestion, Counts, Outcome, RuleAnswer, check, check_all, chosen};
pub use declaration::{CaseDeclaration, RuleDeclaration, Severity};
pub use finding::{Evidence, Finding, RuleResult};
pub use settings::{RuleSettings, SettingDeclaration, SettingError};
pub use world::RuleWorld;

/// Every rule, in the order in which answers list them.
pub static RULES: &[&RuleDeclaration] = &[
    &owner_count::RULE,
    &outside_collaborator::RULE,
    &ghost_maintainer::RULE,
    &lone_publisher::RULE,
    &team_writes_everything::RULE,
    &dormant_publisher::RULE,
];
