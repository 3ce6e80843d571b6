//! The graph as JupiterOne would hold it: `{"entities": […], "relationships": […]}`, by the declared mappings.
//!
//! Nothing is decided here about what maps to what; that is in the connector's declaration. What is here is the shape
//! that JupiterOne's class schemas ask for (`reference/jupiterone.md` §3): which values an entity may have, and that a
//! `User` states what it does not know as null.

use std::collections::HashSet;
use std::io::{self, Write};

use rolecall_graph::{NodeId, Step};
use rolecall_model::{RelationshipMapping, Timestamp, Value};
use serde_json::{Map, Value as Json, json};

use super::json::JsonDocument;
use crate::world::{ConnectorView, WorldView, is_tagged};

/// The longest string that a property may hold.
const LONGEST: usize = 4096;
/// Our dates, and the names under which the schemas know them.
const DATES: &[(&str, &str)] =
    &[("created", "createdOn"), ("updated", "updatedOn"), ("expires", "expiresOn"), ("lastUsed", "lastUsedOn")];
/// Properties that the schemas type, and that a source may call the same and mean otherwise.
const FLAGS: &[&str] = &["active", "public", "validated", "temporary", "trusted"];
const WORDS: &[&str] = &[
    "summary",
    "description",
    "status",
    "owner",
    "classification",
    "createdBy",
    "updatedBy",
    "deletedBy",
    "discoveredBy",
];
/// Properties that are ours to set, or whose meaning in the schemas no source property has.
const RESERVED: &[&str] = &[
    "id",
    "displayName",
    "webLink",
    "criticality",
    "risk",
    "trust",
    "complianceStatus",
    "email",
    "emailDomain",
    "username",
    "firstName",
    "lastName",
    "shortLoginId",
    "tags",
    "notes",
    "userIds",
];

impl WorldView {
    /// Writes the graph view of everything in this world.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn jupiterone_write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = JsonDocument::new(out);
        let relationships = self.relationships();
        document.array("entities")?;
        self.entities_tell(&relationships, &mut |_, entity| document.item(&entity))?;
        document.array("relationships")?;
        self.relationships_tell(&relationships, &mut |_, relationship| document.item(&relationship))?;
        document.finish()
    }

    /// Tells every entity once, with the place of its connector.
    pub(super) fn entities_tell(&self, relationships: &[Relationship<'_>], tell: &mut Tell<'_>) -> io::Result<()> {
        let ends: HashSet<NodeId> = relationships.iter().flat_map(|found| [found.from, found.to]).collect();
        let mut told = HashSet::new();
        for ((place, connector), segment) in self.connectors.iter().enumerate().zip(0_u32..) {
            for node in self.world.nodes(segment) {
                let is_shown = self.world.is_stated(node) || ends.contains(&node);
                if let Some(entity) = is_shown.then(|| self.entity_view(connector, node)).flatten()
                    && told.insert(self.key(node))
                {
                    tell(place, entity)?;
                }
            }
        }
        Ok(())
    }

    /// Tells every relationship once, with the place of the connector in which it begins.
    pub(super) fn relationships_tell(&self, relationships: &[Relationship<'_>], tell: &mut Tell<'_>) -> io::Result<()> {
        let mut told = HashSet::new();
        for found in relationships {
            let relationship = self.relationship_view(found);
            if told.insert(relationship.get("_key").and_then(Json::as_str).map(str::to_owned)) {
                tell(usize::try_from(found.from.segment()).unwrap_or_default(), relationship)?;
            }
        }
        Ok(())
    }

    fn key(&self, node: NodeId) -> Option<String> {
        let declared = self.connector(node)?.declaration.resource_type(self.world.kind(node))?;
        Some(declared.entity.key_of(self.world.id(node)))
    }

    fn entity_view(&self, connector: &ConnectorView, node: NodeId) -> Option<Map<String, Json>> {
        let declared = connector.declaration.resource_type(self.world.kind(node))?;
        let id = self.world.id(node);
        let mut entity = Map::new();
        for (name, value) in self.world.properties(node) {
            entity.extend(property(name, &serde_json::from_str(value).unwrap_or(Json::Null)));
        }
        let is_person = declared.entity.class.contains(&"Person");
        let own = self.text(node, "displayName").filter(|_| is_person);
        let name = entity.get("name").and_then(Json::as_str).map(str::to_owned).or(own);
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_owned());
        if is_person {
            entity.extend(self.person_view(node, &name));
        }
        if declared.entity.class.contains(&"User") {
            entity.insert("username".to_owned(), json!([id]));
            entity.insert("shortLoginId".to_owned(), json!([id]));
            let email = self.text(node, "email");
            entity.insert("email".to_owned(), email.map_or(Json::Null, |email| json!([email])));
            for unknown in ["firstName", "lastName"] {
                entity.insert(unknown.to_owned(), Json::Null);
            }
        }
        if self.world.is_unconfirmed(node) {
            entity.insert("removalUnconfirmed".to_owned(), true.into());
        }
        for (name, value) in declared.entity.constants {
            entity.insert((*name).to_owned(), (*value).into());
        }
        for (key, value) in [
            ("_key", declared.entity.key_of(id).into()),
            ("_type", declared.entity.type_.into()),
            ("_class", json!(declared.entity.class)),
            ("id", id.into()),
            ("displayName", name.as_str().into()),
            ("name", name.as_str().into()),
        ] {
            entity.insert(key.to_owned(), value);
        }
        if is_tagged(&connector.record) {
            entity.insert("tag.AccountName".to_owned(), connector.record.config.name.as_str().into());
        }
        Some(entity)
    }

    /// What the schemas ask of a person: two names, and all addresses, the main one first.
    fn person_view(&self, node: NodeId, name: &str) -> [(String, Json); 3] {
        let named = |ours: &str, there: &str| self.text(node, ours).or(self.text(node, there));
        let first = named("givenName", "firstName").unwrap_or_else(|| name.to_owned());
        let last = named("familyName", "lastName").unwrap_or_else(|| name.to_owned());
        let aliases = self.world.property(node, "aliases").map(Value::from_json_text);
        let aliases = aliases.map(|aliases| aliases.to_texts()).unwrap_or_default();
        let addresses: Vec<String> = self.text(node, "email").into_iter().chain(aliases).collect();
        [("firstName", first.into()), ("lastName", last.into()), ("email", json!(addresses))]
            .map(|(name, value): (&str, Json)| (name.to_owned(), value))
    }

    /// Every mapped relationship, once for each pair, in a fixed order.
    pub(super) fn relationships(&self) -> Vec<Relationship<'_>> {
        let mut found = Vec::new();
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            let declaration = connector.declaration;
            let kind = |node| self.world.kind(node).to_owned().into();
            let grants = self.world.grants(segment).filter_map(|step| {
                let slug = step.slug.to_owned().into();
                let mapping = declaration.relationship_of_grant(&kind(step.resource), &kind(step.principal), &slug)?;
                let unconfirmed = step.unconfirmed;
                Some(Relationship { mapping, from: step.resource, to: step.principal, steps: vec![step], unconfirmed })
            });
            let links = self.world.links(segment).filter_map(|link| {
                let mapping = declaration.relationship_of_link(&kind(link.from), &kind(link.to))?;
                Some(Relationship { unconfirmed: link.unconfirmed, ..Relationship::bare(mapping, link.from, link.to) })
            });
            let parents = self.world.nodes(segment).filter_map(|child| {
                let parent = self.world.parent(child).filter(|_| self.world.is_stated(child))?;
                let mapping = declaration.relationship_of_parent(&kind(parent), &kind(child))?;
                let unconfirmed = self.world.is_unconfirmed(child);
                Some(Relationship { unconfirmed, ..Relationship::bare(mapping, parent, child) })
            });
            found.extend(grants.chain(links).chain(parents));
        }
        found.sort_by(|one, other| one.place().cmp(&other.place()));
        found.dedup_by(|later, kept| {
            let same = later.place() == kept.place();
            if same {
                kept.steps.append(&mut later.steps);
                kept.unconfirmed &= later.unconfirmed;
            }
            same
        });
        found
    }

    fn relationship_view(&self, found: &Relationship<'_>) -> Map<String, Json> {
        let (from, to) = (self.key(found.from).unwrap_or_default(), self.key(found.to).unwrap_or_default());
        let class = found.mapping.class;
        let mut view = Map::new();
        let mut set = |name: &str, value: Json| view.insert(name.to_owned(), value);
        set("_key", format!("{from}|{}|{to}", class.to_lowercase()).into());
        set("_type", found.mapping.type_.into());
        set("_class", class.into());
        set("_fromEntityKey", from.into());
        set("_toEntityKey", to.into());
        set("displayName", class.into());
        let slugs: Vec<&str> = found.steps.iter().map(|step| step.slug).collect();
        if let Some(first) = found.steps.iter().map(|step| self.since(step)).min() {
            set("entitlement", slugs.join(",").into());
            set("firstObservedOn", milliseconds(first).into());
        }
        if found.steps.iter().any(|step| step.origin.is_path_unknown()) {
            set("pathUnknown", true.into());
        }
        if found.unconfirmed {
            set("removalUnconfirmed", true.into());
        }
        view
    }
}

/// Takes an entity or relationship of the connector at a place.
pub(super) type Tell<'t> = dyn FnMut(usize, Map<String, Json>) -> io::Result<()> + 't;

/// A relationship, and what it is made of.
pub(super) struct Relationship<'w> {
    mapping: &'static RelationshipMapping,
    from: NodeId,
    to: NodeId,
    /// The grants it is made of, if any.
    steps: Vec<Step<'w>>,
    unconfirmed: bool,
}

impl Relationship<'_> {
    const fn bare(mapping: &'static RelationshipMapping, from: NodeId, to: NodeId) -> Self {
        Self { mapping, from, to, steps: Vec::new(), unconfirmed: false }
    }

    const fn place(&self) -> (NodeId, &'static str, NodeId) {
        (self.from, self.mapping.class, self.to)
    }
}

const fn milliseconds(moment: Timestamp) -> i64 {
    moment.0.div_euclid(1000)
}

/// A property as the schemas allow it; none when they have no place for it. Unknown is absent, never null.
fn property(name: &str, value: &Json) -> Option<(String, Json)> {
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ' ' | '-'));
    if !is_name || RESERVED.contains(&name) {
        return None;
    }
    if let Some((_, dated)) = DATES.iter().find(|(ours, _)| *ours == name) {
        let moment = value.as_str()?.parse::<jiff::Timestamp>().ok()?;
        return Some(((*dated).to_owned(), moment.as_millisecond().into()));
    }
    let fits = match value {
        Json::Bool(_) => !WORDS.contains(&name) && !name.ends_with("On"),
        Json::Number(_) => !WORDS.contains(&name) && !FLAGS.contains(&name),
        Json::String(text) => text.chars().count() <= LONGEST && !FLAGS.contains(&name) && !name.ends_with("On"),
        Json::Array(items) => !WORDS.contains(&name) && !FLAGS.contains(&name) && is_homogeneous(items),
        Json::Null | Json::Object(_) => false,
    };
    (fits && (name != "name" || value.is_string())).then(|| (name.to_owned(), value.clone()))
}

fn is_homogeneous(items: &[Json]) -> bool {
    items.iter().all(Json::is_string) || items.iter().all(Json::is_number) || items.iter().all(Json::is_boolean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_take_the_schemas_shape_or_stay_away() {
        let read = |name: &str, value: Json| property(name, &value);
        assert_eq!(read("version", "1.0.0".into()), Some(("version".to_owned(), "1.0.0".into())));
        assert_eq!(read("created", "1970-01-01T00:00:01Z".into()), Some(("createdOn".to_owned(), 1000.into())));
        assert_eq!(read("created", "yesterday".into()), None);
        assert_eq!(read("public", "yes".into()), None);
        assert_eq!(read("public", true.into()), Some(("public".to_owned(), true.into())));
        assert_eq!(read("lastPublished", json!({ "ada": "2026" })), None);
        assert_eq!(read("keywords", json!(["a", 1])), None);
        assert_eq!(read("_id", "x".into()), None);
        assert_eq!(read("email", "ada@example.test".into()), None);
    }
}
