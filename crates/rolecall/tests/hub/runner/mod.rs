//! Connectors that are read elsewhere, as their runners meet the hub: they sign in, ask what to do, and bring a file.
//!
//! | what holds? | file |
//! |---|---|
//! | a task is given, kept, brought and finished; whatever fails | `tasks.rs` |
//! | nobody signs in who is not the runner, nor one whose key is void | `sign_in.rs` |
//! | what is brought becomes current, and of its connector alone | `files.rs` |
//! | all of it over TLS, on the port that people use | `tls.rs` |
//! | our own runner serves our own hub | `own.rs` |
//! | what a person sees of it | `pages.rs` |

mod client;
mod files;
mod own;
mod pages;
mod sign_in;
mod tasks;
mod tls;

pub(crate) use client::{Runner, TOKEN};
