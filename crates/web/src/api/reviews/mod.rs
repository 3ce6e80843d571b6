//! Reviews of access, and the plans of what is denied.
//!
//! | question | file |
//! |---|---|
//! | what is a campaign, and what is told of it? | `shape.rs` |
//! | which are there, and how is one written? | `campaign.rs` |
//! | what is done with one? | `act.rs` |
//! | what is in it, and how is that decided? | `item.rs` |
//! | who decides for whom? | `delegate.rs` |
//! | what follows? | `plan.rs` |

pub(super) mod act;
pub(super) mod campaign;
pub(super) mod delegate;
pub(super) mod item;
pub(super) mod plan;
mod shape;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    [campaign::routes(), act::routes(), item::routes(), delegate::routes(), plan::routes()].concat()
}
