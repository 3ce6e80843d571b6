//! A person who can be asked while something is read.
//!
//! Some of what a source knows it only tells when a person proves, there and then, that they are there. A connector asks
//! through this trait; whoever runs it decides where the person is: at a terminal, behind a pipe, in a test.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

/// Why a one-time password is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// None was given yet.
    First,
    /// The last one was not accepted.
    Refused,
    /// The last one was accepted for a while and is not any more.
    Expired,
}

/// Somebody who can be asked.
#[async_trait]
pub trait Person: Send + Sync + fmt::Debug {
    /// Whether they would rather approve on a web page than give a password, where the source leaves the choice.
    fn prefers_page(&self) -> bool;

    /// Asks for a one-time password, needed for `what`. Nothing when they give up, or nobody is there to be asked.
    async fn password(&self, what: &str, wanted: Wanted) -> Option<SecretString>;

    /// Shows the address of a page on which they can approve `what`. False when nobody could see it. It comes from the
    /// source and is not to be trusted with a terminal.
    fn page_show(&self, address: &str, what: &str) -> bool;
}
