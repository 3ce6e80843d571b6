//! Reviews of access: campaigns in which people say of grants whether they are still right.
//!
//! | question | module |
//! |---|---|
//! | what is a campaign to be? | `definition` |
//! | which grants are in it? | `scope`, `question` |
//! | how complete is what they are taken from? | `accuracy` |
//! | what is a reviewer shown of a grant? | `shown`, `item` |
//! | who is a reviewer, and who holds what? | `people` |
//! | who reviews which grant? | `reviewer` |
//! | how is a campaign written, staged, started and ended? | `draft`, `stage`, `run` |
//! | how does somebody decide? | `decide`; in a file: `file` |
//! | who decides from now on, or for somebody else? | `assign`, `delegate` |
//! | what is somebody known to hold by now? | `own` |
//! | what happens without anybody asking? | `upkeep` |
//! | what do lists and pages show? | `list`; to whoever decides: `worklist`, `share` |
//!
//! *Architecture Invariant*: nobody decides about what they hold themself. Whoever is staged as a holder is refused by the store; who
//! became known as one since is refused with what `own` finds, and so is whoever decides in their place.

mod accuracy;
mod assign;
mod decide;
mod definition;
mod delegate;
mod draft;
mod error;
mod file;
mod item;
mod list;
mod own;
mod people;
mod question;
mod reviewer;
mod run;
mod scope;
mod share;
mod shown;
mod stage;
mod upkeep;
mod validate;
mod worklist;

pub use accuracy::{AccuracyFlag, ConnectorAccuracy, ReviewAccuracy, review_accuracy};
pub use assign::{review_assign, review_assign_all};
pub use decide::{
    ChoiceWish, DecideReport, ReviewActor, review_choose, review_choose_as, review_decide, review_submit_chosen,
};
pub use definition::{ReviewDefinition, ReviewRepeat, ReviewScope, ScopeEntity};
pub use delegate::{DelegateRow, DelegateWish, review_delegate, review_delegate_end, review_delegates};
pub use draft::{review_create, review_revise};
pub use error::ReviewError;
pub use file::{DecisionFileReport, decisions_export, decisions_import};
pub use list::{EventRow, ReviewDetail, ReviewRow, ReviewerRow, review_list, review_show};
pub use people::ReviewPeople;
pub use rolecall_store::ReviewSource;
pub use run::{CompleteWish, review_cancel, review_complete, review_start};
pub use scope::{ScopeCount, review_connectors};
pub use share::{ReviewShare, review_share, review_waiting};
pub use shown::{ItemGives, ItemShown};
pub use stage::review_stage;
pub use upkeep::{ReviewUpkeep, review_is_due, review_upkeep};
pub use validate::review_validate;
pub use worklist::{ChosenRow, ItemDecision, ItemQuestion, ItemRow, review_chosen, review_items};
