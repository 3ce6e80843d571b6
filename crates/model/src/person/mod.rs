//! Who is behind an account: people, and the rules by which accounts are joined to them.
//!
//! | question | module |
//! |---|---|
//! | what does a directory say of a person? | `directory` |
//! | how is that stated as facts, and read back? | `facts` |
//! | what does correlation see of an account? | `account` |
//! | what has somebody decided? | `pin` |
//! | which evidence counts how much? | `rule` |
//! | which words mean the same? | `spelling`, `name` |
//! | who is found by what? | `index`, `name_index` |
//! | what speaks for whom? | `claim` |
//! | what follows from all that? | `correlate`, `state` |
//! | what has become different? | `change` |
//!
//! **Architecture Invariant:** nothing that somebody can edit about themselves links an account to a person, and what
//! a person has pinned is never overruled.

mod account;
mod change;
mod claim;
mod correlate;
mod day;
mod directory;
mod facts;
mod index;
mod name;
mod name_index;
mod pin;
mod rule;
mod settings;
mod spelling;
mod state;

pub use account::{AccountAddress, AccountFacts, AccountKey, Told, ToldBy, Trust};
pub use change::{LinkChange, LinkChanged, changes};
pub use correlate::correlate;
pub use day::Day;
pub use directory::{Employment, Person, PersonAddress, PersonKey, PersonKind, Standing, Subject};
pub use facts::{MANAGES, PERSON, person_facts, person_of};
pub use name::name_similarity;
pub use pin::{Pin, Pinned, Pins};
pub use rule::{Confidence, CorrelationRule};
pub use settings::{AccountField, AttributeMapping, CorrelationSettings};
pub use spelling::{normal_address, normal_username};
pub use state::{
    Ambiguity, Candidate, Correlation, Crowd, Evidence, IdentityLink, LinkState, ServiceSaidBy, Shortlist,
};
