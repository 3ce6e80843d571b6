//! People who left: what they could do, and when each right was seen to be gone.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rolecall_graph::{AccessItem, NodeId};
use rolecall_model::person::{Day, PersonKey};
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{ConnectorId, Store, StoreError};

use super::departures::{Departure, departures};
use super::ended::{Between, Turns};
use super::leavers_answer::{LeaverRecord, LeaverRight, LeaversAnswer, RightState};
use super::scope::{EvidenceQuestion, Scope, world_of};
use super::section::{Extent, Put, Section};
use crate::as_of::AsOf;
use crate::completeness::CompletenessBuilder;
use crate::moment::moment_text;
use crate::once::Support;
use crate::people::is_directory_view;
use crate::world::WorldView;

const HOUR: i64 = 60 * 60 * 1_000_000;

/// What identifies a right, in any world.
type RightKey = (ResourceRef, ConnectorId, ResourceRef, String);

/// A right that was seen in some world.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// When all ways to it were gone, by what changed later.
    went: Option<Between>,
    now: Option<RightState>,
}

/// Somebody who left, while the worlds are looked at.
struct Case {
    departure: Departure,
    /// When they are looked at first.
    before: Timestamp,
    /// By connector and account.
    accounts: BTreeSet<(ConnectorId, ResourceRef)>,
    moments: BTreeSet<Timestamp>,
    rights: BTreeMap<RightKey, Seen>,
    unread: BTreeSet<String>,
}

/// The last people who left, with what became of their rights. `O(facts)` for each moment at which somebody left.
///
/// # Errors
/// When the database cannot be read.
pub async fn leavers(store: &Store, question: &EvidenceQuestion, last: usize) -> Result<LeaversAnswer, StoreError> {
    let scope = Scope::load(store, question).await?;
    let mut chosen = departures(&scope).await?;
    chosen.truncate(last);
    leavers_of(&scope, chosen.into_iter().map(with_moment).collect()).await
}

/// Those who left in the period, and those who left before and have rights still.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn leavers_of_period(scope: &Scope<'_>) -> Result<LeaversAnswer, StoreError> {
    let (recent, earlier): (Vec<_>, Vec<_>) =
        departures(scope).await?.into_iter().partition(|departure| departure.left().1 >= scope.since);
    let mut answer = leavers_of(scope, recent.into_iter().map(with_moment).collect()).await?;
    // Whatever they had at the begin of the period is the question, and not what they had years ago.
    let earlier = earlier.into_iter().map(|departure| (departure, scope.since)).collect();
    let older = leavers_of(scope, earlier).await?;
    answer.leavers.extend(older.leavers.into_iter().filter(|leaver| !leaver.rights.is_empty()));
    if answer.complete && !older.complete {
        (answer.complete, answer.completeness) = (false, older.completeness);
    }
    Ok(answer)
}

/// Somebody, and the moment at which they are looked at first: while they still worked here.
fn with_moment(departure: Departure) -> (Departure, Timestamp) {
    let before = departure.before();
    (departure, before)
}

async fn leavers_of(scope: &Scope<'_>, departures: Vec<(Departure, Timestamp)>) -> Result<LeaversAnswer, StoreError> {
    let firsts = firsts(scope).await?;
    let earliest = departures.iter().map(|(_, before)| *before).min().unwrap_or(scope.at);
    let turns = Turns::load(scope, earliest).await?;
    let accounts = accounts(scope).await?;
    let case = |(departure, before): (Departure, Timestamp)| {
        let before = before.min(scope.at);
        // What was first read only later is looked at then.
        let later = firsts.iter().copied().filter(|first| *first > before && *first <= scope.at);
        let moments = later.chain([before]).collect();
        let accounts = accounts.get(&departure.person.key).cloned().unwrap_or_default();
        Case { departure, before, accounts, moments, rights: BTreeMap::new(), unread: BTreeSet::new() }
    };
    let mut cases: Vec<Case> = departures.into_iter().map(case).collect();
    let moments: BTreeSet<Timestamp> = cases.iter().flat_map(|case| case.moments.iter().copied()).collect();
    for moment in moments {
        let view = world_of(scope.store, None, moment).await?;
        for case in cases.iter_mut().filter(|case| case.moments.contains(&moment)) {
            case.look(&view, (&turns, &scope.view), moment);
        }
    }
    let mut reasons =
        if scope.people.identities.people.is_empty() { vec![NO_DIRECTORY.to_owned()] } else { scope.unread() };
    for case in &mut cases {
        if !case.look_now(scope) {
            let name = &case.departure.person.display_name;
            reasons.push(format!("not everything was read in full since {name} left"));
        }
    }
    let extent = Extent::of(&scope.view.list_completeness(), reasons);
    Ok(LeaversAnswer {
        as_of: moment_text(scope.at),
        leavers: cases.into_iter().map(|case| case.record(scope)).collect(),
        complete: extent.is_complete,
        completeness: extent.sentence,
    })
}

const NO_DIRECTORY: &str = "no directory of people was known by then, so that nobody could be told to have left";

/// When each source was first read.
async fn firsts(scope: &Scope<'_>) -> Result<BTreeSet<Timestamp>, StoreError> {
    let mut firsts = BTreeSet::new();
    for connector in scope.view.connectors.iter().filter(|connector| !is_directory_view(connector)) {
        let first = scope.store.snapshot_list(connector.record.id, usize::MAX).await?;
        // The second stage of the first sync has what the first one lacks.
        firsts.extend(first.iter().rev().take(2).map(|snapshot| snapshot.made_current_at));
    }
    Ok(firsts)
}

/// Which accounts were ever known as whose, by the moment of the scope.
async fn accounts(scope: &Scope<'_>) -> Result<BTreeMap<PersonKey, BTreeSet<(ConnectorId, ResourceRef)>>, StoreError> {
    let mut rows = scope.store.identity_link_list_at(scope.at).await?;
    let ended = scope.store.identity_link_list_ended().await?.into_iter().map(|(row, _)| row);
    rows.extend(ended.filter(|row| row.since <= scope.at));
    let mut accounts: BTreeMap<PersonKey, BTreeSet<(ConnectorId, ResourceRef)>> = BTreeMap::new();
    for row in rows {
        if let Some(link) = row.state.link() {
            let account = (row.account.connector, row.account.resource);
            accounts.entry(link.person.clone()).or_default().insert(account);
        }
    }
    Ok(accounts)
}

impl Case {
    /// Notes what they could do in a world, and when the ways to it went.
    fn look(&mut self, view: &WorldView, (turns, now): (&Turns, &WorldView), moment: Timestamp) {
        if moment == self.before {
            self.unread.extend(unread(view));
        }
        let went: Vec<(RightKey, Option<Between>)> =
            self.held(view).map(|(key, item)| (key, went(view, turns, &item, now))).collect();
        for (key, went) in went {
            let seen = self.rights.entry(key).or_default();
            seen.went = seen.went.take().into_iter().chain(went).max_by_key(|between| between.not_after);
        }
    }

    /// Notes what of it there is at the moment of the scope, and says whether everything was read that could show it.
    fn look_now(&mut self, scope: &Scope<'_>) -> bool {
        let view = &scope.view;
        let nodes = self.accounts.iter().filter_map(|(connector, account)| view.node_in(*connector, account));
        let mut behind = CompletenessBuilder::default();
        for twin in nodes.flat_map(|node| view.world.same_account(node)) {
            behind.merge(view.support(twin.segment(), Support::Whole));
        }
        let left = self.departure.left().1;
        let is_read = behind.is_complete() && behind.oldest().is_none_or(|at| at >= left);
        let now: Vec<(RightKey, RightState)> = self
            .held(view)
            .map(|(key, item)| {
                let state = match (item.unconfirmed, is_read) {
                    (true, _) => RightState::Unconfirmed,
                    (false, true) => RightState::Remains,
                    (false, false) => RightState::Unknown,
                };
                (key, state)
            })
            .collect();
        for (key, state) in now {
            self.rights.entry(key).or_default().now = Some(state);
        }
        is_read
    }

    fn held<'v>(&'v self, view: &'v WorldView) -> impl Iterator<Item = (RightKey, AccessItem<'v>)> + use<'v> {
        let nodes = self.accounts.iter().filter_map(|(connector, account)| view.node_in(*connector, account));
        // Two connectors may show the same account.
        let nodes: BTreeSet<NodeId> = nodes.map(|node| view.world.representative(node)).collect();
        nodes.into_iter().flat_map(move |node| {
            let account = view.world.reference(node);
            view.world.access(node).items.into_iter().filter_map(move |item| {
                let connector = view.connector(item.resource)?.record.id;
                let resource = view.world.reference(item.resource);
                Some(((account.clone(), connector, resource, item.slug.to_owned()), item))
            })
        })
    }

    fn record(self, scope: &Scope<'_>) -> LeaverRecord {
        let titles: BTreeMap<ConnectorId, String> =
            scope.view.connectors.iter().map(|connector| (connector.record.id, connector.title())).collect();
        let title = |id: ConnectorId| titles.get(&id).cloned().unwrap_or_else(|| "removed connector".to_owned());
        let Case { departure, accounts, rights, unread, .. } = self;
        let right = |(key, seen): (RightKey, Seen)| right_of(&departure, &title, key, seen);
        LeaverRecord {
            rights: rights.into_iter().filter(|((_, id, ..), _)| titles.contains_key(id)).map(right).collect(),
            accounts: accounts
                .into_iter()
                .filter(|(id, _)| scope.is_whole() || titles.contains_key(id))
                .map(|(id, account)| format!("{} {}", title(id), account.id))
                .collect(),
            unread: unread.into_iter().collect(),
            left_not_before: departure.not_before.map(moment_text),
            left_not_after: moment_text(departure.not_after),
            last_day: departure.person.end.as_ref().map(Day::to_string),
            name: departure.person.display_name,
            person: departure.person.key,
        }
    }
}

/// Which sources had not been read yet.
fn unread(view: &WorldView) -> Vec<String> {
    let Some(as_of) = view.as_of() else { return Vec::new() };
    let known = view.connectors.iter().zip(&as_of.connectors).filter(|(connector, _)| !is_directory_view(connector));
    let connectors = known.map(|(_, known)| known.clone()).collect();
    AsOf { connectors, ..as_of.clone() }.unread()
}

/// When a right went: once the last way to it did. Of one that never went nothing is known.
fn went(view: &WorldView, turns: &Turns, item: &AccessItem<'_>, now: &WorldView) -> Option<Between> {
    let ways: Option<Vec<Between>> = item.paths.iter().map(|path| turns.path_went(view, path, now)).collect();
    ways?.into_iter().max_by_key(|between| between.not_after)
}

fn right_of(
    departure: &Departure,
    title: &impl Fn(ConnectorId) -> String,
    (account, connector, resource, entitlement): RightKey,
    seen: Seen,
) -> LeaverRight {
    let (left_not_before, left_not_after) = departure.left();
    let went = seen.went.filter(|_| seen.now.is_none());
    // Rounded so that at least and at most stay true.
    let least = |between: &Between| Some((between.not_before?.0 - left_not_after.0).max(0) / HOUR);
    let most = |between: &Between| Some((between.not_after.0 - left_not_before?.0 + HOUR - 1).max(0) / HOUR);
    LeaverRight {
        connector: title(connector),
        account: account.id.to_string(),
        resource_type: resource.kind.to_string(),
        resource: resource.id.to_string(),
        entitlement,
        state: seen.now.unwrap_or(RightState::Gone),
        gone_not_before: went.as_ref().and_then(|between| between.not_before).map(moment_text),
        gone_not_after: went.as_ref().map(|between| moment_text(between.not_after)),
        hours_at_least: went.as_ref().and_then(least),
        hours_at_most: went.as_ref().and_then(most),
        actor: went.and_then(|between| between.actor),
    }
}

/// See [`Section`].
pub(super) struct Leavers {
    answer: LeaversAnswer,
}

impl Leavers {
    /// Finds them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        Ok(Self { answer: leavers_of_period(scope).await? })
    }
}

impl Section for Leavers {
    fn name(&self) -> &'static str {
        "leavers"
    }

    fn title(&self) -> &'static str {
        "Leavers: when they left, and when each right was gone"
    }

    fn proves(&self) -> &'static str {
        "Everybody who left in the period, and whoever left before and had a right in it: what they could do, between which \
         readings each right went, and how long after they had left. A right that was not read in full since then is \
         unknown, and not gone."
    }

    fn columns(&self) -> &'static [&'static str] {
        LeaversAnswer::COLUMNS
    }

    fn extent(&self) -> Extent {
        let LeaversAnswer { complete, completeness, .. } = &self.answer;
        Extent { is_complete: *complete, sentence: completeness.clone() }
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.answer.rows().try_for_each(put)
    }
}
