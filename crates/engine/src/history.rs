//! What changed about one thing of an answer.

use rolecall_model::Fact;
use rolecall_store::{Store, StoreError};
use serde::Serialize;

use crate::attribute::AttributeAnswer;
use crate::changes::{ChangeAnswer, ChangesQuestion, changes};
use crate::moment::moment_text;
use crate::name::Candidate;
use crate::world::WorldView;

/// What changed about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryAnswer {
    /// The name by which all that changed about it can be asked for.
    pub about: String,
    /// The newest changes, newest first.
    pub changes: Vec<ChangeAnswer>,
    /// How many there are.
    pub count: usize,
    /// When it was first read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_read: Option<String>,
}

impl HistoryAnswer {
    /// Says of attributes since when they are what they are, where one of the changes tells.
    pub fn date(&self, attributes: &mut [AttributeAnswer]) {
        for attribute in attributes {
            let is_of = |change: &&ChangeAnswer| {
                change.connector == attribute.connector
                    && change.change != "disappeared"
                    && matches!(&change.fact, Fact::Property { name, .. } if *name == *attribute.name)
            };
            if let Some(change) = self.changes.iter().find(is_of) {
                (attribute.since, attribute.or_earlier) = (Some(change.not_after.clone()), false);
            }
        }
    }
}

/// The newest changes about one thing of an answer, in every connector that sees it. Of a past moment, what was known of
/// it then.
///
/// # Errors
/// When the database cannot be read.
pub async fn history(
    store: &Store,
    view: &WorldView,
    thing: &Candidate,
    most: usize,
) -> Result<HistoryAnswer, StoreError> {
    let Some(node) = view.node_of(thing) else { return Ok(HistoryAnswer::default()) };
    let question =
        ChangesQuestion { about: Some(view.about_node(node)), limit: usize::MAX, ..ChangesQuestion::default() };
    let (mut all, _) = changes(store, view, &question).await?;
    let count = all.len();
    all.truncate(most);
    let mut first = None;
    for twin in view.world.same_account(node) {
        if let Some(connector) = view.connector(twin) {
            let (thing, until) = (view.world.reference(twin), view.until(None));
            let read = store.resource_first_read(connector.record.id, &thing, until).await?;
            // What is only referred to was never stated to be there, and is as old as what refers to it, at most.
            first = first.into_iter().chain([read.unwrap_or_else(|| connector.since.first())]).min();
        }
    }
    Ok(HistoryAnswer { about: view.about_name(node), changes: all, count, first_read: first.map(moment_text) })
}
