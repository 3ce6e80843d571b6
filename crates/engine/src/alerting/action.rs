//! What a rule does when it has something to tell.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::ResourceRef;
use rolecall_store::{ConnectorId, Endpoint, EntityTag, NewDelivery, RuleStanding};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::evaluation::Surroundings;
use super::expression::{Scope, Template, render_deep};
use super::message::{failure_message, message};
use super::notice::NoticeContent;
use super::row::text_of;
use super::{Action, RuleDefinition};

/// How deep actions may stand within actions, and how many items one goes through.
const DEEPEST: usize = 5;
const MOST_ITEMS: usize = 200;
/// At most so many are told at once by one evaluation of one rule; a rule that makes a ticket of each of thousands is a mistake.
const MOST_DELIVERIES: usize = 500;

/// At most so many entities are reviewed because of one evaluation.
const MOST_REVIEWED: usize = 1_000;

/// What an evaluation leads to.
#[derive(Default)]
pub(crate) struct Told {
    /// What is sent.
    pub(crate) deliveries: Vec<NewDelivery>,
    /// The tags that the rule gives; nothing where it gives none.
    pub(crate) tags: Option<Vec<EntityTag>>,
    /// What is to be reviewed; nothing where nothing is.
    pub(crate) review: Option<ReviewAsked>,
    /// How bad the alert is, where the rule says so itself.
    pub(crate) level: Option<String>,
    /// What could not be done, in sentences.
    pub(crate) undelivered: Vec<String>,
}

/// What a rule asks to have reviewed, as [`rolecall_store::ReviewRequest::content`] has it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReviewAsked {
    rule: String,
    pub(crate) name: String,
    days: u32,
    reviewers: Vec<String>,
    pub(crate) entities: BTreeSet<ReviewEntity>,
}

/// Something that is to be reviewed, as holder or as what is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct ReviewEntity {
    /// The key of its connector.
    connector: i64,
    kind: String,
    id: String,
}

/// Takes the actions of the operations in these places.
pub(crate) fn told(
    definition: &RuleDefinition,
    holding: &[usize],
    scope: &Scope,
    (standing, is_told): (&RuleStanding, bool),
    of: &Surroundings<'_>,
) -> Told {
    let mut taking = Taking { definition, standing, is_told, of, told: Told::default() };
    let mut scope = scope.clone();
    // Of an alert that is over, whoever was told it is told so, whatever the conditions say.
    let operations: Vec<usize> = if is_told { holding.to_vec() } else { (0..definition.operations.len()).collect() };
    for place in operations {
        if let Some(operation) = definition.operations.get(place) {
            for action in &operation.actions {
                scope = taking.take(action, scope, 0);
            }
        }
    }
    taking.told
}

/// Whoever the rule tells anything is told that it could not be evaluated.
pub(crate) fn failure_told(definition: &RuleDefinition, why: &str, of: &Surroundings<'_>) -> Vec<NewDelivery> {
    let mut names: Vec<(&str, &[String])> = Vec::new();
    for action in definition.operations.iter().flat_map(|operation| &operation.actions) {
        endpoints_of(action, &mut names);
    }
    names.sort();
    names.dedup();
    let deliveries = names.iter().filter_map(|(name, recipients)| {
        let endpoint = of.endpoints.iter().find(|endpoint| endpoint.name == *name)?;
        let content = NoticeContent { recipients: recipients.to_vec(), ..failure_message(definition, why, of) };
        Some(delivery(endpoint, content))
    });
    deliveries.collect()
}

fn endpoints_of<'a>(action: &'a Action, names: &mut Vec<(&'a str, &'a [String])>) {
    match action {
        Action::Send { endpoint, recipients, .. } => names.push((endpoint, recipients)),
        Action::ForEachItem { actions, .. } => actions.iter().for_each(|action| endpoints_of(action, names)),
        _ => {}
    }
}

fn delivery(endpoint: &Endpoint, content: NoticeContent) -> NewDelivery {
    let subject = content.subject.clone();
    NewDelivery { endpoint: endpoint.id, notice: serde_json::to_value(content).unwrap_or_default(), subject }
}

struct Taking<'t> {
    definition: &'t RuleDefinition,
    standing: &'t RuleStanding,
    is_told: bool,
    of: &'t Surroundings<'t>,
    told: Told,
}

impl Taking<'_> {
    /// Takes an action, and gives what later ones may name.
    fn take(&mut self, action: &Action, scope: Scope, depth: usize) -> Scope {
        match action {
            Action::SetProperty { target_property, target_value } => {
                let value = self.rendered(target_value, &scope);
                if target_property == "alertLevel" {
                    self.told.level = Some(text_of(&value).to_lowercase());
                }
                return scope.with(target_property, value);
            }
            Action::CreateAlert {} => {}
            Action::Send { .. } => self.send(action, &scope),
            Action::TagEntities { entities, tags } => self.tag(entities, tags, &scope),
            // Of what is over nothing is left to review.
            Action::StartReview { .. } if !self.is_told => {}
            Action::StartReview { .. } => self.review(action, &scope),
            Action::ForEachItem { items, item_ref, actions } if depth < DEEPEST => {
                let items = self.rendered(items, &scope);
                let Some(items) = items.as_array() else {
                    self.cannot(&format!("what FOR_EACH_ITEM goes through is no list but {}", shortened(&items)));
                    return scope;
                };
                for item in items.iter().take(MOST_ITEMS) {
                    let mut inner = scope.with(item_ref, item.clone());
                    for action in actions {
                        inner = self.take(action, inner, depth + 1);
                    }
                }
                if items.len() > MOST_ITEMS {
                    self.cannot(&format!("FOR_EACH_ITEM goes through {MOST_ITEMS} of {} items", items.len()));
                }
            }
            Action::ForEachItem { .. } => self.cannot("FOR_EACH_ITEM stands too deep"),
            Action::Unsupported { action, why, .. } => self.cannot(&format!("{action}: {why}")),
        }
        scope
    }

    fn cannot(&mut self, why: &str) {
        if !self.told.undelivered.iter().any(|known| known == why) {
            self.told.undelivered.push(why.to_owned());
        }
    }

    /// A value with its templates filled in. What cannot be, is told and left empty.
    fn rendered(&mut self, written: &Json, scope: &Scope) -> Json {
        render_deep(written, scope).unwrap_or_else(|error| {
            self.cannot(&format!("{}: {error}", shortened(written)));
            Json::Null
        })
    }

    /// A text with its templates filled in. What cannot be filled in is told as it is written, for a message with a flaw is
    /// better than none.
    fn text(&mut self, written: &str, scope: &Scope) -> String {
        let rendered = Template::parse(written).and_then(|template| template.render(scope));
        match rendered {
            Ok(value) => text_of(&value),
            Err(error) => {
                self.cannot(&format!("{}: {error}", shortened(&json!(written))));
                written.to_owned()
            }
        }
    }

    fn send(&mut self, action: &Action, scope: &Scope) {
        let Action::Send { endpoint: name, recipients, subject, body, settings } = action else { return };
        let Some(endpoint) = self.of.endpoints.iter().find(|endpoint| endpoint.name == *name) else {
            let hint = "add one: rolecall endpoints add";
            return self.cannot(&format!("no endpoint is called {name:?}; {hint}"));
        };
        // Only tickets and whoever asks for it hear that something is over.
        let wants_end = settings.get("autoResolve").and_then(Json::as_bool).unwrap_or_default();
        if !self.is_told && !wants_end {
            return;
        }
        if self.told.deliveries.len() >= MOST_DELIVERIES {
            return self.cannot(&format!("more than {MOST_DELIVERIES} messages at once are not sent"));
        }
        let level = self.told.level.clone().unwrap_or_else(|| self.standing.alert_level.clone());
        let mut content = message(self.definition, scope, (&level, self.is_told), self.of);
        if self.is_told {
            if !subject.is_empty() {
                content.subject = self.text(subject, scope);
            }
            if !body.is_empty() {
                content.text = self.text(body, scope);
            }
        }
        content.recipients = recipients.iter().map(|recipient| self.text(recipient, scope)).collect();
        content.settings = settings.iter().map(|(name, value)| (name.clone(), self.rendered(value, scope))).collect();
        self.told.deliveries.push(delivery(endpoint, content));
    }

    /// A list of entities, or one.
    fn listed(&mut self, written: &Json, scope: &Scope) -> Vec<Json> {
        match self.rendered(written, scope) {
            Json::Array(all) => all,
            other => vec![other],
        }
    }

    fn review(&mut self, action: &Action, scope: &Scope) {
        let Action::StartReview { entities, name, reviewers, days } = action else { return };
        let list = self.listed(entities, scope);
        let name = Some(self.text(name, scope).trim().to_owned()).filter(|name| !name.is_empty());
        let rule = self.definition.name.clone();
        let asked = ReviewAsked {
            name: name.unwrap_or_else(|| rule.clone()),
            rule,
            days: *days,
            reviewers: reviewers.clone(),
            entities: BTreeSet::new(),
        };
        let mut review = self.told.review.take().unwrap_or_else(|| asked.clone());
        if (&review.name, review.days, &review.reviewers) != (&asked.name, asked.days, &asked.reviewers) {
            self.cannot(&format!("an evaluation starts one review: {:?} is part of {:?}", asked.name, review.name));
        }
        let (mut left_out, count) = (0, list.len());
        for entity in &list {
            let Some((ConnectorId(connector), resource)) = named(entity) else {
                self.cannot(&format!("no entity to review is named by {}", shortened(entity)));
                continue;
            };
            let entity = ReviewEntity { connector, kind: resource.kind.to_string(), id: resource.id.to_string() };
            if review.entities.len() < MOST_REVIEWED || review.entities.contains(&entity) {
                review.entities.insert(entity);
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            self.cannot(&format!(
                "a review is of {MOST_REVIEWED} entities at most: {left_out} of {count} are left out"
            ));
        }
        // A review of nothing in particular would be one of everything.
        if review.entities.is_empty() {
            self.cannot("there is nothing to review, so that no review is started");
        } else {
            self.told.review = Some(review);
        }
    }

    fn tag(&mut self, entities: &Json, tags: &BTreeMap<String, Json>, scope: &Scope) {
        let list = self.listed(entities, scope);
        let tags: Vec<(String, Json)> =
            tags.iter().map(|(name, value)| (name.clone(), self.rendered(value, scope))).collect();
        let mut given = self.told.tags.take().unwrap_or_default();
        for entity in &list {
            let Some((connector, resource)) = named(entity) else {
                self.cannot(&format!("no entity to tag is named by {}", shortened(entity)));
                continue;
            };
            for (name, value) in tags.iter().filter(|(_, value)| !value.is_null()) {
                let (name, value) = (name.trim_start_matches("tag.").to_owned(), value.clone());
                given.push(EntityTag { connector, resource: resource.clone(), name, value });
            }
        }
        self.told.tags = Some(given);
    }
}

/// Which entity an item of an answer is; nothing where it says none.
fn named(entity: &Json) -> Option<(ConnectorId, ResourceRef)> {
    let place = entity.get("_rolecall")?;
    let (kind, id) = (place.get("kind")?.as_str()?, place.get("id")?.as_str()?);
    Some((ConnectorId(place.get("connector")?.as_i64()?), ResourceRef::new(kind.to_owned(), id)))
}

fn shortened(value: &Json) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}
