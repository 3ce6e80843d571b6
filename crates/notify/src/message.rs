//! What is delivered.

use rolecall_model::Timestamp;

/// One line of JSON with what a receiver sorts messages by.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// What sort of message it is, a stable word such as `audit-head`.
    pub kind: &'a str,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// The message: JSON on one line.
    pub json: &'a str,
}
