//! Cloudsmith, through the front door.

mod answers;
mod authors;
mod bad_input;
mod configured;
mod doctor;
mod fidelity;
mod leaver;
mod removals;
mod sight;
pub(crate) mod support;
pub(crate) mod taking;
mod together;
