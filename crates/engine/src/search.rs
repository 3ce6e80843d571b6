//! Finding what somebody half remembers: accounts, groups, and whatever something can be done to, by a part of their name.

use std::collections::BTreeMap;

use rolecall_graph::NodeId;
use rolecall_model::person::PERSON;
use rolecall_model::{Trait, TypeDeclaration};
use serde::Serialize;

use crate::as_of::AsOf;
use crate::completeness::Completeness;
use crate::group::group_types;
use crate::name::Candidate;
use crate::search_index::SearchIndex;
use crate::world::{ConnectorView, WorldView};

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer {
    /// The past moment that the answer is of. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// The nearest first, as many as were wished for.
    pub rows: Vec<FoundRow>,
    /// How many there are.
    pub count: usize,
    /// How complete the lists are that were searched.
    pub completeness: Completeness,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundRow {
    /// What it is.
    #[serde(flatten)]
    pub named: Candidate,
    /// Whether it is an account, and not something that accounts do something to.
    pub is_account: bool,
    /// Whether it gives rights to others.
    pub is_group: bool,
    /// What can be done to it: `publish`, `read`.
    pub actions: Vec<&'static str>,
}

/// Which page shows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// That of an account.
    Account,
    /// That of something that something can be done to.
    Resource,
    /// That of whatever gives rights to others.
    Group,
    /// That of somebody of a directory.
    Person,
}

/// Which page shows the things of a type, by connector and type.
#[derive(Clone, Debug, Default)]
pub struct Places(BTreeMap<String, BTreeMap<&'static str, Place>>);

impl Places {
    /// Where a thing of a connector is shown, by its type.
    #[must_use]
    pub fn of(&self, connector: &str, kind: &str) -> Option<Place> {
        self.0.get(connector)?.get(kind).copied()
    }
}

impl FromIterator<(String, &'static str, Place)> for Places {
    fn from_iter<I: IntoIterator<Item = (String, &'static str, Place)>>(places: I) -> Self {
        let mut all = Self::default();
        for (connector, kind, place) in places {
            all.0.entry(connector).or_default().insert(kind, place);
        }
        all
    }
}

/// How near a name is to what was typed; less is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Same,
    SameAfterScope,
    Begins,
    BeginsAfterScope,
    Contains,
}

/// How near, both in lower case.
fn nearness(id: &str, wanted: &str) -> Option<Nearness> {
    let own = id.rsplit('/').next().unwrap_or(id);
    Some(match () {
        () if id == wanted => Nearness::Same,
        () if own == wanted => Nearness::SameAfterScope,
        () if id.starts_with(wanted) => Nearness::Begins,
        () if own.starts_with(wanted) => Nearness::BeginsAfterScope,
        () if id.contains(wanted) => Nearness::Contains,
        () => return None,
    })
}

impl WorldView {
    /// Everything with this in its name, the nearest first, and at most so many. `O(names)`.
    #[must_use]
    pub fn search(&self, text: &str, most: usize) -> SearchAnswer {
        let wanted = text.trim().to_lowercase();
        let index = self.once.search_index.get_or_init(|| SearchIndex::of(self.findable()));
        let key = |(node, name)| Some((nearness(name, &wanted)?, name.len(), self.world.id(node), node));
        let mut found: Vec<(Nearness, usize, &str, NodeId)> = index.having(&wanted).filter_map(key).collect();
        let count = found.len();
        if let Some(last) = most.checked_sub(1).filter(|last| *last < count) {
            // Only those that are shown are put in order.
            found.select_nth_unstable(last);
        }
        found.truncate(most);
        found.sort_unstable();
        SearchAnswer {
            as_of: self.as_of().cloned(),
            rows: found.into_iter().map(|(_, _, _, node)| self.found_row(node)).collect(),
            count,
            completeness: self.list_completeness(),
        }
    }

    /// Everything that has a page, each once, by its id.
    fn findable(&self) -> impl Iterator<Item = (NodeId, &str)> {
        let segments = 0..u32::try_from(self.connectors.len()).unwrap_or(0);
        let nodes = segments.flat_map(|segment| self.world.nodes(segment));
        let is_found = |node: &NodeId| self.world.is_account(*node) || self.is_giver(*node) || self.has_actions(*node);
        let own = nodes.filter(move |node| is_found(node) && self.world.representative(*node) == *node);
        own.map(|node| (node, self.world.id(node)))
    }

    fn found_row(&self, node: NodeId) -> FoundRow {
        let declared = self.declared(node);
        FoundRow {
            named: self.candidate(node),
            is_account: self.world.is_account(node),
            is_group: self.is_giver(node),
            actions: declared
                .map(|declared| declared.actions.iter().map(|action| action.word).collect())
                .unwrap_or_default(),
        }
    }

    /// Which page shows what, by type.
    #[must_use]
    pub fn places(&self) -> Places {
        let of = |connector: &ConnectorView| {
            let (title, groups) = (connector.title(), group_types(connector.declaration).collect::<Vec<_>>());
            let account = connector.declaration.account_type;
            let place = move |declared: &TypeDeclaration| match () {
                () if declared.name == account || declared.trait_ == Some(Trait::User) => Some(Place::Account),
                () if declared.name == PERSON => Some(Place::Person),
                () if !declared.actions.is_empty() => Some(Place::Resource),
                () if groups.contains(&declared.name) => Some(Place::Group),
                () => None,
            };
            let types = connector.declaration.types.iter();
            types.filter_map(move |declared| Some((title.clone(), declared.name, place(declared)?))).collect::<Vec<_>>()
        };
        self.connectors.iter().flat_map(of).collect()
    }

    /// What can be done to the resource called `name`, the first being what is asked most.
    ///
    /// # Errors
    /// When the name means nothing or too much.
    pub fn actions_of(&self, name: &str) -> Result<Vec<&'static str>, crate::name::NameError> {
        let node = self.resolve("resource", name, |node| self.has_actions(node))?;
        Ok(self.found_row(node).actions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first() {
        let of = |id| nearness(id, "core");
        assert!(of("core") < of("@acme/core") && of("@acme/core") < of("core-js"));
        assert!(of("core-js") < of("@acme/core-js") && of("@acme/core-js") < of("hardcore"));
        assert_eq!((of("x/core/y"), of("corn")), (Some(Nearness::Contains), None));
    }
}
