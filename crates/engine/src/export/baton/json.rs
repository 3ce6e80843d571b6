//! One JSON document, as baton's command line writes its messages.

use std::io::{self, Write};

use rolecall_baton::record::Grant;
use rolecall_baton::{entitlement_json, grant_json, resource_json, resource_type_json};

use super::expansion::Expansion;
use super::grants::{Held, metadata};
use super::records::{entitlement, resource_type};
use super::shown;
use crate::export::json::JsonDocument;
use crate::world::{ConnectorView, WorldView};

impl WorldView {
    /// Writes the baton view of the connectors in this world, with or without what is passed on through groups. One
    /// connector at a time makes sense: ids of several would mix.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn baton_write(&self, expanded: bool, out: &mut dyn Write) -> io::Result<()> {
        let mut document = JsonDocument::new(out);
        let each = || self.connectors.iter().zip(0_u32..);
        document.array("resourceTypes")?;
        for (connector, _) in each() {
            shown(connector).try_for_each(|declared| document.item(&resource_type_json(&resource_type(declared))))?;
        }
        document.array("resources")?;
        for (connector, segment) in each() {
            for (node, declared) in self.baton_resources(connector, segment) {
                document.item(&resource_json(&self.baton_resource(connector, node, declared.trait_)))?;
            }
        }
        document.array("entitlements")?;
        for (connector, segment) in each() {
            for (node, declared) in self.baton_resources(connector, segment) {
                let resource = self.world.reference(node);
                for one in declared.entitlements {
                    document.item(&entitlement_json(&entitlement(connector, &resource, declared, one)))?;
                }
            }
        }
        document.array("grants")?;
        for (connector, segment) in each() {
            if expanded {
                self.expanded_write((connector, segment), &mut document)?;
                continue;
            }
            for node in self.world.nodes(segment) {
                for held in self.baton_grants(node) {
                    document.item(&grant_json(&self.grant(connector, &held)))?;
                }
            }
        }
        document.finish()
    }

    fn expanded_write<W: Write>(
        &self,
        (connector, segment): (&ConnectorView, u32),
        document: &mut JsonDocument<W>,
    ) -> io::Result<()> {
        let mut expansion = Expansion::new(self, connector);
        for place in self.baton_resources(connector, segment) {
            self.grants_tell(connector, place, Some(&mut expansion), &mut |record, told| {
                let source = |(id, is_direct): &(&str, bool)| ((*id).to_owned(), *is_direct);
                document.item(&grant_json(&Grant {
                    id: format!("{}:{}", record.id, told.principal),
                    entitlement: record.id.clone(),
                    resource: record.resource.clone(),
                    principal: told.principal.clone(),
                    expandable: told.expandable,
                    is_immutable: told.is_immutable,
                    metadata: told.metadata.clone(),
                    sources: told.sources.iter().map(source).collect(),
                }))
            })?;
        }
        Ok(())
    }

    fn grant(&self, connector: &ConnectorView, held: &Held<'_>) -> Grant {
        let (principal, resource) =
            (self.world.reference(held.step.principal), self.world.reference(held.step.resource));
        let entitlement = resource.entitlement(held.step.slug.to_owned()).to_string();
        Grant {
            id: format!("{entitlement}:{principal}"),
            expandable: self.expandable(connector, held),
            entitlement,
            resource,
            principal,
            is_immutable: !held.is_observed,
            metadata: metadata(&held.step),
            sources: Vec::new(),
        }
    }
}
