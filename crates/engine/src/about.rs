//! What a question about changes is about: a name, and what it stood for, even if that is gone.

use rolecall_graph::NodeId;
use rolecall_model::{ConnectorDeclaration, Fact, ResourceRef};
use rolecall_store::{ConnectorId, Store, StoreError};

use crate::name::{NameError, ids_meant};
use crate::world::{ConnectorView, WorldView, host_of};

/// What a name stood for in each connector that ever knew it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    things: Vec<(ConnectorId, ResourceRef)>,
}

impl About {
    /// What it is in a connector.
    pub(crate) fn of(&self, connector: ConnectorId) -> impl Iterator<Item = &ResourceRef> {
        self.things.iter().filter(move |(of, _)| *of == connector).map(|(_, thing)| thing)
    }

    /// Whether a fact of a connector states something of it, or names it.
    pub(crate) fn is_named_in(&self, connector: ConnectorId, fact: &Fact) -> bool {
        let object = match fact {
            Fact::Resource { parent, .. } => parent.as_ref(),
            Fact::Property { .. } => None,
            Fact::Grant { principal, .. } | Fact::Evidence { principal, .. } => Some(principal),
            Fact::Link { to, .. } => Some(to),
        };
        self.of(connector).any(|thing| fact.subject() == thing || object == Some(thing))
    }

    fn add(&mut self, connector: ConnectorId, thing: ResourceRef) {
        if !self.of(connector).any(|known| *known == thing) {
            self.things.push((connector, thing));
        }
    }
}

/// What `name` stands for, or stood for: everything that any connector in view ever saw under it. It may have a connector's
/// name in front, and its type where only that tells it from others: `npm:acme:alice`, `npm:acme:user:alice`. `None` where
/// nothing was ever called that.
///
/// # Errors
/// When the database cannot be read.
pub async fn about_of(store: &Store, view: &WorldView, name: &str) -> Result<Option<About>, StoreError> {
    let mut about = About::default();
    for connector in &view.connectors {
        for id in ids_meant(connector, name) {
            for (kind, id) in spellings(connector.declaration, id) {
                let called = store.resources_called(connector.record.id, id).await?;
                let wanted = called.into_iter().filter(|thing| kind.is_none_or(|kind| thing.kind == kind));
                wanted.for_each(|thing| about.add(connector.record.id, thing));
            }
        }
    }
    for (connector, thing) in about.things.clone() {
        for other in view.same_source(connector, &thing) {
            if store.resources_called(other.record.id, &thing.id).await?.contains(&thing) {
                about.add(other.record.id, thing.clone());
            }
        }
    }
    Ok(Some(about).filter(|about| !about.things.is_empty()))
}

/// An id as it is, and without the type in front of it.
fn spellings<'n>(
    declaration: &'static ConnectorDeclaration,
    id: &'n str,
) -> impl Iterator<Item = (Option<&'static str>, &'n str)> {
    let typed = declaration.types.iter().filter_map(move |declared| {
        let rest = id.strip_prefix(declared.name)?.strip_prefix(':')?;
        Some((Some(declared.name), rest))
    });
    std::iter::once((None, id)).chain(typed)
}

impl WorldView {
    /// The other connectors that mean the same by this id.
    fn same_source(&self, connector: ConnectorId, thing: &ResourceRef) -> Vec<&ConnectorView> {
        let Some(own) = self.connectors.iter().find(|other| other.record.id == connector) else { return Vec::new() };
        if !own.declaration.resource_type(thing.kind.as_str()).is_some_and(|declared| declared.source_wide) {
            return Vec::new();
        }
        let source = |view: &ConnectorView| (view.declaration.name, host_of(&view.record.config.base_url));
        let others = self.connectors.iter().filter(|other| other.record.id != connector);
        others.filter(|other| source(other) == source(own)).collect()
    }

    /// What a question about one thing of an answer is about: it, in every connector that sees it.
    pub(crate) fn about_node(&self, node: NodeId) -> About {
        let mut about = About::default();
        for twin in self.world.same_account(node) {
            if let Some(connector) = self.connector(twin) {
                about.add(connector.record.id, self.world.reference(twin));
            }
        }
        about
    }

    /// The name by which [`about_of`] finds one thing of an answer and nothing else of its connector.
    pub(crate) fn about_name(&self, node: NodeId) -> String {
        let (title, kind, id) = (self.title(node), self.world.kind(node), self.world.id(node));
        let types = self.connector(node).map_or(&[][..], |connector| connector.declaration.types);
        let others = types.iter().filter(|declared| declared.name != kind);
        let mut same = others.filter_map(|declared| self.world.resource(node.segment(), declared.name, id));
        if same.next().is_some() { format!("{title}:{kind}:{id}") } else { format!("{title}:{id}") }
    }

    /// That nothing was ever called `name`.
    #[must_use]
    pub fn nothing_called(&self, name: &str) -> NameError {
        self.unknown("anything called", name, |_| true)
    }
}
