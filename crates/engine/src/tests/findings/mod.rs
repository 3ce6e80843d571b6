//! Each rule where it is true, where it is false, and where nobody can know.

mod connectors;
mod openings;
mod people;
mod releases;
mod rights;
mod scene;
mod sign_in;
mod three;
mod writers;
