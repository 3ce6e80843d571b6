//! Resource types, resources, entitlements and grants as baton spells them in JSON (`reference/baton.md` §2, §5).
//!
//! A team's right on a package is one grant, marked expandable, and not one for each member: who reads it expands it as
//! the registry does. So is what a rule gives to holders of something on the parent: a grant of the parent. What an owner
//! could take, or a service may have, is no grant.

use std::collections::BTreeSet;
use std::io::{self, Write};

use rolecall_graph::{NodeId, Step};
use rolecall_model::{
    AccessRule, ConnectorDeclaration, EntitlementDeclaration, Purpose, ResourceRef, Trait, TypeDeclaration,
};
use serde_json::{Value as Json, json};

use super::json::JsonDocument;
use crate::world::{ConnectorView, WorldView};

impl WorldView {
    /// Writes the baton view of the connectors in this world. One connector at a time makes sense: ids of several
    /// would mix.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn baton_write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = JsonDocument::new(out);
        let each = || self.connectors.iter().zip(0_u32..);
        document.array("resourceTypes")?;
        for (connector, _) in each() {
            shown(connector).map(type_view).try_for_each(|view| document.item(&view))?;
        }
        document.array("resources")?;
        for (connector, segment) in each() {
            for (node, declared) in self.resources(connector, segment) {
                document.item(&self.resource_view(node, declared))?;
            }
        }
        document.array("entitlements")?;
        for (connector, segment) in each() {
            for (node, declared) in self.resources(connector, segment) {
                for entitlement in declared.entitlements {
                    document.item(&self.entitlement_view(node, declared, entitlement))?;
                }
            }
        }
        document.array("grants")?;
        for (connector, segment) in each() {
            for node in self.world.nodes(segment) {
                for grant in merged(self.world.grants_on(node)) {
                    document.item(&self.grant_view(connector, &grant))?;
                }
            }
        }
        document.finish()
    }

    /// What is there, and what somebody outside holds a right with.
    fn resources<'v>(
        &'v self,
        connector: &'v ConnectorView,
        segment: u32,
    ) -> impl Iterator<Item = (NodeId, &'static TypeDeclaration)> + 'v {
        self.world.nodes(segment).filter_map(|node| {
            let declared = shown(connector).find(|declared| declared.name == self.world.kind(node))?;
            let is_party =
                || self.world.grants_by(node).next().is_some() || self.world.grants_on(node).next().is_some();
            (self.world.is_stated(node) || is_party()).then_some((node, declared))
        })
    }

    fn resource_view(&self, node: NodeId, declared: &TypeDeclaration) -> Json {
        let id = self.world.id(node);
        let mut annotations = vec![annotation("RawId", &[("id", id.into())])];
        annotations.extend(declared.trait_.map(|trait_| self.trait_view(node, trait_)));
        let children: BTreeSet<&str> = self.world.children(node).map(|child| self.world.kind(child)).collect();
        annotations.extend(
            children.into_iter().map(|kind| annotation("ChildResourceType", &[("resourceTypeId", kind.into())])),
        );
        let mut view = json!({
            "id": id_view(&self.world.reference(node)),
            "displayName": id,
            "annotations": annotations,
        });
        if let (Some(parent), Some(object)) = (self.world.parent(node), view.as_object_mut()) {
            object.insert("parentResourceId".to_owned(), id_view(&self.world.reference(parent)));
        }
        view
    }

    /// A user's second factor is not stated: the registry does not show it, and false would be a claim.
    fn trait_view(&self, node: NodeId, trait_: Trait) -> Json {
        match trait_ {
            Trait::User => annotation("UserTrait", &[("login", self.world.id(node).into())]),
            Trait::Group => annotation("GroupTrait", &[]),
            Trait::App => annotation("AppTrait", &[]),
            Trait::Role => annotation("RoleTrait", &[]),
            Trait::Secret => {
                let mut fields = Vec::new();
                let owner = self.world.links_from(node).map(|link| link.to).find(|to| self.world.is_account(*to));
                fields.extend(owner.map(|owner| ("identityId", id_view(&self.world.reference(owner)))));
                for (field, property) in
                    [("createdAt", "created"), ("expiresAt", "expires"), ("lastUsedAt", "lastUsed")]
                {
                    fields.extend(self.text(node, property).map(|moment| (field, moment.into())));
                }
                annotation("SecretTrait", &fields)
            }
        }
    }

    fn entitlement_view(&self, node: NodeId, declared: &TypeDeclaration, entitlement: &EntitlementDeclaration) -> Json {
        let (id, resource) = (self.world.id(node), self.world.reference(node));
        let mut annotations = Vec::new();
        if let Some(order) = entitlement.exclusive_order {
            let group = format!("{}-{id}", declared.name);
            annotations.push(annotation(
                "EntitlementExclusionGroup",
                &[("exclusionGroupId", group.into()), ("order", order.into())],
            ));
        }
        let grantable: Vec<Json> = entitlement.grantable_to.iter().map(|kind| json!({ "id": kind })).collect();
        let (kind, slug) = (words(declared.name), words(entitlement.slug));
        json!({
            "id": resource.entitlement(entitlement.slug).to_string(),
            "resource": { "id": id_view(&resource) },
            "displayName": format!("{id} {kind} {slug}"),
            "description": format!("{slug} of the {} {id}", declared.name),
            "grantableTo": grantable,
            "annotations": annotations,
            "purpose": match entitlement.purpose {
                Purpose::Assignment => "PURPOSE_VALUE_ASSIGNMENT",
                Purpose::Permission => "PURPOSE_VALUE_PERMISSION",
                Purpose::Ownership => "PURPOSE_VALUE_OWNERSHIP",
            },
            "slug": entitlement.slug,
        })
    }

    fn grant_view(&self, connector: &ConnectorView, grant: &Grant<'_>) -> Json {
        let step = &grant.step;
        let (principal, resource) = (self.world.reference(step.principal), self.world.reference(step.resource));
        let entitlement = resource.entitlement(step.slug.to_owned());
        let mut annotations = Vec::new();
        let throughs = throughs(connector.declaration, grant, &resource, &principal);
        if !throughs.is_empty() {
            let declared =
                throughs.iter().filter_map(|slug| connector.declaration.entitlement(principal.kind.as_str(), slug));
            let holders: BTreeSet<&str> = declared.flat_map(|declared| declared.grantable_to).copied().collect();
            let ids = throughs.iter().map(|slug| principal.entitlement(*slug).to_string()).collect::<Vec<_>>();
            annotations.push(annotation(
                "GrantExpandable",
                &[("entitlementIds", json!(ids)), ("resourceTypeIds", json!(holders))],
            ));
        }
        if !grant.is_observed {
            annotations.push(annotation("GrantImmutable", &[]));
        }
        let mut remarks = serde_json::Map::new();
        if step.origin.is_path_unknown() {
            remarks.insert("pathUnknown".to_owned(), true.into());
        }
        if step.unconfirmed {
            remarks.insert("removalUnconfirmed".to_owned(), true.into());
        }
        if !remarks.is_empty() {
            annotations.push(annotation("GrantMetadata", &[("metadata", remarks.into())]));
        }
        json!({
            "id": format!("{entitlement}:{principal}"),
            "entitlement": { "id": entitlement.to_string(), "resource": { "id": id_view(&resource) } },
            "principal": { "id": id_view(&principal) },
            "annotations": annotations,
        })
    }
}

/// A grant, and the words of the rules that give the same. Baton's ids leave room for one of each kind.
struct Grant<'w> {
    step: Step<'w>,
    /// Whether any source states it, rather than a rule alone.
    is_observed: bool,
    rules: Vec<&'static str>,
}

/// The grants on one resource, with those that rules give put together: several rules may let different holders have the
/// same.
fn merged<'w>(steps: impl Iterator<Item = Step<'w>>) -> Vec<Grant<'w>> {
    let mut grants: Vec<Grant<'w>> = Vec::new();
    for step in steps {
        let rule = step.origin.why();
        let is_same = |grant: &&mut Grant<'_>| (grant.step.principal, grant.step.slug) == (step.principal, step.slug);
        // Only what rules give is merged, and there is little of it.
        match rule.and_then(|_| grants.iter_mut().find(is_same)) {
            Some(known) => {
                known.step.unconfirmed &= step.unconfirmed;
                known.rules.extend(rule);
            }
            None => grants.push(Grant { step, is_observed: rule.is_none(), rules: rule.into_iter().collect() }),
        }
    }
    grants
}

/// The entitlements on the principal whose holders get the grant.
fn throughs(
    declaration: &ConnectorDeclaration,
    grant: &Grant<'_>,
    resource: &ResourceRef,
    principal: &ResourceRef,
) -> BTreeSet<&'static str> {
    let mut throughs = BTreeSet::new();
    for rule in declaration.rules {
        match *rule {
            AccessRule::Expandable { resource_type, group_type, through } => {
                let applies = resource.kind == resource_type && principal.kind == group_type;
                throughs.extend((grant.is_observed && applies).then_some(through));
            }
            AccessRule::Inherited { holder_slugs, resource_type, why, .. } => {
                let applies = resource.kind == resource_type && grant.rules.contains(&why);
                throughs.extend(holder_slugs.iter().filter(|_| applies));
            }
            _ => {}
        }
    }
    throughs
}

/// Baton knows who holds what; a type that neither is somebody nor can be held on has no place in it.
fn shown(connector: &ConnectorView) -> impl Iterator<Item = &'static TypeDeclaration> + use<> {
    let types = connector.declaration.types.iter();
    types.filter(|declared| declared.trait_.is_some() || !declared.entitlements.is_empty())
}

fn type_view(declared: &TypeDeclaration) -> Json {
    let traits: Vec<&str> = declared
        .trait_
        .map(|trait_| match trait_ {
            Trait::User => "TRAIT_USER",
            Trait::Group => "TRAIT_GROUP",
            Trait::App => "TRAIT_APP",
            Trait::Role => "TRAIT_ROLE",
            Trait::Secret => "TRAIT_SECRET",
        })
        .into_iter()
        .collect();
    let holds_nothing = declared.entitlements.is_empty();
    let annotations: Vec<Json> =
        holds_nothing.then(|| annotation("SkipEntitlementsAndGrants", &[])).into_iter().collect();
    json!({
        "id": declared.name,
        "displayName": words(declared.name),
        "traits": traits,
        "annotations": annotations,
    })
}

fn id_view(resource: &ResourceRef) -> Json {
    json!({ "resourceType": resource.kind.as_str(), "resource": &*resource.id })
}

/// A message inside an `Any`, as protobuf writes it in JSON.
fn annotation(message: &str, fields: &[(&str, Json)]) -> Json {
    let mut view = serde_json::Map::new();
    view.insert("@type".to_owned(), format!("type.googleapis.com/c1.connector.v2.{message}").into());
    view.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    view.into()
}

/// `read-write` as people write it in a title: `Read Write`.
fn words(slug: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    slug.split('-').map(word).collect::<Vec<_>>().join(" ")
}
