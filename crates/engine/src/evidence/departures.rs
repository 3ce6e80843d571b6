//! When somebody left, as the directories of people say it.

use std::collections::BTreeMap;

use rolecall_model::person::{Day, Employment, PERSON, Person, PersonKey};
use rolecall_model::{Fact, ResourceRef, Timestamp};
use rolecall_store::{Change, ChangeFilter, ChangeKind, StoreError};

use super::scope::Scope;
use crate::people::is_directory_view;
use crate::world::{WorldView, world_load};

/// The property by which a directory says whether somebody works here.
const EMPLOYMENT: &str = "employment";

/// How that says that somebody does no more.
const DEPARTED: &str = "departed";

/// When somebody left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Departure {
    /// Who.
    pub(super) person: Person,
    /// A directory listed them as somebody who works here at this moment, for the last time. `None` where none ever did
    /// while it was read.
    pub(super) not_before: Option<Timestamp>,
    /// A directory said at this moment that they do not, or did not list them any more.
    pub(super) not_after: Timestamp,
}

impl Departure {
    /// Their last day as the directory states it, which counts more than when it said so: from its begin to its end.
    fn last_day(&self) -> Option<(Timestamp, Timestamp)> {
        let day: jiff::civil::Date = self.person.end.as_ref().map(Day::to_string)?.parse().ok()?;
        let begin = day.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond();
        Some((Timestamp(begin), Timestamp(begin).plus_seconds(24 * 60 * 60)))
    }

    /// Between which moments they left: the last day where it is stated, otherwise what readings of the directory show.
    pub(super) fn left(&self) -> (Option<Timestamp>, Timestamp) {
        match self.last_day() {
            Some((begin, end)) => (Some(begin), end),
            None => (self.not_before, self.not_after),
        }
    }

    /// A moment at which they still worked here, as far as one is known.
    pub(super) fn before(&self) -> Timestamp {
        let (begin, end) = self.left();
        begin.unwrap_or(end).min(self.not_before.unwrap_or(self.not_after))
    }
}

/// Everybody who had left by the moment of the scope, the latest first, and last those of whom nobody knows since when.
/// `O(people + changes of directories)`.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn departures(scope: &Scope<'_>) -> Result<Vec<Departure>, StoreError> {
    let all;
    let view = if scope.view.connectors.iter().any(is_directory_view) {
        &scope.view
    } else {
        all = world_load(scope.store, None, Some(scope.at)).await?;
        &all
    };
    let (told, first) = told(scope, view).await?;
    let mut found: Vec<Departure> = Vec::new();
    for person in scope.people.identities.people.values().filter(|person| person.employment == Employment::Departed) {
        let known = told.get(&person.key).copied().or_else(|| first.map(|first| (None, first)));
        let Some((not_before, not_after)) = known else { continue };
        found.push(Departure { person: person.clone(), not_before, not_after });
    }
    // Who had left before anybody looked, left nobody knows when: they are no later than those of whom it is known.
    let order = |one: &Departure| (std::cmp::Reverse((one.left().0.is_some(), one.left().1)), one.person.key.clone());
    found.sort_by_cached_key(order);
    Ok(found)
}

type Left = (Option<Timestamp>, Timestamp);

/// When directories said of people that they left, and when the first directory was read at all.
async fn told(
    scope: &Scope<'_>,
    view: &WorldView,
) -> Result<(BTreeMap<PersonKey, Left>, Option<Timestamp>), StoreError> {
    let (mut told, mut first): (BTreeMap<PersonKey, Left>, Option<Timestamp>) = (BTreeMap::new(), None);
    for connector in view.connectors.iter().filter(|connector| is_directory_view(connector)) {
        let filter = ChangeFilter {
            connector: Some(connector.record.id),
            until: Some(scope.at),
            known_at: Some(scope.at),
            ..ChangeFilter::default()
        };
        let began = scope.store.snapshot_first(connector.record.id).await?.filter(|began| *began <= scope.at);
        first = first.into_iter().chain(began).min();
        for (person, left) in left_of(scope.store.changes(&filter).await?) {
            let known = told.entry(person).or_insert(left);
            if left.1 < known.1 {
                *known = left;
            }
        }
    }
    Ok((told, first))
}

/// Goes through what one directory said, in its order; of one snapshot first who is there, then what they are.
fn left_of(mut changes: Vec<Change>) -> BTreeMap<PersonKey, Left> {
    changes.sort_by_key(|change| (change.snapshot, matches!(change.fact, Fact::Property { .. })));
    let mut left: BTreeMap<PersonKey, Left> = BTreeMap::new();
    for change in changes {
        let (resource, is_gone) = match (&change.fact, &change.kind) {
            (Fact::Resource { resource, .. }, ChangeKind::Disappeared) => (resource, true),
            (Fact::Resource { resource, .. }, _) => (resource, false),
            (Fact::Property { resource, name, value }, kind)
                if name.as_str() == EMPLOYMENT && *kind != ChangeKind::Disappeared =>
            {
                (resource, value.to_text().as_deref() == Some(DEPARTED))
            }
            _ => continue,
        };
        let Some(person) = person_of(resource) else { continue };
        if is_gone {
            left.entry(person).or_insert((change.not_before, change.not_after));
        } else {
            left.remove(&person);
        }
    }
    left
}

fn person_of(resource: &ResourceRef) -> Option<PersonKey> {
    (resource.kind.as_str() == PERSON).then(|| PersonKey::from(&*resource.id))
}
