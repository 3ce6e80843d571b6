//! `rolecall runner`: a connector of baton's world.

mod faults;
mod hub;
mod once;
mod said;
mod serve;
mod service;
mod support;
