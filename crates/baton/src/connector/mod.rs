//! A connector, as whoever calls one sees it.
//!
//! | question | file |
//! |---|---|
//! | what does it say of itself? | `card.rs` |
//! | where do its answers come from? | `file.rs` |
//! | which calls are answered? | `services.rs` |
//! | how do calls get there? | `serve.rs` |

mod card;
mod file;
mod serve;
mod services;
#[cfg(test)]
mod tests;

pub use card::ConnectorCard;
pub use file::ConnectorFile;
pub use serve::connector_serve;
