//! GitHub as a tracker.

use rolecall_http::{OutwardAnswer, OutwardMethod, OutwardRequest};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::GitHubSettings;
use super::markup::escaped;
use crate::ticket::{Found, LABEL, Line, Tracker};
use crate::{DeliveryError, Notice, plain};

/// The longest title that GitHub takes, in characters.
const TITLE: usize = 256;
/// The longest text of ours, in bytes; with title and marks it stays below what GitHub takes.
const TEXT: usize = 60_000;
/// How many issues or comments come at once, and how many times that many are looked at.
const EACH: usize = 50;
const PAGES: usize = 20;
/// The largest list that is read, in bytes.
const LARGEST: usize = 16 << 20;

/// GitHub, about one notice.
pub(super) struct GitHub<'n> {
    pub(super) line: Line,
    pub(super) settings: &'n GitHubSettings,
    pub(super) labels: Vec<String>,
    pub(super) notice: &'n Notice,
}

/// An issue, as far as it is read.
#[derive(Deserialize)]
pub(super) struct Issue {
    number: u64,
    state: String,
    body: Option<String>,
    html_url: String,
    #[serde(default)]
    pull_request: Option<Value>,
}

#[derive(Deserialize)]
struct Comment {
    body: Option<String>,
}

impl GitHub<'_> {
    fn url(&self, parts: &[&str]) -> Url {
        let repository = ["repos", &self.settings.owner, &self.settings.name, "issues"];
        self.settings.api.below(&[&repository, parts].concat())
    }

    /// By which the group's issue is found: nobody sees it.
    fn group_mark(&self) -> String {
        format!("<!-- rolecall:{} -->", self.notice.group_mark())
    }

    /// By which the notice is found.
    fn notice_mark(&self) -> String {
        format!("<!-- rolecall-notice:{} -->", self.notice.wire_id())
    }

    fn text(&self) -> String {
        let text = escaped(&plain::lines(&self.notice.text, TEXT), TEXT);
        format!("{text}\n\n{}\n{}", self.group_mark(), self.notice_mark())
    }

    async fn page<T: for<'de> Deserialize<'de>>(&self, mut url: Url, page: usize) -> Result<Vec<T>, DeliveryError> {
        url.query_pairs_mut().append_pair("per_page", &EACH.to_string()).append_pair("page", &page.to_string());
        let request = OutwardRequest::new(OutwardMethod::Get, url).limit(LARGEST);
        self.line.read(&self.ask(request).await?)
    }

    async fn ask(&self, request: OutwardRequest) -> Result<OutwardAnswer, DeliveryError> {
        self.line.ask(request.header("x-github-api-version", "2022-11-28")).await
    }

    async fn send(&self, method: OutwardMethod, url: Url, json: &Value) -> Result<OutwardAnswer, DeliveryError> {
        self.ask(OutwardRequest::new(method, url).json(json.to_string())).await
    }

    /// The issues of a list that are of the group; pull requests, which are in it too, are none.
    fn ours(&self, issues: Vec<Issue>) -> impl Iterator<Item = Issue> {
        let mark = self.group_mark();
        issues.into_iter().filter(move |issue| {
            issue.pull_request.is_none() && issue.body.as_deref().is_some_and(|body| body.contains(&mark))
        })
    }

    /// Among the open issues with our label.
    async fn labelled(&self) -> Result<Option<Issue>, DeliveryError> {
        for page in 1..=PAGES {
            let mut url = self.url(&[]);
            url.query_pairs_mut().append_pair("state", "open").append_pair("labels", LABEL);
            let issues: Vec<Issue> = self.page(url, page).await?;
            let is_last = issues.len() < EACH;
            if let Some(issue) = self.ours(issues).next() {
                return Ok(Some(issue));
            }
            if is_last {
                break;
            }
        }
        Ok(None)
    }
}

impl Tracker for GitHub<'_> {
    type Issue = Issue;

    /// Labels that a token may not set are left out in silence, so that the newest issues of any label are looked at too.
    async fn find(&self) -> Result<Found<Issue>, DeliveryError> {
        if let Some(open) = self.labelled().await? {
            return Ok(Found { open: Some(open), closed: None });
        }
        let mut url = self.url(&[]);
        url.query_pairs_mut().append_pair("state", "all");
        let mut found = Found { open: None, closed: None };
        for issue in self.ours(self.page(url, 1).await?) {
            let place = if issue.state == "open" { &mut found.open } else { &mut found.closed };
            place.get_or_insert(issue);
        }
        Ok(found)
    }

    async fn knows(&self, issue: &Issue) -> Result<bool, DeliveryError> {
        let mark = self.notice_mark();
        if issue.body.as_deref().is_some_and(|body| body.contains(&mark)) {
            return Ok(true);
        }
        for page in 1..=PAGES {
            let url = self.url(&[&issue.number.to_string(), "comments"]);
            let comments: Vec<Comment> = self.page(url, page).await?;
            if comments.iter().any(|comment| comment.body.as_deref().is_some_and(|body| body.contains(&mark))) {
                return Ok(true);
            }
            if comments.len() < EACH {
                break;
            }
        }
        Ok(false)
    }

    async fn create(&self) -> Result<(Issue, String), DeliveryError> {
        let issue = json!({"title": self.notice.title(TITLE), "body": self.text(), "labels": self.labels});
        let answer = self.send(OutwardMethod::Post, self.url(&[]), &issue).await?;
        Ok((self.line.read(&answer)?, answer.status_line()))
    }

    async fn comment(&self, issue: &Issue) -> Result<String, DeliveryError> {
        let text = format!("**{}**\n\n{}", escaped(&self.notice.title(TITLE), 4 * TITLE), self.text());
        let url = self.url(&[&issue.number.to_string(), "comments"]);
        Ok(self.send(OutwardMethod::Post, url, &json!({"body": text})).await?.status_line())
    }

    async fn rewrite(&self, issue: &Issue) -> Result<String, DeliveryError> {
        let changed = json!({"title": self.notice.title(TITLE), "body": self.text()});
        Ok(self.send(OutwardMethod::Patch, self.url(&[&issue.number.to_string()]), &changed).await?.status_line())
    }

    async fn close(&self, issue: &Issue) -> Result<String, DeliveryError> {
        let changed = json!({"state": "closed", "state_reason": "completed"});
        Ok(self.send(OutwardMethod::Patch, self.url(&[&issue.number.to_string()]), &changed).await?.status_line())
    }

    fn reference(&self, issue: &Issue) -> String {
        // It is shown as a link, so that it is an address.
        let is_address = issue.html_url.starts_with("https://") || issue.html_url.starts_with("http://");
        if is_address { plain::line(&issue.html_url, 500) } else { format!("#{}", issue.number) }
    }
}
