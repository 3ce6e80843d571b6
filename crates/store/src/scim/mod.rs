//! Directories that identity providers push to by SCIM: who may push, what is there, and what each write changed.
//!
//! Only rows and what must hold of them whoever asks: a name is one resource's at a time, a write is of the version that
//! its writer saw, a deleted user stays as a tombstone, and each write leaves its change and its record in one
//! transaction. What a document may say is `web`'s to know, and what it says of a person `engine`'s.

mod change;
mod client;
mod erase;
mod refusal;
mod resource;
mod write;

pub use change::ScimChange;
pub use client::{NewScimClient, ScimClient};
pub use refusal::ScimRefusal;
pub use resource::{ScimFind, ScimKind, ScimPage, ScimResource};
pub use write::{ScimEnd, ScimHistory, ScimWrite};

pub(crate) use erase::directories_erase;
