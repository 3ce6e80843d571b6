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
//! | what does it know besides the graph? | `known` |
//! | what do rules about accounts, creators and past writes have in common? | `account`, `creator`, `history` |
//! | what is a finding? | `finding` |
//! | how are the rules evaluated? | `check` |

mod abandoned_package;
mod account;
mod broad_identity_provider;
mod check;
mod connector_credential;
mod connector_stale;
mod creator;
mod declaration;
mod default_right;
mod departed_person;
mod direct_right;
mod dormant_member;
mod dormant_publisher;
mod empty_team;
mod finding;
mod ghost_maintainer;
mod group_sync;
mod history;
mod known;
mod listing_unavailable;
mod lone_publisher;
mod lost_provenance;
mod low_bar;
mod open_invitation;
mod open_token;
mod orphan_account;
mod outside_address;
mod outside_collaborator;
mod outside_publication;
mod owner_count;
mod removals_held;
mod returned_account;
mod returned_grant;
mod second_factor;
mod service_account;
pub mod settings;
mod sign_in_bypass;
mod sign_in_policy;
mod suspended_account;
mod team_writes_everything;
mod too_many_publishers;
mod trusted_publisher;
mod world;

pub use check::{CheckAnswer, CheckQuestion, Counts, Outcome, RuleAnswer, check, check_all, chosen};
pub use declaration::{CaseDeclaration, RuleDeclaration, Severity};
pub use finding::{Evidence, Finding, RuleResult};
pub use known::RuleKnown;
pub(crate) use known::directory_completeness;
#[cfg(test)]
pub(crate) use known::{ConnectorKnown, PeopleKnown, ReturnedGrant};
pub use settings::{RuleSettings, SettingDeclaration, SettingError};
pub use world::RuleWorld;

/// Every rule, in the order in which answers list them: people first, then how they sign in, then rights, then what was
/// written, then what opens something without an account, then the connectors themselves.
pub static RULES: &[&RuleDeclaration] = &[
    &departed_person::RULE,
    &owner_count::RULE,
    &outside_collaborator::RULE,
    &orphan_account::RULE,
    &outside_address::RULE,
    &returned_account::RULE,
    &returned_grant::RULE,
    &suspended_account::RULE,
    &second_factor::RULE,
    &sign_in_policy::RULE,
    &sign_in_bypass::RULE,
    &dormant_member::RULE,
    &dormant_publisher::RULE,
    &ghost_maintainer::RULE,
    &lone_publisher::RULE,
    &too_many_publishers::RULE,
    &team_writes_everything::RULE,
    &default_right::RULE,
    &direct_right::RULE,
    &empty_team::RULE,
    &low_bar::RULE,
    &outside_publication::RULE,
    &lost_provenance::RULE,
    &trusted_publisher::RULE,
    &abandoned_package::RULE,
    &service_account::RULE,
    &open_token::RULE,
    &broad_identity_provider::RULE,
    &group_sync::RULE,
    &open_invitation::RULE,
    &connector_stale::RULE,
    &connector_credential::RULE,
    &removals_held::RULE,
    &listing_unavailable::RULE,
];
