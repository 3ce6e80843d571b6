//! Every account with everything that it could do, by every path: what was in force, and not only what was granted.

use std::io;

use rolecall_graph::{AccessItem, NodeId};
use rolecall_model::Value;
use rolecall_model::person::AccountKey;
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, known, text};
use crate::attestation::AttestedTwoFactor;
use crate::moment::source_moment_text;
use crate::path::PathAnswer;
use crate::world::WorldView;

/// See [`Section`].
pub(super) struct Population<'s> {
    pub(super) scope: &'s Scope<'s>,
}

const COLUMNS: &[&str] = &[
    "seenIn",
    "accountType",
    "account",
    "match",
    "person",
    "personName",
    "employment",
    "matchRule",
    "twoFactor",
    "lastSignIn",
    "connector",
    "resourceType",
    "resource",
    "entitlement",
    "suspended",
    "path",
    "origin",
    "since",
    "orEarlier",
    "removalUnconfirmed",
    "pathUnknown",
    "morePaths",
];

impl Section for Population<'_> {
    fn name(&self) -> &'static str {
        "population"
    }

    fn title(&self) -> &'static str {
        "Population: who could do what, by which path"
    }

    fn proves(&self) -> &'static str {
        "Every account, credential and workflow that held a right at that moment, with what it could do in effect, by each \
         path, since when that is known, and whose it was. An account that held nothing has a row without a resource. What \
         everybody may read without an account is no row."
    }

    fn columns(&self) -> &'static [&'static str] {
        COLUMNS
    }

    fn extent(&self) -> Extent {
        Extent::of(&self.scope.view.list_completeness(), self.scope.unread())
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        let view = &self.scope.view;
        for holder in holders(view) {
            let who = self.who(holder);
            let access = view.world.access(holder);
            if access.items.is_empty() {
                put(nothing_held(who))?;
                continue;
            }
            for item in &access.items {
                for path in &item.paths {
                    put(self.row(&who, holder, item, view.path_answer(path)))?;
                }
            }
        }
        Ok(())
    }
}

/// Whoever may hold rights in its own name, each once: accounts, and whatever else holds something and is no group.
pub(super) fn holders(view: &WorldView) -> impl Iterator<Item = NodeId> + '_ {
    let segments = (0..).zip(&view.connectors).map(|(segment, _)| segment);
    let nodes = segments.flat_map(|segment: u32| view.world.nodes(segment));
    let first = nodes.filter(|node| view.world.representative(*node) == *node);
    first.filter(|node| {
        let is_other = || !view.world.is_group(*node) && view.world.grants_by(*node).next().is_some();
        view.world.is_account(*node) || is_other()
    })
}

fn nothing_held(mut who: Row) -> Row {
    who.resize(COLUMNS.len(), text(""));
    who
}

impl Population<'_> {
    /// The cells about the account itself.
    fn who(&self, holder: NodeId) -> Row {
        let view = &self.scope.view;
        let twins: Vec<NodeId> = view.world.same_account(holder).collect();
        let mut seen_in: Vec<String> = twins.iter().map(|twin| view.title(*twin)).collect();
        seen_in.dedup();
        let is_account = view.world.is_account(holder);
        let keys = twins.iter().map(|twin| AccountKey::new(view.title(*twin), view.world.reference(*twin)));
        let states = keys.filter_map(|key| self.scope.people.identities.correlation.states.get(&key));
        let state = states.max_by_key(|state| state.link().is_some());
        let link = state.and_then(|state| state.link());
        let person = link.and_then(|link| self.scope.people.identities.people.get(&link.person));
        vec![
            text(seen_in.join(" ")),
            text(view.world.kind(holder)),
            text(view.world.id(holder)),
            if is_account { known(state.map(|state| state.word())) } else { text("") },
            filled(link.map(|link| link.person.as_str())),
            filled(person.map(|person| person.display_name.as_str())),
            person.map_or_else(|| text(""), |person| employment(person.employment)),
            filled(link.map(|link| link.rule.id())),
            if is_account { self.two_factor(holder) } else { text("") },
            self.last_sign_in(holder),
        ]
    }

    fn row(&self, who: &Row, holder: NodeId, item: &AccessItem<'_>, path: PathAnswer) -> Row {
        let view = &self.scope.view;
        let mut row = who.clone();
        row.extend([
            text(view.title(item.resource)),
            text(view.world.kind(item.resource)),
            text(view.world.id(item.resource)),
            text(item.slug),
            self.suspended(holder, item.resource),
            text(path.text),
            text(path.steps.last().map_or("", |step| step.origin)),
            text(path.since),
            Json::Bool(path.or_earlier),
            Json::Bool(path.removal_unconfirmed),
            Json::Bool(path.path_unknown),
            Json::Bool(item.truncated),
        ]);
        row
    }

    /// Whether the account is suspended where the resource is. Unknown where the source does not say such a thing.
    fn suspended(&self, holder: NodeId, resource: NodeId) -> Json {
        let world = &self.scope.view.world;
        if !world.is_account(holder) {
            return text("");
        }
        let there = world.same_account(holder).find(|twin| twin.segment() == resource.segment());
        self.scope.view.suspension(there.unwrap_or(holder)).map_or(Json::Null, Json::Bool)
    }

    /// What the source says of its two-factor authentication, or what people state of it, as that.
    fn two_factor(&self, holder: NodeId) -> Json {
        let view = &self.scope.view;
        let told = view.world.same_account(holder).find_map(|twin| {
            let governance = &view.connector(twin)?.declaration.write.as_ref()?.governance;
            view.flag(twin, governance.accounts.second_factor?)
        });
        let attested = || {
            let stated = view.attested_two_factor(holder);
            (!stated.is_empty()).then(|| stated.iter().map(AttestedTwoFactor::words).collect::<Vec<_>>().join("; "))
        };
        match told {
            Some(true) => text("on"),
            Some(false) => text("off"),
            None => known(attested()),
        }
    }

    /// When it last signed in, where the source says that. npm does not.
    fn last_sign_in(&self, holder: NodeId) -> Json {
        let view = &self.scope.view;
        let told = view.world.same_account(holder).filter_map(|twin| {
            let governance = &view.connector(twin)?.declaration.write.as_ref()?.governance;
            let told =
                Value::from_json_text(view.world.property(twin, governance.accounts.last_sign_in?)?).to_text()?;
            source_moment_text(&told)
        });
        known(told.max())
    }
}

/// Whether somebody works here, as a cell.
pub(super) fn employment(employment: rolecall_model::person::Employment) -> Json {
    use rolecall_model::person::Employment;
    match employment {
        Employment::Active => text("active"),
        Employment::OnLeave => text("on-leave"),
        Employment::Departed => text("departed"),
        Employment::Unknown => Json::Null,
    }
}
