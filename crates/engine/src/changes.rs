//! What changed, and decisions about removals that wait.

use std::collections::HashSet;

use rolecall_graph::NodeId;
use rolecall_model::{ConnectorDeclaration, EntitlementRef, Fact, FactKind, Timestamp, Value};
use rolecall_store::{Change, ChangeFilter, ChangeKind, PendingRemoval, Store, StoreError};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::about::About;
use crate::author::Authors;
pub use crate::change_fold::changes_folded;
pub use crate::decision::{DecisionError, Verb, decide};
use crate::moment::moment_text;
use crate::reappearance::NAME_USED_BEFORE;
use crate::world::{ConnectorView, Place, WorldView};

/// One change, as answers show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeAnswer {
    /// The connector.
    pub connector: String,
    /// `appeared`, `disappeared` or `changed`.
    pub change: &'static str,
    /// `grant`, `resource`, `property`, `link` or `evidence`.
    pub kind: &'static str,
    /// In words: `alice is owner of organization acme`.
    pub text: String,
    /// What was there before, if something took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Fact>,
    /// The change happened after this reading…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// …and before this one.
    pub not_after: String,
    /// Who did it, where the registry's own record tells; else *unknown*.
    pub actor: String,
    /// Who confirmed a removal that waited, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    /// The fact itself.
    pub fact: Fact,
    /// Whether it is about a new account with a name that was used before; absent where it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub name_used_before: bool,
    /// Whether it is a property by which rights are held, which is news even of what appeared with it.
    #[serde(skip)]
    pub is_decisive: bool,
    /// When it became current: by this it is newer or older than others.
    #[serde(skip)]
    pub made_current_at: Timestamp,
}

/// A removal that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingAnswer {
    /// The connector.
    pub connector: String,
    /// The listing it disappeared from.
    pub listing: String,
    /// In words.
    pub text: String,
    /// Since when it has been missing.
    pub missing_since: String,
    /// Why it waits.
    pub reason: String,
    /// Whether somebody already said that the reading was wrong.
    pub discarded: bool,
}

/// What is said of an author whom nothing tells.
pub const UNKNOWN: &str = "unknown";

/// Which changes to show.
#[derive(Clone, Debug, Default)]
pub struct ChangesQuestion {
    /// Only changes made current since then.
    pub since: Option<Timestamp>,
    /// Only changes made current until then.
    pub until: Option<Timestamp>,
    /// Only of facts of this kind.
    pub kind: Option<FactKind>,
    /// Only those that are said with all of these words, whatever their case.
    pub words: String,
    /// Only changes of what is stated of this, or names it.
    pub about: Option<About>,
    /// At most this many.
    pub limit: usize,
}

impl ChangesQuestion {
    /// Everything that ever changed.
    #[must_use]
    pub fn all() -> Self {
        Self { limit: usize::MAX, ..Self::default() }
    }

    /// Whether a connector knows of what is asked about.
    fn is_of(&self, connector: &ConnectorView) -> bool {
        self.about.as_ref().is_none_or(|about| about.of(connector.record.id).next().is_some())
    }

    /// Those of some changes that this asks for, as [`changes`] would have found them among everything.
    pub fn among<'c>(&self, changed: &'c [ChangeAnswer]) -> impl Iterator<Item = &'c ChangeAnswer> {
        let is_then = |change: &ChangeAnswer| {
            let at = change.made_current_at;
            self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at <= until)
        };
        let wanted = changed.iter().filter(move |change| is_then(change) && self.is_of_kind(&change.fact));
        wanted.filter(|change| self.wants(change)).take(self.limit)
    }

    fn is_of_kind(&self, fact: &Fact) -> bool {
        self.kind.is_none_or(|kind| fact.kind() == kind)
    }

    fn wants(&self, answer: &ChangeAnswer) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let said = format!("{} {} {}", answer.connector, answer.text, answer.actor).to_lowercase();
        self.words.to_lowercase().split_whitespace().all(|word| said.contains(word))
    }
}

/// What changed, newest first, and what waits. Of a past moment, what was known of it then.
///
/// # Errors
/// When the database cannot be read.
pub async fn changes(
    store: &Store,
    view: &WorldView,
    question: &ChangesQuestion,
) -> Result<(Vec<ChangeAnswer>, Vec<PendingAnswer>), StoreError> {
    let mut changed = Vec::new();
    let segments = view.connectors.iter().zip(0_u32..);
    for (connector, segment) in segments.filter(|(connector, _)| question.is_of(connector)) {
        let title = connector.title();
        let all = news(store, view, (connector, segment), question).await?;
        for News { change, actor } in all.into_iter().filter(|news| question.is_of_kind(&news.change.fact)) {
            let answer = change_answer(&title, connector.declaration, change, actor);
            if question.wants(&answer) {
                changed.push(answer);
            }
        }
    }
    let newest_first = |a: &ChangeAnswer, b: &ChangeAnswer| b.made_current_at.cmp(&a.made_current_at);
    changed.sort_by(|a, b| newest_first(a, b).then_with(|| weight(a).cmp(&weight(b))));
    changed.truncate(question.limit);
    Ok((changed, removals_waiting(store, view, question).await?))
}

/// Removals that wait for a person. Of a past moment, those that waited then.
///
/// # Errors
/// When the database cannot be read.
pub async fn removals_waiting(
    store: &Store,
    view: &WorldView,
    question: &ChangesQuestion,
) -> Result<Vec<PendingAnswer>, StoreError> {
    let mut pending = Vec::new();
    for connector in view.connectors.iter().filter(|connector| question.is_of(connector)) {
        let mut waiting = pending_of(store, view, connector).await?;
        if let Some(about) = &question.about {
            waiting.retain(|removal| about.is_named_in(connector.record.id, &removal.fact));
        }
        let title = connector.title();
        pending.extend(waiting.into_iter().map(|removal| pending_answer(&title, removal)));
    }
    Ok(pending)
}

/// A change that is one for people, and who made it where that is told.
pub(crate) struct News {
    pub(crate) change: Change,
    pub(crate) actor: Option<String>,
}

/// What changed of one connector, newest first. Of a past moment, what was known of it then.
pub(crate) async fn news(
    store: &Store,
    view: &WorldView,
    (connector, segment): (&ConnectorView, u32),
    question: &ChangesQuestion,
) -> Result<Vec<News>, StoreError> {
    let all = recorded(store, view, connector, question).await?;
    news_among(store, view, (connector, segment), all).await
}

/// Those of some changes that are changes for people, each once in a snapshot.
pub(crate) async fn news_among(
    store: &Store,
    view: &WorldView,
    (connector, segment): (&ConnectorView, u32),
    all: Vec<Change>,
) -> Result<Vec<News>, StoreError> {
    let mut told = HashSet::new();
    let authors = Authors::load(store, connector, &all).await?;
    let mut news = Vec::new();
    for mut change in all {
        let is_new = told.insert((change.snapshot.0, kind_word(&change.kind), change.fact.clone()));
        if is_new && view.is_news(connector, segment, &change) {
            let actor = authors.narrow(&mut change);
            news.push(News { change, actor });
        }
    }
    Ok(news)
}

/// The changes of the record, news or not.
async fn recorded(
    store: &Store,
    view: &WorldView,
    connector: &ConnectorView,
    question: &ChangesQuestion,
) -> Result<Vec<Change>, StoreError> {
    let filter = ChangeFilter {
        connector: Some(connector.record.id),
        since: question.since,
        until: view.until(question.until),
        known_at: view.until(None),
        ..ChangeFilter::default()
    };
    let Some(about) = &question.about else { return store.changes(&filter).await };
    let mut all = Vec::new();
    for thing in about.of(connector.record.id) {
        all.extend(store.changes(&ChangeFilter { about: Some(thing.clone()), ..filter.clone() }).await?);
    }
    all.sort_by_key(|change| std::cmp::Reverse(change.snapshot));
    Ok(all)
}

/// What waits for a person, or waited at the past moment that the view is of.
async fn pending_of(
    store: &Store,
    view: &WorldView,
    connector: &ConnectorView,
) -> Result<Vec<PendingRemoval>, StoreError> {
    match (connector.place, &view.past) {
        (Place::Past(at), Some(past)) => store.removals_pending_at(connector.record.id, at.snapshot, past.at).await,
        (Place::Before, _) => Ok(Vec::new()),
        _ => store.removals_pending(connector.record.id).await,
    }
}

/// What the record cannot say about a span of time: it began later, or the last reading was before its end.
///
/// # Errors
/// When the database cannot be read.
pub async fn changes_unseen(
    store: &Store,
    view: &WorldView,
    question: &ChangesQuestion,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let mut unseen = Vec::new();
    for connector in view.connectors.iter().filter(|connector| question.is_of(connector)) {
        let title = connector.title();
        let (first, until) = (store.snapshot_first(connector.record.id).await?, view.until(None));
        match first.filter(|first| until.is_none_or(|until| *first <= until)) {
            None => unseen.push(format!("{title} was never read")),
            Some(first) if question.since.is_some_and(|since| since < first) => {
                unseen
                    .push(format!("{title} is recorded since {}; what changed before is unknown", moment_text(first)));
            }
            Some(_) => {}
        }
        let last = connector.states.iter().map(|state| state.read_at).max();
        if let (Some(last), Some(until)) = (last, question.until)
            && last < until.min(now)
        {
            unseen.push(format!("{title} was last read at {}; later changes are not known yet", moment_text(last)));
        }
    }
    Ok(unseen)
}

/// Rights come first.
fn weight(answer: &ChangeAnswer) -> u8 {
    match answer.fact.kind() {
        FactKind::Grant => 0,
        FactKind::Evidence => 1,
        FactKind::Resource => 2,
        FactKind::Link => 3,
        FactKind::Property => 4,
    }
}

impl WorldView {
    /// Nothing is told of what became known after the past moment that the view is of.
    pub(crate) fn until(&self, asked: Option<Timestamp>) -> Option<Timestamp> {
        let past = self.past.as_ref().map(|past| past.at);
        asked.into_iter().chain(past).min()
    }

    /// Whether a change of the record is a change for people. A listing repeats what others say: a member of a team
    /// is also seen among the collaborators of twenty packages, and that is one event, not forty.
    fn is_news(&self, connector: &ConnectorView, segment: u32, change: &Change) -> bool {
        match &change.fact {
            Fact::Grant { .. } | Fact::Link { .. } => true,
            // That something exists is told by the listings of the organisation itself.
            Fact::Resource { .. } => connector
                .declaration
                .listing(change.key.kind.as_str())
                .is_some_and(|declared| declared.per == connector.declaration.root_type),
            Fact::Property { name, .. } => !connector.declaration.volatile.contains(&name.as_str()),
            // What is said of insiders mostly follows from their grants; where it does not, nothing else tells.
            Fact::Evidence { principal, entitlement } => {
                let account = self.world.resource(segment, principal.kind.as_str(), &principal.id);
                let has_own = account.is_some_and(|account| self.is_path_unknown(account, entitlement));
                (has_own || !self.is_insider(segment, principal)) && !matches!(change.kind, ChangeKind::Disappeared)
            }
        }
    }
}

impl WorldView {
    /// Whether the account holds this by a path that nothing shows.
    pub(crate) fn is_path_unknown(&self, account: NodeId, entitlement: &EntitlementRef) -> bool {
        self.world.grants_by(account).any(|step| {
            step.origin.is_path_unknown()
                && step.slug == entitlement.slug.as_str()
                && self.world.reference(step.resource) == entitlement.resource
        })
    }
}

const fn kind_word(kind: &ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Appeared => "appeared",
        ChangeKind::Disappeared => "disappeared",
        ChangeKind::Replaced { .. } => "changed",
    }
}

pub(crate) fn change_answer(
    connector: &str,
    declaration: &ConnectorDeclaration,
    change: Change,
    actor: Option<String>,
) -> ChangeAnswer {
    let word = kind_word(&change.kind);
    let is_returned = change.of_new_holder;
    let before = match change.kind {
        ChangeKind::Replaced { old } => Some(old),
        ChangeKind::Appeared | ChangeKind::Disappeared => None,
    };
    ChangeAnswer {
        connector: connector.to_owned(),
        change: word,
        kind: change.fact.kind().word(),
        text: change_text(before.as_ref(), &change.fact, is_returned),
        before,
        not_before: change.not_before.map(moment_text),
        not_after: moment_text(change.not_after),
        made_current_at: change.made_current_at,
        actor: actor.unwrap_or_else(|| UNKNOWN.to_owned()),
        confirmed: change.confirmed_by.map(|by| format!("{}: {}", by.actor, by.reason)),
        name_used_before: is_returned,
        is_decisive: is_decisive(declaration, &change.fact),
        fact: change.fact,
    }
}

fn change_text(before: Option<&Fact>, fact: &Fact, is_returned: bool) -> String {
    let text = before.map_or_else(|| fact_text(fact), |before| replaced_text(before, fact));
    if is_returned && fact.kind() != FactKind::Property { format!("{text} ({NAME_USED_BEFORE})") } else { text }
}

pub(crate) fn is_decisive(declaration: &ConnectorDeclaration, fact: &Fact) -> bool {
    matches!(fact, Fact::Property { resource, name, .. }
        if declaration.is_decisive(resource.kind.as_str(), name.as_str()))
}

/// A fact that took another's place, in words.
pub(crate) fn replaced_text(old: &Fact, new: &Fact) -> String {
    match (old, new) {
        (Fact::Property { value: old, .. }, Fact::Property { resource, name, value: new }) => {
            let (old, new) = differing(old, new);
            // Of entries, those that came and went; of anything else, what it was and is.
            match (old.as_object().is_some_and(Map::is_empty), new.as_object().is_some_and(Map::is_empty)) {
                (true, false) => format!("{} {}: {name} has {} now", resource.kind, resource.id, json_text(&new)),
                (false, true) => format!("{} {}: {name} has no {} now", resource.kind, resource.id, json_text(&old)),
                _ => {
                    let (old, new) = (json_text(&old), json_text(&new));
                    format!("{} {}: {name} was {old}, is {new}", resource.kind, resource.id)
                }
            }
        }
        (Fact::Grant { entitlement: old, .. }, Fact::Grant { .. }) => format!("{} (was {})", fact_text(new), old.slug),
        _ => fact_text(new),
    }
}

/// Of two objects only the entries that differ.
fn differing(old: &Value, new: &Value) -> (Json, Json) {
    let (mut old, mut new) = (old.to_json(), new.to_json());
    if let (Some(old), Some(new)) = (old.as_object_mut(), new.as_object_mut()) {
        let same: Vec<String> =
            old.iter().filter(|(key, value)| new.get(*key) == Some(*value)).map(|(key, _)| key.clone()).collect();
        for key in same {
            old.remove(&key);
            new.remove(&key);
        }
    }
    (old, new)
}

/// The same of a value that is kept: most are as they are spelled, and nothing has to be read for that.
fn value_text(value: &Value) -> String {
    if value.as_json().starts_with('{') { json_text(&value.to_json()) } else { value.as_json().to_owned() }
}

/// A value in words: of an object its entries, and everything else as it is spelled.
fn json_text(value: &Json) -> String {
    let Json::Object(entries) = value else { return value.to_string() };
    if entries.is_empty() {
        return "nothing".to_owned();
    }
    let entry = |(name, value): (&String, &Json)| match value {
        Json::String(text) => format!("{name} {text}"),
        other => format!("{name}: {other}"),
    };
    entries.iter().map(entry).collect::<Vec<_>>().join(", ")
}

fn pending_answer(connector: &str, removal: PendingRemoval) -> PendingAnswer {
    PendingAnswer {
        connector: connector.to_owned(),
        listing: removal.key.to_string(),
        text: fact_text(&removal.fact),
        missing_since: moment_text(removal.missing_since_at),
        reason: removal.reason,
        discarded: removal.discarded,
    }
}

/// A fact in words.
#[must_use]
pub fn fact_text(fact: &Fact) -> String {
    match fact {
        Fact::Resource { resource, .. } => format!("{} {}", resource.kind, resource.id),
        Fact::Property { resource, name, value } => {
            format!("{} {}: {name} is {}", resource.kind, resource.id, value_text(value))
        }
        Fact::Grant { principal, entitlement } => format!(
            "{} {} holds {} on {} {}",
            principal.kind, principal.id, entitlement.slug, entitlement.resource.kind, entitlement.resource.id
        ),
        Fact::Evidence { principal, entitlement } => format!(
            "{} {} is said to hold {} on {} {}",
            principal.kind, principal.id, entitlement.slug, entitlement.resource.kind, entitlement.resource.id
        ),
        Fact::Link { from, class, to } => format!("{} {} {class} {} {}", from.kind, from.id, to.kind, to.id),
    }
}
