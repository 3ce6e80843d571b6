//! What somebody wants to know who has a minute: what changed this week, what is wrong, how much there is.

use std::sync::Arc;

use rolecall_model::Timestamp;
use rolecall_store::{Store, StoreError};

use crate::change_fold::changes_folded;
use crate::changes::{ChangeAnswer, ChangesQuestion, changes};
use crate::moment::moment_text;
use crate::rules::{CheckAnswer, RuleKnown, RuleSettings, check_all};
use crate::search::Places;
use crate::status::counts;
use crate::world::WorldView;

/// Microseconds of a week.
const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;
/// How many weeks are looked back.
const WEEKS: i64 = 12;
/// So many changes are kept: some 50 MB.
const RECENT: usize = 50_000;
/// How many of the newest changes are shown.
const NEWEST: usize = 10;

/// How everything is, and was lately.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How much there is of each type, by its plural name, over all connectors.
    pub counts: Vec<(String, usize)>,
    /// The first of what changed in the last seven days: rights that came, then those that went, then all else; of each
    /// the newest first.
    pub newest: Vec<ChangeAnswer>,
    /// How many rights came and went in each of the last weeks, the oldest first. The last one is that which ends now.
    pub weeks: Vec<WeekAnswer>,
    /// Which page shows what is named.
    pub places: Places,
    /// Everything that changed since [`Overview::recent_since`], newest first; nothing where that is more than anybody keeps.
    pub recent: Option<Vec<ChangeAnswer>>,
    /// Twelve weeks ago.
    pub recent_since: Timestamp,
    /// What the rules found.
    pub findings: Arc<CheckAnswer>,
}

impl Overview {
    /// What changed in the last seven days.
    #[must_use]
    pub fn week(&self) -> WeekAnswer {
        self.weeks.last().cloned().unwrap_or_default()
    }
}

/// What changed in seven days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekAnswer {
    /// When they began.
    pub since: String,
    /// Rights that somebody got, or that were raised or lowered.
    pub gained: usize,
    /// Rights that somebody lost.
    pub lost: usize,
    /// Everything else.
    pub other: usize,
}

/// What somebody has to see first.
fn weight(change: &ChangeAnswer) -> u8 {
    match (change.kind, change.change) {
        ("grant", "disappeared") => 1,
        ("grant", _) => 0,
        _ => 2,
    }
}

impl WeekAnswer {
    fn add(&mut self, change: &ChangeAnswer) {
        let counted = match (change.kind, change.change) {
            ("grant", "disappeared") => &mut self.lost,
            ("grant", _) => &mut self.gained,
            _ => &mut self.other,
        };
        *counted += 1;
    }
}

/// Looks over everything in the view. `O(rights)` for the rules, and `O(changes of twelve weeks)`.
///
/// # Errors
/// When the database cannot be read.
pub async fn overview(store: &Store, view: &WorldView, now: Timestamp) -> Result<Overview, StoreError> {
    let since = Timestamp(now.0.saturating_sub(WEEKS * WEEK));
    let (changed, _) = changes(store, view, &ChangesQuestion { since: Some(since), ..ChangesQuestion::all() }).await?;
    let known = Box::pin(RuleKnown::load(store, view, now)).await?;
    let (shown, _) = changes_folded(&changed);
    let mut newest: Vec<&ChangeAnswer> =
        shown.iter().take_while(|change| change.made_current_at.0 >= now.0 - WEEK).copied().collect();
    newest.sort_by_key(|change| weight(change));
    Ok(Overview {
        counts: counts_of(view),
        newest: newest.into_iter().take(NEWEST).cloned().collect(),
        findings: Arc::new(check_all(view, &known, &RuleSettings::default(), now)),
        places: view.places(),
        weeks: weeks_of(&shown, now),
        recent: Some(changed).filter(|changed| changed.len() <= RECENT),
        recent_since: since,
    })
}

/// Each change in the week in which it became known.
fn weeks_of(changed: &[&ChangeAnswer], now: Timestamp) -> Vec<WeekAnswer> {
    let begins: Vec<i64> = (0..WEEKS).map(|number| now.0.saturating_sub((WEEKS - number) * WEEK)).collect();
    let week = |since: &i64| WeekAnswer { since: moment_text(Timestamp(*since)), ..WeekAnswer::default() };
    let mut weeks: Vec<WeekAnswer> = begins.iter().map(week).collect();
    for change in changed {
        let place = begins.partition_point(|since| *since <= change.made_current_at.0);
        if let Some(week) = place.checked_sub(1).and_then(|place| weeks.get_mut(place)) {
            week.add(change);
        }
    }
    weeks
}

/// How much there is of each type that a connector declares, in the order in which they are declared.
fn counts_of(view: &WorldView) -> Vec<(String, usize)> {
    let mut all: Vec<(String, usize)> = Vec::new();
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        for (plural, number) in counts(view, connector, segment) {
            match all.iter_mut().find(|(known, _)| *known == plural) {
                Some((_, known)) => *known += number,
                None => all.push((plural, number)),
            }
        }
    }
    all
}
