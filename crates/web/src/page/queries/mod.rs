//! *Queries*: an editor for J1QL, ready questions, and answers.
//!
//! | question | file |
//! |---|---|
//! | what does somebody want to ask? | `wish.rs` |
//! | what is there to start from? | `ready.rs` |
//! | what was found, and what is said of it? | `answer.rs` |
//! | how is it shown? | `cell.rs`, `table.rs`; paths and trees: `path.rs`, `tree.rs`, as pictures `drawn.rs` |
//! | what is on the page? | `view.rs`; its addresses: `show.rs` |
//! | what is wrong with a query, and where? | `place.rs` |
//! | what leaves as a file? | `file.rs` |

mod answer;
mod cell;
mod drawn;
mod file;
mod path;
mod place;
mod ready;
mod show;
mod table;
mod tree;
mod view;
mod wish;

use crate::route::Route;

const HERE: &str = "/queries";

pub(super) fn routes() -> Vec<Route> {
    [show::routes(), file::routes()].concat()
}
