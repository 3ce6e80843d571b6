//! Whether listings that are said to name everyone do: a holder whom another listing of the same stage names and the
//! population's own listing does not shows that it is incomplete (*Architecture Invariant* 1).

use std::collections::HashSet;

use rolecall_model::{ConnectorDeclaration, Fact, Outcome, Population, Reason, ResourceRef};

use super::settle::Taken;

/// Makes every population partial that readings of this stage show to be so. `O(facts)`.
pub(super) fn populations_check(declaration: &ConnectorDeclaration, root: &ResourceRef, taken: &mut [Taken]) {
    for population in declaration.populations {
        if let Some(stranger) = stranger(*population, root, taken)
            && let Some(listing) = taken.iter_mut().find(|taken| is_of(*population, root, taken))
        {
            let text = format!("it does not name {stranger}, who holds something: others may be missing too");
            listing.reading.outcome = Outcome::Partial(Reason::new("member-missing", text));
        }
    }
}

fn is_of(population: Population, root: &ResourceRef, taken: &Taken) -> bool {
    taken.key.kind == population.listing && taken.key.subject == *root
}

/// Something of the population's type that holds something or is held on, and that its listing does not name. Only a
/// listing that arrived whole can be contradicted.
fn stranger(population: Population, root: &ResourceRef, taken: &[Taken]) -> Option<ResourceRef> {
    let own = taken.iter().find(|taken| is_of(population, root, taken))?;
    if !matches!(own.reading.outcome, Outcome::Whole(_)) {
        return None;
    }
    let named: HashSet<&ResourceRef> = own
        .reading
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Resource { resource, .. } => Some(resource),
            _ => None,
        })
        .collect();
    let is_strange = |resource: &&ResourceRef| resource.kind == population.resource_type && !named.contains(resource);
    let held = taken.iter().flat_map(|taken| taken.reading.facts.iter()).filter_map(Fact::holding);
    held.flat_map(|(principal, entitlement)| [principal, &entitlement.resource]).find(is_strange).cloned()
}
