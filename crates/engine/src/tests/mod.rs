//! What answers make of rules that no registry known so far has all of: rights that a parent gives, rights that may be
//! held, suspended accounts and credentials with rights of their own. [`support`] declares a registry that has them.

mod access;
mod agreements;
mod baton;
mod blast_radius;
mod differences;
mod drawn;
mod findings;
mod groups;
mod hosted;
mod past;
mod reviews;
pub(crate) mod support;
mod views;
mod was;
