//! Baton.

pub mod hub;
