//! Rules that people keep: what they ask, when the answer is news, and what is then done.
//!
//! | question | module |
//! |---|---|
//! | what is a rule? | `definition` |
//! | how is one kept, changed, enabled and removed? | `keep` |
//! | which come ready? | `pack` |
//! | which rules are due? | `due`; what a rule saw the last time: `seen` |
//! | what did its queries find? | `asking`, `row`; all rules over one view of the world: `pass` |
//! | what of it is news? | `news` |
//! | what is written and told of an evaluation? | `evaluation`; of its rows and findings: `kept`; where its alert stands: `standing` |
//! | what do its actions lead to? | `action`; what is said where nobody wrote a template: `message` |
//! | what do its templates and conditions come to? | [`expression`] |
//! | which rules are in a file, and what is one of them as JupiterOne writes it? | [`file`] |
//! | where is something told? | `endpoint` |
//! | how does it get there? | `delivery` |
//! | what would a rule say? | `preview` |
//! | what do people ask for beside keeping rules? | `ask` |
//!
//! **Architecture Invariant:** no new row is missed, and none is told twice: an evaluation is written with all that is to be
//! told of it, in one transaction that fails when another evaluation came between; one that fails changes nothing of what is
//! known.

mod action;
mod ask;
mod asking;
mod definition;
mod delivery;
mod due;
mod endpoint;
mod evaluation;
pub mod expression;
pub mod file;
mod keep;
mod kept;
mod message;
mod news;
mod notice;
mod pack;
mod pass;
mod preview;
mod row;
mod seen;
mod standing;

pub use ask::{endpoint_ask, rule_dismiss, rule_evaluations, rule_remove, rules_ask, rules_version};
pub use definition::{Action, Interval, Operation, RuleDefinition, RuleQuery, Subject, Trigger};
pub use delivery::{
    DeliverError, DeliveryAnswer, DeliveryRow, delivery_attempt, delivery_list, delivery_list_named, delivery_retry,
    delivery_show,
};
pub use endpoint::{
    EndpointError, EndpointRow, EndpointWish, endpoint_enable, endpoint_list, endpoint_put, endpoint_remove,
    endpoint_show, endpoint_try,
};
pub use keep::{RuleAnswer, RuleError, RuleRowShown, rule_list, rule_problems, rule_put, rule_show, saved_questions};
pub use news::{Before, KnownRow, News, PropertyChange, news, rows_digest};
pub use notice::NoticeContent;
pub use pack::{PACK, pack_enable, telling};
pub(crate) use pass::rules_are_due;
pub use pass::{PassError, PassReport, Passing, RuleOutcome, Which, rules_evaluate};
pub use preview::{NoticePreview, RulePreview, rule_preview, rule_preview_of};
pub use rolecall_notify::{EndpointKind, SecretField, SettingField, SettingProblem};
pub use rolecall_store::{AlertState, DeliveryAttempt, DeliveryFilter, DeliveryState, RuleEvaluation};
pub use row::{QueryFound, RuleRow};
