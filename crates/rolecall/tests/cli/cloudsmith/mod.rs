//! Cloudsmith, through the front door.

mod bad_input;
mod fidelity;
mod sight;
pub(crate) mod support;
mod together;
mod configured;
mod doctor;
