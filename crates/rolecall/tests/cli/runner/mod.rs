//! `rolecall runner`: a connector of baton's world.

mod faults;
mod hub;
mod service;
mod support;
