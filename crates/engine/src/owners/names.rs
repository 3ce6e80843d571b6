//! Which person, team or resource a word means, for lists of any length.

use std::collections::HashMap;

use rolecall_graph::NodeId;
use rolecall_model::Trait;
use rolecall_model::owner::{Owner, OwnerTeam};
use rolecall_model::person::{PersonKey, normal_address, normal_username};
use rolecall_query::{did_you_mean, nearest};
use rolecall_store::OwnedResource;

use super::OwnerBook;
use crate::people::Identities;
use crate::world::{WorldView, connector_is_named};

/// The attribute of people that names their account where source code is.
const HANDLE: &str = "githubUsername";

/// People by what they are called in lists. Whatever is several people's means none of them.
#[derive(Debug, Default)]
pub(super) struct Names {
    addresses: HashMap<String, Option<PersonKey>>,
    handles: HashMap<String, Option<PersonKey>>,
}

impl Names {
    pub(super) fn of(identities: &Identities) -> Self {
        let mut names = Self::default();
        let put = |names: &mut HashMap<String, Option<PersonKey>>, name: Option<String>, key: &PersonKey| {
            let Some(name) = name else { return };
            let known = names.entry(name).or_insert_with(|| Some(key.clone()));
            if known.as_ref() != Some(key) {
                *known = None;
            }
        };
        for (key, person) in &identities.people {
            for address in &person.addresses {
                put(&mut names.addresses, address.normal(), key);
            }
            put(&mut names.handles, person.attributes.get(HANDLE).and_then(|name| normal_username(name)), key);
        }
        names
    }

    pub(super) fn of_address(&self, address: &str) -> Option<PersonKey> {
        self.addresses.get(&normal_address(address)?).cloned().flatten()
    }

    pub(super) fn of_handle(&self, handle: &str) -> Option<PersonKey> {
        self.handles.get(&normal_username(handle)?).cloned().flatten()
    }
}

/// What a word means; why not, where it means nothing or too much.
type Meant<T> = Result<T, String>;

impl OwnerBook<'_> {
    /// The owner that a list names: a person by id or address, or a team. `similar` says whether to look for what is nearly
    /// called so, which takes long.
    pub(super) fn owner_meant(&self, name: &str, similar: bool) -> Meant<Owner> {
        if let Some((key, _)) = self.identities.people.get_key_value(&PersonKey::from(name)) {
            return Ok(Owner::Person(key.clone()));
        }
        if let Some(key) = self.names.of_address(name) {
            return Ok(Owner::Person(key));
        }
        match self.view.meant(name, None, |view, node| view.is_team(node)).as_slice() {
            [team] => Ok(self.view.owner_team(*team)),
            [] => Err(format!(
                "nobody in the directories is `{name}`, and no team is called so; {}",
                if similar { self.owners_similar(name) } else { SEE_PEOPLE.to_owned() }
            )),
            several => Err(format!("`{name}` is {}; write its connector before it", self.view.listed(several))),
        }
    }

    fn owners_similar(&self, name: &str) -> String {
        let people = self.identities.people.values();
        let keys = self.identities.people.keys().map(PersonKey::as_str);
        let addresses = people.flat_map(|person| person.addresses.iter().map(|address| address.address.as_str()));
        let teams = self.view.ids(|node| self.view.is_team(node));
        did_you_mean(&nearest(name, keys.chain(addresses).chain(teams))).unwrap_or_else(|| SEE_PEOPLE.to_owned())
    }

    /// The resource that a list names, of a type and a connector where it says so.
    pub(super) fn resource_meant(
        &self,
        name: &str,
        kind: Option<&str>,
        connector: Option<&str>,
        similar: bool,
    ) -> Meant<NodeId> {
        let fits = |view: &WorldView, node: NodeId| {
            view.is_owned(node) && kind.is_none_or(|kind| view.world.kind(node) == kind)
        };
        match self.view.meant(name, connector, fits).as_slice() {
            [one] => Ok(*one),
            [] => {
                let what = kind.unwrap_or("package or repository");
                let ids = || self.view.ids(|node| fits(self.view, node));
                let nearly = similar.then(|| did_you_mean(&nearest(name, ids()))).flatten();
                let next = nearly.unwrap_or_else(|| "see what there is with: rolecall owners list".to_owned());
                Err(format!("no {what} that is recorded is called `{name}`; {next}"))
            }
            several => Err(format!("`{name}` is {}; say which in a column connector", self.view.listed(several))),
        }
    }
}

const SEE_PEOPLE: &str = "see who there is with: rolecall people list";

impl WorldView {
    /// Everything that `name` means among what fits; what several connectors show is one thing.
    fn meant(&self, name: &str, connector: Option<&str>, fits: impl Fn(&Self, NodeId) -> bool) -> Vec<NodeId> {
        let is_of = |node: NodeId| {
            let known = self.connector(node);
            connector.is_none_or(|name| known.is_some_and(|known| connector_is_named(&known.record, name)))
        };
        let mut found = Vec::new();
        for node in self.named(name).into_iter().filter(|node| is_of(*node) && fits(self, *node)) {
            let node = self.world.representative(node);
            if !found.contains(&node) {
                found.push(node);
            }
        }
        found
    }

    fn ids(&self, fits: impl Fn(NodeId) -> bool) -> impl Iterator<Item = &str> {
        let segments = 0..u32::try_from(self.connectors.len()).unwrap_or(0);
        let nodes = segments.flat_map(|segment| self.world.nodes(segment));
        nodes.filter(move |node| fits(*node)).map(|node| self.world.id(node))
    }

    fn listed(&self, nodes: &[NodeId]) -> String {
        let names: Vec<String> = nodes
            .iter()
            .take(8)
            .map(|node| format!("{} {} of {}", self.world.kind(*node), self.world.id(*node), self.title(*node)))
            .collect();
        names.join(" and ")
    }

    /// Whether it is a group within an organisation.
    pub(super) fn is_team(&self, node: NodeId) -> bool {
        let is_root = self.connector(node).is_some_and(|of| of.declaration.root_type == self.world.kind(node));
        let declared = self.declared(node);
        !is_root && declared.is_some_and(|declared| declared.trait_ == Some(Trait::Group)) && self.world.is_stated(node)
    }

    pub(super) fn owner_team(&self, node: NodeId) -> Owner {
        let connector = self.connector(node).map(|known| known.record.uuid.to_string()).unwrap_or_default();
        Owner::Team(OwnerTeam { connector, team: self.world.reference(node) })
    }

    /// The resource in each connector that shows it.
    pub(super) fn owned_resources(&self, node: NodeId) -> Vec<OwnedResource> {
        let named = |twin| {
            let connector = self.connector(twin)?.record.id;
            Some(OwnedResource { connector, resource: self.world.reference(twin) })
        };
        self.world.same_account(node).filter_map(named).collect()
    }
}
