//! The request log: what a client really sent, for tests to check.

use std::sync::{Mutex, PoisonError};

use crate::wire::Request;

/// One request that the server has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The HTTP method.
    pub method: String,
    /// The raw path with its query.
    pub target: String,
    /// The status that was answered; 0 when the connection was dropped instead.
    pub status: u16,
    /// Whether an `authorization` header came with it (its value is not kept).
    pub has_authorization: bool,
    /// The `npm-otp` header.
    pub otp: Option<String>,
    /// The `if-none-match` header.
    pub if_none_match: Option<String>,
    /// The `npm-command` header.
    pub command: Option<String>,
    /// The `user-agent` header.
    pub user_agent: Option<String>,
}

impl Logged {
    pub(crate) fn new(request: &Request, status: u16) -> Self {
        let text = |name| request.header(name).map(str::to_owned);
        Self {
            method: request.method.to_string(),
            target: request.target.clone(),
            status,
            has_authorization: request.header("authorization").is_some(),
            otp: text("npm-otp"),
            if_none_match: text("if-none-match"),
            command: text("npm-command"),
            user_agent: text("user-agent"),
        }
    }
}

/// All requests since the start or the last clearing, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Vec<Logged>>);

impl Log {
    pub(crate) fn push(&self, entry: Logged) {
        self.lock().push(entry);
    }

    pub(crate) fn all(&self) -> Vec<Logged> {
        self.lock().clone()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Logged>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
