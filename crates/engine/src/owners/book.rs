//! Who answers for what, and how that is known.

use std::collections::HashMap;

use rolecall_graph::NodeId;
use rolecall_model::owner::{Owner, OwnerSource, owners_ruling};
use rolecall_model::person::{Employment, PersonKey};
use rolecall_model::{ResourceRef, Value};
use rolecall_store::{ConnectorId, OwnerRow, Store, StoreError};

use super::answer::{OwnedAnswer, OwnerAnswer};
use super::names::Names;
use super::stewards::Steward;
use crate::moment::moment_text;
use crate::name::{Candidate, NameError};
use crate::people::Identities;
use crate::world::WorldView;

/// What is known of who answers for what, at the moment of a view.
#[derive(Debug)]
pub struct OwnerBook<'v> {
    pub(super) view: &'v WorldView,
    pub(super) identities: &'v Identities,
    pub(super) names: Names,
    said: HashMap<NodeId, Vec<OwnerRow>>,
}

/// Somebody of whom something says that they answer for a resource.
enum Claim<'c> {
    Row(&'c OwnerRow),
    Steward(Steward),
}

impl Claim<'_> {
    const fn source(&self) -> OwnerSource {
        match self {
            Self::Row(row) => row.source,
            Self::Steward(_) => OwnerSource::Derived,
        }
    }
}

impl<'v> OwnerBook<'v> {
    /// What is said now. `O(owners + people)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load(store: &Store, view: &'v WorldView, identities: &'v Identities) -> Result<Self, StoreError> {
        let segments: HashMap<ConnectorId, u32> =
            (0..).zip(&view.connectors).map(|(segment, connector)| (connector.record.id, segment)).collect();
        let mut said: HashMap<NodeId, Vec<OwnerRow>> = HashMap::new();
        for row in store.owner_list().await? {
            let ResourceRef { kind, id } = &row.resource.resource;
            let segment = segments.get(&row.resource.connector);
            let node = segment.and_then(|segment| view.world.resource(*segment, kind.as_str(), id));
            let Some(node) = node else { continue };
            let rows = said.entry(view.world.representative(node)).or_default();
            // What several connectors show is one resource, and is said of each of them.
            let is_same =
                |known: &OwnerRow| (known.source, &known.place, &known.owner) == (row.source, &row.place, &row.owner);
            if !rows.iter().any(is_same) {
                rows.push(row);
            }
        }
        Ok(Self { view, identities, names: Names::of(identities), said })
    }

    /// Everything that somebody can answer for, by connector, type and id.
    #[must_use]
    pub fn rows(&self) -> Vec<OwnedAnswer> {
        self.nodes().map(|node| self.row(node)).collect()
    }

    /// Whether anything says who answers for it: most of a large organisation is nobody's yet.
    pub(super) fn is_claimed(&self, node: NodeId) -> bool {
        self.said.contains_key(&node) || !self.view.stewards(node).is_empty()
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let world = &self.view.world;
        let nodes = (0..).zip(&self.view.connectors).flat_map(|(segment, _)| world.nodes(segment));
        nodes.filter(|node| self.view.is_owned(*node) && world.representative(*node) == *node)
    }

    /// Who answers for something that an answer names; `None` where that is not recorded.
    #[must_use]
    pub fn of(&self, thing: &Candidate) -> Option<OwnedAnswer> {
        let node = self.view.node_of(thing)?;
        self.view.is_owned(node).then(|| self.row(self.view.world.representative(node)))
    }

    /// The same of what somebody calls so.
    ///
    /// # Errors
    /// When the name means nothing or too much.
    pub fn named(&self, name: &str) -> Result<OwnedAnswer, NameError> {
        let node = self.view.resolve("resource", name, |node| self.view.is_owned(node))?;
        Ok(self.row(node))
    }

    /// What a person answers for, alone or with others.
    #[must_use]
    pub fn of_person(&self, person: &PersonKey) -> Vec<OwnedAnswer> {
        let is_theirs = |row: &OwnedAnswer| row.owners.iter().any(|owner| owner.person.as_ref() == Some(person));
        self.nodes().filter(|node| self.is_claimed(*node)).map(|node| self.row(node)).filter(is_theirs).collect()
    }

    pub(super) fn row(&self, node: NodeId) -> OwnedAnswer {
        let rows = self.said.get(&node).map(Vec::as_slice).unwrap_or_default();
        let stewards = self.view.stewards(node).into_iter().map(Claim::Steward);
        let ruling = owners_ruling(rows.iter().map(Claim::Row).chain(stewards), Claim::source);
        let answers = |claims: Vec<Claim<'_>>| {
            let mut answers: Vec<OwnerAnswer> = Vec::new();
            for answer in claims.iter().map(|claim| self.answer(node, claim)) {
                let is_same = |known: &OwnerAnswer| {
                    (known.source, &known.name, &known.person) == (answer.source, &answer.name, &answer.person)
                };
                if !answers.iter().any(is_same) {
                    answers.push(answer);
                }
            }
            answers
        };
        OwnedAnswer::new(self.view.candidate(node), answers(ruling.counting), answers(ruling.besides))
    }

    fn answer(&self, node: NodeId, claim: &Claim<'_>) -> OwnerAnswer {
        match claim {
            Claim::Row(row) => {
                let (how, since) = (self.how(node, row), moment_text(row.since));
                let by = Some(row.decision.actor.clone());
                let repository = Some(row.place.clone()).filter(|_| row.source == OwnerSource::Codeowners);
                let (source, line) = (row.source.word(), row.evidence.line);
                OwnerAnswer { source, how, by, line, repository, since, ..self.owner(&row.owner) }
            }
            Claim::Steward(steward) => {
                let known = match self
                    .identities
                    .person_of(&self.view.title(steward.account), self.view.world.reference(steward.account))
                {
                    Some(person) => self.person(person),
                    None => named(self.view.world.id(steward.account).to_owned(), "account"),
                };
                let how =
                    format!("manages the team {}, which holds {}", self.view.world.id(steward.group), steward.slug);
                let since = moment_text(steward.since);
                OwnerAnswer { source: OwnerSource::Derived.word(), how, since, or_earlier: steward.or_earlier, ..known }
            }
        }
    }

    /// Who an owner is, whoever says so.
    pub(super) fn owner(&self, owner: &Owner) -> OwnerAnswer {
        let found = match owner {
            Owner::Person(key) => self.identities.people.contains_key(key).then(|| key.clone()),
            Owner::Address(address) => self.names.of_address(address),
            Owner::Handle(handle) => self.names.of_handle(handle),
            Owner::Team(_) | Owner::Group(_) => None,
        };
        match (found, owner) {
            (Some(person), _) => self.person(&person),
            (None, Owner::Team(team)) => {
                let known =
                    self.view.connectors.iter().position(|known| known.record.uuid.to_string() == team.connector);
                let known = known.and_then(|at| u32::try_from(at).ok());
                let node = known.and_then(|at| self.view.world.resource(at, team.team.kind.as_str(), &team.team.id));
                let title = node.map(|node| format!("{} of {}", team.team.id, self.view.title(node)));
                title.map_or_else(|| named(team.team.id.to_string(), "unknown"), |title| named(title, "team"))
            }
            (None, owner) => named(owner.to_string(), "unknown"),
        }
    }

    fn person(&self, person: &PersonKey) -> OwnerAnswer {
        let known = self.identities.people.get(person);
        OwnerAnswer {
            person: Some(person.clone()),
            has_left: known.is_some_and(|known| known.employment == Employment::Departed),
            ..named(self.identities.name_of(person), "person")
        }
    }

    fn how(&self, node: NodeId, row: &OwnerRow) -> String {
        let line = row.evidence.line.map(|line| format!("line {line}")).unwrap_or_default();
        let actor = &row.decision.actor;
        match row.source {
            OwnerSource::Said => format!("{actor} said so: {}", row.decision.reason),
            OwnerSource::List => format!("{line} of the list that {actor} brought"),
            OwnerSource::Codeowners => {
                let pattern = row.evidence.pattern.as_deref().unwrap_or_default();
                let moved = if self.is_from(node, &row.place) { "" } else { "; by now it names another repository" };
                format!(
                    "{line}, {pattern}, of CODEOWNERS of {}, which the package names as its origin: whoever publishes it \
                     can change that{moved}",
                    row.place
                )
            }
            OwnerSource::Derived => String::new(),
        }
    }

    fn is_from(&self, node: NodeId, repository: &str) -> bool {
        let declared = self.view.connector(node).and_then(|connector| connector.declaration.write.as_ref());
        let origin = declared.and_then(|write| write.ownership.origin);
        let named = origin.and_then(|(name, _)| self.view.property_text(node, name));
        named.is_some_and(|named| named.eq_ignore_ascii_case(repository))
    }
}

/// Somebody of whom nothing else is known yet.
fn named(name: String, kind: &'static str) -> OwnerAnswer {
    OwnerAnswer {
        name,
        kind,
        person: None,
        has_left: false,
        source: "",
        how: String::new(),
        by: None,
        line: None,
        repository: None,
        since: String::new(),
        or_earlier: false,
    }
}

/// Who answers for one thing; `None` where it is nothing that somebody can answer for. Who people are is worked out only where
/// something is said.
///
/// # Errors
/// As of any reading: the file may be damaged or busy.
pub async fn owned(store: &Store, view: &WorldView, thing: &Candidate) -> Result<Option<OwnedAnswer>, StoreError> {
    let Some(node) = view.node_of(thing).filter(|node| view.is_owned(*node)) else { return Ok(None) };
    let mut is_said = !view.stewards(node).is_empty();
    for resource in view.owned_resources(node) {
        is_said = is_said || store.owner_history(&resource).await?.iter().any(|row| row.ended.is_none());
    }
    if !is_said {
        return Ok(Some(OwnedAnswer::new(thing.clone(), Vec::new(), Vec::new())));
    }
    let identities = Identities::load(store, view).await?;
    Ok(OwnerBook::load(store, view, &identities).await?.of(thing))
}

impl WorldView {
    /// Whether it is something that somebody can answer for: something can be done to it, and it is stated to exist.
    pub(crate) fn is_owned(&self, node: NodeId) -> bool {
        self.has_actions(node) && self.world.is_stated(node)
    }

    pub(super) fn property_text(&self, node: NodeId, name: &str) -> Option<String> {
        self.world.property(node, name).and_then(|json| Value::from_json_text(json).to_text())
    }
}
