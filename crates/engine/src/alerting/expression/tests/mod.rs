mod bounds;
mod conditions;
mod errors;
mod expressions;
mod page;
mod properties;
mod templates;

use serde_json::{Value as Json, json};

use super::{ExpressionError, Scope, Template};

/// Rows as queries give them, and what rules can name besides.
fn scope() -> Scope {
    let templates = [
        ("row", "{{itemIndex + 1}}/{{itemCount}} {{item.username}} ({{item.role}})"),
        ("age", "{{item.age}}"),
        ("loop", "{{item|mapTemplate('loop')}}"),
        ("outer", "{{item.teams|mapTemplate('inner')|join('+')}} of {{itemIndex}}"),
        ("inner", "{{item}}@{{itemIndex}}"),
        ("lost", "{{item|mapTemplate('nowhere')}}"),
    ];
    let templates = templates.map(|(name, text)| (name.to_owned(), Template::parse(text).unwrap()));
    Scope::new(json!({
        "queries": { "query0": { "total": 3, "data": [
            { "id": "1", "entity": { "_key": "npm-user:ada", "tag.AccountName": "Acme" },
              "properties": { "username": "ada", "role": "owner", "age": 36 } },
            { "id": "2", "entity": { "_key": "npm-user:bob" },
              "properties": { "username": "bob", "role": "developer", "age": 28 } },
            { "id": "3", "entity": { "_key": "npm-user:cyd" },
              "properties": { "username": "cyd", "role": "owner", "age": 75 } },
        ] }, "table": { "total": 1, "data": [{ "u.username": "ada", "teams": ["core", "docs"] }] } },
        "param": { "channel": "#security", "limits": [1, 2, 3] },
        "alertWebLink": "https://hub.example/alerts/7",
        "age": 36, "empty": [], "nothing": null, "text": "12", "no": false,
    }))
    .with_templates(templates.into())
}

fn rendered(text: &str) -> Result<Json, ExpressionError> {
    Template::parse(text)?.render(&scope())
}

/// What one expression comes to.
fn value(expression: &str) -> Json {
    rendered(&format!("{{{{{expression}}}}}")).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// What is wrong with a text.
fn error(text: &str) -> String {
    rendered(text).map(|value| value.to_string()).expect_err(text).to_string()
}
