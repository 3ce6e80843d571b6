//! Which attribute a text names: `userName`, `name.familyName`, or one of an extension, after its name. Names are compared
//! without case, and known ones are spelled as their schema does.

use rolecall_engine::people::scim::ScimKind;
use serde_json::{Map, Value as Json};

use super::attribute::{self, Attribute};

/// The most characters of a path.
const LONGEST: usize = 400;

/// Where names are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Names {
    /// In resources of a kind.
    Of(ScimKind),
    /// In the values of a complex attribute, if that is known.
    Within(Option<&'static Attribute>),
}

/// An attribute, or a part of one.
#[derive(Clone, Debug)]
pub(super) struct AttributePath {
    /// The extension, unless the attribute is of the resource itself.
    pub(super) extension: Option<String>,
    /// The attribute; nothing for the whole extension.
    pub(super) name: Option<String>,
    /// The part of it.
    pub(super) part: Option<String>,
    /// What is known of the attribute.
    pub(super) declared: Option<&'static Attribute>,
}

impl AttributePath {
    /// Reads a path.
    pub(super) fn read(names: Names, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        match names {
            Names::Of(kind) if starts_with_urn(text) => Self::qualified(kind, text),
            Names::Of(kind) => Self::plain(text, |name| attribute::of_kind(kind, name)),
            Names::Within(parent) => Self::plain(text, |name| parent.and_then(|parent| parent.part(name))),
        }
    }

    /// An attribute by its whole name, whatever that is made of.
    pub(super) fn literal(names: Names, extension: Option<&str>, name: &str) -> Self {
        let declared = match (names, extension) {
            (Names::Of(kind), None) => attribute::of_kind(kind, name),
            (Names::Of(kind), Some(urn)) => {
                attribute::extension(kind, urn).and_then(|schema| attribute::among(schema.attributes, name))
            }
            (Names::Within(parent), _) => parent.and_then(|parent| parent.part(name)),
        };
        let name = declared.map_or(name, |declared| declared.name).to_owned();
        Self { extension: extension.map(str::to_owned), name: Some(name), part: None, declared }
    }

    fn qualified(kind: ScimKind, text: &str) -> Option<Self> {
        if let Some(rest) = after_schema(text, attribute::core(kind)) {
            return Self::plain(rest, |name| attribute::of_kind(kind, name));
        }
        if let Some(schema) = attribute::extension(kind, text) {
            return Some(Self::whole(schema.urn));
        }
        let known = attribute::SCHEMAS.iter().filter_map(|schema| attribute::extension(kind, schema.urn));
        for schema in known {
            if let Some(rest) = after_schema(text, schema.urn) {
                let path = Self::plain(rest, |name| attribute::among(schema.attributes, name))?;
                return Some(Self { extension: Some(schema.urn.to_owned()), ..path });
            }
        }
        // The names of resources end the names of schemas; otherwise the last part is an attribute.
        let (urn, rest) = text.rsplit_once(':')?;
        if rest.eq_ignore_ascii_case("user") || rest.eq_ignore_ascii_case("group") {
            return Some(Self::whole(text));
        }
        let path = Self::plain(rest, |_| None)?;
        Some(Self { extension: Some(urn.to_owned()), ..path })
    }

    fn plain(text: &str, declared: impl Fn(&str) -> Option<&'static Attribute>) -> Option<Self> {
        let (name, part) = match text.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (text, None),
        };
        if !is_name(name) || !part.is_none_or(is_name) {
            return None;
        }
        let declared = declared(name);
        let part = part.map(|part| declared.and_then(|of| of.part(part)).map_or(part, |of| of.name).to_owned());
        let name = declared.map_or(name, |declared| declared.name).to_owned();
        Some(Self { extension: None, name: Some(name), part, declared })
    }

    fn whole(urn: &str) -> Self {
        Self { extension: Some(urn.to_owned()), name: None, part: None, declared: None }
    }

    /// With this part of the attribute.
    pub(super) fn with_part(self, part: &str) -> Self {
        let part = self.declared.and_then(|of| of.part(part)).map_or(part, |of| of.name).to_owned();
        Self { part: Some(part), ..self }
    }

    /// What is known of the part, or of the attribute where no part is named.
    pub(super) fn innermost(&self) -> Option<&'static Attribute> {
        match &self.part {
            Some(part) => self.declared.and_then(|declared| declared.part(part)),
            None => self.declared,
        }
    }

    /// The names to follow from a resource on.
    pub(super) fn steps(&self) -> impl Iterator<Item = &str> {
        [&self.extension, &self.name, &self.part].into_iter().filter_map(|step| step.as_deref())
    }

    /// What a document has there: one value for each of several.
    pub(super) fn values<'d>(&self, document: &'d Map<String, Json>) -> Vec<&'d Json> {
        let mut steps = self.steps();
        let Some(first) = steps.next().and_then(|step| get(document, step)) else { return Vec::new() };
        let mut values = flat(first);
        for step in steps {
            let next = values.into_iter().filter_map(|value| get(value.as_object()?, step));
            values = next.flat_map(flat).collect();
        }
        values
    }
}

/// What an object has under a name, whatever its case.
pub(super) fn get<'d>(document: &'d Map<String, Json>, name: &str) -> Option<&'d Json> {
    document.get(name).or_else(|| key_of(document, name).and_then(|key| document.get(&key)))
}

/// The key of an object that is this name, whatever its case.
pub(super) fn key_of(document: &Map<String, Json>, name: &str) -> Option<String> {
    if document.contains_key(name) {
        return Some(name.to_owned());
    }
    document.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()
}

/// Whether a name is that of a schema.
pub(super) fn starts_with_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

fn flat(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(items) => items.iter().collect(),
        Json::Null => Vec::new(),
        one => vec![one],
    }
}

fn after_schema<'t>(text: &'t str, urn: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(urn.len())?;
    if start.eq_ignore_ascii_case(urn) { rest.strip_prefix(':') } else { None }
}

fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix('$').unwrap_or(text);
    !rest.is_empty() && rest.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Option<Vec<String>> {
        let path = AttributePath::read(Names::Of(ScimKind::User), text)?;
        Some(path.steps().map(str::to_owned).collect())
    }

    #[test]
    fn paths_are_read_in_any_case_and_with_their_schema() {
        const ENTERPRISE: &str = rolecall_engine::people::scim::ENTERPRISE_USER;
        for (text, wanted) in [
            ("USERNAME", vec!["userName"]),
            ("name.FAMILYname", vec!["name", "familyName"]),
            ("urn:ietf:params:scim:schemas:core:2.0:user:Name.givenName", vec!["name", "givenName"]),
            (ENTERPRISE, vec![ENTERPRISE]),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:Manager", vec![ENTERPRISE, "manager"]),
            (
                "URN:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.VALUE",
                vec![ENTERPRISE, "manager", "value"],
            ),
            ("urn:acme:custom:2.0:User", vec!["urn:acme:custom:2.0:User"]),
            ("urn:acme:custom:2.0:User:npmUsername", vec!["urn:acme:custom:2.0:User", "npmUsername"]),
            ("emails.$ref", vec!["emails", "$ref"]),
        ] {
            let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
            assert_eq!(steps(text), Some(wanted), "{text}");
        }
        for bad in ["", " ", ".", "a.b.c", "a..b", "a b", "a[", "urn:", "é\u{0}", &"x".repeat(500)] {
            assert_eq!(steps(bad), None, "{bad}");
        }
    }
}
