//! How complete an answer is (*Architecture Invariant* 5).
//!
//! An answer rests on listings. It is complete when each of them was read in full, and provably so, the last time it
//! was tried. Otherwise it is a lower bound, and the gaps say what is missing and why.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::{ConnectorDeclaration, ListingDeclaration, ListingKey, ResourceRef, Timestamp, Verdict};
use rolecall_store::ListingState;
use serde::{Deserialize, Serialize};

use crate::moment::moment_text;

/// How complete an answer is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Completeness {
    /// Whether every listing behind the answer was read in full at its last reading.
    pub complete: bool,
    /// When the oldest of those listings was last read in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_in_full_since: Option<String>,
    /// What is missing, one entry for each kind of listing and reason.
    pub gaps: Vec<Gap>,
    /// Connectors behind the answer that nobody reads any more: what is said of them is as old as their last sync.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paused: Vec<PausedConnector>,
}

/// A connector that somebody paused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PausedConnector {
    /// The connector instance, `npm:acme`.
    pub connector: String,
    /// Since when.
    pub since: String,
}

/// Listings of one kind that were not read in full, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// The connector instance, `npm:acme`.
    pub connector: String,
    /// Listing kind.
    pub listing: String,
    /// How many such listings are affected.
    pub count: usize,
    /// Out of how many behind the answer.
    pub of: usize,
    /// What people call the first of them.
    pub example: String,
    /// `unproven`, `partial`, `unavailable` or `unread`.
    pub verdict: String,
    /// Why, as a stable word.
    pub reason: String,
    /// Why, as a sentence.
    pub text: String,
    /// When the first of them was last read in full, if ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_complete: Option<String>,
}

impl Gap {
    /// One line for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        let what = match (self.count, self.of) {
            (1, _) => self.example.clone(),
            (count, of) => format!("{count} of {of} listings like {}", self.example),
        };
        let last = self.last_complete.as_ref().map_or_else(String::new, |at| format!("; last read in full {at}"));
        format!("{what}: {} ({}){last}", self.text, self.verdict)
    }
}

/// By what listings are in order.
pub(crate) fn listing_order(key: &ListingKey) -> (&str, &ResourceRef) {
    (key.kind.as_str(), &key.subject)
}

/// What is known about the listings of one connector.
pub(crate) struct ListingBook<'s> {
    pub(crate) declaration: &'static ConnectorDeclaration,
    pub(crate) connector: String,
    pub(crate) paused_at: Option<Timestamp>,
    /// In order of their keys.
    states: &'s [ListingState],
}

impl<'s> ListingBook<'s> {
    /// A book of these states, which are in order of their keys ([`listing_order`]).
    pub(crate) const fn new(
        declaration: &'static ConnectorDeclaration,
        connector: String,
        paused_at: Option<Timestamp>,
        states: &'s [ListingState],
    ) -> Self {
        Self { declaration, connector, paused_at, states }
    }

    /// How a listing was last read. `O(log listings)`.
    fn state(&self, kind: &str, subject: &ResourceRef) -> Option<&'s ListingState> {
        let place = self.states.binary_search_by(|state| listing_order(&state.key).cmp(&(kind, subject)));
        self.states.get(place.ok()?)
    }

    /// Whether this listing was read whole at its last reading, proven or not.
    pub(crate) fn is_read(&self, kind: &str, subject: &ResourceRef) -> bool {
        let verdict = self.state(kind, subject).map(|state| &state.verdict);
        matches!(verdict, Some(Verdict::Proven | Verdict::Attested | Verdict::Unproven(_)))
    }

    /// When this listing was last read whole, proven or not.
    pub(crate) fn whole_at(&self, kind: &str, subject: &ResourceRef) -> Option<Timestamp> {
        self.state(kind, subject)?.whole_at
    }

    /// Whether absence from this listing is evidence.
    pub(crate) fn is_complete(&self, kind: &str, subject: &ResourceRef) -> bool {
        self.state(kind, subject).is_some_and(|state| state.verdict.is_complete())
    }
}

impl ListingBook<'_> {
    /// Whether this listing ever stated anything.
    pub(crate) fn was_read(&self, declared: &ListingDeclaration, subject: &ResourceRef) -> bool {
        let said = |state: &ListingState| state.complete_at.is_some() || matches!(state.verdict, Verdict::Partial(_));
        self.state(declared.kind, subject).is_some_and(said)
    }

    /// What only a person could have read and nobody did, for at least one of `subjects`, in words.
    pub(crate) fn unread(&self, subjects: &[ResourceRef]) -> Vec<String> {
        let missing = |declared: &&'static ListingDeclaration| {
            let mut of_type = subjects.iter().filter(|subject| subject.kind == declared.per);
            of_type.any(|subject| !self.was_read(declared, subject))
        };
        let interactive = self.declaration.listings.iter().filter(|declared| declared.interactive.is_some());
        interactive.filter(missing).filter_map(|declared| declared.interactive).map(str::to_owned).collect()
    }
}

/// What the plan does not include is missing in no answer about access.
fn is_beyond_plan(declared: &ListingDeclaration, verdict: &Verdict) -> bool {
    declared.supports.is_empty() && verdict.reason().is_some_and(|reason| reason.code.as_str() == "payment-required")
}

/// Collects the completeness of an answer, listing by listing.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompletenessBuilder {
    oldest: Option<Timestamp>,
    totals: BTreeMap<(String, &'static str), usize>,
    gaps: BTreeMap<(String, &'static str, String, String), Gap>,
    paused: BTreeSet<PausedConnector>,
}

impl CompletenessBuilder {
    /// The answer rests on the listing `declared` of `subject`, unless only a person could have it read and nobody ever
    /// did: then the answer names it among what is not shown ([`ListingBook::unread`]).
    pub(crate) fn add(&mut self, book: &ListingBook<'_>, declared: &'static ListingDeclaration, subject: &ResourceRef) {
        if declared.interactive.is_some() && !book.was_read(declared, subject) {
            return;
        }
        if let Some(at) = book.paused_at {
            self.paused.insert(PausedConnector { connector: book.connector.clone(), since: moment_text(at) });
        }
        *self.totals.entry((book.connector.clone(), declared.kind)).or_default() += 1;
        let state = book.state(declared.kind, subject);
        if let Some(complete_at) = state.and_then(|state| state.complete_at) {
            self.oldest = Some(self.oldest.map_or(complete_at, |oldest| oldest.min(complete_at)));
        }
        let (verdict, reason, text) = match state.map(|state| &state.verdict) {
            Some(verdict) if verdict.is_complete() || is_beyond_plan(declared, verdict) => return,
            Some(verdict) => {
                let reason = verdict.reason();
                let code = reason.map_or_else(String::new, |reason| reason.code.to_string());
                (verdict.kind().word(), code, reason.map_or_else(String::new, |reason| reason.text.clone()))
            }
            None => ("unread", "not-read-yet".to_owned(), "not read yet".to_owned()),
        };
        let place = (book.connector.clone(), declared.kind, verdict.to_owned(), reason.clone());
        let gap = self.gaps.entry(place).or_insert_with(|| Gap {
            connector: book.connector.clone(),
            listing: declared.kind.to_owned(),
            count: 0,
            of: 0,
            example: declared.title_of(&subject.id),
            verdict: verdict.to_owned(),
            reason,
            text,
            last_complete: state.and_then(|state| state.complete_at).map(moment_text),
        });
        gap.count += 1;
    }

    /// Adds, for an action, the listings of the connector's root and of every resource in `subjects`.
    pub(crate) fn add_supporting<'r>(
        &mut self,
        book: &ListingBook<'_>,
        action: Option<&str>,
        subjects: impl IntoIterator<Item = &'r ResourceRef>,
    ) {
        for subject in subjects {
            for declared in book.declaration.listings.iter().filter(|declared| declared.per == subject.kind.as_str()) {
                if action.map_or(!declared.supports.is_empty(), |action| declared.supports.contains(&action)) {
                    self.add(book, declared, subject);
                }
            }
        }
    }

    /// Adds everything that was added to another one, of another connector or of other listings.
    pub(crate) fn merge(&mut self, other: Self) {
        self.oldest = self.oldest.into_iter().chain(other.oldest).min();
        for (kind, number) in other.totals {
            *self.totals.entry(kind).or_default() += number;
        }
        for (place, gap) in other.gaps {
            match self.gaps.entry(place) {
                Entry::Vacant(vacant) => drop(vacant.insert(gap)),
                Entry::Occupied(mut known) => known.get_mut().count += gap.count,
            }
        }
        self.paused.extend(other.paused);
    }

    /// Whether every listing that was added is complete.
    pub(crate) fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }

    /// When the oldest of the listings that were added was last read in full.
    pub(crate) const fn oldest(&self) -> Option<Timestamp> {
        self.oldest
    }

    pub(crate) fn finish(self) -> Completeness {
        let totals = self.totals;
        let gaps: Vec<Gap> = self
            .gaps
            .into_iter()
            .map(|((connector, kind, ..), gap)| {
                let of = totals.get(&(connector, kind)).copied().unwrap_or(gap.count);
                Gap { of, ..gap }
            })
            .collect();
        Completeness {
            complete: gaps.is_empty(),
            read_in_full_since: self.oldest.map(moment_text),
            gaps,
            paused: self.paused.into_iter().collect(),
        }
    }
}
