//! Connectors.
//!
//! | question | module |
//! |---|---|
//! | which ones are there, and how is each? | `list`, `one` |
//! | how is one configured and changed? | `create`, `replace` |
//! | what is done with one? | `act`, `remove` |
//! | what was read, and what happened meanwhile? | `syncs`, `log`, `resources`, `events` |
//! | what waits for a person? | `removals` |

pub(super) mod act;
pub(super) mod create;
pub(super) mod events;
pub(super) mod list;
pub(super) mod log;
pub(super) mod one;
pub(super) mod removals;
pub(super) mod remove;
pub(super) mod replace;
pub(super) mod resources;
pub(super) mod syncs;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    [
        act::routes(),
        create::routes(),
        events::routes(),
        list::routes(),
        log::routes(),
        one::routes(),
        removals::routes(),
        remove::routes(),
        replace::routes(),
        resources::routes(),
        syncs::routes(),
    ]
    .concat()
}
