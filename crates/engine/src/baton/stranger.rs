//! What a file of another program states: facts, and the types that they are of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolecall_baton::c1z::{C1zError, C1zReader};
use rolecall_baton::record::{Detail, Entitlement, Grant, Resource, ResourceType, SecretDetail, UserDetail};
use rolecall_connect::baton::{ROOT, Shape, ShapeEntitlement, ShapePassage, ShapePurpose, ShapeType};
use rolecall_model::{Fact, Purpose, ResourceRef, Timestamp, Value};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// The verb of whom a credential belongs to.
const ASSIGNED: &str = "ASSIGNED";

/// How much of everything a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct C1zCounts {
    /// Resource types.
    pub resource_types: usize,
    /// Resources.
    pub resources: usize,
    /// Entitlements.
    pub entitlements: usize,
    /// Grants, also those that follow from others.
    pub grants: usize,
    /// Rows of any kind that do not say what they are about, and are left out.
    pub nameless: usize,
    /// Grants that follow from others, which are worked out and not taken over.
    pub expanded: usize,
    /// Grants that are passed on here and not in the file, because others of the same kind are.
    pub passed_on_besides: usize,
}

/// Everything that a sync states.
#[derive(Debug)]
pub(crate) struct Stated {
    pub(crate) shape: Shape,
    pub(crate) facts: Vec<Fact>,
    pub(crate) counts: C1zCounts,
}

/// Reads a sync. `O(grants)`.
pub(crate) fn stated(reader: &C1zReader, sync: &str, root: &ResourceRef) -> Result<Stated, C1zError> {
    let mut reading = Reading::new(root);
    reader.resource_types(sync, |record| reading.resource_type(record))?;
    reader.resources(sync, |record| reading.resource(record))?;
    reader.entitlements(sync, |record| reading.entitlement(record))?;
    reader.grants(sync, |record| reading.grant(&record))?;
    reading.counts.nameless = reader.nameless();
    Ok(reading.end())
}

struct Reading {
    root: ResourceRef,
    shape: Shape,
    facts: Vec<Fact>,
    counts: C1zCounts,
    /// What the id of an entitlement means.
    entitlements: HashMap<String, (ResourceRef, String)>,
    /// How many grants are passed on and how many are not, by the type of resource, the slug and the type of the holder.
    groups: BTreeMap<(String, String, String), (usize, usize)>,
}

impl Reading {
    fn new(root: &ResourceRef) -> Self {
        Self {
            root: root.clone(),
            shape: Shape::default(),
            facts: vec![Fact::resource(root.clone(), None)],
            counts: C1zCounts::default(),
            entitlements: HashMap::new(),
            groups: BTreeMap::new(),
        }
    }

    fn resource_type(&mut self, record: ResourceType) -> Result<(), C1zError> {
        self.counts.resource_types += 1;
        let known = self.shape.types.entry(record.id).or_default();
        known.title = record.display_name;
        known.traits.extend(record.traits.iter().map(|kind| kind.0));
        Ok(())
    }

    fn type_of(&mut self, resource: &ResourceRef) -> &mut ShapeType {
        self.shape.types.entry(resource.kind.as_str().to_owned()).or_default()
    }

    fn resource(&mut self, record: Resource) -> Result<(), C1zError> {
        self.counts.resources += 1;
        let parent = record.parent.clone().unwrap_or_else(|| self.root.clone());
        self.type_of(&record.id).parents.insert(parent.kind.as_str().to_owned());
        self.facts.push(Fact::resource(record.id.clone(), Some(parent)));
        let mut properties = Map::new();
        let mut say = |name: &str, value: Json| properties.insert(name.to_owned(), value);
        say("displayName", record.display_name.into());
        say("description", record.description.into());
        say("webLink", record.link.into());
        say("created", moment(record.created_at));
        for detail in record.details {
            self.detail(&record.id, detail, &mut properties);
        }
        for (name, value) in properties {
            if let Some(value) = scalar(value) {
                self.facts.push(Fact::property(&record.id, name, value));
            }
        }
        Ok(())
    }

    fn detail(&mut self, id: &ResourceRef, detail: Detail, properties: &mut Map<String, Json>) {
        // What a source calls something gives way to what a trait says of it.
        let mut profile = |profile: Map<String, Json>| {
            for (name, value) in profile {
                properties.entry(name).or_insert(value);
            }
        };
        match detail {
            Detail::User(mut user) => {
                profile(std::mem::take(&mut user.profile));
                user_properties(user, properties);
            }
            Detail::Group(said) | Detail::Role(said) | Detail::App(said) => profile(said),
            Detail::Secret(mut secret) => {
                profile(std::mem::take(&mut secret.profile));
                if let Some(identity) = &secret.identity {
                    self.facts.push(Fact::Link { from: id.clone(), class: ASSIGNED.into(), to: identity.clone() });
                }
                secret_properties(&secret, properties);
            }
        }
    }

    fn entitlement(&mut self, record: Entitlement) -> Result<(), C1zError> {
        self.counts.entitlements += 1;
        let purpose = match record.purpose {
            Some(Purpose::Assignment) => ShapePurpose::Assignment,
            Some(Purpose::Ownership) => ShapePurpose::Ownership,
            Some(Purpose::Permission) | None => ShapePurpose::Permission,
        };
        let order = record.exclusion.and_then(|exclusion| u8::try_from(exclusion.order).ok());
        let known = self.type_of(&record.resource).entitlements.entry(record.slug.clone()).or_default();
        (known.purpose, known.order) = (purpose, order.or(known.order));
        known.grantable_to.extend(record.grantable_to);
        self.entitlements.insert(record.id, (record.resource, record.slug));
        Ok(())
    }

    fn grant(&mut self, record: &Grant) -> Result<(), C1zError> {
        self.counts.grants += 1;
        // What follows from other grants names those, and not itself.
        let follows = !record.sources.is_empty() && record.sources.iter().all(|(id, _)| *id != record.entitlement);
        if follows {
            self.counts.expanded += 1;
            return Ok(());
        }
        let slug = self.slug(record);
        let holder = record.principal.kind.as_str().to_owned();
        let known: &mut ShapeEntitlement = self.type_of(&record.resource).entitlements.entry(slug.clone()).or_default();
        known.grantable_to.insert(holder.clone());
        let kinds = (record.resource.kind.as_str().to_owned(), slug.clone(), holder);
        let throughs: BTreeSet<String> =
            record.expandable.iter().flat_map(|found| &found.entitlements).cloned().collect();
        let passed = self.groups.entry(kinds.clone()).or_default();
        if throughs.is_empty() {
            passed.1 += 1
        } else {
            passed.0 += 1
        }
        for through in throughs {
            let through = self.entitlements.get(&through).map_or_else(|| last_part(&through), |(_, slug)| slug.clone());
            let (resource_type, slug, group_type) = kinds.clone();
            self.shape.passed_on.insert(ShapePassage { resource_type, slug, group_type, through });
        }
        self.facts.push(Fact::grant(&record.principal, &record.resource, slug));
        Ok(())
    }

    fn slug(&self, record: &Grant) -> String {
        let known = self.entitlements.get(&record.entitlement);
        known.map_or_else(|| last_part(&record.entitlement), |(_, slug)| slug.clone())
    }

    fn end(mut self) -> Stated {
        let mixed = self.groups.values().filter(|(passed_on, _)| *passed_on > 0);
        self.counts.passed_on_besides = mixed.map(|(_, others)| others).sum();
        // Whoever is only named is of a type as well.
        let named: BTreeSet<String> = self.shape.types.values().flat_map(|one| one.entitlements.values()).fold(
            BTreeSet::new(),
            |mut all, entitlement| {
                all.extend(entitlement.grantable_to.iter().cloned());
                all
            },
        );
        named.into_iter().filter(|kind| kind != ROOT).for_each(|kind| {
            self.shape.types.entry(kind).or_default();
        });
        Stated { shape: self.shape, facts: self.facts, counts: self.counts }
    }
}

/// By convention an entitlement's id ends with its slug.
fn last_part(id: &str) -> String {
    id.rsplit(':').next().unwrap_or(id).to_owned()
}

fn user_properties(user: UserDetail, properties: &mut Map<String, Json>) {
    let UserDetail { login, emails, is_enabled, is_service, has_second_factor, last_login, employee_ids, profile: _ } =
        user;
    let mut say = |name: &str, value: Json| {
        if !value.is_null() {
            properties.insert(name.to_owned(), value);
        }
    };
    say("username", if login.is_empty() { Json::Null } else { login.into() });
    say("email", emails.first().cloned().into());
    say("emails", if emails.len() > 1 { emails.into() } else { Json::Null });
    say("active", is_enabled.into());
    say("service", is_service.into());
    say("mfaEnabled", has_second_factor.into());
    say("lastLogin", moment(last_login));
    say("employeeId", employee_ids.first().cloned().into());
}

fn secret_properties(secret: &SecretDetail, properties: &mut Map<String, Json>) {
    let moments = [("created", secret.created_at), ("expires", secret.expires_at), ("lastUsed", secret.last_used_at)];
    for (name, at) in moments {
        if at.is_some() {
            properties.insert(name.to_owned(), moment(at));
        }
    }
}

fn moment(at: Option<Timestamp>) -> Json {
    at.map(crate::moment::moment_text).into()
}

/// A value as properties can have it; nothing of what says nothing, or is a structure of its own.
fn scalar(value: Json) -> Option<Value> {
    let is_scalar = |value: &Json| !value.is_object() && !value.is_array() && !value.is_null();
    match &value {
        Json::String(text) if text.is_empty() => None,
        Json::Array(items) if !items.is_empty() && items.iter().all(is_scalar) => Some(Value::from(value)),
        value if is_scalar(value) => Some(Value::from(value.clone())),
        _ => None,
    }
}
