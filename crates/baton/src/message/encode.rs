//! Records as messages.

use prost::{Message, Name};
use prost_types::Any;
use rolecall_model::{Purpose, ResourceRef};
use rolecall_proto::c1::connector::v2 as proto;

use super::structure::{moment, structure};
use crate::record::{Detail, Entitlement, Expandable, Resource, ResourceType, SecretDetail, UserDetail};

/// A message inside the envelope that annotations come in. Go's library leaves no address out.
pub(crate) fn annotation<M: Message + Name>(message: &M) -> Any {
    let type_url = format!("type.googleapis.com/{}", M::full_name());
    Any { type_url, value: message.encode_to_vec() }
}

pub(crate) fn resource_type(record: &ResourceType) -> proto::ResourceType {
    let skip = record.holds_nothing.then(|| annotation(&proto::SkipEntitlementsAndGrants {}));
    proto::ResourceType {
        id: record.id.clone(),
        display_name: record.display_name.clone(),
        traits: record.traits.iter().map(|kind| kind.0).collect(),
        annotations: skip.into_iter().collect(),
        description: record.description.clone(),
        sourced_externally: false,
    }
}

pub(crate) fn resource_id(id: &ResourceRef) -> proto::ResourceId {
    let (resource_type, resource) = (id.kind.as_str().to_owned(), id.id.to_string());
    proto::ResourceId { resource_type, resource, baton_resource: false }
}

/// A resource of which no more is said than which it is, as other messages hold it.
pub(crate) fn resource_named(id: &ResourceRef, display_name: &str) -> proto::Resource {
    proto::Resource { id: Some(resource_id(id)), display_name: display_name.to_owned(), ..proto::Resource::default() }
}

pub(crate) fn resource(record: &Resource) -> proto::Resource {
    let mut annotations: Vec<Any> = record.details.iter().map(detail).collect();
    annotations.extend(record.raw_id.iter().map(|id| annotation(&proto::RawId { id: id.clone() })));
    annotations.extend(record.link.iter().map(|url| annotation(&proto::ExternalLink { url: url.clone() })));
    let child = |kind: &String| annotation(&proto::ChildResourceType { resource_type_id: kind.clone() });
    annotations.extend(record.children.iter().map(child));
    // Older readers look for these in the trait, newer ones here.
    let user = record.details.iter().find_map(|detail| match detail {
        Detail::User(user) => Some(user),
        _ => None,
    });
    proto::Resource {
        parent_resource_id: record.parent.as_ref().map(resource_id),
        annotations,
        description: record.description.clone(),
        status: user
            .and_then(|user| user.is_enabled)
            .map(|enabled| proto::resource::Status { status: if enabled { 1 } else { 2 }, details: String::new() }),
        profile: record.details.iter().find_map(profile).map(structure),
        created_at: record.created_at.map(moment),
        ..resource_named(&record.id, &record.display_name)
    }
}

fn profile(detail: &Detail) -> Option<&serde_json::Map<String, serde_json::Value>> {
    let profile = match detail {
        Detail::User(user) => &user.profile,
        Detail::Group(profile) | Detail::Role(profile) | Detail::App(profile) => profile,
        Detail::Secret(secret) => &secret.profile,
    };
    Some(profile).filter(|profile| !profile.is_empty())
}

fn detail(detail: &Detail) -> Any {
    let profile = profile(detail).map(structure);
    match detail {
        Detail::User(user) => annotation(&user_trait(user)),
        Detail::Group(_) => annotation(&proto::GroupTrait { profile }),
        Detail::Role(_) => annotation(&proto::RoleTrait { profile }),
        Detail::App(_) => annotation(&proto::AppTrait { profile, help_url: String::new() }),
        Detail::Secret(secret) => annotation(&secret_trait(secret)),
    }
}

fn user_trait(user: &UserDetail) -> proto::UserTrait {
    use proto::user_trait::{AccountType, Email, MfaStatus, Status};
    let email = |(place, address): (usize, &String)| Email { address: address.clone(), is_primary: place == 0 };
    let account_type = match user.is_service {
        None => AccountType::Unspecified,
        Some(true) => AccountType::Service,
        Some(false) => AccountType::Human,
    };
    proto::UserTrait {
        emails: user.emails.iter().enumerate().map(email).collect(),
        status: user.is_enabled.map(|enabled| Status { status: if enabled { 1 } else { 2 }, details: String::new() }),
        profile: Some(&user.profile).filter(|profile| !profile.is_empty()).map(structure),
        account_type: account_type.into(),
        login: user.login.clone(),
        last_login: user.last_login.map(moment),
        mfa_status: user.has_second_factor.map(|mfa_enabled| MfaStatus { mfa_enabled }),
        employee_ids: user.employee_ids.clone(),
        ..proto::UserTrait::default()
    }
}

fn secret_trait(secret: &SecretDetail) -> proto::SecretTrait {
    proto::SecretTrait {
        profile: Some(&secret.profile).filter(|profile| !profile.is_empty()).map(structure),
        created_at: secret.created_at.map(moment),
        expires_at: secret.expires_at.map(moment),
        last_used_at: secret.last_used_at.map(moment),
        created_by_id: None,
        identity_id: secret.identity.as_ref().map(resource_id),
    }
}

pub(crate) fn entitlement(record: &Entitlement) -> proto::Entitlement {
    let exclusion = record.exclusion.as_ref().map(|exclusion| {
        annotation(&proto::EntitlementExclusionGroup {
            exclusion_group_id: exclusion.group.clone(),
            order: exclusion.order,
            is_default: false,
        })
    });
    let grantable = |id: &String| proto::ResourceType { id: id.clone(), ..proto::ResourceType::default() };
    proto::Entitlement {
        grantable_to: record.grantable_to.iter().map(grantable).collect(),
        annotations: exclusion.into_iter().collect(),
        description: record.description.clone(),
        ..entitlement_named(record)
    }
}

/// As grants hold it: without what is the same for all of them.
pub(crate) fn entitlement_named(record: &Entitlement) -> proto::Entitlement {
    use proto::entitlement::PurposeValue;
    let purpose = match record.purpose {
        None => PurposeValue::Unspecified,
        Some(Purpose::Assignment) => PurposeValue::Assignment,
        Some(Purpose::Permission) => PurposeValue::Permission,
        Some(Purpose::Ownership) => PurposeValue::Ownership,
    };
    proto::Entitlement {
        resource: Some(resource_named(&record.resource, &record.resource_name)),
        id: record.id.clone(),
        display_name: record.display_name.clone(),
        purpose: purpose.into(),
        slug: record.slug.clone(),
        ..proto::Entitlement::default()
    }
}

pub(crate) fn expandable(record: &Expandable) -> proto::GrantExpandable {
    proto::GrantExpandable {
        entitlement_ids: record.entitlements.clone(),
        shallow: record.is_shallow,
        resource_type_ids: record.resource_types.clone(),
    }
}

/// The annotations of a grant, but how it is passed on.
pub(crate) fn grant_annotations(is_immutable: bool, metadata: &serde_json::Map<String, serde_json::Value>) -> Vec<Any> {
    let immutable = is_immutable.then(|| annotation(&proto::GrantImmutable::default()));
    let said =
        (!metadata.is_empty()).then(|| annotation(&proto::GrantMetadata { metadata: Some(structure(metadata)) }));
    immutable.into_iter().chain(said).collect()
}
