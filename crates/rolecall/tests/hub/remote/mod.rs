//! The command line, away from the hub.

mod login;
mod machine;
mod reading;
mod refused;

pub(crate) use machine::Machine;
