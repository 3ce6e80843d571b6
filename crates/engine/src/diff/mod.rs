//! How two exports differ, in words, the most dangerous difference first.
//!
//! For a pipeline that has no lasting database: yesterday's export is the memory. What counts as gone is decided by
//! [`rolecall_model::compare`]; here the differences get their words, their effects and their order.
//!
//! | question | module |
//! |---|---|
//! | which two moments of a database are compared? | [`point`], [`between`] |
//! | who can publish more, or less, because of it? | [`effect`] |
//! | how is it said? | [`words`] |

mod between;
mod effect;
mod point;
mod words;

use std::cmp::Reverse;
use std::collections::HashSet;

use rolecall_model::{AccessRule, Difference, Fact, Given, NotSeen, ResourceRef, Timestamp, compare};
use serde::Serialize;

use crate::completeness::Completeness;
use crate::export::Exported;
use crate::world::{ConnectorView, WorldView, host_of};
pub use between::{BetweenError, diff_between};
pub use effect::EffectAnswer;
use effect::Effects;
pub use point::{Point, PointError};

/// How two exports differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiffAnswer {
    /// The older side.
    pub old: SideAnswer,
    /// The newer side.
    pub new: SideAnswer,
    /// How many differences are additions or raised rights.
    pub additions: usize,
    /// The differences, the most dangerous first.
    pub differences: Vec<DifferenceAnswer>,
    /// What the newer side does not show, without being complete enough for that to mean anything.
    pub not_seen: Vec<NotSeenAnswer>,
    /// Connectors of the newer side that the older one does not have.
    pub not_compared: Vec<String>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SideAnswer {
    /// What it was called: a file, or the current database.
    pub name: String,
    /// Of when it is.
    pub exported_at: String,
    /// The same to the microsecond, of a past moment of a database.
    #[serde(skip)]
    pub at: Option<Timestamp>,
    /// How complete it is.
    pub completeness: Completeness,
}

/// How dangerous a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// Somebody can publish more, governs the organisation, or comes from outside it.
    High,
    /// Something else was added.
    Medium,
    /// Something was taken away.
    Low,
}

impl Danger {
    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceAnswer {
    /// How dangerous it is.
    pub danger: Danger,
    /// `added`, `raised`, `lowered`, `changed` or `removed`.
    pub change: &'static str,
    /// The connector, as the newer side names it.
    pub connector: String,
    /// In words: `user eve is now owner of organization acme (was developer)`.
    pub text: String,
    /// What follows from it.
    pub effects: Vec<EffectAnswer>,
    /// Whether the older side was not complete enough to show that it was not there before.
    pub may_be_older: bool,
    /// What was there before, if something took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Fact>,
    /// The fact itself.
    pub fact: Fact,
    /// Whether it lets its holder decide who has rights.
    pub governs: bool,
}

/// Something that cannot be said to be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotSeenAnswer {
    /// The connector.
    pub connector: String,
    /// What was there: `user bob is developer of organization acme`.
    pub text: String,
    /// Why nothing is concluded.
    pub why: String,
    /// The fact.
    pub fact: Fact,
}

/// Why two exports cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The older one holds nothing.
    #[error("the older side holds no connector, so that there is nothing to compare with")]
    Empty,
    /// They are about different organisations.
    #[error("they are about different organisations: the older side holds {}, the newer one {}", listed(.old), listed(.new))]
    Different {
        /// What the older side holds that the newer one does not.
        old: Vec<String>,
        /// What the newer side holds.
        new: Vec<String>,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Compares two exports, each with the name that a person knows it by.
///
/// # Errors
/// When the newer side lacks a connector of the older one.
pub fn diff(old: (&str, &Exported), new: (&str, &Exported)) -> Result<DiffAnswer, DiffError> {
    let pairs = pairs(&old.1.view, &new.1.view)?;
    let (mut differences, mut not_seen) = (Vec::new(), Vec::new());
    for (before, now) in &pairs {
        let pair = Pair { old: Side::of(old.1, *before), new: Side::of(new.1, *now) };
        pair.compare(&mut differences, &mut not_seen);
    }
    differences.sort_by_cached_key(|found: &DifferenceAnswer| {
        let gained: usize = found.effects.iter().map(EffectAnswer::weight).sum();
        (found.danger, !found.governs, Reverse(gained), found.text.clone())
    });
    let is_compared = |at: &usize| pairs.iter().any(|(_, now)| now == at);
    let others = (0..new.1.view.connectors.len()).filter(|at| !is_compared(at));
    Ok(DiffAnswer {
        old: side_answer(old.0, old.1),
        new: side_answer(new.0, new.1),
        additions: differences.iter().filter(|found| matches!(found.change, "added" | "raised")).count(),
        differences,
        not_seen,
        not_compared: others.filter_map(|at| new.1.view.connectors.get(at)).map(ConnectorView::title).collect(),
    })
}

fn side_answer(name: &str, side: &Exported) -> SideAnswer {
    SideAnswer {
        name: name.to_owned(),
        exported_at: side.header.as_of.as_ref().unwrap_or(&side.header.exported_at).clone(),
        at: None,
        completeness: side.view.list_completeness(),
    }
}

/// Which connector of the newer side reads what each one of the older side read. Names may differ: an organisation is
/// its type, its host and its own name.
fn pairs(old: &WorldView, new: &WorldView) -> Result<Vec<(usize, usize)>, DiffError> {
    if old.connectors.is_empty() {
        return Err(DiffError::Empty);
    }
    let identity = |connector: &ConnectorView| {
        let config = &connector.record.config;
        (config.connector_type.clone(), host_of(&config.base_url), config.root.clone())
    };
    let spelled = |connector: &ConnectorView| format!("{} at {}", connector.title(), connector.record.config.base_url);
    let found =
        |connector: &ConnectorView| new.connectors.iter().position(|other| identity(other) == identity(connector));
    let missing: Vec<String> = old.connectors.iter().filter(|one| found(one).is_none()).map(spelled).collect();
    if !missing.is_empty() {
        return Err(DiffError::Different { old: missing, new: new.connectors.iter().map(spelled).collect() });
    }
    Ok(old.connectors.iter().enumerate().filter_map(|(at, connector)| Some((at, found(connector)?))).collect())
}

/// One connector of one side.
#[derive(Clone, Copy)]
struct Side<'e> {
    exported: &'e Exported,
    view: &'e WorldView,
    segment: u32,
    at: usize,
}

impl<'e> Side<'e> {
    fn of(exported: &'e Exported, at: usize) -> Self {
        Self { exported, view: &exported.view, segment: u32::try_from(at).unwrap_or(u32::MAX), at }
    }

    fn connector(&self) -> Option<&'e ConnectorView> {
        self.view.connectors.get(self.at)
    }
}

/// The same organisation on both sides.
struct Pair<'e> {
    old: Side<'e>,
    new: Side<'e>,
}

impl Pair<'_> {
    fn compare(&self, differences: &mut Vec<DifferenceAnswer>, not_seen: &mut Vec<NotSeenAnswer>) {
        let (Some(before), Some(now)) =
            (self.old.exported.records.get(self.old.at), self.new.exported.records.get(self.new.at))
        else {
            return;
        };
        let mut found = compare(before, now);
        found.retain(|difference| !self.is_repeated(difference));
        let principals: HashSet<ResourceRef> =
            found.iter().filter_map(|found| fact_of(found).holding()).map(|(principal, _)| principal.clone()).collect();
        // That an account appeared or went is told by what it holds, and what is set of it goes with it.
        found.retain(|difference| match fact_of(difference) {
            Fact::Resource { resource, .. } => !principals.contains(resource),
            Fact::Property { resource, .. } => {
                matches!(difference, Difference::Changed { .. }) || !principals.contains(resource)
            }
            _ => true,
        });
        let mut effects = Effects::new(self.old, self.new);
        for difference in found {
            match difference {
                Difference::NotSeen { fact, why } => not_seen.push(self.not_seen(fact, &why)),
                other => differences.extend(self.difference(other, &mut effects)),
            }
        }
    }

    /// What a second source says of insiders mostly follows from what they hold; where it does not, it counts.
    fn is_repeated(&self, difference: &Difference) -> bool {
        let Fact::Evidence { principal, entitlement } = fact_of(difference) else { return false };
        let side = match difference {
            Difference::Removed { .. } | Difference::NotSeen { .. } => self.old,
            _ => self.new,
        };
        let account = side.view.world.resource(side.segment, principal.kind.as_str(), &principal.id);
        let has_own = account.is_some_and(|account| side.view.is_path_unknown(account, entitlement));
        !has_own && side.view.is_insider(side.segment, principal)
    }

    fn difference(&self, difference: Difference, effects: &mut Effects<'_>) -> Option<DifferenceAnswer> {
        let text = self.words(&difference);
        let (change, before, fact, may_be_older) = match difference {
            Difference::Added { fact, is_new } => ("added", None, fact, !is_new),
            Difference::Raised { old, new } => ("raised", Some(old), new, false),
            Difference::Lowered { old, new } => ("lowered", Some(old), new, false),
            Difference::Changed { old, new } => ("changed", Some(old), new, false),
            Difference::Removed { fact } => ("removed", None, fact, false),
            Difference::NotSeen { .. } => return None,
        };
        let effects = effects.of(&fact, matches!(change, "added" | "raised"));
        Some(DifferenceAnswer {
            danger: self.danger(change, &fact, &effects),
            governs: matches!(change, "added" | "raised") && self.governs(&fact),
            change,
            connector: self.new.connector().map(ConnectorView::title).unwrap_or_default(),
            text,
            effects,
            may_be_older,
            before,
            fact,
        })
    }

    fn danger(&self, change: &str, fact: &Fact, effects: &[EffectAnswer]) -> Danger {
        match change {
            "lowered" | "removed" => Danger::Low,
            _ if effects.iter().any(EffectAnswer::is_gain) || matches!(fact, Fact::Evidence { .. }) => Danger::High,
            _ if self.governs(fact) => Danger::High,
            _ => Danger::Medium,
        }
    }

    /// Whether the right lets its holder take others, or gives them by a rule.
    fn governs(&self, fact: &Fact) -> bool {
        let Fact::Grant { entitlement, .. } = fact else { return false };
        let Some(connector) = self.new.connector() else { return false };
        entitlement.resource == connector.root()
            && connector.declaration.rules.iter().any(|rule| match rule {
                AccessRule::CanTake { holder_slugs, .. }
                | AccessRule::CanJoin { holder_slugs, .. }
                | AccessRule::Inherited { holder_slugs, gives: Given::Slug(_), .. } => {
                    holder_slugs.contains(&entitlement.slug.as_str())
                }
                _ => false,
            })
    }

    fn not_seen(&self, fact: Fact, why: &NotSeen) -> NotSeenAnswer {
        let why = match why {
            NotSeen::Unconfirmed => {
                "it is missing, and its removal waits for a person (see: rolecall changes)".to_owned()
            }
            NotSeen::Incomplete(listing) => {
                let verdict = self.new.connector().and_then(|connector| {
                    let state = connector.states.iter().find(|state| state.key == *listing)?;
                    let reason = state.verdict.reason().map(|reason| format!(": {}", reason.text)).unwrap_or_default();
                    Some(format!("{}{reason}", state.verdict.kind().word()))
                });
                let verdict = verdict.unwrap_or_else(|| "not read".to_owned());
                format!("listing not complete: {listing} ({verdict})")
            }
        };
        NotSeenAnswer {
            connector: self.new.connector().map(ConnectorView::title).unwrap_or_default(),
            text: self.held_text(&fact),
            why,
            fact,
        }
    }
}

const fn fact_of(difference: &Difference) -> &Fact {
    match difference {
        Difference::Added { fact, .. } | Difference::Removed { fact } | Difference::NotSeen { fact, .. } => fact,
        Difference::Raised { new, .. } | Difference::Lowered { new, .. } | Difference::Changed { new, .. } => new,
    }
}
