//! The interface for programs.

mod ask;
mod connect;
mod edit;
mod jobs;
mod lists;
mod people;
mod refuse;
mod removals;
mod remove;
