//! A tiny Jira: the issues of one project, their comments and the ways from one status to another, as its REST interface
//! documents them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::faults::LostAnswers;
use crate::{Received, Receiver, Reply};

/// The only project there is.
const PROJECT: &str = "OPS";

/// Every way to another status: id, name, the status and its category.
const TRANSITIONS: [(&str, &str, &str, &str); 2] =
    [("11", "Start", "In Progress", "indeterminate"), ("31", "Close", "Done", "done")];

/// A running one, of which `OPS` is the only project; it ends when it is dropped.
#[derive(Debug)]
pub struct Jira {
    receiver: Receiver,
    shared: Arc<Shared>,
}

/// An issue as it is kept.
#[derive(Clone, Debug)]
pub struct JiraIssue {
    /// `OPS-1`.
    pub key: String,
    /// Its title.
    pub summary: String,
    /// Its text.
    pub description: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// `To Do`, `In Progress` or `Done`.
    pub status: String,
    /// The texts of its comments.
    pub comments: Vec<String>,
    /// Everything that was asked for when it was made.
    pub fields: Value,
}

#[derive(Debug)]
struct Shared {
    authorization: String,
    is_cloud: bool,
    lost: LostAnswers,
    issues: Mutex<Vec<JiraIssue>>,
}

impl Jira {
    /// One on a server of one's own, that takes this header of `authorization`.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(authorization: &str) -> io::Result<Self> {
        Self::of(authorization, false).await
    }

    /// One as it is in the cloud, where the former search is gone.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn cloud(authorization: &str) -> io::Result<Self> {
        Self::of(authorization, true).await
    }

    async fn of(authorization: &str, is_cloud: bool) -> io::Result<Self> {
        let (authorization, lost) = (authorization.to_owned(), LostAnswers::default());
        let shared = Arc::new(Shared { authorization, is_cloud, lost, issues: Mutex::default() });
        let answering = Arc::clone(&shared);
        let receiver = Receiver::answering(move |request| answering.answer(request)).await?;
        Ok(Self { receiver, shared })
    }

    /// What receives.
    #[must_use]
    pub const fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// Does what the next such request asks for, and answers nothing: `POST /rest/api/2/issue`.
    pub fn lose_answer(&self, request: &str) {
        self.shared.lost.lose(request);
    }

    /// The issues as they are, by number.
    #[must_use]
    pub fn issues(&self) -> Vec<JiraIssue> {
        self.shared.issues.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Closes an issue, as a person may.
    pub fn close(&self, key: &str) {
        let mut issues = self.shared.issues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(issue) = issues.iter_mut().find(|issue| issue.key == key) {
            issue.status = "Done".to_owned();
        }
    }
}

impl Shared {
    fn answer(&self, request: &Received) -> Reply {
        if request.header("authorization") != Some(&self.authorization) {
            return Reply::new(401).header("www-authenticate", "OAuth realm=\"jira\"");
        }
        let is_lost = self.lost.take(request);
        let reply = match request.segments().as_slice() {
            ["rest", "api", "2", "search"] if self.is_cloud => refused(410, "The requested API has been removed."),
            ["rest", "api", "2", "search"] => self.search(request),
            ["rest", "api", "3", "search", "jql"] if self.is_cloud => self.search(request),
            ["rest", "api", "2", rest @ ..] => self.route(request, rest),
            _ => refused(404, "no such address"),
        };
        if is_lost { Reply::dropped() } else { reply }
    }

    fn route(&self, request: &Received, rest: &[&str]) -> Reply {
        let mut issues = self.issues.lock().unwrap_or_else(PoisonError::into_inner);
        if (request.method.as_str(), rest) == ("POST", &["issue"]) {
            return create(&request.json()["fields"], &mut issues);
        }
        let ["issue", key, more @ ..] = rest else { return refused(404, "no such address") };
        let Some(issue) = issues.iter_mut().find(|issue| issue.key == **key) else {
            return refused(404, "Issue does not exist or you do not have permission to see it.");
        };
        match (request.method.as_str(), more) {
            ("GET", []) => Reply::json(200, &shown(issue)),
            ("PUT", []) => change(issue, &request.json()["fields"]),
            ("GET", ["comment"]) => comments(request, issue),
            ("POST", ["comment"]) => comment(issue, &request.json()),
            ("GET", ["transitions"]) => transitions(issue),
            ("POST", ["transitions"]) => transition(issue, &request.json()),
            _ => refused(405, "no such method"),
        }
    }

    /// Only what is of the project and has the label, the newest first.
    fn search(&self, request: &Received) -> Reply {
        let jql = request.query.get("jql").map_or("", String::as_str);
        let wanted = jql.strip_suffix(" ORDER BY created DESC").and_then(|jql| jql.split_once(" AND "));
        let Some((project, label)) = wanted else { return refused(400, "Error in the JQL Query") };
        let Some(label) = label.strip_prefix("labels = \"").and_then(|label| label.strip_suffix('"')) else {
            return refused(400, "Error in the JQL Query");
        };
        if project != format!("project = \"{PROJECT}\"") {
            return refused(400, "The value does not exist for the field 'project'.");
        }
        let issues = self.issues.lock().unwrap_or_else(PoisonError::into_inner);
        let found = issues.iter().rev().filter(|issue| issue.labels.iter().any(|known| known == label));
        let most = request.number("maxResults").unwrap_or(50);
        Reply::json(200, &json!({"issues": found.take(most).map(shown).collect::<Vec<_>>()}))
    }
}

fn create(fields: &Value, issues: &mut Vec<JiraIssue>) -> Reply {
    let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
    let labels: Vec<String> = fields["labels"].as_array().into_iter().flatten().map(plain).collect();
    let summary = text("summary");
    let trouble = match () {
        () if fields["project"]["key"] != PROJECT => json!({"project": "valid project is required"}),
        () if !["Task", "Bug"].contains(&plain(&fields["issuetype"]["name"]).as_str()) => {
            json!({"issuetype": "valid issue type is required"})
        }
        () if summary.is_empty() || summary.contains(['\r', '\n']) || summary.chars().count() > 255 => {
            json!({"summary": "The summary is invalid"})
        }
        () if labels.iter().any(|label| label.contains(' ')) => json!({"labels": "a label can't contain spaces"}),
        () => Value::Null,
    };
    if !trouble.is_null() {
        return Reply::json(400, &json!({"errorMessages": [], "errors": trouble}));
    }
    let key = format!("{PROJECT}-{}", issues.len() + 1);
    let reply = Reply::json(201, &json!({"id": issues.len().to_string(), "key": key}));
    let (description, status) = (text("description"), "To Do".to_owned());
    issues.push(JiraIssue { key, summary, description, labels, status, comments: Vec::new(), fields: fields.clone() });
    reply
}

fn shown(issue: &JiraIssue) -> Value {
    let category = match issue.status.as_str() {
        "To Do" => "new",
        status => TRANSITIONS.iter().find(|known| known.2 == status).map_or("new", |known| known.3),
    };
    json!({"key": issue.key, "fields": {
        "summary": issue.summary,
        "description": issue.description,
        "labels": issue.labels,
        "status": {"name": issue.status, "statusCategory": {"key": category}},
    }})
}

fn change(issue: &mut JiraIssue, fields: &Value) -> Reply {
    for (name, place) in [("summary", &mut issue.summary), ("description", &mut issue.description)] {
        if let Some(value) = fields[name].as_str() {
            value.clone_into(place);
        }
    }
    Reply::new(204)
}

fn comments(request: &Received, issue: &JiraIssue) -> Reply {
    let start = request.number("startAt").unwrap_or_default();
    let each = request.number("maxResults").unwrap_or(50).min(100);
    let page: Vec<Value> = issue.comments.iter().skip(start).take(each).map(|body| json!({"body": body})).collect();
    Reply::json(200, &json!({"startAt": start, "total": issue.comments.len(), "comments": page}))
}

fn comment(issue: &mut JiraIssue, asked: &Value) -> Reply {
    issue.comments.push(plain(&asked["body"]));
    Reply::json(201, &json!({"id": issue.comments.len().to_string()}))
}

fn transitions(issue: &JiraIssue) -> Reply {
    let ways = TRANSITIONS.iter().filter(|known| known.2 != issue.status);
    let ways: Vec<Value> = ways.map(|(id, name, to, _)| json!({"id": id, "name": name, "to": {"name": to}})).collect();
    Reply::json(200, &json!({"transitions": ways}))
}

fn transition(issue: &mut JiraIssue, asked: &Value) -> Reply {
    let wanted = asked["transition"]["id"].as_str().unwrap_or_default();
    match TRANSITIONS.iter().find(|known| known.0 == wanted && known.2 != issue.status) {
        Some((_, _, to, _)) => {
            (*to).clone_into(&mut issue.status);
            Reply::new(204)
        }
        None => refused(400, "It seems that you have tried to perform an illegal workflow operation."),
    }
}

fn refused(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({"errorMessages": [why], "errors": {}}))
}

fn plain(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
