//! Findings as they are noted: with what became of them, and what people decide.

pub(super) mod act;
pub(super) mod list;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), act::routes()].concat()
}
