//! What accounts can do now and could not do at an earlier moment, in effect.

use std::collections::{BTreeMap, HashMap, HashSet};

use rolecall_graph::{AccessItem, NodeId};
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{ConnectorId, Store, StoreError};
use serde::Serialize;
use serde_json::Value as Json;

use super::ended::{Between, Turns};
use super::population::holders;
use super::scope::{EvidenceQuestion, Scope, world_of_snapshots};
use super::section::{Extent, Row, cell_text, filled, known, text};
use super::since::NewSince;
use crate::moment::moment_text;
use crate::path::PathAnswer;
use crate::world::{ConnectorView, Place, WorldView};

/// Rights that are new since a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewGrantsAnswer {
    /// Since when, at the earliest.
    pub since: String,
    /// The same of each connector, where nobody said since when: when its last review was staged.
    pub since_of: BTreeMap<String, String>,
    /// As of which moment.
    pub as_of: String,
    /// The rights, by account.
    pub grants: Vec<NewGrant>,
    /// Whether everything was read in full, and was at that moment before.
    pub complete: bool,
    /// How complete the answer is, in words.
    pub completeness: String,
}

/// A right that an account has and did not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewGrant {
    /// The connector of what it is held on.
    pub connector: String,
    /// The type of the account, or of whatever else holds it.
    pub account_type: String,
    /// Who holds it.
    pub account: String,
    /// Whose that is; nothing where it is nobody's as far as is known.
    pub person: Option<String>,
    /// The type of what it is held on.
    pub resource_type: String,
    /// What it is held on.
    pub resource: String,
    /// What is held.
    pub entitlement: String,
    /// By which path, the one that came first.
    pub path: String,
    /// It was not there at this moment, where that is known.
    pub not_before: Option<String>,
    /// It was seen at this moment.
    pub not_after: Option<String>,
    /// Who gave it, where that is told.
    pub actor: Option<String>,
    /// Whether it may be older: it was there when it was first read, which was after that moment.
    pub or_earlier: bool,
}

/// What identifies a right, in any world.
type RightKey = (ConnectorId, ResourceRef, String);

/// What is new since a moment, or of each connector since its own. `O(rights)`, account by account, for each such moment; its
/// world is loaded, and that of now.
///
/// # Errors
/// When the database cannot be read.
pub async fn new_grants(
    store: &Store,
    question: &EvidenceQuestion,
    since: &NewSince,
) -> Result<NewGrantsAnswer, StoreError> {
    let scope = Scope::load(store, question).await?;
    let turns = Turns::load(&scope, since.earliest()).await?;
    let moments = since.moments(scope.view.connectors.iter().map(|connector| connector.record.id));
    let (mut grants, mut unknown) = (Vec::new(), Vec::new());
    for moment in moments {
        let before = world_of_snapshots(store, question.only.as_deref(), moment, &since.snapshots(moment)).await?;
        let is_of = |connector: &ConnectorView| since.of(connector.record.id) == moment;
        grants.extend(new_since(&scope, &before, &turns, is_of));
        unknown.extend(unread(&scope, &before, moment, is_of));
    }
    grants.sort_by_key(|(holder, _)| *holder);
    unknown.extend(since.unreviewed.iter().cloned());
    unknown.extend(scope.unread());
    let extent = Extent::of(&scope.view.list_completeness(), unknown);
    let titles = scope.view.connectors.iter().filter_map(|one| Some((one.title(), since.of.get(&one.record.id)?)));
    Ok(NewGrantsAnswer {
        since: moment_text(since.at),
        since_of: titles.map(|(title, reviewed)| (title, moment_text(reviewed.at))).collect(),
        as_of: moment_text(scope.at),
        grants: grants.into_iter().map(|(_, grant)| grant).collect(),
        complete: extent.is_complete,
        completeness: extent.sentence,
    })
}

/// What is there in some connectors and was not in an earlier world, by holder.
fn new_since(
    scope: &Scope<'_>,
    before: &WorldView,
    turns: &Turns,
    is_of: impl Fn(&ConnectorView) -> bool,
) -> Vec<(NodeId, NewGrant)> {
    let places = before.connectors.iter().zip(0_u32..);
    let places: HashMap<ConnectorId, u32> = places.map(|(connector, place)| (connector.record.id, place)).collect();
    let mut grants = Vec::new();
    for holder in holders(&scope.view) {
        let had = had(&scope.view, before, &places, holder);
        for item in scope.view.world.access(holder).items {
            let is_asked = scope.view.connector(item.resource).is_some_and(&is_of);
            if is_asked && key_of(&scope.view, &item).is_some_and(|key| !had.contains(&key)) {
                grants.push((holder, grant(scope, turns, holder, &item)));
            }
        }
    }
    grants
}

/// What the same holder had before, in any of its connectors.
fn had(view: &WorldView, before: &WorldView, places: &HashMap<ConnectorId, u32>, holder: NodeId) -> HashSet<RightKey> {
    let then = view.world.same_account(holder).filter_map(|twin| {
        let place = places.get(&view.connector(twin)?.record.id)?;
        before.world.resource(*place, view.world.kind(twin), view.world.id(twin))
    });
    let access = then.map(|node| before.world.access(node));
    access
        .flat_map(|access| access.items.iter().flat_map(|item| with_weaker(before, item)).collect::<Vec<_>>())
        .collect()
}

fn key_of(view: &WorldView, item: &AccessItem<'_>) -> Option<RightKey> {
    let connector = view.connector(item.resource)?.record.id;
    Some((connector, view.world.reference(item.resource), item.slug.to_owned()))
}

/// A right, and those that it includes: what is lowered is not new.
fn with_weaker(view: &WorldView, item: &AccessItem<'_>) -> Vec<RightKey> {
    let Some((connector, resource, held)) = key_of(view, item) else { return Vec::new() };
    let all = view.slugs_on(item.resource).into_iter();
    let included = all.filter(|slug| view.world.includes_any(item.resource, &held, &[slug])).map(str::to_owned);
    let mut slugs: Vec<String> = included.collect();
    slugs.push(held);
    slugs.into_iter().map(|slug| (connector, resource.clone(), slug)).collect()
}

fn grant(scope: &Scope<'_>, turns: &Turns, holder: NodeId, item: &AccessItem<'_>) -> NewGrant {
    let view = &scope.view;
    // Of several ways the one that was there first.
    let answered = item.paths.iter().map(|path| (view.path_answer(path), path));
    let first = answered.min_by(|(one, _), (other, _)| one.since.cmp(&other.since));
    let (path, came) = first.map(|(answer, path)| (answer, turns.path_came(view, path))).unzip();
    let came = came.flatten();
    let person = view
        .world
        .same_account(holder)
        .find_map(|twin| scope.people.identities.person_of(&view.title(twin), view.world.reference(twin)));
    NewGrant {
        connector: view.title(item.resource),
        account_type: view.world.kind(holder).to_owned(),
        account: view.world.id(holder).to_owned(),
        person: person.map(|person| scope.people.identities.name_of(person)),
        resource_type: view.world.kind(item.resource).to_owned(),
        resource: view.world.id(item.resource).to_owned(),
        entitlement: item.slug.to_owned(),
        not_before: came.as_ref().and_then(|came| came.not_before).map(moment_text),
        not_after: not_after(came.as_ref(), path.as_ref()),
        actor: came.and_then(|came| came.actor),
        or_earlier: path.as_ref().is_some_and(|path| path.or_earlier),
        path: path.map(|path| path.text).unwrap_or_default(),
    }
}

/// When a right was seen first: of one that did not come while it was read, its first reading.
fn not_after(came: Option<&Between>, path: Option<&PathAnswer>) -> Option<String> {
    came.map(|came| moment_text(came.not_after)).or_else(|| path.map(|path| path.since.clone()))
}

/// Which connectors had not been read at the moment before, so that what is old there looks new.
fn unread(
    scope: &Scope<'_>,
    before: &WorldView,
    since: Timestamp,
    is_of: impl Fn(&ConnectorView) -> bool,
) -> Vec<String> {
    let was_read = |connector: &&ConnectorView| {
        let then = before.connectors.iter().find(|one| one.record.id == connector.record.id);
        then.is_some_and(|then| then.place != Place::Before)
    };
    let unread = scope.view.connectors.iter().filter(|connector| is_of(connector) && !was_read(connector));
    unread
        .map(|connector| {
            let (title, since) = (connector.title(), moment_text(since));
            format!("{title} had not been read at {since}, so that it cannot be told what is new there")
        })
        .collect()
}

impl NewGrantsAnswer {
    /// What the columns of a table are called.
    pub const COLUMNS: &'static [&'static str] = &[
        "connector",
        "accountType",
        "account",
        "person",
        "resourceType",
        "resource",
        "entitlement",
        "path",
        "notBefore",
        "notAfter",
        "actor",
        "orEarlier",
    ];

    /// The rows as cells of text.
    pub fn cells(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.grants.iter().map(|grant| row(grant).iter().map(cell_text).collect())
    }
}

fn row(grant: &NewGrant) -> Row {
    vec![
        text(&grant.connector),
        text(&grant.account_type),
        text(&grant.account),
        filled(grant.person.clone()),
        text(&grant.resource_type),
        text(&grant.resource),
        text(&grant.entitlement),
        text(&grant.path),
        known(grant.not_before.clone()),
        known(grant.not_after.clone()),
        known(grant.actor.clone()),
        Json::Bool(grant.or_earlier),
    ]
}
