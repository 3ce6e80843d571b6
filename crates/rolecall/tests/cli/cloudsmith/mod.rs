//! Cloudsmith, through the front door.

mod configured;
mod doctor;
mod fidelity;
mod sight;
pub(crate) mod support;
