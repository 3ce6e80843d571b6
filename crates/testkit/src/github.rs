//! A tiny GitHub: the issues of one repository, their labels and comments, as its REST interface documents them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::faults::LostAnswers;
use crate::{Received, Receiver, Reply};

/// The only repository there is.
const REPOSITORY: [&str; 3] = ["repos", "acme", "alerts"];

/// A running one, of which `acme/alerts` is the only repository; it ends when it is dropped.
#[derive(Debug)]
pub struct GitHub {
    receiver: Receiver,
    shared: Arc<Shared>,
}

/// An issue as it is kept.
#[derive(Clone, Debug)]
pub struct GitHubIssue {
    /// Its number, from 1.
    pub number: usize,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// `open` or `closed`.
    pub state: String,
    /// The texts of its comments.
    pub comments: Vec<String>,
    /// Whether it is a pull request, which lists of issues show too.
    pub is_pull: bool,
}

#[derive(Debug)]
struct Shared {
    token: String,
    keeps_labels: bool,
    lost: LostAnswers,
    issues: Mutex<Vec<GitHubIssue>>,
}

impl GitHub {
    /// One that knows this token.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(token: &str) -> io::Result<Self> {
        Self::of(token, true).await
    }

    /// One whose token may not set labels, which are then left out in silence.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn without_labels(token: &str) -> io::Result<Self> {
        Self::of(token, false).await
    }

    async fn of(token: &str, keeps_labels: bool) -> io::Result<Self> {
        let lost = LostAnswers::default();
        let shared = Shared { token: token.to_owned(), keeps_labels, lost, issues: Mutex::default() };
        let shared = Arc::new(shared);
        let answering = Arc::clone(&shared);
        let receiver = Receiver::answering(move |request| answering.answer(request)).await?;
        Ok(Self { receiver, shared })
    }

    /// What receives.
    #[must_use]
    pub const fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// Does what the next such request asks for, and answers nothing: `POST /repos/acme/alerts/issues`.
    pub fn lose_answer(&self, request: &str) {
        self.shared.lost.lose(request);
    }

    /// The issues as they are, by number.
    #[must_use]
    pub fn issues(&self) -> Vec<GitHubIssue> {
        self.shared.issues.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds an issue of somebody else's.
    pub fn add(&self, title: &str, labels: &[&str], is_pull: bool) {
        let mut issues = self.shared.issues.lock().unwrap_or_else(PoisonError::into_inner);
        let number = issues.len() + 1;
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        let (title, state) = (title.to_owned(), "open".to_owned());
        issues.push(GitHubIssue { number, title, body: String::new(), labels, state, comments: Vec::new(), is_pull });
    }

    /// Closes an issue, as a person may.
    pub fn close(&self, number: usize) {
        let mut issues = self.shared.issues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(issue) = issues.iter_mut().find(|issue| issue.number == number) {
            issue.state = "closed".to_owned();
        }
    }
}

impl Shared {
    fn answer(&self, request: &Received) -> Reply {
        if request.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return Reply::json(401, &json!({"message": "Bad credentials"}));
        }
        let is_lost = self.lost.take(request);
        let segments = request.segments();
        let reply = match segments.strip_prefix(REPOSITORY.as_slice()) {
            Some(rest) => self.route(request, rest),
            None => missing(),
        };
        if is_lost { Reply::dropped() } else { reply }
    }

    fn route(&self, request: &Received, rest: &[&str]) -> Reply {
        let mut issues = self.issues.lock().unwrap_or_else(PoisonError::into_inner);
        match (request.method.as_str(), rest) {
            ("GET", ["issues"]) => list(request, &issues),
            ("POST", ["issues"]) => self.create(&request.json(), &mut issues),
            (method, ["issues", number, more @ ..]) => {
                let found = issues.iter_mut().find(|issue| issue.number.to_string() == **number);
                match (found, method, more) {
                    (Some(issue), "PATCH", []) => change(issue, &request.json()),
                    (Some(issue), "GET", ["comments"]) => comments(request, issue),
                    (Some(issue), "POST", ["comments"]) => comment(issue, &request.json()),
                    _ => missing(),
                }
            }
            _ => missing(),
        }
    }

    fn create(&self, asked: &Value, issues: &mut Vec<GitHubIssue>) -> Reply {
        let title = text(asked, "title");
        if title.is_empty() || title.chars().count() > 256 {
            return Reply::json(422, &json!({"message": "Validation Failed"}));
        }
        let labels = if self.keeps_labels { names(asked) } else { Vec::new() };
        let issue = GitHubIssue {
            number: issues.len() + 1,
            title,
            body: text(asked, "body"),
            labels,
            state: "open".to_owned(),
            comments: Vec::new(),
            is_pull: false,
        };
        let reply = Reply::json(201, &shown(&issue));
        issues.push(issue);
        reply
    }
}

/// The newest first.
fn list(request: &Received, issues: &[GitHubIssue]) -> Reply {
    let state = request.query.get("state").map_or("open", String::as_str);
    let label = request.query.get("labels");
    let found = issues.iter().rev().filter(|issue| {
        (state == "all" || issue.state == state) && label.is_none_or(|label| issue.labels.contains(label))
    });
    Reply::json(200, &page(request, found.map(shown)))
}

fn comments(request: &Received, issue: &GitHubIssue) -> Reply {
    Reply::json(200, &page(request, issue.comments.iter().map(|body| json!({"body": body}))))
}

fn page(request: &Received, all: impl Iterator<Item = Value>) -> Value {
    let each = request.number("per_page").unwrap_or(30).min(100);
    let page = request.number("page").unwrap_or(1).max(1);
    all.skip((page - 1) * each).take(each).collect()
}

fn change(issue: &mut GitHubIssue, asked: &Value) -> Reply {
    for (name, place) in [("title", &mut issue.title), ("body", &mut issue.body), ("state", &mut issue.state)] {
        if let Some(value) = asked[name].as_str() {
            value.clone_into(place);
        }
    }
    Reply::json(200, &shown(issue))
}

fn comment(issue: &mut GitHubIssue, asked: &Value) -> Reply {
    issue.comments.push(text(asked, "body"));
    Reply::json(201, &json!({"id": issue.comments.len()}))
}

fn shown(issue: &GitHubIssue) -> Value {
    let labels: Vec<Value> = issue.labels.iter().map(|name| json!({"name": name})).collect();
    let address = format!("https://github.test/acme/alerts/issues/{}", issue.number);
    let mut shown = json!({
        "number": issue.number, "title": issue.title, "body": issue.body, "labels": labels, "state": issue.state,
        "html_url": address,
    });
    if issue.is_pull {
        shown["pull_request"] = json!({});
    }
    shown
}

fn names(asked: &Value) -> Vec<String> {
    let labels = asked["labels"].as_array().into_iter().flatten();
    labels.filter_map(|label| Some(label.as_str()?.to_owned())).collect()
}

fn text(asked: &Value, name: &str) -> String {
    asked[name].as_str().unwrap_or_default().to_owned()
}

fn missing() -> Reply {
    Reply::json(404, &json!({"message": "Not Found"}))
}
