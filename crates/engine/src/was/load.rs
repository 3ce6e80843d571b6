//! The two worlds of a past moment.

use std::sync::Arc;

use rolecall_graph::{Mark, Segment, SegmentBuilder, World};
use rolecall_model::Timestamp;
use rolecall_store::{Certainty, Store, StoreError, ValidFact};

use super::WasView;
use super::settings::{Setting, Settings};
use crate::moment::moment_text;
use crate::once::Once;
use crate::since::Since;
use crate::world::{ConnectorView, WorldView, connector_title, connectors_of, declaration_of, moments};

/// Loads what held at a moment, and what may have, of every connector there is or of the one named `only`.
/// `O(facts there have ever been)`.
///
/// # Errors
/// When the database cannot be read.
pub async fn was_load(store: &Store, only: Option<&str>, at: Timestamp) -> Result<WasView, StoreError> {
    let mut sides = Sides::default();
    let mut unseen = Vec::new();
    for record in connectors_of(store, only, None).await? {
        let Some(declaration) = declaration_of(&record.config) else {
            tracing::warn!(connector = connector_title(&record), "this build does not know the connector type");
            continue;
        };
        let states = store.listing_states(record.id).await?;
        let view = ConnectorView::new(record, declaration, states, Since::default());
        let moments = moments(store, &view).await?;
        unseen.extend(unseen_of(&view, moments.values().min().copied(), at));
        let mut both = Both::new(&view, Since::new(declaration, moments));
        store.facts_valid_at(view.record.id, at, |fact| both.add(&fact)).await?;
        sides.add(view, both);
    }
    Ok(sides.finish(at, unseen))
}

/// What the record cannot say about a moment.
fn unseen_of(connector: &ConnectorView, first: Option<Timestamp>, at: Timestamp) -> Vec<String> {
    let title = connector.title();
    let Some(first) = first else { return vec![format!("{title} was never read")] };
    let mut unseen = Vec::new();
    if at < first {
        unseen.push(format!("{title} is recorded since {} only: nothing shows what held before", moment_text(first)));
    }
    let last = connector.states.iter().filter(|state| !state.retired).filter_map(|state| state.complete_at).max();
    match last {
        None => unseen.push(format!("no listing of {title} was ever read in full: nothing is certain")),
        Some(last) if last < at => {
            unseen.push(format!("{title} was last read in full at {}: nothing later is certain", moment_text(last)));
        }
        Some(_) => {}
    }
    unseen
}

/// The two worlds while they are put together.
#[derive(Default)]
pub(crate) struct Sides {
    certain: Side,
    possible: Side,
}

impl Sides {
    /// Adds a connector to both.
    pub(crate) fn add(&mut self, connector: ConnectorView, mut both: Both) {
        both.settings.least().for_each(|setting| setting_add(&mut both.certain, &setting));
        both.settings.most().for_each(|setting| setting_add(&mut both.possible, &setting));
        let ConnectorView { record, declaration, states, .. } = connector;
        let view = |since| ConnectorView::new(record.clone(), declaration, states.clone(), since);
        self.certain.add(view(both.since.clone()), both.certain);
        self.possible.add(view(both.since), both.possible);
    }

    pub(crate) fn finish(self, at: Timestamp, unseen: Vec<String>) -> WasView {
        WasView { at, certain: self.certain.view(), possible: self.possible.view(), unseen }
    }
}

/// One of the two worlds while it is put together.
#[derive(Default)]
struct Side {
    segments: Vec<Arc<Segment>>,
    connectors: Vec<ConnectorView>,
}

impl Side {
    fn add(&mut self, connector: ConnectorView, builder: SegmentBuilder) {
        self.segments.push(Arc::new(builder.build()));
        self.connectors.push(connector);
    }

    fn view(self) -> WorldView {
        WorldView {
            world: Arc::new(World::new(self.segments)),
            past: None,
            connectors: self.connectors,
            once: Once::default(),
        }
    }
}

/// One connector in both worlds.
pub(crate) struct Both {
    certain: SegmentBuilder,
    possible: SegmentBuilder,
    since: Since,
    settings: Settings,
}

impl Both {
    pub(crate) fn new(connector: &ConnectorView, since: Since) -> Self {
        let builder = || SegmentBuilder::new(connector.declaration, connector.identity());
        Self { certain: builder(), possible: builder(), since, settings: Settings::new(connector.declaration) }
    }

    pub(crate) fn add(&mut self, valid: &ValidFact) {
        self.since.add(&valid.fact, valid.since, valid.baseline);
        if self.settings.take(&valid.fact, &valid.listing_kind, valid.certainty) {
            return;
        }
        // Readings on both sides of the moment show what is certain, so that no evidence is out of date.
        let mark = Mark { listing_kind: &valid.listing_kind, unconfirmed: false, outdated: false, since: None };
        self.possible.add(&valid.fact, mark);
        if valid.certainty == Certainty::Certain {
            self.certain.add(&valid.fact, mark);
        }
    }
}

fn setting_add(builder: &mut SegmentBuilder, setting: &Setting) {
    builder.add(
        &setting.fact,
        Mark { listing_kind: &setting.listing_kind, unconfirmed: false, outdated: false, since: None },
    );
}
