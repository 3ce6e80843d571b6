//! Whether a body fits its shape, and why not.
//!
//! The words are those of the framework that the service is known to be made with.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Field, Kind, Schema};

const BLANK: &str = "This field may not be blank.";

/// What is wrong with a value: reasons, or the same for each thing inside it.
type Wrong = Value;

/// The fields of a body that clients may set; others are ignored.
///
/// With `whole`, the fields that are required must be there.
pub(crate) fn fields(schema: &Schema, body: &Value, whole: bool) -> Result<Map<String, Value>, Map<String, Value>> {
    let Some(given) = body.as_object() else {
        let reason = format!("Invalid data. Expected a dictionary, but got {}.", kind_of(body));
        return Err(Map::from_iter([("non_field_errors".to_owned(), json!([reason]))]));
    };
    let mut accepted = Map::new();
    let mut wrong = Map::new();
    for field in schema.fields.iter().filter(|field| field.writable()) {
        let problem = match given.get(field.name) {
            None if whole && field.required => Some(reason("This field is required.")),
            None => None,
            Some(value) => {
                let problem = problem(field, value);
                if problem.is_none() {
                    accepted.insert(field.name.to_owned(), value.clone());
                }
                problem
            }
        };
        if let Some(problem) = problem {
            wrong.insert(field.name.to_owned(), problem);
        }
    }
    if wrong.is_empty() { Ok(accepted) } else { Err(wrong) }
}

/// The same as lists of texts, as the specification has it.
pub(crate) fn flat(wrong: Map<String, Value>) -> Map<String, Value> {
    let flat = wrong.into_iter().map(|(field, problem)| {
        let mut reasons = Vec::new();
        gather(&problem, "", &mut reasons);
        (field, json!(reasons))
    });
    flat.collect()
}

fn gather(problem: &Value, path: &str, reasons: &mut Vec<String>) {
    match problem {
        Value::String(reason) if path.is_empty() => reasons.push(reason.clone()),
        Value::String(reason) => reasons.push(format!("{path}: {reason}")),
        Value::Array(all) => all.iter().for_each(|problem| gather(problem, path, reasons)),
        Value::Object(fields) => {
            for (field, problem) in fields {
                let path = if path.is_empty() { field.clone() } else { format!("{path}.{field}") };
                gather(problem, &path, reasons);
            }
        }
        _ => {}
    }
}

fn reason(text: &str) -> Wrong {
    json!([text])
}

/// What is wrong with the value of a field.
pub(crate) fn problem(field: &Field, value: &Value) -> Option<Wrong> {
    if value.is_null() {
        return (!field.nullable).then(|| reason("This field may not be null."));
    }
    misfit(&field.kind, value).or_else(|| out_of_bounds(field, value).map(|text| json!([text])))
}

/// What is wrong with a value by its kind alone.
fn misfit(kind: &Kind, value: &Value) -> Option<Wrong> {
    let text = |fits: fn(&str) -> bool, otherwise: &str| match value.as_str() {
        None => Some(reason("Not a valid string.")),
        Some("") if !matches!(kind, Kind::Text) => Some(reason(BLANK)),
        Some(text) if fits(text) => None,
        Some(_) => Some(reason(otherwise)),
    };
    match kind {
        Kind::Text => text(|text| !text.contains('\0'), "Null characters are not allowed."),
        Kind::Slug => text(is_slug, "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."),
        Kind::Title => text(is_title, "This value does not match the required pattern."),
        Kind::Email => text(is_email, "Enter a valid email address."),
        Kind::Link => text(is_link, "Enter a valid URL."),
        Kind::Moment => text(|text| text.parse::<Timestamp>().is_ok(), "Datetime has wrong format."),
        Kind::Decimal => text(|text| text.parse::<f64>().is_ok(), "A valid number is required."),
        Kind::Uuid => text(|text| text.len() == 36, "Must be a valid UUID."),
        Kind::Flag => (!value.is_boolean()).then(|| reason("Must be a valid boolean.")),
        Kind::Integer => (!is_integer(value)).then(|| reason("A valid integer is required.")),
        Kind::Number => (!value.is_number()).then(|| reason("A valid number is required.")),
        Kind::Words(words) => wrong_word(words, value),
        Kind::List(of) => wrong_list(of, value),
        Kind::Object(schema) => fields(schema, value, true).err().map(Value::Object),
        Kind::Map(_) => (!value.is_object()).then(|| reason("Expected a dictionary of items.")),
        Kind::Anything => None,
    }
}

fn wrong_word(words: &[&str], value: &Value) -> Option<Wrong> {
    let known = value.as_str().is_some_and(|word| words.contains(&word));
    let shown = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    (!known).then(|| json!([format!("\"{shown}\" is not a valid choice.")]))
}

fn wrong_list(of: &Kind, value: &Value) -> Option<Wrong> {
    let Some(items) = value.as_array() else {
        return Some(json!([format!("Expected a list of items but got type \"{}\".", kind_of(value))]));
    };
    let problems: Vec<_> = items.iter().map(|item| misfit(of, item).unwrap_or_else(|| json!({}))).collect();
    if problems.iter().any(|problem| *problem != json!({})) {
        return Some(Value::Array(problems));
    }
    let twice = of.is_told_once() && items.iter().enumerate().any(|(place, item)| items[..place].contains(item));
    twice.then(|| reason("This list may not contain duplicates."))
}

fn out_of_bounds(field: &Field, value: &Value) -> Option<String> {
    let (least, most) = (field.least.unwrap_or(i64::MIN), field.most.unwrap_or(i64::MAX));
    if let Some(text) = value.as_str() {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        return match length {
            0 if least > 0 => Some(BLANK.to_owned()),
            length if length > most => Some(format!("Ensure this field has no more than {most} characters.")),
            _ => None,
        };
    }
    match value.as_i64() {
        Some(number) if number < least => Some(format!("Ensure this value is greater than or equal to {least}.")),
        Some(number) if number > most => Some(format!("Ensure this value is less than or equal to {most}.")),
        _ => None,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() < 9.0e18)
}

pub(crate) fn is_slug(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}

/// `^\w[\w \-'\.\/()]+$`
fn is_title(text: &str) -> bool {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut letters = text.chars();
    let first = letters.next().is_some_and(word);
    let rest = letters.as_str();
    first && !rest.is_empty() && rest.chars().all(|letter| word(letter) || " -'./()".contains(letter))
}

fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    let plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    parts.is_some_and(|(local, host)| plain(local) && plain(host))
}

fn is_link(text: &str) -> bool {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", ""));
    !scheme.is_empty() && !rest.is_empty() && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::super::organization::{KEY_RULE, PROVIDER_WRITE, SAML, TEAM, TEAM_SEATS};
    use super::super::repository::TOKEN;
    use super::*;

    fn wrong(schema: &Schema, body: &Value, whole: bool) -> Value {
        fields(schema, body, whole).err().map_or(Value::Null, Value::Object)
    }

    #[test]
    fn what_clients_may_not_set_is_left_out() {
        let body = json!({ "name": "Web", "slug_perm": "chosen", "colour": "red", "description": null });
        let accepted = fields(&TEAM, &body, true).expect("a team");
        assert_eq!(Value::Object(accepted), json!({ "description": null, "name": "Web" }));
    }

    #[test]
    fn each_misfit_has_its_reason() {
        assert_eq!(wrong(&TEAM, &json!({}), true), json!({ "name": ["This field is required."] }));
        assert_eq!(wrong(&TEAM, &json!({}), false), Value::Null);
        assert_eq!(wrong(&TEAM, &json!({ "name": "" }), false), json!({ "name": ["This field may not be blank."] }));
        assert_eq!(wrong(&TEAM, &json!({ "name": null }), false), json!({ "name": ["This field may not be null."] }));
        let secret = json!({ "visibility": "Secret" });
        assert_eq!(wrong(&TEAM, &secret, false), json!({ "visibility": ["\"Secret\" is not a valid choice."] }));
        assert_eq!(
            wrong(&KEY_RULE, &json!({ "max_age_hours": 1 }), false),
            json!({ "max_age_hours": ["Ensure this value is greater than or equal to 24."] })
        );
        assert!(wrong(&TEAM, &json!([]), false)["non_field_errors"][0].as_str().is_some());
        assert_eq!(
            wrong(&PROVIDER_WRITE, &json!({ "service_accounts": ["ci", "ci"] }), false),
            json!({ "service_accounts": ["This list may not contain duplicates."] })
        );
    }

    /// An empty text would be shown again, where a date or an address is promised.
    #[test]
    fn nothing_but_text_may_be_empty() {
        let refused = json!(["This field may not be blank."]);
        assert_eq!(wrong(&SAML, &json!({ "saml_metadata_inline": "" }), false), Value::Null);
        assert_eq!(wrong(&SAML, &json!({ "saml_metadata_url": null }), false), Value::Null);
        assert_eq!(wrong(&SAML, &json!({ "saml_metadata_url": "" }), false), json!({ "saml_metadata_url": refused }));
        assert_eq!(
            wrong(&TOKEN, &json!({ "scheduled_reset_at": "" }), false),
            json!({ "scheduled_reset_at": refused })
        );
    }

    #[test]
    fn what_is_nested_can_be_told_flat() {
        let body = json!({ "members": [{ "user": "ada", "role": "Member" }, { "role": "Lead" }] });
        let nested = fields(&TEAM_SEATS, &body, true).expect_err("a lead");
        assert_eq!(nested["members"][1]["role"], json!(["\"Lead\" is not a valid choice."]));
        let flat = flat(nested);
        assert_eq!(flat["members"], json!(["role: \"Lead\" is not a valid choice.", "user: This field is required."]));
    }
}
