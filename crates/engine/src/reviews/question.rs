//! What a question finds, as the things that a campaign is about.

use std::collections::BTreeSet;

use rolecall_graph::EntityId;
use rolecall_model::Timestamp;
use rolecall_query::{Asked, Budget, Cell, Found, prepare};
use rolecall_store::Store;

use super::{ReviewError, ScopeEntity};
use crate::Context;
use crate::alerting::saved_questions;
use crate::query::{Parameters, QueryScope, query_load};
use crate::questions::question;

/// What a question may cost.
const BUDGET: Budget = Budget { rows: 100_000, work: 1_000_000_000 };
const MICROSECONDS: i64 = 1000;

/// The queries of a question: of the one with this id, or the text itself.
async fn queries(store: &Store, text: &str) -> Result<Vec<String>, ReviewError> {
    let of = |found: &crate::questions::Question| found.queries.iter().map(|one| one.query.clone()).collect();
    if let Some(known) = question(text) {
        return Ok(of(known));
    }
    let saved = saved_questions(store).await?;
    let known = saved.iter().find(|saved| saved.id == text);
    Ok(known.map_or_else(|| vec![text.to_owned()], of))
}

/// Everything that a question finds.
///
/// # Errors
/// When it is no question, asks about the future, or finds more than anybody reviews.
pub(super) async fn found(context: &Context, text: &str) -> Result<BTreeSet<ScopeEntity>, ReviewError> {
    let mut all = BTreeSet::new();
    for query in queries(&context.store, text.trim()).await? {
        all.extend(query_found(&context.store, &query, context.now()).await?);
    }
    Ok(all)
}

async fn query_found(store: &Store, text: &str, now: Timestamp) -> Result<Vec<ScopeEntity>, ReviewError> {
    let wrong = |why: String| ReviewError::wrong("scope.question", why);
    let said = |why: &[rolecall_query::Diagnostic]| {
        let said: Vec<&str> = why.iter().map(|one| one.message.as_str()).collect();
        wrong(format!("{text:?} cannot be asked: {}", said.join("; ")))
    };
    let prepared = prepare(text).map_err(|why| said(&why))?;
    let asked = Asked {
        parameters: Parameters::default(),
        now: now.0.div_euclid(MICROSECONDS),
        include_deleted: false,
        budget: BUDGET,
        cancelled: None,
    };
    let needs = prepared.needs(&asked).map_err(|why| said(&why))?;
    let worlds = query_load(store, &needs, QueryScope::default(), now).await.map_err(|why| wrong(why.to_string()))?;
    let of_worlds = worlds.worlds();
    let answer = prepared.run(&of_worlds, &asked).map_err(|why| said(&why))?;
    if let Some(limit) = answer.limits.first() {
        return Err(wrong(format!("the answer is longer than {} rows or steps; ask for less", limit.allowed)));
    }
    let Some(view) = worlds.view_of(answer.graph) else { return Ok(Vec::new()) };
    let entity = |entity: EntityId| {
        let node = answer.graph.access().node(entity)?;
        let resource = view.world.reference(node);
        let (connector, kind, id) = (view.title(node), resource.kind.to_string(), resource.id.to_string());
        Some(ScopeEntity { connector, kind, id })
    };
    Ok(entities(&answer.found).into_iter().filter_map(entity).collect())
}

fn entities(found: &Found<'_>) -> Vec<EntityId> {
    match found {
        Found::List(entities) => entities.clone(),
        Found::Tree(tree) => tree.entities.clone(),
        Found::Table(table) => {
            let cells = table.rows().flat_map(|row| row.cells().collect::<Vec<_>>());
            cells.filter_map(|cell| if let Cell::Entity(entity) = cell { Some(entity) } else { None }).collect()
        }
        Found::Paths(paths) => {
            paths.iter().flat_map(|path| path.steps.iter().map(|step| step.to).chain([path.start])).collect()
        }
    }
}
