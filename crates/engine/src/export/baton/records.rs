//! Resource types, resources and entitlements.

use std::collections::BTreeSet;

use rolecall_baton::record::{
    Detail, Entitlement, Exclusion, Resource, ResourceType, SecretDetail, TraitKind, UserDetail,
};
use rolecall_graph::NodeId;
use rolecall_model::{AccessRule, EntitlementDeclaration, ResourceRef, Timestamp, Trait, TypeDeclaration};
use serde_json::{Map, Value as Json};

use super::{shown, words};
use crate::world::{ConnectorView, WorldView};

pub(super) fn resource_type(declared: &TypeDeclaration) -> ResourceType {
    let kind = declared.trait_.map(|trait_| match trait_ {
        Trait::User => TraitKind::USER,
        Trait::Group => TraitKind::GROUP,
        Trait::App => TraitKind::APP,
        Trait::Role => TraitKind::ROLE,
        Trait::Secret => TraitKind::SECRET,
    });
    ResourceType {
        id: declared.name.to_owned(),
        display_name: words(declared.name),
        description: String::new(),
        traits: kind.into_iter().collect(),
        holds_nothing: declared.entitlements.is_empty(),
    }
}

/// An entitlement on a resource. What a rule gives to holders of something on the parent is granted to the parent, which
/// can hold it for that reason.
pub(super) fn entitlement(
    connector: &ConnectorView,
    resource: &ResourceRef,
    declared: &TypeDeclaration,
    entitlement: &EntitlementDeclaration,
) -> Entitlement {
    let is_inherited = |rule: &AccessRule| matches!(rule, AccessRule::Inherited { resource_type, .. } if *resource_type == declared.name);
    let parent = connector.declaration.rules.iter().any(is_inherited).then_some(connector.declaration.root_type);
    let grantable_to: BTreeSet<&str> = entitlement.grantable_to.iter().copied().chain(parent).collect();
    let (kind, slug) = (words(declared.name), words(entitlement.slug));
    let id = &resource.id;
    Entitlement {
        resource: resource.clone(),
        resource_name: id.to_string(),
        id: resource.entitlement(entitlement.slug).to_string(),
        slug: entitlement.slug.to_owned(),
        display_name: format!("{id} {kind} {slug}"),
        description: format!("{} of the {} {id}", entitlement.slug, declared.name),
        grantable_to: grantable_to.into_iter().map(str::to_owned).collect(),
        purpose: Some(entitlement.purpose),
        exclusion: entitlement
            .exclusive_order
            .map(|order| Exclusion { group: format!("{}-{id}", declared.name), order: order.into() }),
    }
}

impl WorldView {
    /// What is there, and what somebody outside holds a right with.
    pub(super) fn baton_resources<'v>(
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

    pub(super) fn baton_resource(&self, connector: &ConnectorView, node: NodeId, trait_: Option<Trait>) -> Resource {
        let id = self.world.id(node);
        let is_shown = |kind: &&str| shown(connector).any(|declared| declared.name == *kind);
        let children: BTreeSet<&str> =
            self.world.children(node).map(|child| self.world.kind(child)).filter(is_shown).collect();
        let details: Vec<Detail> = trait_.map(|trait_| self.detail(connector, node, trait_)).into_iter().collect();
        // Newer readers look for it here, older ones in the trait.
        let created_at = details.iter().find_map(|detail| match detail {
            Detail::Secret(secret) => secret.created_at,
            _ => None,
        });
        Resource {
            created_at,
            parent: self.world.parent(node).map(|parent| self.world.reference(parent)),
            details,
            children: children.into_iter().map(str::to_owned).collect(),
            raw_id: Some(id.to_owned()),
            ..Resource::named(self.world.reference(node), id.to_owned())
        }
    }

    fn detail(&self, connector: &ConnectorView, node: NodeId, trait_: Trait) -> Detail {
        match trait_ {
            Trait::User => Detail::User(self.user(connector, node)),
            Trait::Group => Detail::Group(self.profile(node)),
            Trait::App => Detail::App(self.profile(node)),
            Trait::Role => Detail::Role(self.profile(node)),
            Trait::Secret => Detail::Secret(self.secret(node)),
        }
    }

    /// What a registry does not show of somebody is not stated: *no* would be a claim.
    fn user(&self, connector: &ConnectorView, node: NodeId) -> UserDetail {
        let signs = connector.declaration.write.as_ref().map(|write| write.governance.accounts);
        let named = |of: fn(&rolecall_model::AccountSigns) -> Option<&'static str>| {
            signs.as_ref().and_then(of).and_then(|property| self.value(node, property))
        };
        let address = named(|signs| signs.address).and_then(|value| value.as_str().map(str::to_owned));
        let last_login = named(|signs| signs.last_sign_in).and_then(|value| moment(&value));
        UserDetail {
            login: self.world.id(node).to_owned(),
            emails: address.into_iter().collect(),
            is_enabled: self.world.is_suspended(node).then_some(false),
            is_service: None,
            has_second_factor: named(|signs| signs.second_factor).and_then(|value| value.as_bool()),
            last_login,
            employee_ids: Vec::new(),
            profile: self.profile(node),
        }
    }

    fn secret(&self, node: NodeId) -> SecretDetail {
        let owner = self.world.links_from(node).map(|link| link.to).find(|to| self.world.is_account(*to));
        let at = |property: &str| self.value(node, property).and_then(|value| moment(&value));
        SecretDetail {
            identity: owner.map(|owner| self.world.reference(owner)),
            created_at: at("created"),
            expires_at: at("expires"),
            last_used_at: at("lastUsed"),
            profile: self.profile(node),
        }
    }

    /// Whatever is recorded of it.
    pub(in crate::export) fn profile(&self, node: NodeId) -> Map<String, Json> {
        let known = self.world.properties(node).filter_map(|(name, text)| {
            let value: Json = serde_json::from_str(text).ok()?;
            (!value.is_null()).then(|| (name.to_owned(), value))
        });
        known.collect()
    }

    fn value(&self, node: NodeId, property: &str) -> Option<Json> {
        self.world.property(node, property).and_then(|text| serde_json::from_str(text).ok())
    }
}

/// A moment as sources write it.
fn moment(value: &Json) -> Option<Timestamp> {
    let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
    Some(Timestamp(moment.as_microsecond()))
}
