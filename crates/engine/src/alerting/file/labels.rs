//! Labels, and the tags that were before them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::fields::{Fields, kind};
use super::remark::{Remarks, repeated};

/// How many labels of one rule are read at most.
const MOST_LABELS: usize = 200;

/// Labels by name, and tags as labels without a value.
pub(super) fn read(fields: &mut Fields, remarks: &mut Remarks) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    match fields.take("labels", remarks) {
        None => {}
        Some(Json::Array(all)) => all.into_iter().for_each(|one| label(one, fields, &mut labels, remarks)),
        Some(Json::Object(all)) => {
            fields.wrong(remarks, "labels are a map, and no list of labelName and labelValue");
            all.into_iter().for_each(|(name, value)| add(name, value, fields, &mut labels, remarks));
        }
        Some(one) => label(one, fields, &mut labels, remarks),
    }
    for tag in fields.texts("tags", remarks).into_iter().take(MOST_LABELS) {
        labels.entry(tag).or_default();
    }
    labels
}

fn label(one: Json, fields: &Fields, labels: &mut BTreeMap<String, String>, remarks: &mut Remarks) {
    match one {
        Json::Object(of_label) => {
            let mut of_label = Fields::new(of_label, fields.place().to_owned());
            let mut first = |names: [&str; 3]| {
                names.into_iter().find_map(|name| of_label.take_exactly(name)).filter(|value| !value.is_null())
            };
            let (name, value) = (first(["labelName", "name", "key"]), first(["labelValue", "value", "labelvalue"]));
            match name {
                Some(Json::String(name)) if !name.is_empty() => {
                    add(name, value.unwrap_or_default(), fields, labels, remarks);
                }
                _ => fields.wrong(remarks, "a label has no labelName: it is left out"),
            }
            of_label.tell_unknown(remarks);
        }
        Json::String(text) => {
            fields.wrong(
                remarks,
                &format!("the label {} is a text, and has no labelName and labelValue", repeated(&text)),
            );
            let (name, value) = text.split_once(['=', ':']).unwrap_or((&text, ""));
            add(name.trim().to_owned(), value.trim().into(), fields, labels, remarks);
        }
        other => fields.wrong(remarks, &format!("a label is {}: it is left out", kind(&other))),
    }
}

fn add(name: String, value: Json, fields: &Fields, labels: &mut BTreeMap<String, String>, remarks: &mut Remarks) {
    let value = match value {
        Json::String(value) => value,
        Json::Null => String::new(),
        value @ (Json::Number(_) | Json::Bool(_)) => value.to_string(),
        other => {
            fields.wrong(remarks, &format!("the value of the label {} is {}", repeated(&name), kind(&other)));
            return;
        }
    };
    if labels.len() >= MOST_LABELS {
        return fields.wrong(remarks, &format!("it has more than {MOST_LABELS} labels: the others are left out"));
    }
    if let Some(before) = labels.keys().find(|known| known.eq_ignore_ascii_case(&name)).cloned() {
        fields.wrong(remarks, &format!("the label {} is given twice: the last is taken", repeated(&before)));
        labels.remove(&before);
    }
    labels.insert(name, value);
}
