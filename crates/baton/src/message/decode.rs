//! Messages as records. What a connector says is data: whatever is missing, unknown or too much leads to an error or is left
//! out, and to nothing else.

use prost::{DecodeError, Message, Name};
use prost_types::Any;
use rolecall_model::{Purpose, ResourceRef, Term};
use rolecall_proto::c1::connector::v2 as proto;
use serde_json::Map;

use super::structure::{object, timestamp};
use crate::record::{
    Detail, Entitlement, Exclusion, Expandable, Grant, Resource, ResourceType, SecretDetail, TraitKind, UserDetail,
};

/// Why a message is no record.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// It is no such message.
    #[error("it is no message of protobuf: {0}")]
    Protobuf(#[from] DecodeError),
    /// It does not say which thing it is about.
    #[error("it does not say {0}")]
    Nameless(&'static str),
}

/// The annotation of this kind, if there is one. One that cannot be read is none.
fn annotation<M: Message + Name + Default>(annotations: &[Any]) -> Option<M> {
    annotations_of(annotations).next()
}

/// All annotations of this kind.
fn annotations_of<M: Message + Name + Default>(annotations: &[Any]) -> impl Iterator<Item = M> {
    let name = M::full_name();
    // What stands before the last slash is free.
    let found = annotations.iter().filter(move |any| any.type_url.rsplit('/').next() == Some(name.as_str()));
    found.filter_map(|any| M::decode(any.value.as_slice()).ok())
}

pub(crate) fn resource_type(data: &[u8]) -> Result<ResourceType, MessageError> {
    let message = proto::ResourceType::decode(data)?;
    let holds_nothing = annotation::<proto::SkipEntitlementsAndGrants>(&message.annotations).is_some();
    Ok(ResourceType {
        id: named(message.id, "which type it is")?,
        display_name: message.display_name,
        description: message.description,
        traits: message.traits.into_iter().map(TraitKind).collect(),
        holds_nothing,
    })
}

fn named(text: String, what: &'static str) -> Result<String, MessageError> {
    if text.is_empty() { Err(MessageError::Nameless(what)) } else { Ok(text) }
}

fn reference(id: Option<proto::ResourceId>, what: &'static str) -> Result<ResourceRef, MessageError> {
    let id = id.ok_or(MessageError::Nameless(what))?;
    Ok(ResourceRef::new(Term::from(named(id.resource_type, what)?), named(id.resource, what)?))
}

pub(crate) fn resource(data: &[u8]) -> Result<Resource, MessageError> {
    let message = proto::Resource::decode(data)?;
    let annotations = &message.annotations;
    let profile = message.profile.map(object).unwrap_or_default();
    let status = message.status.map(|status| status.status);
    let children = annotations_of::<proto::ChildResourceType>(annotations);
    Ok(Resource {
        id: reference(message.id, "which resource it is")?,
        // A parent without a name is none.
        parent: message.parent_resource_id.and_then(|id| reference(Some(id), "").ok()),
        display_name: message.display_name,
        description: message.description,
        details: details(annotations, &profile, status),
        children: children.map(|child| child.resource_type_id).collect(),
        raw_id: annotation::<proto::RawId>(annotations).map(|raw| raw.id),
        link: annotation::<proto::ExternalLink>(annotations).map(|link| link.url),
        created_at: message.created_at.as_ref().and_then(timestamp),
    })
}

/// What traits say; what the resource itself says of the same counts, where it says something.
fn details(annotations: &[Any], profile: &Map<String, serde_json::Value>, status: Option<i32>) -> Vec<Detail> {
    let or_own = |said: Option<prost_types::Struct>| {
        if profile.is_empty() { said.map(object).unwrap_or_default() } else { profile.clone() }
    };
    let user = annotation::<proto::UserTrait>(annotations).map(|user| Detail::User(user_detail(user, or_own, status)));
    let group = annotation::<proto::GroupTrait>(annotations).map(|group| Detail::Group(or_own(group.profile)));
    let role = annotation::<proto::RoleTrait>(annotations).map(|role| Detail::Role(or_own(role.profile)));
    let app = annotation::<proto::AppTrait>(annotations).map(|app| Detail::App(or_own(app.profile)));
    let secret = annotation::<proto::SecretTrait>(annotations).map(|secret| {
        Detail::Secret(SecretDetail {
            identity: reference(secret.identity_id, "").ok(),
            created_at: secret.created_at.as_ref().and_then(timestamp),
            expires_at: secret.expires_at.as_ref().and_then(timestamp),
            last_used_at: secret.last_used_at.as_ref().and_then(timestamp),
            profile: or_own(secret.profile),
        })
    });
    [user, group, role, app, secret].into_iter().flatten().collect()
}

fn user_detail(
    user: proto::UserTrait,
    or_own: impl Fn(Option<prost_types::Struct>) -> Map<String, serde_json::Value>,
    status: Option<i32>,
) -> UserDetail {
    use proto::user_trait::AccountType;
    let mut emails = user.emails;
    emails.sort_by_key(|email| !email.is_primary);
    let is_enabled = status.filter(|status| *status != 0).or(user.status.map(|status| status.status));
    UserDetail {
        login: user.login,
        emails: emails.into_iter().map(|email| email.address).collect(),
        is_enabled: match is_enabled {
            Some(1) => Some(true),
            Some(2 | 3) => Some(false),
            _ => None,
        },
        is_service: match AccountType::try_from(user.account_type) {
            Ok(AccountType::Human) => Some(false),
            Ok(AccountType::Service | AccountType::System) => Some(true),
            _ => None,
        },
        has_second_factor: user.mfa_status.map(|status| status.mfa_enabled),
        last_login: user.last_login.as_ref().and_then(timestamp),
        employee_ids: user.employee_ids,
        profile: or_own(user.profile),
    }
}

pub(crate) fn entitlement(data: &[u8]) -> Result<Entitlement, MessageError> {
    use proto::entitlement::PurposeValue;
    let message = proto::Entitlement::decode(data)?;
    let resource = message.resource.unwrap_or_default();
    let purpose = match PurposeValue::try_from(message.purpose) {
        Ok(PurposeValue::Assignment) => Some(Purpose::Assignment),
        Ok(PurposeValue::Permission) => Some(Purpose::Permission),
        Ok(PurposeValue::Ownership) => Some(Purpose::Ownership),
        _ => None,
    };
    let exclusion = annotation::<proto::EntitlementExclusionGroup>(&message.annotations);
    let id = named(message.id, "which entitlement it is")?;
    Ok(Entitlement {
        resource: reference(resource.id, "which resource the entitlement is on")?,
        resource_name: resource.display_name,
        slug: if message.slug.is_empty() { slug_of(&id) } else { message.slug },
        id,
        display_name: message.display_name,
        description: message.description,
        grantable_to: message.grantable_to.into_iter().map(|kind| kind.id).collect(),
        purpose,
        exclusion: exclusion.map(|group| Exclusion { group: group.exclusion_group_id, order: group.order }),
    })
}

/// By convention an id ends with the slug.
fn slug_of(id: &str) -> String {
    id.rsplit(':').next().unwrap_or(id).to_owned()
}

/// A grant; how it is passed on stands in a column of its own, or still among its annotations.
pub(crate) fn grant(data: &[u8], expansion: Option<&[u8]>) -> Result<Grant, MessageError> {
    let message = proto::Grant::decode(data)?;
    let entitlement = message.entitlement.unwrap_or_default();
    let on = entitlement.resource.unwrap_or_default();
    let expandable = match expansion {
        Some(bytes) => Some(proto::GrantExpandable::decode(bytes)?),
        None => annotation::<proto::GrantExpandable>(&message.annotations),
    };
    let metadata = annotation::<proto::GrantMetadata>(&message.annotations).and_then(|said| said.metadata);
    let sources = message.sources.unwrap_or_default().sources;
    Ok(Grant {
        id: message.id,
        entitlement: named(entitlement.id, "which entitlement it grants")?,
        resource: reference(on.id, "what it is held on")?,
        principal: reference(message.principal.unwrap_or_default().id, "who holds it")?,
        expandable: expandable.map(|found| Expandable {
            entitlements: found.entitlement_ids,
            is_shallow: found.shallow,
            resource_types: found.resource_type_ids,
        }),
        is_immutable: annotation::<proto::GrantImmutable>(&message.annotations).is_some(),
        metadata: metadata.map(object).unwrap_or_default(),
        sources: sources.into_iter().map(|(id, source)| (id, source.is_direct)).collect(),
    })
}
