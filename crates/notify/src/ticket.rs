//! Tickets: one open issue for each group of notices, whatever the tracker.
//!
//! A tracker keeps no ids of ours, so that what was told before is found by marks in what it holds: one of the group, by which
//! an issue is found, and one of each notice, so that none is told twice.

use rolecall_http::{Outward, OutwardAnswer, OutwardRequest};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::{DeliveryError, Notice, Receipt};

/// The label of every issue of ours.
pub(crate) const LABEL: &str = "rolecall";

/// What a tracker has of a group.
pub(crate) struct Found<I> {
    /// The issue that is open.
    pub(crate) open: Option<I>,
    /// The latest one that is not.
    pub(crate) closed: Option<I>,
}

/// A tracker of issues, about one notice.
pub(crate) trait Tracker {
    /// What an issue is known by.
    type Issue;

    /// Looks for the group's issues.
    async fn find(&self) -> Result<Found<Self::Issue>, DeliveryError>;

    /// Whether an issue has the notice: in its text, or in a comment.
    async fn knows(&self, issue: &Self::Issue) -> Result<bool, DeliveryError>;

    /// Makes an issue of the notice, and returns it with what was answered.
    async fn create(&self) -> Result<(Self::Issue, String), DeliveryError>;

    /// Adds the notice as a comment, and returns what was answered.
    async fn comment(&self, issue: &Self::Issue) -> Result<String, DeliveryError>;

    /// Puts the notice in place of title and text, and returns what was answered.
    async fn rewrite(&self, issue: &Self::Issue) -> Result<String, DeliveryError>;

    /// Closes the issue, and returns what was answered.
    async fn close(&self, issue: &Self::Issue) -> Result<String, DeliveryError>;

    /// The issue as people find it: a key or an address.
    fn reference(&self, issue: &Self::Issue) -> String;
}

/// Brings a notice to a tracker: to the open issue of its group, or as a new one.
pub(crate) async fn follow(tracker: &impl Tracker, notice: &Notice) -> Result<Receipt, DeliveryError> {
    let Found { open, closed } = tracker.find().await?;
    if let Some(issue) = open {
        return continued(tracker, notice, &issue).await;
    }
    if let Some(issue) = closed
        && tracker.knows(&issue).await?
    {
        // It was told before, and the issue closed since, by this notice or by somebody.
        let facts = ["the issue has it already, and is closed".to_owned()];
        return Ok(Receipt::new(&facts, Some(tracker.reference(&issue))));
    }
    if notice.is_resolved {
        return Ok(Receipt::new(&["there is no open issue about it".to_owned()], None));
    }
    let (issue, answer) = tracker.create().await?;
    Ok(Receipt::new(&[answer, "an issue was made".to_owned()], Some(tracker.reference(&issue))))
}

async fn continued<T: Tracker>(tracker: &T, notice: &Notice, issue: &T::Issue) -> Result<Receipt, DeliveryError> {
    let mut facts = Vec::new();
    if tracker.knows(issue).await? {
        facts.push("the issue has it already".to_owned());
    } else if notice.wants("updateContentOnChanges") && !notice.is_resolved {
        facts.extend([tracker.rewrite(issue).await?, "the issue's text was replaced".to_owned()]);
    } else {
        facts.extend([tracker.comment(issue).await?, "a comment was added".to_owned()]);
    }
    if notice.is_resolved && notice.wants("autoResolve") {
        facts.extend([tracker.close(issue).await?, "the issue was closed".to_owned()]);
    }
    Ok(Receipt::new(&facts, Some(tracker.reference(issue))))
}

/// How a tracker is asked: always with the same proof of who asks.
pub(crate) struct Line {
    pub(crate) outward: Outward,
    pub(crate) authorization: SecretString,
}

impl Line {
    /// Asks, and takes a success alone for an answer.
    pub(crate) async fn ask(&self, request: OutwardRequest) -> Result<OutwardAnswer, DeliveryError> {
        let answer = self.open(request).await?;
        if answer.is_success() { Ok(answer) } else { Err(DeliveryError::refused(self.outward.host(), &answer)) }
    }

    /// Asks, and takes any answer.
    pub(crate) async fn open(&self, request: OutwardRequest) -> Result<OutwardAnswer, DeliveryError> {
        let request = request.header("accept", "application/json").authorization(self.authorization.clone());
        Ok(self.outward.send(request).await?)
    }

    /// What an answer says, in this shape.
    pub(crate) fn read<T: DeserializeOwned>(&self, answer: &OutwardAnswer) -> Result<T, DeliveryError> {
        answer.json().ok_or_else(|| {
            self.unexpected(
                if answer.is_whole { "the answer is not what was asked for" } else { "the answer is cut off" },
                !answer.is_whole,
            )
        })
    }

    pub(crate) fn unexpected(&self, reason: impl Into<String>, is_transient: bool) -> DeliveryError {
        DeliveryError::Unexpected { host: self.outward.host().to_owned(), reason: reason.into(), is_transient }
    }
}
