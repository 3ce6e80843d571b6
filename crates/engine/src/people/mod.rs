//! The people directory: who the humans are, and which accounts are theirs.
//!
//! | question | module |
//! |---|---|
//! | who is in the directories, now or then? | `directory` |
//! | what would a roster change, and how does it become current? | `roster` |

mod directory;
mod roster;

pub use directory::people;
pub use rolecall_connect::roster::text::{DateOrder, RosterField, RosterMapping, RosterTarget};
pub use roster::{
    PersonDifference, PropertyDifference, RosterError, RosterPreview, RosterWish, roster_import, roster_preview,
};
