//! Checks that every examination makes in the same way, whatever the registry.

use rolecall_http::{ErrorKind, RequestError, RequestTemplate};

use super::{Check, CheckState, ExaminationOptions, Trouble};
use crate::Recorder;
use crate::failure::reason;
use crate::transcript::Record;

/// Where requests go, and what answered so far.
pub(crate) struct Line<'a> {
    pub(crate) host: &'a str,
    pub(crate) scheme: &'a str,
    /// The flag that says another address: `--registry`.
    pub(crate) flag: &'static str,
    pub(crate) recorder: &'a Recorder,
}

/// Whether there is a token. `means` says what strangers are shown.
pub(crate) fn token_check(options: &ExaminationOptions<'_>, means: &'static str) -> Check {
    match &options.token {
        Ok(found) => Check::ok("token", found.as_str()),
        Err(why) => Check::new("token", CheckState::Failed, why.as_str())
            .means(means)
            .change(options.token_hint.clone())
            .trouble(Trouble::Credential),
    }
}

/// The check of a listing that arrived.
pub(crate) fn listing_check(name: &'static str, count: usize, one: &str, many: &str) -> Check {
    Check::ok(name, format!("{count} {}", if count == 1 { one } else { many }))
}

impl Line<'_> {
    /// Whether the registry itself answers, after a first request that may have failed.
    pub(crate) fn check(&self, first: Option<&RequestError>, route: &str) -> Check {
        let records = self.recorder.records();
        match first {
            Some(error) if records.is_empty() => Check::new("connection", CheckState::Failed, reason(error).text)
                .of(self.host)
                .means("nothing can be read, and what was recorded before stays as it is")
                .change(error.hint())
                .trouble(Trouble::Source),
            _ if !records.is_empty() && records.iter().all(Record::is_page) => {
                Check::new("connection", CheckState::Failed, "a web page answers in the registry's place")
                    .of(self.host)
                    .means("nothing can be concluded from what it says, not even from a refusal")
                    .change(self.page_advice())
                    .trouble(Trouble::Source)
            }
            _ => Check::ok("connection", format!("answers over {}, {route}", self.scheme)).of(self.host),
        }
    }

    /// What a failed request is about: a refusal is about the credential's sight, unless a page answered in the registry's
    /// place.
    pub(crate) fn trouble(&self, template: &RequestTemplate, error: &RequestError) -> Trouble {
        match &error.kind {
            _ if self.recorder.was_page(template) => Trouble::Source,
            ErrorKind::Unauthorised { .. }
            | ErrorKind::Forbidden { .. }
            | ErrorKind::NotFound { .. }
            | ErrorKind::PaymentRequired { .. } => Trouble::Sight,
            _ => Trouble::Source,
        }
    }

    /// What to do when web pages answer.
    pub(crate) fn page_advice(&self) -> String {
        format!("check {}; a proxy or firewall that asks for a sign-in or blocks answers with web pages", self.flag)
    }
}
