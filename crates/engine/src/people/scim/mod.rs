//! Directories that identity providers push to by SCIM.
//!
//! | question | module |
//! |---|---|
//! | who may push, and how is that known? | `client` |
//! | what is there, and how is it changed? | `directory` |
//! | what is told of a change later? | `history` |
//! | what does it say of people? | `person` |
//! | how does it become current as people? | `publish` |
//!
//! How the protocol reads and writes documents is `web`'s; here they are what it made of them.

mod client;
mod directory;
mod history;
mod person;
mod publish;

pub use client::DirectoryMade;
pub use directory::{Directory, Resource, ResourceDraft};
pub use person::{ENTERPRISE_USER, people_of, person_of};
pub use publish::directory_publish;
pub use rolecall_store::{ScimChange, ScimClient, ScimFind, ScimKind, ScimPage, ScimRefusal};
