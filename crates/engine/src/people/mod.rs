//! The people directory: where it comes from.

pub mod roster;
pub mod scim;
