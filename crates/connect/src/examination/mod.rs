//! What an examination of a source found: what can be seen, what cannot, why, and what to change.

mod common;

use async_trait::async_trait;
use jiff::Timestamp;
use rolecall_http::{Credential, RequestTemplate};
use serde::Serialize;

pub(crate) use common::{Line, listing_check, token_check};

use crate::{Connector, Recorder, Transcript};

/// A connector that can say what its credential sees.
#[async_trait]
pub trait Examine: Connector {
    /// Examines what the credential can see, with declared reading requests, sent as a sync would send them. Nothing is
    /// recorded but by `recorder`, which must be the connector's observer.
    async fn examine(&self, options: &ExaminationOptions<'_>, recorder: &Recorder) -> Examination;

    /// What the examination was answered, in a form that can be shown to others: without tokens, mail addresses and
    /// names.
    fn transcript(&self, recorder: &Recorder) -> Transcript;
}

/// What an examination is told about the surroundings.
#[derive(Debug)]
pub struct ExaminationOptions<'a> {
    /// The token in use, to find it in its account's list; nothing when there is none.
    pub credential: Option<&'a Credential>,
    /// Where it was found, or why it was not.
    pub token: Result<String, String>,
    /// What to do when there is none.
    pub token_hint: Option<String>,
    /// Through which proxy and with which certificates requests leave, in words.
    pub route: String,
    /// The present moment.
    pub now: Timestamp,
    /// Whether to ask, too, what only a transcript has use for: without credential, in other spellings, conditionally.
    pub thorough: bool,
}

/// How one thing that was tried turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// It is as it should be.
    Ok,
    /// Some of it can be seen, or it could be better.
    Limited,
    /// It cannot be seen.
    Failed,
    /// It was not tried.
    NotTried,
}

impl CheckState {
    /// The state in words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Limited => "limited",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }
}

/// What is in the way of seeing something that is needed, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// There is no credential, or it is refused, or it shows nothing of what it is for.
    Credential,
    /// The source cannot be reached, or its answers cannot be used.
    Source,
    /// Part of what is needed cannot be seen.
    Sight,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was looked at: `roster`.
    pub name: &'static str,
    /// Of what, where that is not clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// How it turned out.
    pub state: CheckState,
    /// What was found.
    pub found: String,
    /// What it means for Rolecall's answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
    /// What to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// What is in the way, if it is needed and something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

impl Check {
    pub(crate) fn new(name: &'static str, state: CheckState, found: impl Into<String>) -> Self {
        Self { name, subject: None, state, found: found.into(), means: None, change: None, trouble: None }
    }

    pub(crate) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, CheckState::Ok, found)
    }

    pub(crate) fn limited(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, CheckState::Limited, found)
    }

    pub(crate) fn not_tried(name: &'static str, why: impl Into<String>) -> Self {
        Self::new(name, CheckState::NotTried, why)
    }

    pub(crate) fn of(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    pub(crate) fn means(mut self, text: impl Into<String>) -> Self {
        self.means = Some(text.into());
        self
    }

    pub(crate) fn change(mut self, text: impl Into<Option<String>>) -> Self {
        self.change = text.into();
        self
    }

    pub(crate) fn trouble(mut self, trouble: Trouble) -> Self {
        self.trouble = Some(trouble);
        self
    }
}

/// Everything that was looked at, in order.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Examination {
    /// The checks.
    pub checks: Vec<Check>,
}

impl Examination {
    /// The worst that is in the way of seeing what is needed; nothing when everything can be seen.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.checks.iter().filter_map(|check| check.trouble).min()
    }
}

/// One request that may be sent, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestNote {
    /// Which command sends it.
    pub by: &'static str,
    /// The request's name, as logs have it.
    pub name: &'static str,
    /// The method.
    pub method: String,
    /// The path, with a `{hole}` for each value.
    pub path: &'static str,
    /// The query, with its values where they are always the same.
    pub query: &'static str,
    /// What for.
    pub why: &'static str,
    /// How often.
    pub count: &'static str,
}

impl RequestNote {
    /// A request of the declared ones.
    pub(crate) fn new(
        by: &'static str,
        template: &RequestTemplate,
        query: &'static str,
        why: &'static str,
        count: &'static str,
    ) -> Self {
        let (name, method, path) = (template.name, template.method.to_string(), template.path);
        Self { by, name, method, path, query, why, count }
    }
}
