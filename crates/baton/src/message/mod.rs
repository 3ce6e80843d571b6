//! Our records as baton's messages, and back.
//!
//! | question | file |
//! |---|---|
//! | how does a record become a message? | `encode.rs` |
//! | how does a message become a record, and what is refused? | `decode.rs` |
//! | how is a grant written a million times? | `grant.rs` |
//! | how do free structures and moments look? | `structure.rs` |
//! | how does the same look as JSON? | `json.rs` |

pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod grant;
pub(crate) mod json;
mod structure;
