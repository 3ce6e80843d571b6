//! From what was denied to the exact steps that take it away.

use std::collections::BTreeMap;

use rolecall_graph::Step;
use rolecall_model::{EntitlementRef, ExpectedEffect, ResourceRef, TakingEffect, Timestamp};
use rolecall_store::{NewPlan, NewPlanStep, ReviewItem, Store, StoreError};
use sha2::{Digest as _, Sha256};

use super::protect::Protected;
use crate::gives::digest_whole;
use crate::reviews::ItemShown;
use crate::rules::RuleKnown;
use crate::step_text::{StepSubject, StepText};
use crate::world::{ConnectorView, WorldView};

/// The word that a step's effect is kept as.
pub(crate) const fn effect_word(effect: TakingEffect) -> &'static str {
    match effect {
        TakingEffect::Grant => "grant",
        TakingEffect::Everything => "everything",
        TakingEffect::Lowered(_) => "lowered",
    }
}

/// What was kept as a step's effect; nothing of a word that a newer program wrote.
pub(crate) fn effect_of(word: &str) -> Option<ExpectedEffect> {
    match word {
        "grant" => Some(ExpectedEffect::Grant),
        "everything" => Some(ExpectedEffect::Everything),
        "lowered" => Some(ExpectedEffect::Lowered),
        _ => None,
    }
}

/// A denied grant, where it is now.
struct Denied<'v> {
    item: &'v ReviewItem,
    connector: Option<&'v ConnectorView>,
    /// The grant as the world has it; nothing where it is not there any more.
    held: Option<Step<'v>>,
    effect: TakingEffect,
    /// What its reviewer was shown.
    shown: ItemShown,
}

impl Denied<'_> {
    /// Whether it is of somebody who left: of several who may not all lose something, they are not the one who keeps it.
    fn has_left(&self) -> bool {
        self.shown.employment.as_deref() == Some("departed")
    }
}

/// Draws up the steps that take these grants away. Single rights come first and leaving an organisation last, for whoever has
/// left cannot be taken out of its teams; and of each kind what people have who do not work here any more.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn plan_draw_up(
    store: &Store,
    view: &WorldView,
    denied: &[&ReviewItem],
    due_at: Timestamp,
) -> Result<NewPlan, StoreError> {
    let readers = readers(store, view).await?;
    let mut denied: Vec<Denied<'_>> = denied.iter().map(|item| located(view, item)).collect();
    denied.sort_by(|left, right| order(left).cmp(&order(right)));
    let known = RuleKnown::default();
    let mut protected = Protected::of(view, &known);
    let steps = denied.iter().map(|one| step(view, one, &readers, &mut protected)).collect::<Vec<_>>();
    Ok(NewPlan { due_at, digest: digest(&steps), steps })
}

fn order<'d>(denied: &'d Denied<'_>) -> (u8, bool, &'d str, &'d ResourceRef, &'d EntitlementRef) {
    let effect = match denied.effect {
        TakingEffect::Grant => 0,
        TakingEffect::Lowered(_) => 1,
        TakingEffect::Everything => 2,
    };
    let item = denied.item;
    (effect, !denied.has_left(), &item.connector_title, &item.principal, &item.entitlement)
}

fn located<'v>(view: &'v WorldView, item: &'v ReviewItem) -> Denied<'v> {
    let shown: ItemShown = serde_json::from_value(item.shown.clone()).unwrap_or_default();
    let found = view.connectors.iter().zip(0_u32..).find(|(connector, _)| connector.record.uuid == item.connector);
    let Some((connector, segment)) = found else {
        return Denied { item, connector: None, held: None, effect: TakingEffect::Grant, shown };
    };
    let node = |resource: &ResourceRef| view.world.resource(segment, resource.kind.as_str(), &resource.id);
    let principal = node(&item.principal);
    let resource = node(&item.entitlement.resource);
    let slug = item.entitlement.slug.as_str();
    let held = principal.zip(resource).and_then(|(principal, resource)| {
        let mut steps = view.world.grants_by(principal);
        steps.find(|step| step.resource == resource && step.slug == slug)
    });
    let taking =
        connector.declaration.write.as_ref().and_then(|write| {
            write.taking(item.principal.kind.as_str(), item.entitlement.resource.kind.as_str(), slug)
        });
    Denied {
        item,
        connector: Some(connector),
        held,
        effect: taking.map_or(TakingEffect::Grant, |taking| taking.leaves),
        shown,
    }
}

/// With whose credential each connector is read, by title.
async fn readers(store: &Store, view: &WorldView) -> Result<BTreeMap<String, String>, StoreError> {
    let mut readers = BTreeMap::new();
    for connector in &view.connectors {
        let latest = store.fingerprints(connector.record.id).await?.latest;
        let account = latest.and_then(|fingerprint| fingerprint.seen.account);
        readers.extend(account.map(|account| (connector.title(), account)));
    }
    Ok(readers)
}

fn step<'v>(
    view: &'v WorldView,
    denied: &Denied<'v>,
    readers: &BTreeMap<String, String>,
    protected: &mut Protected<'v>,
) -> NewPlanStep {
    let item = denied.item;
    let (what, how, needs) = texts(denied);
    let refused = denied.held.as_ref().and_then(|held| protected.take(held, denied.effect));
    NewPlanStep {
        item: Some(item.number),
        connector: item.connector,
        connector_title: item.connector_title.clone(),
        principal: item.principal.clone(),
        entitlement: item.entitlement.clone(),
        effect: effect_word(denied.effect),
        what,
        how,
        needs,
        first: first(view, denied, readers),
        refused,
        owner: String::new(),
    }
}

/// What a step does, how, and what one needs for it.
fn texts(denied: &Denied<'_>) -> (String, String, String) {
    let item = denied.item;
    let what = || format!("Take {} away from {}", item.entitlement, item.principal);
    let Some(connector) = denied.connector else {
        let how = format!(
            "at the source of {}, which nobody reads any more: add it again, or nothing can be verified",
            item.connector_title
        );
        return (what(), how, "whoever looks after the source".to_owned());
    };
    let (kind, resource) = (item.principal.kind.as_str(), &item.entitlement.resource);
    let taking = connector
        .declaration
        .write
        .as_ref()
        .and_then(|write| write.taking(kind, resource.kind.as_str(), item.entitlement.slug.as_str()));
    match taking {
        Some(taking) => {
            let root = connector.root();
            let subject = StepSubject { principal: &item.principal, resource, root: &root };
            let text = StepText::of(&taking.step, subject, connector.declaration);
            (text.what, text.how, text.needs.to_owned())
        }
        None => {
            let how = format!("on the pages of {}", connector.declaration.title);
            (what(), how, "whoever administers it there".to_owned())
        }
    }
}

/// What has to be known or done before.
fn first(view: &WorldView, denied: &Denied<'_>, readers: &BTreeMap<String, String>) -> Option<String> {
    let item = denied.item;
    let Some(held) = &denied.held else {
        let why = "see whether it is there at all: it was not seen any more when this was drawn up";
        return denied.connector.is_some().then(|| why.to_owned());
    };
    let mut first = Vec::new();
    let reads = readers.get(&item.connector_title).is_some_and(|reader| *reader == *item.principal.id);
    if reads && denied.effect == TakingEffect::Everything {
        let title = &item.connector_title;
        first.push(format!(
            "give Rolecall a token of somebody else for {title}: the one it reads with is this account's"
        ));
    }
    if matches!(held.origin, rolecall_graph::Origin::PathUnknown { .. }) {
        first.push("find out where the right comes from, for only one list says that it is there".to_owned());
    }
    if held.unconfirmed {
        first.push("look whether it is gone: its removal was seen, and waits for somebody to confirm it".to_owned());
    }
    if let Some(person) = denied.shown.person_key.as_ref().filter(|_| denied.has_left()) {
        first.push(format!("know that they have left: rolecall leaver {person} tells all that is to be taken away"));
    }
    first.extend(other_ways(view, held));
    (!first.is_empty()).then(|| first.join("; "))
}

/// That the same right is held by another way too, which this step does not take.
fn other_ways(view: &WorldView, held: &Step<'_>) -> Option<String> {
    if !view.world.is_account(held.principal) || view.world.is_group(held.resource) {
        return None;
    }
    let access = view.world.access(held.principal);
    let item = access.items.iter().find(|item| item.resource == view.world.representative(held.resource))?;
    let others = item.paths.iter().filter(|path| path.steps.len() > 1).map(|path| view.path_text(path));
    let others: Vec<String> = others.collect();
    (!others.is_empty()).then(|| format!("know that it stays by another way: {}", others.join(", ")))
}

/// What is carried out is these steps and nothing else.
fn digest(steps: &[NewPlanStep]) -> String {
    let mut digest = Sha256::new();
    for step in steps {
        for text in [
            &step.connector.to_string(),
            &step.principal.to_string(),
            &step.entitlement.to_string(),
            step.effect,
            &*step.what,
            &*step.how,
            step.refused.as_deref().unwrap_or_default(),
        ] {
            digest.update(text.as_bytes());
            digest.update([0]);
        }
    }
    digest_whole(&digest.finalize())
}
