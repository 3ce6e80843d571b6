//! *Changes*: what became different, and how two moments or syncs differ.
//!
//! | question | file |
//! |---|---|
//! | what changed? | `list.rs`, as somebody wishes it: `wish.rs` |
//! | how do two moments differ? | `compare.rs` |
//! | where do the names in a sentence lead? | `said.rs` |

mod compare;
mod list;
mod said;
mod wish;

use super::explore::When;
use crate::route::Route;
pub(super) use list::Row;
use said::{Piece, pieces};

const HERE: &str = "/changes";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), compare::routes()].concat()
}
