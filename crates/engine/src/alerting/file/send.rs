//! Actions that send something: each becomes a sending to an endpoint.
//!
//! An endpoint is called as the integration that the file names; where it names none, `email`, `slack`, `jira` or
//! `webhook:HOST`.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::fields::Fields;
use super::remark::{Remarks, repeated};
use super::secret::{host, is_secret};
use crate::alerting::Action;

/// A sending that is put together.
#[derive(Default)]
struct Sending {
    recipients: Vec<String>,
    subject: String,
    body: String,
    settings: BTreeMap<String, Json>,
}

impl Sending {
    fn to(self, endpoint: String, fields: &Fields, remarks: &mut Remarks) -> Action {
        fields.note(remarks, &format!("it sends to the endpoint {endpoint:?}, which has to be configured"));
        let Self { recipients, subject, body, settings } = self;
        Action::Send { endpoint, recipients, subject, body, settings }
    }

    fn keep(&mut self, names: &[&str], fields: &mut Fields, remarks: &mut Remarks) {
        for name in names {
            if let Some(value) = fields.take(name, remarks) {
                self.settings.insert((*name).to_owned(), value);
            }
        }
    }
}

/// The integration that is named, or the usual name.
fn endpoint(fields: &mut Fields, usual: String, remarks: &mut Remarks) -> String {
    match fields.text("integrationInstanceId", remarks).filter(|id| !id.is_empty()) {
        Some(id) if id.contains("{{") => {
            fields.wrong(remarks, &format!("a template says to which integration: it is {usual:?} here"));
            usual
        }
        named => named.unwrap_or(usual),
    }
}

pub(super) fn mail(fields: &mut Fields, remarks: &mut Remarks) -> Action {
    let recipients = fields.texts("recipients", remarks);
    if recipients.is_empty() {
        fields.wrong(remarks, "it has no recipients");
    }
    let sending = Sending {
        recipients,
        subject: fields.text("subject", remarks).unwrap_or_default(),
        body: fields.text("body", remarks).unwrap_or_default(),
        ..Sending::default()
    };
    let endpoint = endpoint(fields, "email".to_owned(), remarks);
    sending.to(endpoint, fields, remarks)
}

pub(super) fn chat(fields: &mut Fields, remarks: &mut Remarks) -> Action {
    let mut sending = Sending {
        recipients: fields.texts("channels", remarks),
        body: fields.text("body", remarks).unwrap_or_default(),
        ..Sending::default()
    };
    sending.keep(&["severity"], fields, remarks);
    if fields.take("webhookUrl", remarks).is_some() {
        fields.wrong(remarks, "webhookUrl is a secret and not taken over: give it to the endpoint");
    }
    let endpoint = endpoint(fields, "slack".to_owned(), remarks);
    sending.to(endpoint, fields, remarks)
}

pub(super) fn ticket(fields: &mut Fields, remarks: &mut Remarks) -> Action {
    let mut sending = Sending { subject: fields.text("summary", remarks).unwrap_or_default(), ..Sending::default() };
    match fields.take("additionalFields", remarks) {
        Some(Json::Object(mut all)) => {
            if let Some(body) = all.get("description").and_then(described) {
                sending.body = body;
                all.remove("description");
            }
            if !all.is_empty() {
                sending.settings.insert("additionalFields".to_owned(), Json::Object(all));
            }
        }
        Some(_) => fields.wrong(remarks, "additionalFields is no object: it is left out"),
        None => {}
    }
    let known = ["project", "issueType", "entityClass", "autoResolve", "resolvedStatus", "updateContentOnChanges"];
    sending.keep(&known, fields, remarks);
    let endpoint = endpoint(fields, "jira".to_owned(), remarks);
    sending.to(endpoint, fields, remarks)
}

/// A description as text: one that is a text, or one of Jira's documents that is paragraphs of plain text alone.
fn described(description: &Json) -> Option<String> {
    if let Json::String(text) = description {
        return Some(text.clone());
    }
    let paragraphs = content(description, "doc")?.iter().map(|paragraph| {
        let texts = content(paragraph, "paragraph")?.iter().map(|one| {
            let plain = one.get("type")?.as_str()? == "text" && one.get("marks").is_none();
            if plain { one.get("text")?.as_str() } else { None }
        });
        texts.collect::<Option<String>>()
    });
    Some(paragraphs.collect::<Option<Vec<String>>>()?.join("\n\n"))
}

fn content<'j>(node: &'j Json, kind: &str) -> Option<&'j Vec<Json>> {
    node.get("content")?.as_array().filter(|_| node.get("type").and_then(Json::as_str) == Some(kind))
}

pub(super) fn webhook(fields: &mut Fields, remarks: &mut Remarks) -> Action {
    let mut sending = Sending::default();
    let address = fields.text("endpoint", remarks).or_else(|| fields.text("url", remarks)).unwrap_or_default();
    let host = host(&address);
    if !address.is_empty() {
        fields.note(
            remarks,
            "the address is not taken over, because such addresses hold secrets: give it to the endpoint",
        );
    }
    let endpoint =
        endpoint(fields, host.map_or_else(|| "webhook".to_owned(), |host| format!("webhook:{host}")), remarks);
    match fields.take("body", remarks) {
        Some(Json::String(text)) => sending.body = text,
        Some(data) => drop(sending.settings.insert("data".to_owned(), data)),
        None => {}
    }
    sending.keep(&["method"], fields, remarks);
    match fields.take("headers", remarks) {
        Some(Json::Object(all)) => headers(all, &mut sending, fields, remarks),
        Some(_) => fields.wrong(remarks, "headers is no object: it is left out"),
        None => {}
    }
    sending.to(endpoint, fields, remarks)
}

fn headers(all: Map<String, Json>, sending: &mut Sending, fields: &Fields, remarks: &mut Remarks) {
    let (secret, kept): (Map<_, _>, Map<_, _>) = all.into_iter().partition(|(name, value)| is_secret(name, value));
    for name in secret.keys() {
        fields.wrong(
            remarks,
            &format!("the header {} is a secret and not taken over: give it to the endpoint", repeated(name)),
        );
    }
    if !kept.is_empty() {
        sending.settings.insert("headers".to_owned(), Json::Object(kept));
    }
}
