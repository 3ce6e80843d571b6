//! Pure types of Rolecall: what a connector observes, how complete each reading was, what a registry's rules are.
//!
//! Nothing here performs I/O, takes a clock or fails on data. Everyone else speaks in these types:
//! `connect` produces [`Reading`]s of [`ListingKey`]s, `engine` compares them with what is current
//! ([`ListingDiff`]), rules on removals ([`removal`]) and joins accounts to people ([`person`]), `store` keeps the [`Fact`]s, and `graph` interprets the
//! [`AccessRule`]s that a connector type declares as values.

mod access_rule;
mod comparison;
mod declaration;
mod diff;
mod event;
mod expected;
mod fact;
mod fingerprint;
mod governance;
mod listing;
mod numbered;
pub mod owner;
pub mod person;
pub mod removal;
mod resource;
pub mod review;
mod taking;
mod term;
mod time;
mod value;

pub use access_rule::{AccessRule, Given};
pub use comparison::{Difference, ListingNumber, NotSeen, Record, compare};
pub use declaration::{
    ActionDeclaration, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, IdPart, IdReuse,
    ListingDeclaration, OwnershipDeclaration, Population, Purpose, RelationshipMapping, RelationshipSource,
    RoleMapping, Stage, StandIn, Trait, TypeDeclaration, WriteDeclaration, WriteHistory,
};
pub use diff::{FactSet, ListingDiff, Replaced};
pub use event::{Altered, SourceEvent};
pub use expected::{ExpectedEffect, ExpectedRemoval, ExpectedRemovals};
pub use fact::{Fact, FactKind};
pub use fingerprint::{Aspect, Fingerprint, SightShrank};
pub use governance::{
    AccountSigns, BarDeclaration, CreatorDeclaration, GovernanceDeclaration, GroupSyncDeclaration,
    IdentityProviderDeclaration, InvitationDeclaration, OpeningTokenDeclaration, ReleaseDeclaration,
    ServiceDeclaration, SignInDeclaration,
};
pub use listing::{Diagnostic, ListingKey, Outcome, Proof, Reading, Reason, Verdict, VerdictKind};
pub use numbered::NumberedFact;
pub use resource::{EntitlementRef, ResourceRef};
pub use taking::{LeavingStep, TakingDeclaration, TakingEffect};
pub use term::Term;
pub use time::Timestamp;
pub use value::Value;
