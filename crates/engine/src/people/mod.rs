//! The people directory: who the humans are, and which accounts are theirs.
//!
//! | question | module |
//! |---|---|
//! | who is in the directories, or was, now or then? | `directory` |
//! | what does correlation see of accounts? | `accounts` |
//! | whose are they, and since when is that known? | `identity` |
//! | when is it worked out anew, to be written down? | `refresh` |
//! | how is somebody erased? | `erase` |
//! | which accounts were somebody's, and nothing says so now? | `former` |
//! | how do queries get from an account to its person? | `across` |
//! | how are people and accounts listed? | `rows`; which ones: `filter` |
//! | what do people decide of accounts? | `decide`; what they look at before: `case` |
//! | what can a leaver do, and how is it taken away? | `leaver`; was it taken away? `comparison` |
//! | what do identity providers push? | [`scim`] |
//! | what would a roster change, and how does it become current? | `roster` |

mod accounts;
mod across;
mod case;
mod comparison;
mod decide;
mod directory;
mod erase;
mod filter;
mod former;
mod identity;
mod leaver;
mod refresh;
mod roster;
mod rows;
pub mod scim;

pub use accounts::account_facts;
pub(crate) use across::people_relationships;
pub use case::{AccountCase, AccountWord, CaseDecision, CasePerson, CaseRefusal, CaseSpan};
pub use comparison::{HeldRight, LeaverComparison, leaver_compare};
pub use decide::{account_pin, account_refuse, account_unpin};
pub use directory::Directory;
pub(crate) use directory::is_directory_view;
pub use erase::{PersonEraseError, PersonErased, person_erase};
pub use filter::{AccountFilter, PersonFilter};
pub use former::FormerAccount;
pub(crate) use former::former_accounts;
pub use identity::{Identities, identities_record};
pub use leaver::{LeaverAccount, LeaverAnswer, LeaverKnown, LeaverOwned, LeaverPerson, LeaverStep};
pub use refresh::{identities_refresh, identities_renew};
pub use rolecall_connect::roster::text::{DateOrder, RosterField, RosterMapping, RosterTarget};
pub use roster::{
    PersonDifference, PropertyDifference, RosterError, RosterPreview, RosterWish, roster_import, roster_preview,
};
pub use rows::{AccountRow, CandidateRow, PersonNameError, PersonRow};
