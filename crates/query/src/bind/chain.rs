//! The ways through a query: each optional part gone through, or not.

use super::slots::BoundStep;

/// One way: entities joined by hops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Entity slots, one more than there are hops.
    pub(crate) entities: Vec<usize>,
    /// Hop slots.
    pub(crate) hops: Vec<usize>,
    /// What must not be, and of the entity at which place.
    pub(crate) negations: Vec<Negation>,
    /// Each union's entity slot on this way; none for one that it does not come to.
    pub(crate) unions: Vec<(usize, usize)>,
}

/// That no path leads on from an entity along a hop and any of some chains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Negation {
    /// The place in the chain.
    pub(crate) at: usize,
    pub(crate) hop: usize,
    /// Each begins with the entity that the hop leads to.
    pub(crate) chains: Vec<Chain>,
}

/// More ways than these are refused: each optional part doubles them.
pub(crate) const MOST_CHAINS: usize = 256;

/// All ways through a query; `None` when there are more than [`MOST_CHAINS`].
pub(crate) fn chains(steps: &[BoundStep]) -> Option<Vec<Chain>> {
    expanded(steps, vec![Chain { entities: vec![0], ..Chain::default() }])
}

fn expanded(steps: &[BoundStep], mut ways: Vec<Chain>) -> Option<Vec<Chain>> {
    for (place, step) in steps.iter().enumerate() {
        match step {
            BoundStep::Hop { hop, entity, negated: true } => {
                let rest = steps.get(place.saturating_add(1)..).unwrap_or_default();
                let chains = expanded(rest, vec![Chain { entities: vec![*entity], ..Chain::default() }])?;
                for way in &mut ways {
                    let at = way.entities.len().saturating_sub(1);
                    way.negations.push(Negation { at, hop: *hop, chains: chains.clone() });
                }
                return Some(ways);
            }
            BoundStep::Hop { hop, entity, negated: false } => {
                for way in &mut ways {
                    way.hops.push(*hop);
                    way.entities.push(*entity);
                }
            }
            BoundStep::Optional { steps, union } => {
                let longer = |way: &Chain, than: &[Chain]| than.iter().all(|known| known.entities != way.entities);
                // What binds nothing more is the same path once more.
                let through = expanded(steps, ways.clone())?.into_iter().filter(|way| longer(way, &ways));
                let through: Vec<Chain> = through.collect();
                ways.extend(through);
                if ways.len() > MOST_CHAINS {
                    return None;
                }
                for way in &mut ways {
                    let last = way.entities.last().copied().unwrap_or_default();
                    way.unions.extend(union.map(|union| (union, last)));
                }
            }
        }
    }
    Some(ways)
}
