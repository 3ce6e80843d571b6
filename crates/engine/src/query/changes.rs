//! The changes of a window, by the entities that they are changes of.

use std::collections::HashSet;

use rolecall_graph::{EntityId, PropertyValue};
use rolecall_model::{EntitlementRef, Fact, FactKind, ResourceRef, Term, Value};
use rolecall_query::{Change, Changes};
use rolecall_store::{ChangeKind, Store, StoreError};

use super::Loaded;
use crate::changes::{ChangesQuestion, News, is_decisive, news};
use crate::world::ConnectorView;

/// What changed between two moments, oldest first for each entity.
pub(super) async fn changes_of(
    store: &Store,
    loaded: &Loaded,
    question: &ChangesQuestion,
) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    for (connector, segment) in loaded.view.connectors.iter().zip(0_u32..) {
        let mut all = news(store, &loaded.view, (connector, segment), question).await?;
        all.sort_by_key(|one| (one.change.made_current_at, weight(one)));
        let whole = whole_of(&all);
        let mut of = ChangesOf { loaded, connector, segment, changes: &mut changes };
        for one in all.iter().filter(|one| !is_own(connector, one, &whole)) {
            of.add(one);
        }
    }
    Ok(changes)
}

/// Within one reading, that something appeared comes first, and that it disappeared last.
fn weight(one: &News) -> u8 {
    match (one.change.fact.kind(), &one.change.kind) {
        (FactKind::Resource, ChangeKind::Appeared) => 0,
        (FactKind::Resource, ChangeKind::Disappeared) => 2,
        _ => 1,
    }
}

/// Resources that appeared or disappeared whole, with the snapshot.
fn whole_of(news: &[News]) -> HashSet<(i64, bool, &ResourceRef)> {
    let whole = news.iter().filter(|one| one.change.fact.kind() == FactKind::Resource);
    whole.map(|one| (one.change.snapshot.0, is_new(&one.change.kind), one.change.fact.subject())).collect()
}

fn is_new(kind: &ChangeKind) -> bool {
    *kind == ChangeKind::Appeared
}

/// Whether it is a property that came or went with its resource, and is no news beside that: unless somebody holds a right
/// by it.
fn is_own(connector: &ConnectorView, one: &News, whole: &HashSet<(i64, bool, &ResourceRef)>) -> bool {
    let change = &one.change;
    change.fact.kind() == FactKind::Property
        && !is_decisive(connector.declaration, &change.fact)
        && whole.contains(&(change.snapshot.0, is_new(&change.kind), change.fact.subject()))
}

/// Where the changes of one connector go.
struct ChangesOf<'l, 'c> {
    loaded: &'l Loaded,
    connector: &'l ConnectorView,
    segment: u32,
    changes: &'c mut Changes,
}

impl ChangesOf<'_, '_> {
    fn add(&mut self, news: &News) {
        let before = match &news.change.kind {
            ChangeKind::Replaced { old } => Some(old),
            ChangeKind::Appeared | ChangeKind::Disappeared => None,
        };
        match &news.change.fact {
            Fact::Resource { resource, parent } => self.existence(news, resource, parent.as_ref(), before),
            Fact::Property { resource, name, value } => {
                let old = match before {
                    Some(Fact::Property { value, .. }) => Some(value),
                    _ => None,
                };
                self.property(news, resource, name, (old, value));
            }
            Fact::Grant { principal, entitlement } => {
                let old = before.and_then(Fact::holding).map(|(_, entitlement)| entitlement);
                self.right(news, principal, "", (old, entitlement));
            }
            Fact::Evidence { principal, entitlement } => {
                let old = before.and_then(Fact::holding).map(|(_, entitlement)| entitlement);
                self.right(news, principal, "said to hold ", (old, entitlement));
            }
            Fact::Link { from, class, to } => self.link(news, from, class, to),
        }
    }

    fn existence(&mut self, news: &News, resource: &ResourceRef, parent: Option<&ResourceRef>, before: Option<&Fact>) {
        let change = match (&news.change.kind, before) {
            (ChangeKind::Appeared, _) => dated(news, "appeared"),
            (ChangeKind::Disappeared, _) => dated(news, "disappeared"),
            (ChangeKind::Replaced { .. }, before) => {
                let old = match before {
                    Some(Fact::Resource { parent: Some(parent), .. }) => Some(text(&parent.id)),
                    _ => None,
                };
                let new = parent.map(|parent| text(&parent.id));
                Change { property: Some("belongs to".to_owned()), old, new, ..dated(news, "changed") }
            }
        };
        self.push(resource, change);
    }

    fn property(&mut self, news: &News, resource: &ResourceRef, name: &Term, values: (Option<&Value>, &Value)) {
        let declared = self.connector.declaration.resource_type(resource.kind.as_str());
        let called = declared.map_or(name.as_str(), |declared| declared.entity.name_of(name.as_str()));
        let (old, new) = (values.0.and_then(json), json(values.1));
        let (old, new) = if news.change.kind == ChangeKind::Disappeared { (new, None) } else { (old, new) };
        self.push(resource, Change { property: Some(called.to_owned()), old, new, ..dated(news, "changed") });
    }

    /// A right is a change of whoever holds it, and of what it is held on.
    fn right(
        &mut self,
        news: &News,
        principal: &ResourceRef,
        how: &str,
        (old, entitlement): (Option<&EntitlementRef>, &EntitlementRef),
    ) {
        let is_gone = news.change.kind == ChangeKind::Disappeared;
        let spelled = Some(text(&entitlement.to_string()));
        let (old_text, new_text) = if is_gone { (spelled, None) } else { (None, spelled) };
        let kind = if is_gone || self.is_less(old, entitlement) { "lost" } else { "gained" };
        let change =
            Change { old: old.map(|old| text(&old.to_string())).or(old_text), new: new_text, ..dated(news, kind) };
        let of_holder = format!("{how}{} on {}", entitlement.slug, entitlement.resource.id);
        let of_resource = match how {
            "" => format!("{} of {}", entitlement.slug, principal.id),
            _ => format!("{} is {how}{}", principal.id, entitlement.slug),
        };
        self.push(principal, Change { property: Some(of_holder), ..change.clone() });
        self.push(&entitlement.resource, Change { property: Some(of_resource), ..change });
    }

    /// Whether the declared order says that a right took the place of a higher one.
    fn is_less(&self, old: Option<&EntitlementRef>, new: &EntitlementRef) -> bool {
        let order = |of: &EntitlementRef| {
            let declared = self.connector.declaration.entitlement(of.resource.kind.as_str(), of.slug.as_str());
            declared.and_then(|declared| declared.exclusive_order)
        };
        old.and_then(order).zip(order(new)).is_some_and(|(old, new)| new < old)
    }

    fn link(&mut self, news: &News, from: &ResourceRef, class: &Term, to: &ResourceRef) {
        let is_gone = news.change.kind == ChangeKind::Disappeared;
        let kind = if is_gone { "lost" } else { "gained" };
        let mapped = self.connector.declaration.relationship_of_link(&from.kind, &to.kind);
        let class = mapped.map_or(class.as_str(), |mapped| mapped.class);
        for (one, words, other) in
            [(from, format!("{class} {}", to.id), to), (to, format!("{} {class}", from.id), from)]
        {
            let other = Some(text(&other.id));
            let (old, new) = if is_gone { (other, None) } else { (None, other) };
            self.push(one, Change { property: Some(words), old, new, ..dated(news, kind) });
        }
    }

    fn push(&mut self, resource: &ResourceRef, change: Change) {
        if let Some(entity) = self.entity(resource) {
            self.changes.of.entry(entity).or_default().push(change);
        }
    }

    /// The entity of a resource, whether it is there or gone.
    fn entity(&self, resource: &ResourceRef) -> Option<EntityId> {
        let world = &self.loaded.view.world;
        let node = world.resource(self.segment, resource.kind.as_str(), &resource.id);
        let entity = node.and_then(|node| self.loaded.graph.access().entity(node));
        let gone = || self.loaded.ended.as_ref()?.get(&(self.segment, resource.clone())).copied();
        entity.or_else(gone)
    }
}

/// A change with its moments and its author.
fn dated(news: &News, kind: &'static str) -> Change {
    let milliseconds = |at: rolecall_model::Timestamp| at.0.div_euclid(super::MICROSECONDS);
    Change {
        kind,
        not_before: news.change.not_before.map(milliseconds),
        not_after: Some(milliseconds(news.change.not_after)),
        actor: news.actor.clone(),
        ..Change::default()
    }
}

fn text(text: &str) -> PropertyValue {
    PropertyValue::Text(text.into())
}

fn json(value: &Value) -> Option<PropertyValue> {
    PropertyValue::of_json(&value.to_json())
}
