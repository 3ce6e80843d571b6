//! The hub as people use it: in a real browser, with and without JavaScript, from an empty database.
//!
//! | question | file |
//! |---|---|
//! | what do people do so often that no test is about it? | `person.rs` |
//! | how does an organisation become connected? | `connect.rs`; what stands in the way: `form.rs` |
//! | how is a connector changed, paused and removed? | `edit.rs`, `remove.rs` |
//! | what is told of it? | `watch.rs`; what waits for a person: `removals.rs` |
//! | who is let in, and to what? | `sign_in.rs`, `people.rs`, `second_factor.rs`, `token.rs`; by another's word: `single_sign_on.rs` |
//! | what does an identity provider find? | `scim.rs` |
//! | who can do what, and why? | `explore.rs` |
//! | whose is an account? | `accounts.rs` |
//! | how is access reviewed, taken away and proven to be gone? | `campaign.rs` |
//! | is every page fit for everybody, everywhere? | `pages.rs` |
//! | what do the pictures in the guide show? | `pictures.rs` |
#![expect(clippy::expect_used, reason = "what helps the tests reports to them by panicking")]

mod accounts;
mod campaign;
mod connect;
mod edit;
mod explore;
mod form;
mod pages;
mod people;
mod person;
mod pictures;
mod removals;
mod remove;
mod scim;
mod second_factor;
mod sign_in;
mod single_sign_on;
mod token;
mod watch;
