//! One action.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::fields::{Fields, kind};
use super::remark::{Remarks, repeated};
use super::rule::OURS;
use super::secret::without_secrets;
use super::send;
use super::words::{alike, level, severity};
use crate::alerting::Action;
use crate::alerting::definition::{MOST_REVIEW_DAYS, review_days};

/// How deep `FOR_EACH_ITEM` stand in each other at most.
pub(super) const MOST_NESTED: usize = 5;

/// Reads one. What cannot be done is kept, and told.
pub(super) fn read(written: Json, place: &str, depth: usize, remarks: &mut Remarks) -> Action {
    let Json::Object(mut fields) = written else {
        return unsupported("", format!("it is {}, and no action", kind(&written)), written, place, remarks);
    };
    if let Some(ours) = fields.get(OURS) {
        match serde_json::from_value(ours.clone()) {
            Ok(action) => return action,
            Err(error) => {
                remarks.wrong(format!("{place}what stands under {OURS} is no action, and left out: {error}"));
                fields.remove(OURS);
            }
        }
    }
    let word = fields.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
    let name = NAMES.into_iter().find(|name| alike(name) == alike(&word)).unwrap_or(&word);
    if name != word {
        remarks.wrong(format!("{place}the type {} is read as {name}", repeated(&word)));
    }
    of_type(name, &fields, place, depth, remarks)
}

const NAMES: [&str; 12] = [
    "SET_PROPERTY",
    "CREATE_ALERT",
    "SEND_EMAIL",
    "SEND_SLACK_MESSAGE",
    "CREATE_JIRA_TICKET",
    "WEBHOOK",
    "TAG_ENTITIES",
    "START_REVIEW",
    "FOR_EACH_ITEM",
    "PUBLISH_SNS_MESSAGE",
    "SEND_SQS_MESSAGE",
    "SEND_TO_S3",
];

fn of_type(name: &str, written: &Map<String, Json>, place: &str, depth: usize, remarks: &mut Remarks) -> Action {
    let mut fields = Fields::new(written.clone(), place.to_owned());
    fields.ignore(&["type", "id", "__typename"]);
    let refused = |why: &str, remarks: &mut Remarks| {
        unsupported(name, why.to_owned(), Json::Object(written.clone()), place, remarks)
    };
    let read = match name {
        "CREATE_ALERT" => Ok(Action::CreateAlert {}),
        "SET_PROPERTY" => set_property(&mut fields, remarks),
        "TAG_ENTITIES" => tag_entities(&mut fields, remarks),
        "START_REVIEW" => start_review(&mut fields, remarks),
        "FOR_EACH_ITEM" if depth >= MOST_NESTED => Err("actions for each item stand in each other too deep"),
        "FOR_EACH_ITEM" => for_each_item(&mut fields, depth, remarks),
        "SEND_EMAIL" => Ok(send::mail(&mut fields, remarks)),
        "SEND_SLACK_MESSAGE" => Ok(send::chat(&mut fields, remarks)),
        "CREATE_JIRA_TICKET" => Ok(send::ticket(&mut fields, remarks)),
        "WEBHOOK" => Ok(send::webhook(&mut fields, remarks)),
        "PUBLISH_SNS_MESSAGE" => Err("this program sends nothing to Amazon SNS: a WEBHOOK can take its place"),
        "SEND_SQS_MESSAGE" => Err("this program sends nothing to Amazon SQS: a WEBHOOK can take its place"),
        "SEND_TO_S3" => Err("this program writes nothing to Amazon S3: an endpoint that is a file can take its place"),
        "JUPITERONE_QUERY" => Err("actions ask no queries here: make it a query of the rule"),
        "" => Err("it has no type"),
        _ => Err("there is no action of this type"),
    };
    match read {
        Ok(action) => {
            fields.tell_unknown(remarks);
            action
        }
        Err(why) => refused(why, remarks),
    }
}

fn unsupported(action: &str, why: String, written: Json, place: &str, remarks: &mut Remarks) -> Action {
    let named =
        if action.is_empty() { String::new() } else { format!("{} is not done: ", repeated(action).trim_matches('"')) };
    remarks.wrong(format!("{place}{named}{why}"));
    Action::Unsupported { action: action.to_owned(), why, written: without_secrets(written) }
}

fn set_property(fields: &mut Fields, remarks: &mut Remarks) -> Result<Action, &'static str> {
    let Some(target_property) = fields.text("targetProperty", remarks) else { return Err("it has no targetProperty") };
    let mut target_value = fields.take("targetValue", remarks).unwrap_or_default();
    let word = target_value.as_str().filter(|word| target_property == "alertLevel" && !word.contains("{{"));
    if let Some(word) = word {
        match severity(word) {
            Some(severity) if level(severity) != word => {
                fields.wrong(remarks, &format!("the level {} is read as {}", repeated(word), level(severity)));
                target_value = level(severity).into();
            }
            Some(_) => {}
            None => fields.wrong(remarks, &format!("there is no level {}", repeated(word))),
        }
    }
    Ok(Action::SetProperty { target_property, target_value })
}

fn tag_entities(fields: &mut Fields, remarks: &mut Remarks) -> Result<Action, &'static str> {
    let Some(entities) = fields.take("entities", remarks) else { return Err("it does not say which entities") };
    let mut tags = BTreeMap::new();
    match fields.take("tags", remarks) {
        Some(Json::Array(all)) => all.into_iter().for_each(|one| tag(one, fields, &mut tags, remarks)),
        Some(Json::Object(all)) => {
            fields.wrong(remarks, "tags are a map, and no list of name and value");
            tags.extend(all);
        }
        Some(other) => fields.wrong(remarks, &format!("tags is {}, and no list of name and value", kind(&other))),
        None => {}
    }
    if tags.is_empty() { Err("it names no tags") } else { Ok(Action::TagEntities { entities, tags }) }
}

fn tag(one: Json, fields: &Fields, tags: &mut BTreeMap<String, Json>, remarks: &mut Remarks) {
    let Json::Object(of_tag) = one else {
        return fields.wrong(remarks, &format!("a tag is {}: it is left out", kind(&one)));
    };
    let mut of_tag = Fields::new(of_tag, fields.place().to_owned());
    let Some(name) = of_tag.text("name", remarks) else {
        return fields.wrong(remarks, "a tag has no name: it is left out");
    };
    let value = of_tag.take("value", remarks).unwrap_or_default();
    of_tag.tell_unknown(remarks);
    if tags.insert(name.clone(), value).is_some() {
        fields.wrong(remarks, &format!("the tag {} is given twice: the last is taken", repeated(&name)));
    }
}

fn start_review(fields: &mut Fields, remarks: &mut Remarks) -> Result<Action, &'static str> {
    let Some(entities) = fields.take("entities", remarks) else { return Err("it does not say which entities") };
    let name = fields.text("name", remarks).unwrap_or_default();
    let reviewers = fields.texts("reviewers", remarks);
    let days = match fields.take("days", remarks) {
        None => review_days(),
        Some(written) => {
            let number = written.as_u64().or_else(|| written.as_str()?.trim().parse().ok());
            let days = number.and_then(|days| u32::try_from(days).ok());
            days.filter(|days| (1..=MOST_REVIEW_DAYS).contains(days)).unwrap_or_else(|| {
                let usual = review_days();
                fields.wrong(remarks, &format!("days is no number from 1 to {MOST_REVIEW_DAYS}: {usual} are taken"));
                usual
            })
        }
    };
    Ok(Action::StartReview { entities, name, reviewers, days })
}

fn for_each_item(fields: &mut Fields, depth: usize, remarks: &mut Remarks) -> Result<Action, &'static str> {
    let Some(items) = fields.take("items", remarks) else { return Err("it does not say of which items") };
    let item_ref = fields.text("itemRef", remarks).filter(|name| !name.is_empty()).unwrap_or_else(|| "item".to_owned());
    let place = fields.place().trim_end_matches(": ").to_owned();
    let actions = fields.list("actions", remarks).into_iter().zip(1..);
    let actions = actions.map(|(one, number)| read(one, &format!("{place}.{number}: "), depth + 1, remarks)).collect();
    Ok(Action::ForEachItem { items, item_ref, actions })
}
