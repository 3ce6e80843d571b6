//! Asking a rule's queries, and for no more of each row than the rule speaks of.

use std::collections::BTreeMap;

use rolecall_graph::EntityId;
use rolecall_model::Timestamp;
use rolecall_query::{Asked as AskedQuery, Budget, prepare};
use rolecall_store::{Store, StoredRule};
use serde_json::{Value as Json, json};

use super::keep::said;
use super::pass::PassError;
use super::row::{QueryFound, Wanted};
use super::{RuleDefinition, RuleQuery, Trigger};
use crate::query::{QueryLoadError, QueryWorlds, Shown};
use crate::questions::Question;

/// What a query of a rule may cost. An answer that is cut off is none: what is missing would be told as gone.
const BUDGET: Budget = Budget { rows: 100_000, work: 1_000_000_000 };
const MICROSECONDS: i64 = 1000;

/// Whether the data of a row with this key and these values are wanted.
pub(super) type Wish<'w> = dyn Fn(&str, &BTreeMap<String, Json>) -> bool + Send + Sync + 'w;

/// Of which rows a rule wants all that is known: of those that it may tell, and of all where its templates speak of them.
pub(super) fn wish<'w>(
    rule: &StoredRule,
    definition: &'w RuleDefinition,
    rows: &'w BTreeMap<String, (Json, Timestamp)>,
) -> impl Fn(&str, &BTreeMap<String, Json>) -> bool + Send + Sync + 'w {
    let spoken_of = is_spoken_of(definition);
    let is_evaluated = rule.standing.as_ref().is_some_and(|standing| standing.evaluated_at.is_some());
    move |key, values| {
        let is_new = || !rows.contains_key(key);
        let is_changed = || {
            let kept = rows.get(key).and_then(|(kept, _)| kept.get("values")?.as_object());
            kept.is_some_and(|kept| !kept.iter().eq(values.iter()))
        };
        spoken_of
            || match &definition.trigger {
                Trigger::Result { .. } => true,
                Trigger::NewRows { first } => (is_evaluated || *first) && is_new(),
                Trigger::CountChanged => is_evaluated && is_new(),
                Trigger::PropertyChanged { .. } => is_evaluated && is_changed(),
            }
    }
}

/// Whether what the rule says names data of all rows, and not only of those that are told.
pub(super) fn is_spoken_of(definition: &RuleDefinition) -> bool {
    let is_named = |text: String| text.contains("data");
    definition.outputs.iter().any(|output| is_named(output.clone()))
        || definition.operations.iter().any(|operation| is_named(operation.condition.to_string()))
        || (definition.trigger == Trigger::CountChanged
            && definition.operations.iter().any(|operation| is_named(format!("{:?}", operation.actions))))
}

pub(super) fn queries_of(question: &Question) -> Vec<RuleQuery> {
    let query = |one: &crate::questions::QuestionQuery| RuleQuery {
        name: one.name.clone(),
        query: one.query.clone(),
        include_deleted: false,
    };
    question.queries.iter().map(query).collect()
}

/// Asks one query. The inner error says why it cannot be asked.
pub(super) async fn query_ask(
    store: &Store,
    worlds: &mut QueryWorlds,
    (query, trigger, wish): (&RuleQuery, &Trigger, &Wish<'_>),
    now: Timestamp,
) -> Result<Result<QueryFound, String>, PassError> {
    let prepared = match prepare(&query.query) {
        Ok(prepared) => prepared,
        Err(why) => return Ok(Err(said(&why))),
    };
    let asked = AskedQuery {
        parameters: crate::query::Parameters::default(),
        now: now.0.div_euclid(MICROSECONDS),
        include_deleted: query.include_deleted,
        budget: BUDGET,
        cancelled: None,
    };
    let mut needs = match prepared.needs(&asked) {
        Ok(needs) => needs,
        Err(why) => return Ok(Err(said(&why))),
    };
    needs.deleted |= query.include_deleted;
    if !worlds.has(&needs) {
        match worlds.load(store, &needs, now).await {
            Err(QueryLoadError::Future(moment)) => return Ok(Err(QueryLoadError::Future(moment).to_string())),
            other => other?,
        }
    }
    let of_worlds = worlds.worlds();
    let answer = match prepared.run(&of_worlds, &asked) {
        Ok(answer) => answer,
        Err(why) => return Ok(Err(said(&why))),
    };
    if let Some(limit) = answer.limits.first() {
        let allowed = limit.allowed;
        return Ok(Err(format!("the answer is longer than {allowed} rows or steps; ask for less")));
    }
    let reasons = worlds.reasons();
    let shown = Shown::new(worlds, &reasons, (&prepared, &needs), &answer);
    let view = worlds.view_of(answer.graph);
    let place = |entity: EntityId| {
        let (view, node) = (view?, answer.graph.access().node(entity)?);
        let resource = view.world.reference(node);
        let connector = view.connector(node)?.record.id.0;
        Some(json!({ "connector": connector, "kind": resource.kind.as_str(), "id": &*resource.id }))
    };
    Ok(Ok(QueryFound::of(&query.name, &shown, &Wanted { trigger, data: wish, place: &place })))
}
