//! Which appearing facts were seen to appear, and which were there as their listing was first read.
//!
//! The first whole reading of a listing is its *baseline*: nobody knows how long its facts have been there, so they
//! are no changes. But what is found in the listing of a subject that was itself *seen* to appear cannot be older
//! than the subject: the members of a new team, or the maintainers of a new package, are changes even though their
//! listing is read for the first time. This holds whenever that first reading happens, so that a failed request
//! or a full budget cannot hide a new grant behind a baseline.

use std::collections::{HashMap, HashSet};

use rolecall_model::{Fact, FactKind};

use super::dictionary::Dictionary;
use super::listings::Head;
use super::{ListingChange, ListingWrite};
use crate::db::{self, Connection};
use crate::error::Failure;

/// Where the facts that a reading shows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// They were there before anybody looked.
    pub(super) baseline: bool,
    /// The last moment at which they are known to have been otherwise.
    pub(super) not_before: Option<i64>,
    /// The last such moment at which the reading was shown to be complete.
    pub(super) certain_before: Option<i64>,
}

impl Origin {
    const BASELINE: Self = Self { baseline: true, not_before: None, certain_before: None };

    const fn seen_after(not_before: Option<i64>, certain_before: Option<i64>) -> Self {
        Self { baseline: false, not_before, certain_before }
    }
}

/// The origin of what each listing shows, in the order of `listings`. `O(listings + resources that appear)`.
pub(super) async fn origins(
    db: &mut Connection,
    listings: &[ListingWrite],
    heads: &HashMap<(i64, i64), Head>,
    dictionary: &Dictionary<'_>,
) -> Result<Vec<Origin>, Failure> {
    let mut search = Search::default();
    for (index, listing) in listings.iter().enumerate() {
        let subject = dictionary.resource(&listing.key.subject)?;
        let head = heads.get(&(dictionary.term(&listing.key.kind)?, subject));
        search.listing_add(index, subject, head);
    }
    search.appearances_recorded(db).await?;
    search.appearances_in(listings, dictionary)?;
    Ok(search.origins)
}

#[derive(Default)]
struct Search {
    origins: Vec<Origin>,
    /// Listings not read whole before, by subject.
    first_read: HashMap<i64, Vec<usize>>,
    /// Subjects of such listings that already existed in an earlier snapshot.
    known: HashSet<i64>,
    /// Listings whose facts were seen to appear, and whose resources are not followed yet.
    seen: Vec<usize>,
}

impl Search {
    fn listing_add(&mut self, index: usize, subject: i64, head: Option<&Head>) {
        match head {
            Some(head) if head.whole_at.is_some() => {
                self.origins.push(Origin::seen_after(head.whole_at, head.complete_at));
                self.seen.push(index);
            }
            _ => {
                self.origins.push(Origin::BASELINE);
                self.first_read.entry(subject).or_default().push(index);
            }
        }
    }

    /// Follows the subjects that earlier snapshots saw appear.
    async fn appearances_recorded(&mut self, db: &mut Connection) -> Result<(), Failure> {
        let mut first: HashMap<i64, (i64, bool, Option<i64>, Option<i64>)> = HashMap::new();
        let subjects: Vec<i64> = self.first_read.keys().copied().collect();
        for row in db::rows_by_id(db, EXISTENCES, &subjects).await? {
            let appearance = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
            let earliest = first.entry(row.try_get(0)?).or_insert(appearance);
            *earliest = appearance.min(*earliest);
        }
        for (subject, (_, baseline, not_before, certain_before)) in first {
            self.known.insert(subject);
            if !baseline {
                self.subject_seen(subject, Origin::seen_after(not_before, certain_before));
            }
        }
        Ok(())
    }

    /// Follows the subjects that this write sees appear, and those that appear in *their* listings.
    fn appearances_in(&mut self, listings: &[ListingWrite], dictionary: &Dictionary<'_>) -> Result<(), Failure> {
        while let Some(index) = self.seen.pop() {
            let (Some(listing), Some(origin)) = (listings.get(index), self.origins.get(index).copied()) else { break };
            let ListingChange::Changed(delta) = &listing.change else { continue };
            let existences = delta.appear.iter().filter(|fact| fact.kind() == FactKind::Resource);
            for subject in existences.map(Fact::subject) {
                let subject = dictionary.resource(subject)?;
                if !self.known.contains(&subject) {
                    self.subject_seen(subject, origin);
                }
            }
        }
        Ok(())
    }

    fn subject_seen(&mut self, subject: i64, appeared: Origin) {
        for index in self.first_read.remove(&subject).unwrap_or_default() {
            if let Some(origin) = self.origins.get_mut(index) {
                *origin = appeared;
                self.seen.push(index);
            }
        }
    }
}

const EXISTENCES: &str = "select f.subject_id, f.from_snapshot, f.baseline, r.not_before, r.certain_before \
     from fact f left join listing_read r on r.listing_id = f.listing_id and r.snapshot_id = f.from_snapshot \
     where f.kind = 1 and f.subject_id in";
