//! All grants on a resource, one entitlement after another: what is held, then who gets it from that.

use std::collections::{BTreeMap, HashSet};

use rolecall_baton::record::{Entitlement, Expandable};
use rolecall_graph::NodeId;
use rolecall_model::{ResourceRef, TypeDeclaration};
use serde_json::{Map, Value as Json};

use super::expansion::{Expanded, Expansion};
use super::grants::{Held, metadata};
use super::records::entitlement;
use crate::world::{ConnectorView, WorldView};

/// A grant as it is told. See [`rolecall_baton::record::Grant`].
pub(in crate::export) struct GrantTold<'t> {
    pub(in crate::export) principal: &'t ResourceRef,
    pub(in crate::export) expandable: Option<Expandable>,
    pub(in crate::export) is_immutable: bool,
    pub(in crate::export) metadata: &'t Map<String, Json>,
    pub(in crate::export) sources: &'t [(&'t str, bool)],
}

/// Takes grants, with the entitlement that each is of.
pub(in crate::export) type Tell<'f, E> = dyn FnMut(&Entitlement, GrantTold<'_>) -> Result<(), E> + 'f;

impl WorldView {
    /// Tells every grant on a resource; with an expansion also what is passed on.
    pub(in crate::export) fn grants_tell<E>(
        &self,
        connector: &ConnectorView,
        (node, declared): (NodeId, &TypeDeclaration),
        mut expansion: Option<&mut Expansion<'_>>,
        tell: &mut Tell<'_, E>,
    ) -> Result<(), E> {
        let grants = self.baton_grants(node);
        let mut by_slug: BTreeMap<&str, Vec<&Held<'_>>> = BTreeMap::new();
        for held in &grants {
            by_slug.entry(held.step.slug).or_default().push(held);
        }
        for (slug, grants) in by_slug {
            // Whoever holds what its type does not declare holds nothing that anybody asks for.
            let Some(one) = declared.entitlements.iter().find(|one| one.slug == slug) else { continue };
            let record = entitlement(connector, &self.world.reference(node), declared, one);
            let through = expansion.as_mut().map(|expansion| expansion.of(node, &grants)).unwrap_or_default();
            self.entitlement_tell(connector, &record, (&grants, through), tell)?;
        }
        Ok(())
    }

    fn entitlement_tell<E>(
        &self,
        connector: &ConnectorView,
        record: &Entitlement,
        (grants, through): (&[&Held<'_>], Expanded),
        tell: &mut Tell<'_, E>,
    ) -> Result<(), E> {
        let Expanded { sources: ids, mut holders } = through;
        let mut told = HashSet::new();
        for held in grants {
            // A right that two sources state differently is one grant all the same.
            if !told.insert(held.step.principal) {
                continue;
            }
            let through = holders.remove(&held.step.principal).unwrap_or_default();
            let itself = (!through.is_empty()).then_some((record.id.as_str(), true));
            let mut sources: Vec<(&str, bool)> = named(&ids, &through).chain(itself).collect();
            sources.sort_unstable();
            let grant = GrantTold {
                principal: &self.world.reference(held.step.principal),
                expandable: self.expandable(connector, held),
                is_immutable: !held.is_observed,
                metadata: &metadata(&held.step),
                sources: &sources,
            };
            tell(record, grant)?;
        }
        let nothing = Map::new();
        for (holder, through) in &holders {
            let (principal, sources) = (self.world.reference(*holder), named(&ids, through).collect::<Vec<_>>());
            let grant = GrantTold {
                principal: &principal,
                expandable: None,
                is_immutable: true,
                metadata: &nothing,
                sources: &sources,
            };
            tell(record, grant)?;
        }
        Ok(())
    }
}

fn named<'i>(ids: &'i [String], through: &'i [(u32, bool)]) -> impl Iterator<Item = (&'i str, bool)> {
    through.iter().filter_map(|(place, is_direct)| Some((ids.get(*place as usize)?.as_str(), *is_direct)))
}
