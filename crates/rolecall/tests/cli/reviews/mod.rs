//! Reviews of access through the front door, and everything that somebody might do to get round them.

mod bad_input;
mod campaign;
mod cloudsmith;
mod course;
mod erased;
mod file;
mod own;
mod protected;
mod removals;
mod support;
mod upkeep;
