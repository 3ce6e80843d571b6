//! Who in the organisation answers for packages and repositories: whom to ask, and who reviews. It says nothing about access.
//!
//! | question | module |
//! |---|---|
//! | who answers for what, and how is that known? | `book`, as `answer` says it |
//! | who follows from the registry itself? | `stewards` |
//! | which resource, person or team does a word mean? | `names` |
//! | what does a list say? | `list` |
//! | what does a CODEOWNERS file say? | `codeowners` |
//! | what would either change? | `preview` |
//! | what do people say? | `decide` |
//! | who answered for it before? | `history` |
//! | how do queries see it? | `relationships` |

mod answer;
mod book;
mod codeowners;
mod decide;
mod history;
mod list;
mod names;
mod preview;
mod relationships;
mod stewards;

pub use answer::{OwnedAnswer, OwnerAnswer};
pub use book::{OwnerBook, owned};
pub use codeowners::{CodeownersError, CodeownersPreview, codeowners_import, codeowners_preview};
pub use decide::{OwnerNameError, owner_set, owner_unset};
pub use history::OwnerPast;
pub use list::{OwnerListError, owner_list_import, owner_list_preview};
pub use preview::{OwnerDifference, OwnerPreview};
