//! Which rows of a list somebody wants to see, as the address says it.

use crate::form::Form;
use crate::page::query_of;

/// Those of one state, with some words.
pub(super) struct Wish {
    pub(super) state: String,
    pub(super) text: String,
}

impl Wish {
    pub(super) fn of(query: &Form) -> Self {
        Self { state: query.text("state").to_owned(), text: query.text("text").to_owned() }
    }

    /// The same as the end of an address.
    pub(super) fn query(&self) -> String {
        query_of([("state", &self.state), ("text", &self.text)])
    }
}
