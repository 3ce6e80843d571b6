//! What is worked out when it is asked for the first time, and is the same as long as a view is: it takes a look at
//! everything that is recorded, which no answer can afford.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use rolecall_graph::NodeId;
use rolecall_model::ResourceRef;

use crate::completeness::CompletenessBuilder;
use crate::search_index::SearchIndex;
use crate::world::{ConnectorView, WorldView};

/// Everything that a view worked out so far.
#[derive(Debug, Default)]
pub(crate) struct Once {
    pub(crate) search_index: OnceLock<SearchIndex<NodeId>>,
    supports: Mutex<BTreeMap<(u32, Support), CompletenessBuilder>>,
    /// What only a person could have read, anywhere in a segment, and nobody did.
    unread: Mutex<BTreeMap<u32, Vec<String>>>,
}

/// Whose listings an answer rests on, of one segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Support {
    /// The root's and all groups', as far as they support an answer about an action.
    Groups(String),
    /// Those of everything that is no group, as far as they support any answer about access.
    Others,
    /// All that support any answer about access.
    Whole,
}

impl WorldView {
    /// How complete these listings of a segment are.
    pub(crate) fn support(&self, segment: u32, of: Support) -> CompletenessBuilder {
        let key = (segment, of);
        worked_out(&self.once.supports, &key, || self.support_find(segment, &key.1))
    }

    fn support_find(&self, segment: u32, of: &Support) -> CompletenessBuilder {
        let mut builder = CompletenessBuilder::default();
        let Some(connector) = self.connector_at(segment) else { return builder };
        let action = if let Support::Groups(action) = of { Some(action.as_str()) } else { None };
        let is_part = |node: &NodeId| match of {
            Support::Groups(_) => self.world.is_group(*node),
            Support::Others => !self.world.is_group(*node),
            Support::Whole => true,
        };
        let nodes = self.world.nodes(segment).filter(is_part);
        let mut subjects: Vec<ResourceRef> = nodes.map(|node| self.world.reference(node)).collect();
        // The root is asked about also where nothing was read of it yet.
        if action.is_some() && !subjects.contains(&connector.root()) {
            subjects.push(connector.root());
        }
        builder.add_supporting(&connector.book(), action, &subjects);
        builder
    }

    /// What a person would have to have read, anywhere in a connector.
    pub(crate) fn unread_anywhere(&self, segment: u32) -> Vec<String> {
        worked_out(&self.once.unread, &segment, || self.unread_find(segment))
    }

    fn unread_find(&self, segment: u32) -> Vec<String> {
        let Some(connector) = self.connector_at(segment) else { return Vec::new() };
        let is_subject = |node: &NodeId| {
            let kind = self.world.kind(*node);
            connector.declaration.listings.iter().any(|declared| declared.interactive.is_some() && declared.per == kind)
        };
        let subjects: Vec<ResourceRef> =
            self.world.nodes(segment).filter(is_subject).map(|node| self.world.reference(node)).collect();
        connector.book().unread(&subjects)
    }

    fn connector_at(&self, segment: u32) -> Option<&ConnectorView> {
        self.connectors.get(usize::try_from(segment).ok()?)
    }
}

/// What was worked out for a key, or is now.
fn worked_out<K: Ord + Clone, V: Clone>(kept: &Mutex<BTreeMap<K, V>>, key: &K, work: impl FnOnce() -> V) -> V {
    let kept = || kept.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().get(key).cloned();
    known.unwrap_or_else(|| {
        let value = work();
        kept().insert(key.clone(), value.clone());
        value
    })
}
