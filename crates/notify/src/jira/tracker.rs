//! Jira as a tracker.

use rolecall_http::{OutwardAnswer, OutwardMethod, OutwardRequest};
use serde_json::{Value, json};
use url::Url;

use super::markup::escaped;
use super::settings::Wanted;
use super::wire::{Comments, Created, Issue, Search, Transitions};
use crate::notice::fingerprint;
use crate::ticket::{Found, LABEL, Line, Tracker};
use crate::{Address, DeliveryError, Notice, plain};

/// The longest title that Jira takes, in characters.
const TITLE: usize = 255;
/// The longest text of ours, in bytes; with title and mark it stays below what Jira takes.
const TEXT: usize = 30_000;
/// How many issues of a group are looked at.
const ISSUES: usize = 50;
/// How many comments come at once, and how many times that many are looked at.
const COMMENTS: usize = 100;
const PAGES: usize = 10;
/// The largest list that is read, in bytes.
const LARGEST: usize = 8 << 20;

/// Jira, about one notice.
pub(super) struct Jira<'n> {
    pub(super) line: Line,
    pub(super) base: &'n Address,
    pub(super) wanted: Wanted,
    pub(super) notice: &'n Notice,
}

impl Jira<'_> {
    fn url(&self, parts: &[&str]) -> Url {
        self.base.below(&[&["rest", "api", "2"], parts].concat())
    }

    /// By which the group's issues are found.
    fn label(&self) -> String {
        format!("{LABEL}-{}", self.notice.group_mark())
    }

    /// By which the notice is found in a text.
    fn mark(&self) -> String {
        format!("(Rolecall notice {})", fingerprint(&self.notice.id))
    }

    fn text(&self) -> String {
        format!("{}\n\n{}", escaped(&plain::lines(&self.notice.text, TEXT), TEXT), self.mark())
    }

    async fn get(&self, url: Url) -> Result<OutwardAnswer, DeliveryError> {
        self.line.ask(OutwardRequest::new(OutwardMethod::Get, url).limit(LARGEST)).await
    }

    async fn send(&self, method: OutwardMethod, url: Url, json: &Value) -> Result<OutwardAnswer, DeliveryError> {
        self.line.ask(OutwardRequest::new(method, url).json(json.to_string())).await
    }

    /// The group's issues, the newest first. The cloud answers 410 where servers search, and servers 404 where it does.
    async fn search(&self) -> Result<Vec<Issue>, DeliveryError> {
        let jql =
            format!("project = \"{}\" AND labels = \"{}\" ORDER BY created DESC", self.wanted.project, self.label());
        let asked = |mut url: Url| {
            url.query_pairs_mut()
                .append_pair("jql", &jql)
                .append_pair("fields", "status")
                .append_pair("maxResults", &ISSUES.to_string());
            OutwardRequest::new(OutwardMethod::Get, url).limit(LARGEST)
        };
        let answer = self.line.open(asked(self.url(&["search"]))).await?;
        let answer = if matches!(answer.status, 404 | 410) {
            self.line.ask(asked(self.base.below(&["rest", "api", "3", "search", "jql"]))).await?
        } else if answer.is_success() {
            answer
        } else {
            return Err(DeliveryError::refused(self.line.outward.host(), &answer));
        };
        let found: Search = self.line.read(&answer)?;
        if found.issues.iter().any(|issue| !is_key(&issue.key)) {
            return Err(self.line.unexpected("an issue has no key", false));
        }
        Ok(found.issues)
    }

    async fn has_comment(&self, key: &str) -> Result<bool, DeliveryError> {
        for page in 0..PAGES {
            let mut url = self.url(&["issue", key, "comment"]);
            url.query_pairs_mut()
                .append_pair("orderBy", "-created")
                .append_pair("maxResults", &COMMENTS.to_string())
                .append_pair("startAt", &(page * COMMENTS).to_string());
            let comments: Comments = self.line.read(&self.get(url).await?)?;
            if comments.comments.iter().any(|comment| comment.body.contains(&self.mark())) {
                return Ok(true);
            }
            if comments.comments.is_empty() || (page + 1) * COMMENTS >= comments.total {
                break;
            }
        }
        Ok(false)
    }

    fn fields(&self) -> Value {
        let mut labels = vec![LABEL.to_owned(), self.label()];
        for label in &self.wanted.labels {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
        let mut fields = json!({
            "project": {"key": self.wanted.project},
            "issuetype": {"name": self.wanted.issue_type},
            "summary": self.notice.title(TITLE),
            "description": self.text(),
            "labels": labels,
        });
        if let Some(priority) = &self.wanted.priority {
            fields["priority"] = json!({"name": priority});
        }
        fields
    }
}

impl Tracker for Jira<'_> {
    type Issue = String;

    /// Where several are open, the oldest, so that it is always the same.
    async fn find(&self) -> Result<Found<String>, DeliveryError> {
        let issues = self.search().await?;
        let open = issues.iter().rev().find(|issue| !issue.is_done()).map(|issue| issue.key.clone());
        let closed = issues.into_iter().find(Issue::is_done).map(|issue| issue.key);
        Ok(Found { open, closed })
    }

    async fn knows(&self, key: &String) -> Result<bool, DeliveryError> {
        let mut url = self.url(&["issue", key]);
        url.query_pairs_mut().append_pair("fields", "description");
        let issue: Issue = self.line.read(&self.get(url).await?)?;
        let text = issue.fields.description.unwrap_or_default();
        Ok(text.contains(&self.mark()) || self.has_comment(key).await?)
    }

    async fn create(&self) -> Result<(String, String), DeliveryError> {
        let answer = self.send(OutwardMethod::Post, self.url(&["issue"]), &json!({"fields": self.fields()})).await?;
        let Created { key } = self.line.read(&answer)?;
        if !is_key(&key) {
            return Err(self.line.unexpected("the new issue has no key", true));
        }
        Ok((key, answer.status_line()))
    }

    async fn comment(&self, key: &String) -> Result<String, DeliveryError> {
        let text = format!("{}\n\n{}", escaped(&self.notice.title(TITLE), 4 * TITLE), self.text());
        let answer =
            self.send(OutwardMethod::Post, self.url(&["issue", key, "comment"]), &json!({"body": text})).await?;
        Ok(answer.status_line())
    }

    async fn rewrite(&self, key: &String) -> Result<String, DeliveryError> {
        let fields = json!({"fields": {"summary": self.notice.title(TITLE), "description": self.text()}});
        Ok(self.send(OutwardMethod::Put, self.url(&["issue", key]), &fields).await?.status_line())
    }

    async fn close(&self, key: &String) -> Result<String, DeliveryError> {
        let url = self.url(&["issue", key, "transitions"]);
        let ways: Transitions = self.line.read(&self.get(url.clone()).await?)?;
        let Some(way) = ways.transitions.iter().find(|way| way.leads_to(&self.wanted.resolved)) else {
            let names: Vec<&str> = ways.transitions.iter().map(|way| way.name.as_str()).collect();
            let (names, wanted) = (plain::line(&names.join(", "), 300), plain::line(&self.wanted.resolved, 100));
            return Err(self
                .line
                .unexpected(format!("no way leads from {key} to `{wanted}`; there are: {names}"), false));
        };
        let answer = self.send(OutwardMethod::Post, url, &json!({"transition": {"id": way.id}})).await?;
        Ok(answer.status_line())
    }

    fn reference(&self, key: &String) -> String {
        key.clone()
    }
}

/// `OPS-1`, which may stand in an address.
fn is_key(text: &str) -> bool {
    text.len() <= 300
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        && text.contains('-')
}
