//! An action in JupiterOne's form.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::action::read;
use super::remark::Remarks;
use super::rule::OURS;
use crate::alerting::Action;

/// As JupiterOne has it, and under `rolecall` as it is where that would be read otherwise.
pub(super) fn action(action: &Action) -> Json {
    let mut written = match as_written(action) {
        Json::Object(written) => written,
        other => return other,
    };
    let again = read(Json::Object(written.clone()), "", 0, &mut Remarks::default());
    if again != *action
        && let Ok(ours) = serde_json::to_value(action)
    {
        written.insert(OURS.to_owned(), ours);
    }
    Json::Object(written)
}

fn as_written(of: &Action) -> Json {
    match of {
        Action::SetProperty { target_property, target_value } => {
            json!({ "type": "SET_PROPERTY", "targetProperty": target_property, "targetValue": target_value })
        }
        Action::CreateAlert {} => json!({ "type": "CREATE_ALERT" }),
        Action::TagEntities { entities, tags } => {
            let tags: Vec<Json> = tags.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
            json!({ "type": "TAG_ENTITIES", "entities": entities, "tags": tags })
        }
        Action::StartReview { entities, name, reviewers, days } => {
            let mut written = json!({ "type": "START_REVIEW", "entities": entities, "days": days });
            if !name.is_empty() {
                written["name"] = name.as_str().into();
            }
            if !reviewers.is_empty() {
                written["reviewers"] = reviewers.as_slice().into();
            }
            written
        }
        Action::ForEachItem { items, item_ref, actions } => {
            let actions: Vec<Json> = actions.iter().map(action).collect();
            json!({ "type": "FOR_EACH_ITEM", "items": items, "itemRef": item_ref, "actions": actions })
        }
        Action::Unsupported { written, .. } => written.clone(),
        Action::Send { endpoint, recipients, subject, body, settings } => {
            sending(endpoint, recipients, (subject, body), settings)
        }
    }
}

/// The kind of sending that the endpoint's name, and what is sent, look like.
fn sending(
    endpoint: &str,
    recipients: &[String],
    (subject, body): (&str, &str),
    settings: &BTreeMap<String, Json>,
) -> Json {
    let is_ticket = ["project", "issueType", "entityClass"].iter().any(|name| settings.contains_key(*name));
    let mut written: Map<String, Json> = settings.clone().into_iter().collect();
    let (kind, usual) = match endpoint {
        "email" => ("SEND_EMAIL", "email"),
        "slack" => ("SEND_SLACK_MESSAGE", "slack"),
        "jira" => ("CREATE_JIRA_TICKET", "jira"),
        _ if is_ticket => ("CREATE_JIRA_TICKET", "jira"),
        _ if !recipients.is_empty() && recipients.iter().all(|one| one.contains('@')) => ("SEND_EMAIL", "email"),
        _ if !recipients.is_empty() => ("SEND_SLACK_MESSAGE", "slack"),
        _ => ("WEBHOOK", "webhook"),
    };
    let mut add = |name: &str, value: Json| drop(written.insert(name.to_owned(), value));
    add("type", kind.into());
    let (host, is_named) = (endpoint.strip_prefix("webhook:"), endpoint != usual);
    if is_named && host.is_none() {
        add("integrationInstanceId", endpoint.into());
    }
    match kind {
        "SEND_EMAIL" => {
            add("recipients", recipients.into());
            add("body", body.into());
            if !subject.is_empty() {
                add("subject", subject.into());
            }
        }
        "SEND_SLACK_MESSAGE" => {
            add("channels", recipients.into());
            add("body", body.into());
        }
        "CREATE_JIRA_TICKET" => ticket(subject, body, &mut written),
        _ => {
            add("endpoint", format!("https://{}", host.unwrap_or("webhook.invalid")).into());
            let data = written.remove("data").unwrap_or_else(|| body.into());
            written.entry("method").or_insert_with(|| "POST".into());
            written.insert("body".to_owned(), data);
        }
    }
    Json::Object(written)
}

fn ticket(summary: &str, body: &str, written: &mut Map<String, Json>) {
    written.insert("summary".to_owned(), summary.into());
    let mut additional = match written.remove("additionalFields") {
        Some(Json::Object(all)) => all,
        _ => Map::new(),
    };
    if !body.is_empty() {
        additional.insert("description".to_owned(), body.into());
    }
    if !additional.is_empty() {
        written.insert("additionalFields".to_owned(), Json::Object(additional));
    }
}
