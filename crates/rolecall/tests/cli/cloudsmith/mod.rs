//! Cloudsmith, through the front door.

mod fidelity;
mod sight;
pub(crate) mod support;
