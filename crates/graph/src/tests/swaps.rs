//! Segments that are swapped one at a time give what a full rebuild gives, for the graph and for its view.

use std::sync::Arc;

use proptest::prelude::*;

use super::properties::{built, inputs, marked, segment};
use super::reference::Input;
use super::support::{EVERY_RULE, Marked};
use crate::{Besides, ConnectorLabel, EntityGraph, World};

/// What happens to one connector: some of its facts end, others begin, and its host may be another.
#[derive(Clone, Debug)]
struct Change {
    connector: usize,
    ends: usize,
    begins: Vec<Marked>,
}

fn change() -> impl Strategy<Value = Change> {
    (0..4_usize, 0..6_usize, prop::collection::vec(marked(), 0..8)).prop_map(|(connector, ends, begins)| Change {
        connector,
        ends,
        begins,
    })
}

fn apply(inputs: &mut Vec<Input>, change: Change) -> usize {
    let place = change.connector.min(inputs.len());
    if place == inputs.len() {
        inputs.push(("0", "h", Vec::new()));
    }
    let (_, _, facts) = &mut inputs[place];
    facts.drain(..change.ends.min(facts.len()));
    facts.extend(change.begins);
    place
}

/// Everything that the view of a world shows.
fn shown(world: &Arc<World>) -> Vec<String> {
    let labels: Vec<_> = (0..world.segments().len())
        .map(|number| ConnectorLabel {
            account_name: format!("acme-{number}"),
            instance_id: number.to_string(),
            ..ConnectorLabel::default()
        })
        .collect();
    let graph =
        EntityGraph::of_world(Arc::clone(world), &Besides { labels: &labels, known: &[&EVERY_RULE], across: &[] });
    let mut shown = vec![format!("{graph:?}")];
    for node in (0..labels.len()).flat_map(|segment| world.nodes(u32::try_from(segment).unwrap())) {
        shown.push(format!("{:?} {:?}", world.access(node), world.who_can(node, &["read-only"])));
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_swaps_equals_a_full_rebuild(
        start in inputs(),
        changes in prop::collection::vec(change(), 1..6),
        is_asked_between in any::<bool>(),
    ) {
        let mut inputs = start;
        let mut swapped = built(&inputs);
        for change in changes {
            let place = apply(&mut inputs, change);
            let (root, host, facts) = &inputs[place];
            swapped = swapped.with_segment(u32::try_from(place).unwrap(), segment(root, host, facts));
            if is_asked_between {
                prop_assert!(swapped.counts().resources > 0);
            }
        }
        let (swapped, rebuilt) = (Arc::new(swapped), Arc::new(built(&inputs)));
        prop_assert_eq!(swapped.counts(), rebuilt.counts());
        prop_assert_eq!(shown(&swapped), shown(&rebuilt));
        prop_assert_eq!(format!("{swapped:?}"), format!("{rebuilt:?}"));
    }
}
