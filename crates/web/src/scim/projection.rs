//! How much is told of a resource: only some attributes, or all but some (RFC 7644, 3.9).

use rolecall_engine::people::scim::ScimKind;
use serde_json::{Map, Value as Json};

use super::error;
use super::path::{AttributePath, Names};
use crate::error::WebError;

/// The most attributes that are named.
const MOST: usize = 100;

/// What is always told.
const ALWAYS: [&str; 2] = ["id", "schemas"];

/// How much is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Projection {
    /// Only these, where some are named.
    only: Vec<Vec<String>>,
    without: Vec<Vec<String>>,
}

impl Projection {
    /// Reads names with commas between them.
    pub(super) fn read(kind: ScimKind, only: &str, without: &str) -> Result<Self, WebError> {
        Ok(Self { only: paths(kind, only)?, without: paths(kind, without)? })
    }

    /// What is told of a resource.
    pub(super) fn of(&self, mut resource: Map<String, Json>) -> Map<String, Json> {
        if !self.only.is_empty() {
            resource.retain(|name, value| {
                let wanted: Vec<&[String]> =
                    self.only.iter().filter(|path| begins(path, name)).map(Vec::as_slice).collect();
                ALWAYS.contains(&name.as_str()) || kept(value, &wanted, 1)
            });
        }
        for path in self.without.iter().filter(|path| !path.first().is_some_and(|name| ALWAYS.contains(&name.as_str())))
        {
            leave_out(&mut resource, path);
        }
        resource
    }
}

fn paths(kind: ScimKind, text: &str) -> Result<Vec<Vec<String>>, WebError> {
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.len() > MOST {
        return Err(error::too_many(format!("At most {MOST} attributes can be named.")));
    }
    let path = |name: &&str| {
        let path = AttributePath::read(Names::Of(kind), name);
        path.map(|path| path.steps().map(str::to_owned).collect()).ok_or_else(|| {
            error::value("The names of attributes cannot be read.")
                .hint("Name them with commas between them: userName,name.familyName,emails.value.")
        })
    };
    names.iter().map(path).collect()
}

fn begins(path: &[String], name: &str) -> bool {
    path.first().is_some_and(|first| first.eq_ignore_ascii_case(name))
}

/// Keeps of a value what the rest of the wanted paths names, and says whether anything is kept.
fn kept(value: &mut Json, wanted: &[&[String]], depth: usize) -> bool {
    if wanted.is_empty() {
        return false;
    }
    if wanted.iter().any(|path| path.len() == depth) {
        return true;
    }
    match value {
        Json::Array(items) => {
            items.retain_mut(|item| kept(item, wanted, depth));
            !items.is_empty()
        }
        Json::Object(parts) => {
            parts.retain(|name, value| {
                let is_on = |path: &&&[String]| path.get(depth).is_some_and(|step| step.eq_ignore_ascii_case(name));
                let wanted: Vec<&[String]> = wanted.iter().filter(is_on).copied().collect();
                kept(value, &wanted, depth + 1)
            });
            !parts.is_empty()
        }
        _ => false,
    }
}

fn leave_out(parts: &mut Map<String, Json>, path: &[String]) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        parts.retain(|name, _| !name.eq_ignore_ascii_case(first));
        return;
    }
    let inner = parts.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(first));
    for (_, value) in inner {
        match value {
            Json::Object(parts) => leave_out(parts, rest),
            Json::Array(items) => {
                items.iter_mut().filter_map(Json::as_object_mut).for_each(|item| leave_out(item, rest))
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn as_much_is_told_as_is_asked_for() {
        let resource: Map<String, Json> = serde_json::from_value(json!({
            "schemas": ["s"], "id": "1", "userName": "ada", "title": "x", "name": { "givenName": "Ada", "familyName": "L" },
            "emails": [{ "value": "a", "type": "work" }, { "type": "home" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R", "division": "D" },
        }))
        .unwrap();
        let told = |only: &str, without: &str| {
            Json::from(Projection::read(ScimKind::User, only, without).unwrap().of(resource.clone()))
        };
        assert_eq!(told("", ""), Json::from(resource.clone()));
        assert_eq!(
            told("USERNAME, name.familyname,emails.value,unknown", ""),
            json!({
                "schemas": ["s"], "id": "1", "userName": "ada", "name": { "familyName": "L" }, "emails": [{ "value": "a" }],
            })
        );
        const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        let told_one = told(DEPARTMENT, "");
        assert_eq!(told_one[&DEPARTMENT[..DEPARTMENT.len() - 11]], json!({ "department": "R" }));
        let rest = told("", "id,schemas,userName,emails.type,name,title");
        assert_eq!(rest["emails"], json!([{ "value": "a" }, {}]));
        assert_eq!((rest.get("userName"), &rest["id"]), (None, &json!("1")));
        assert!(Projection::read(ScimKind::User, "a b", "").is_err());
    }
}
